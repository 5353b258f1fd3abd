import API
import Domain
import Foundation
import Postgres
import Service

/// What people had typed when their session ended, sealed, one row a form.
struct KeptFormStore: Sendable {
  let postgres: PostgresClient
  let seal: KeySeal

  /// How long one is kept.
  static let lifetime: TimeInterval = 86_400
  /// The most that an account has at once: the oldest makes room.
  static let most = 20

  private struct Content: Codable {
    let page: String
    let content: String
  }

  private struct Row: Codable, Sendable {
    let id: ID<KeptForm>
    let keptAt: Date
    let sealed: Data
  }

  /// Keeps a form for the account that its mark names; whoever brings it need not be that account.
  /// - Parameter chosen: the id of a form that is kept as it is typed; another account's stays as it is.
  /// - Throws: 404 when there is no such account any more.
  func keep(
    _ content: String, of mark: FormMark, as chosen: ID<KeptForm>? = nil, at moment: Date
  ) async throws -> KeptFormReference {
    let id = chosen ?? ID<KeptForm>.new(at: moment)
    let bytes = try JSONEncoder().encode(Content(page: mark.page, content: content))
    let sealed = try seal.seal(bytes, name: id.description)
    try await postgres.withTransaction(as: .system("kept-form")) { transaction in
      let known = try await transaction.first(
        "select true from identity.account where id = \(mark.account) for update", as: Bool.self)
      guard known != nil else { throw Problem.notFound("Ce compte") }
      _ = try await transaction.batch([
        """
        insert into identity.kept_form (id, account, kept_at, sealed)
        values (\(id), \(mark.account), \(moment), \(sealed))
        on conflict (id) do update set kept_at = excluded.kept_at, sealed = excluded.sealed
          where kept_form.account = excluded.account
        """,
        """
        delete from identity.kept_form where id in (
          select id from identity.kept_form where account = \(mark.account)
          order by kept_at desc, id desc offset \(Self.most))
        """,
      ])
    }
    return KeptFormReference(id: id)
  }

  /// The caller's own, newest first, without what was typed.
  func forms(of caller: Caller, at moment: Date) async throws -> [KeptForm] {
    let rows = try await rows("account = \(caller.account)", for: caller, at: moment)
    return try rows.compactMap { row in
      try opened(row).map { KeptForm(id: row.id, keptAt: row.keptAt, page: $0.page) }
    }
  }

  /// - Throws: 404 when it is another's, or no longer kept.
  func form(_ id: ID<KeptForm>, for caller: Caller, at moment: Date) async throws -> KeptForm {
    guard let row = try await rows("id = \(id)", for: caller, at: moment).first, let content = try opened(row) else {
      throw Problem.notFound("Cette saisie")
    }
    return KeptForm(id: id, keptAt: row.keptAt, page: content.page, content: content.content)
  }

  /// Forgets one; forgetting twice changes nothing.
  func drop(_ id: ID<KeptForm>, for caller: Caller) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await transaction.execute("delete from identity.kept_form where id = \(id)")
    }
  }

  /// Forgets everybody's that are older than a day.
  /// - Returns: how many there were.
  func trim(at moment: Date) async throws -> Int {
    try await postgres.withTransaction(as: .system("kept-form")) { transaction in
      let old = moment.addingTimeInterval(-Self.lifetime)
      return try await transaction.query(
        "delete from identity.kept_form where kept_at <= \(old) returning id", as: ID<KeptForm>.self
      ).count
    }
  }

  /// Row-level security shows the caller's own alone.
  private func rows(_ which: SQL, for caller: Caller, at moment: Date) async throws -> [Row] {
    let oldest = moment.addingTimeInterval(-Self.lifetime)
    return try await postgres.withTransaction(as: caller.looking) { transaction in
      try await transaction.query(
        """
        select id, kept_at, sealed from identity.kept_form where \(which) and kept_at > \(oldest)
        order by kept_at desc, id desc
        """, as: Row.self)
    }
  }

  /// Nil for what was sealed under another secret.
  private func opened(_ row: Row) throws -> Content? {
    try seal.open(row.sealed, name: row.id.description).map { try JSONDecoder().decode(Content.self, from: $0) }
  }
}
