import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// What is known of a person beside their path (rule C19). No view shows it: it stays in the dossier.
struct SideDataStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL = """
    id, dossier, kind, code, label, detail, from_date, until_date, step, author_name, written_at, closed_on, closed_by,
    version
    """

  func list(of dossier: ID<Dossier>, for caller: Caller) async throws -> [SideDatum] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select \(Self.columns) from dossiers.side_data where dossier = \(dossier)
        order by closed_on is not null, id desc limit 300
        """, as: SideDatum.self)
    }
  }

  /// - Throws: 422 with every fault.
  func add(
    _ draft: SideDatumDraft, to dossier: ID<Dossier>, for caller: Caller, at moment: Date
  ) async throws -> SideDatum {
    try await postgres.withTransaction(as: caller) { transaction in
      let label = try await SideDataChecks.label(of: draft, keeping: nil, in: dossier, in: transaction)
      let datum = SideDatum(
        id: .new(at: moment), dossier: dossier, kind: draft.kind, code: draft.chosen, label: label,
        detail: draft.detail, fromDate: draft.from, untilDate: draft.until, step: draft.step, authorName: caller.name,
        writtenAt: moment, version: 1)
      try await transaction.execute(
        """
        insert into dossiers.side_data (id, dossier, kind, code, label, detail, from_date, until_date, step, author,
          author_name, written_at)
        values (\(datum.id), \(dossier), \(datum.kind), \(datum.code), \(label), \(datum.detail), \(datum.fromDate),
          \(datum.untilDate), \(datum.step), \(caller.account), \(caller.name), \(moment))
        """)
      try await transaction.announce(SideDataChanged(dossier: dossier, kind: datum.kind, change: .added), at: moment)
      return datum
    }
  }

  /// - Throws: 404; 409 for one that is closed; 412 with it as it is now; 422 with every fault.
  func change(
    _ id: ID<SideDatum>, of dossier: ID<Dossier>, to draft: SideDatumDraft, version: Int, for caller: Caller,
    at moment: Date
  ) async throws -> SideDatum {
    try await postgres.withTransaction(as: caller) { transaction in
      var datum = try await locked(id, of: dossier, in: transaction).held(version: version)
      guard datum.closedOn == nil else {
        throw Problem.conflict(
          "donnee-close", "Cette donnée est close.", detail: "Elle reste telle qu’elle était. Ajoutez-en une autre.")
      }
      let label = try await SideDataChecks.label(of: draft, keeping: datum, in: dossier, in: transaction)
      try await transaction.execute(
        """
        update dossiers.side_data set code = \(draft.chosen), label = \(label), detail = \(draft.detail),
          from_date = \(draft.from), until_date = \(draft.until), step = \(draft.step), version = version + 1
        where id = \(id)
        """)
      try await transaction.announce(
        SideDataChanged(dossier: dossier, kind: datum.kind, change: .changed), at: moment)
      datum.code = draft.chosen
      datum.label = label
      datum.detail = draft.detail
      datum.fromDate = draft.from
      datum.untilDate = draft.until
      datum.step = draft.step
      datum.version += 1
      return datum
    }
  }

  /// Closing twice changes nothing.
  func close(
    _ id: ID<SideDatum>, of dossier: ID<Dossier>, version: Int, for caller: Caller, at moment: Date
  ) async throws -> SideDatum {
    try await postgres.withTransaction(as: caller) { transaction in
      let before = try await locked(id, of: dossier, in: transaction)
      if before.closedOn != nil { return before }
      var datum = try before.held(version: version)
      try await transaction.execute(
        """
        update dossiers.side_data set closed_on = \(caller.today), closed_by = \(caller.name), version = version + 1
        where id = \(id)
        """)
      try await transaction.announce(
        SideDataChanged(dossier: dossier, kind: datum.kind, change: .closed), at: moment)
      datum.closedOn = caller.today
      datum.closedBy = caller.name
      datum.version += 1
      return datum
    }
  }

  private func locked(
    _ id: ID<SideDatum>, of dossier: ID<Dossier>, in transaction: Transaction
  ) async throws -> SideDatum {
    try await transaction.held(
      "select \(Self.columns) from dossiers.side_data where id = \(id) and dossier = \(dossier) for update",
      as: SideDatum.self, missing: "Cette donnée")
  }

  /// The trades whose label has all these words, or whose code begins so.
  func trades(_ query: TradeQuery, for caller: Caller) async throws -> Page<Trade> {
    var conditions: [SQL] = ["true"]
    for word in PlainText.of(query.q ?? "").split(separator: " ").prefix(6) {
      conditions.append("(jalons.plain(label) like \("%" + word + "%") or lower(code) like \(String(word) + "%"))")
    }
    let matching = conditions.joined(separator: " and ")
    return try await postgres.withTransaction(as: caller) { transaction in
      Page(
        items: try await transaction.query(
          "select code, label from dossiers.trade where \(matching) order by label, code limit 20", as: Trade.self))
    }
  }
}

func addSideDataRoutes(to routes: Routes, store: SideDataStore) {
  routes.handle(DossiersAPI.listSideData) { _, request in
    Page(items: try await store.list(of: request.dossier, for: request.caller))
  }
  routes.handle(DossiersAPI.addSideDatum) { draft, request in
    try await store.add(draft, to: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.changeSideDatum) { draft, request in
    try await store.change(
      request.id("sideDatum"), of: request.dossier, to: draft, version: request.version, for: request.caller,
      at: request.now)
  }
  routes.handle(DossiersAPI.closeSideDatum) { _, request in
    try await store.close(
      request.id("sideDatum"), of: request.dossier, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.listTrades) { query, request in try await store.trades(query, for: request.caller) }
}
