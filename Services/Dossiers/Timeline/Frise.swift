import API
import Domain
import Foundation
import Messaging
import Postgres

/// Keeps the frise of every dossier: each thing at its own date, from events alone (rule C21). A consumer of its own, so
/// that it reads the streams from their beginning.
enum Frise {
  static let handlers = [
    Consumer.Handling(types: takings.map(\.type)) { envelopes, transaction in try await take(envelopes, in: transaction)
    }
  ]

  /// What one type of event does to the blocks of its dossier.
  private struct Taking: Sendable {
    let type: any Event.Type
    let take: @Sendable (Envelope, inout [ID<Dossier>: FriseBlocks]) throws -> Void

    static func of<E: Event>(
      _ type: E.Type, _ dossier: @escaping @Sendable (E) -> ID<Dossier>,
      _ body: @escaping @Sendable (E, Envelope, inout FriseBlocks) -> Void
    ) -> Taking {
      Taking(type: type) { envelope, frises in
        guard let event = try envelope.decode(E.self) else { return }
        body(event, envelope, &frises[dossier(event), default: FriseBlocks()])
      }
    }
  }

  private static let takings: [Taking] = [
    .of(DossierEntered.self, { $0.dossier }) { event, _, frise in frise.take(event) },
    .of(ReferentChanged.self, { $0.dossier }) { event, _, frise in frise.take(event) },
    .of(ExitRecorded.self, { $0.dossier }) { event, _, frise in frise.take(event) },
    .of(StepReferentNamed.self, { $0.dossier }) { event, _, frise in frise.take(event) },
    .of(StepReferentChanged.self, { $0.dossier }) { event, envelope, frise in frise.take(event, at: envelope.time) },
    .of(EntitlementChanged.self, { $0.dossier }) { event, _, frise in frise.take(event) },
    .of(StandbyChanged.self, { $0.dossier }) { event, _, frise in frise.take(event) },
    .of(FormalNoticeRequested.self, { $0.dossier }) { event, _, frise in frise.take(event) },
    .of(ContractMoved.self, { $0.dossier }) { event, envelope, frise in frise.take(event, at: envelope.time) },
    .of(AppointmentChanged.self, { $0.dossier }) { event, _, frise in frise.take(event) },
    .of(StepChanged.self, { $0.dossier }) { event, _, frise in frise.take(event) },
    .of(GatheringChanged.self, { $0.dossier }) { event, _, frise in frise.take(event) },
  ]

  private struct Stored: Codable, Sendable {
    let dossier: ID<Dossier>
    let kind: TimelineBlock.Kind
    let subject: String
    let title: String
    let detail: String?
    let fromDate: CalendarDate
    let untilDate: CalendarDate?
    let at: Date?
    let lasts: Bool
    let account: ID<Account>?

    init(_ named: FriseBlocks.Named, of dossier: ID<Dossier>) {
      self.dossier = dossier
      kind = named.block.kind
      subject = named.block.subject
      title = named.block.title
      detail = named.block.detail
      fromDate = named.block.from
      untilDate = named.block.until
      at = named.block.at
      lasts = named.block.lasts
      account = named.account
    }

    var named: FriseBlocks.Named {
      FriseBlocks.Named(
        block: TimelineBlock(
          kind: kind, subject: subject, title: title, detail: detail, from: fromDate, until: untilDate, at: at,
          lasts: lasts), account: account)
    }
  }

  private struct Gone: Encodable, Sendable {
    let dossier: ID<Dossier>
    let kind: TimelineBlock.Kind
    let subject: String
  }

  /// What came at once, dossier by dossier in the order in which it came.
  private static func take(_ envelopes: [Envelope], in transaction: Transaction) async throws {
    let keys = Set(envelopes.compactMap { UUID(uuidString: $0.subject) })
    let stored = try await transaction.query(
      """
      select dossier, kind, subject, title, detail, from_date, until_date, at, lasts, account
      from dossiers.timeline_block where dossier = any(\(Array(keys))::uuid[])
      """, as: Stored.self)
    var frises = Dictionary(grouping: stored, by: \.dossier).mapValues { FriseBlocks($0.map(\.named)) }
    for envelope in envelopes {
      for taking in takings where taking.type.type == envelope.type { try taking.take(envelope, &frises) }
    }
    let touched = frises.flatMap { dossier, frise in frise.touched.map { (dossier, $0, frise.blocks[$0]) } }
    try await write(
      touched.compactMap { dossier, _, named in named.map { Stored($0, of: dossier) } },
      without: touched.compactMap { dossier, key, named in
        named == nil ? Gone(dossier: dossier, kind: key.kind, subject: key.subject) : nil
      }, in: transaction)
  }

  private static func write(_ blocks: [Stored], without gone: [Gone], in transaction: Transaction) async throws {
    if !gone.isEmpty {
      try await transaction.execute(
        """
        delete from dossiers.timeline_block b
        using jsonb_to_recordset(\(json: gone)::jsonb) as g (dossier uuid, kind text, subject text)
        where b.dossier = g.dossier and b.kind = g.kind and b.subject = g.subject
        """)
    }
    guard !blocks.isEmpty else { return }
    try await transaction.execute(
      """
      insert into dossiers.timeline_block
        (dossier, kind, subject, title, detail, from_date, until_date, at, lasts, account)
      select l.dossier, l.kind, l.subject, coalesce(a.name, l.title), l.detail, l."fromDate", l."untilDate", l.at, l.lasts,
        l.account
      from jsonb_to_recordset(\(json: blocks)::jsonb) as l (dossier uuid, kind text, subject text, title text,
        detail text, "fromDate" date, "untilDate" date, at timestamptz, lasts boolean, account uuid)
      left join identity.v1_account a on a.id = l.account
      on conflict (dossier, kind, subject) do update set title = excluded.title, detail = excluded.detail,
        from_date = excluded.from_date, until_date = excluded.until_date, at = excluded.at, lasts = excluded.lasts,
        account = excluded.account
      """)
  }
}
