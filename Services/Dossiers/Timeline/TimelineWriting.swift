import API
import Domain
import Foundation
import Postgres

extension Timeline {
  private struct Named: Decodable, Sendable {
    let id: ID<Account>
    let name: String
  }

  private struct Written: Encodable {
    let event: UUID
    let dossier: ID<Dossier>
    let at: Date
    let kind: TimelineKind
    let title: String
    let detail: [String: JSONValue]
    let actor: UUID?
    let actorName: String?

    enum CodingKeys: String, CodingKey {
      case event, dossier, at, kind, title, detail, actor
      case actorName = "actor_name"
    }
  }

  /// Writes lines with the names of those whom they are about; a line that is there stays.
  static func add(_ lines: [(Envelope, Line)], in transaction: Transaction) async throws {
    guard !lines.isEmpty else { return }
    let accounts = Set(lines.flatMap(\.1.accounts.values))
    let found =
      accounts.isEmpty
      ? []
      : try await transaction.query(
        "select id, name from identity.v1_account where id = any(\(Array(accounts))::uuid[])", as: Named.self)
    let names = Dictionary(found.map { ($0.id, $0.name) }) { first, _ in first }
    let written = lines.map { envelope, line in
      Written(
        event: envelope.id, dossier: line.dossier, at: envelope.time, kind: line.kind, title: line.title,
        detail: line.detail.merging(line.accounts.mapValues { .string(names[$0] ?? "Compte inconnu") }) { $1 },
        actor: envelope.actor.flatMap { UUID(uuidString: $0) }, actorName: envelope.actorname)
    }
    try await transaction.execute(
      """
      insert into dossiers.timeline_entry (event, dossier, at, kind, title, detail, actor, actor_name)
      select event, dossier, at, kind, title, detail, actor, actor_name
      from jsonb_to_recordset(\(json: written)::jsonb) as line (event uuid, dossier uuid, at timestamptz, kind text,
        title text, detail jsonb, actor uuid, actor_name text)
      on conflict (event) do nothing
      """)
  }
}
