import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Who is registered on events, as far as the caller reaches them (rule S13).
struct GuestStore: Sendable {
  let postgres: PostgresClient
  let enrolments: EnrolmentStore

  private static let select: SQL = """
    select t.gathering, g.name as gathering_name, g.on_day, g.half, g.place, t.dossier, d.number,
      d.family_name || ' ' || d.given_name as name, t.presence, t.invited_by_name, t.confirmed_by_name
    from fse.guest t join fse.gathering g on g.id = t.gathering join dossiers.v1_dossier d on d.id = t.dossier
    """

  private struct Place: Codable {
    let name: String
    let dossier: ID<Dossier>
  }

  func guests(of gathering: ID<Gathering>, _ query: GuestQuery, for caller: Caller) async throws -> Page<Guest> {
    let limit = query.limit ?? 50
    let name: SQL = "(d.family_name || ' ' || d.given_name) collate \"fr-x-icu\""
    var conditions: [SQL] = ["t.gathering = \(gathering)"]
    if let after = try query.place(as: Place.self) {
      conditions.append("(\(name), t.dossier) > (\(after.name), \(after.dossier)::uuid)")
    }
    let statement: SQL = """
      \(Self.select) where \(conditions.joined(separator: " and ")) order by \(name), t.dossier limit \(limit + 1)
      """
    let rows = try await postgres.withTransaction(as: caller) { transaction in
      _ = try await GatheringStore.find(gathering, in: transaction)
      return try await transaction.query(statement, as: Guest.self)
    }
    return try Page(rows, limit: limit) { Place(name: $0.name, dossier: $0.dossier) }
  }

  func gatherings(of dossier: ID<Dossier>, for caller: Caller) async throws -> [Guest] {
    try await postgres.withTransaction(as: caller) {
      try await $0.query(
        "\(Self.select) where t.dossier = \(dossier) order by g.on_day desc, g.id limit 200", as: Guest.self)
    }
  }

  /// - Throws: 422 for an event that does not exist; 409 `evenement-complet` or `deja-inscrit`.
  func invite(
    _ dossier: ID<Dossier>, to gathering: ID<Gathering>, for caller: Caller, at moment: Date
  ) async throws -> Guest {
    try await GatheringStore.counting {
      try await postgres.withTransaction(as: caller) {
        try await Self.invite(dossier, to: gathering, in: $0, at: moment)
      }
    }
  }

  /// One registration of a batch, in its transaction (rule S12).
  func invite(
    _ dossier: ID<Dossier>, to gathering: ID<Gathering>, inBatch transaction: Transaction, at moment: Date
  ) async throws {
    try await GatheringStore.counting {
      _ = try await Self.invite(dossier, to: gathering, in: transaction, at: moment)
    }
  }

  private static func invite(
    _ dossier: ID<Dossier>, to id: ID<Gathering>, in transaction: Transaction, at moment: Date
  ) async throws -> Guest {
    let gathering: Gathering
    do {
      gathering = try await GatheringStore.find(id, in: transaction)
    } catch let problem as Problem where problem.status == 404 {
      throw Problem.invalid([Fault("gathering", "choix", "Choisissez un évènement qui existe.")])
    }
    let caller = transaction.caller
    try await transaction.execute(
      """
      insert into fse.guest (gathering, dossier, territory, invited_by, invited_by_name, invited_at)
      values (\(id), \(dossier), (select territory from dossiers.v1_dossier where id = \(dossier)),
        \(caller.account), \(caller.name), \(moment))
      """)
    try await transaction.announce(gathering.event(.invited, dossier), at: moment)
    return try await find(dossier, at: id, in: transaction)
  }

  /// Keeps the registration of many persons.
  func enrol(
    _ list: GuestList, in gathering: ID<Gathering>, for caller: Caller, at moment: Date
  ) async throws -> ID<Enrolment> {
    try await postgres.withTransaction(as: caller) { transaction in
      let found = try await GatheringStore.find(gathering, in: transaction)
      let faults = EnrolmentStore.faults(in: list.dossiers)
      if !faults.isEmpty { throw Problem.invalid(faults) }
      return try await enrolments.add(
        .gathering(gathering, name: found.name), to: list.dossiers, in: transaction, at: moment)
    }
  }

  /// - Throws: 404 for a person who is not registered; 422 for a day to come.
  func confirm(
    _ presence: Guest.Presence, of dossier: ID<Dossier>, at id: ID<Gathering>, for caller: Caller, at moment: Date
  ) async throws -> Guest {
    try await postgres.withTransaction(as: caller) { transaction in
      let gathering = try await GatheringStore.find(id, in: transaction)
      if presence != .awaited, gathering.onDay > caller.today {
        throw Problem.invalid([
          Fault("presence", "a-venir", "La présence se confirme à partir du \(French.long(gathering.onDay)).")
        ])
      }
      let changed = try await transaction.execute(
        """
        update fse.guest set presence = \(presence), confirmed_by_name = \(caller.name), confirmed_at = \(moment)
        where gathering = \(id) and dossier = \(dossier) and presence <> \(presence)
        """)
      let guest = try await Self.find(dossier, at: id, in: transaction)
      guard changed == 1 else { return guest }
      let change: GatheringChanged.Change =
        switch presence {
        case .present: .present
        case .absent: .absent
        case .awaited: .awaited
        }
      try await transaction.announce(gathering.event(change, dossier), at: moment)
      return guest
    }
  }

  /// - Throws: 404 for a person who is not registered.
  func remove(_ dossier: ID<Dossier>, from id: ID<Gathering>, for caller: Caller, at moment: Date) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      let gathering = try await GatheringStore.find(id, in: transaction)
      let gone = try await transaction.execute(
        "delete from fse.guest where gathering = \(id) and dossier = \(dossier)")
      guard gone == 1 else { throw Problem.notFound("Cette inscription") }
      try await transaction.announce(gathering.event(.removed, dossier), at: moment)
    }
  }

  private static func find(
    _ dossier: ID<Dossier>, at gathering: ID<Gathering>, in transaction: Transaction
  ) async throws -> Guest {
    guard
      let found = try await transaction.first(
        "\(select) where t.gathering = \(gathering) and t.dossier = \(dossier)", as: Guest.self)
    else { throw Problem.notFound("Cette inscription") }
    return found
  }
}

extension Gathering {
  fileprivate func event(_ change: GatheringChanged.Change, _ dossier: ID<Dossier>) -> GatheringChanged {
    GatheringChanged(gathering: id, dossier: dossier, name: name, on: onDay, change: change)
  }
}
