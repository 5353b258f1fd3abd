import API
import Domain
import Foundation
import Postgres
import Service

/// The events themselves. Who is registered on them is in `GuestStore.swift`.
struct GatheringStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL = """
    id, name, kind, on_day, half, place, capacity, taken, description, organiser, organiser_name, version,
    (organiser = caller.seat() or coalesce(organisation = caller.organisation(), organisation is null)
      or caller.profile() = 'siege') as may_change
    """

  private struct Place: Codable {
    let day: CalendarDate
    let id: ID<Gathering>
  }

  func gatherings(_ query: GatheringQuery, for caller: Caller) async throws -> Page<Gathering> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["true"]
    if let text = query.q { conditions.append(.plain("search", holds: text)) }
    if let kind = query.kind { conditions.append("kind = \(kind)") }
    if let from = query.from { conditions.append("on_day >= \(from)::date") }
    if let until = query.until { conditions.append("on_day <= \(until)::date") }
    if let after = try query.place(as: Place.self) {
      conditions.append("(on_day, id) < (\(after.day)::date, \(after.id)::uuid)")
    }
    let statement: SQL = """
      select \(Self.columns) from fse.gathering where \(conditions.joined(separator: " and "))
      order by on_day desc, id desc limit \(limit + 1)
      """
    let rows = try await postgres.withTransaction(as: caller) { try await $0.query(statement, as: Gathering.self) }
    return try Page(rows, limit: limit) { Place(day: $0.onDay, id: $0.id) }
  }

  func show(_ id: ID<Gathering>, for caller: Caller) async throws -> Gathering {
    try await postgres.withTransaction(as: caller) { try await Self.find(id, in: $0) }
  }

  /// - Throws: 422 for a kind that the county does not have.
  func add(_ draft: GatheringDraft, for caller: Caller, at moment: Date) async throws -> Gathering {
    try await postgres.withTransaction(as: caller) { transaction in
      try await Self.check(draft, keeping: nil, in: transaction)
      let id = ID<Gathering>.new(at: moment)
      try await transaction.execute(
        """
        insert into fse.gathering (id, name, kind, on_day, half, place, capacity, description, organiser,
          organiser_name, organisation)
        values (\(id), \(draft.name), \(draft.kind), \(draft.onDay), \(draft.half), \(draft.place),
          \(draft.capacity), \(draft.description), \(caller.account), \(caller.name), \(caller.organisation))
        """)
      return try await Self.find(id, in: transaction)
    }
  }

  /// - Throws: 404; 403 for an event of another structure; 412; 422; 409 for fewer places than there are persons.
  func change(
    _ id: ID<Gathering>, to draft: GatheringDraft, version: Int, for caller: Caller
  ) async throws -> Gathering {
    try await Self.counting {
      try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.execute("select from fse.gathering where id = \(id) for update")
        let before = try await Self.organised(id, in: transaction).held(version: version)
        try await Self.check(draft, keeping: before.kind, in: transaction)
        try await transaction.execute(
          """
          update fse.gathering set name = \(draft.name), kind = \(draft.kind), on_day = \(draft.onDay),
            half = \(draft.half), place = \(draft.place), capacity = \(draft.capacity),
            description = \(draft.description), version = version + 1
          where id = \(id)
          """)
        return try await Self.find(id, in: transaction)
      }
    }
  }

  /// - Throws: 404; 403 for an event of another structure; 409 once a person is registered.
  func delete(_ id: ID<Gathering>, for caller: Caller) async throws {
    do {
      try await postgres.withTransaction(as: caller) { transaction in
        _ = try await Self.organised(id, in: transaction)
        try await transaction.execute("delete from fse.gathering where id = \(id)")
      }
    } catch let error as PostgresError where error.kind == .foreignKeyViolation {
      throw Problem.conflict(
        "evenement-utilise", "Cet évènement ne peut plus être supprimé.",
        detail: "Des personnes y sont inscrites. Retirez-les d’abord, ou gardez-le.")
    }
  }

  /// The event, where its organiser's structure or the siège asks (rule S13).
  private static func organised(_ id: ID<Gathering>, in transaction: Transaction) async throws -> Gathering {
    let found = try await find(id, in: transaction)
    guard found.mayChange else {
      throw Problem.forbidden(
        "Cet évènement est organisé par \(found.organiserName), d’une autre structure. Demandez-lui de le modifier.")
    }
    return found
  }

  static func find(_ id: ID<Gathering>, in transaction: Transaction) async throws -> Gathering {
    guard
      let found = try await transaction.first(
        "select \(columns) from fse.gathering where id = \(id)", as: Gathering.self)
    else { throw Problem.notFound("Cet évènement") }
    return found
  }

  /// What the database says of places and of who is registered already, in words.
  static func counting<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError where error.constraint == "gathering_capacity" {
      throw Problem.conflict(
        "evenement-complet", "Il n’y a plus de place à cet évènement.",
        detail: "Retirez une personne, ou augmentez le nombre de places.")
    } catch let error as PostgresError where error.constraint == "guest_once" {
      throw Problem.conflict("deja-inscrit", "Cette personne est déjà inscrite à cet évènement.")
    }
  }

  private static func check(
    _ draft: GatheringDraft, keeping kind: String?, in transaction: Transaction
  ) async throws {
    let faults = try await KeptList.gatheringKinds.faults(draft.kind, at: "kind", keeping: kind, in: transaction)
    if !faults.isEmpty { throw Problem.invalid(faults) }
  }
}
