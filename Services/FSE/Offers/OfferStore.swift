import API
import Domain
import Foundation
import Postgres
import Service

struct OfferStore: Sendable {
  let postgres: PostgresClient

  private static let select: SQL = """
    select o.id, o.name, o.operator, r.name as operator_name, o.classification, o.starts_on, o.ends_on, o.active,
      o.needs_partner, o.needs_attendance, o.needs_report, o.uses_sessions, o.open_to_operator, o.description,
      o.operation, p.name as operation_name, o.shows_phone, o.territories, o.characteristics, o.version,
      coalesce((
        select jsonb_agg(jsonb_build_object(
          'id', s.id, 'name', s.name, 'startsOn', s.starts_on, 'endsOn', s.ends_on, 'places', s.places,
          'taken', s.taken) order by s.starts_on, s.id)
        from fse.offer_session s where s.offer = o.id), '[]') as sessions,
      coalesce((
        select jsonb_agg(jsonb_build_object('id', m.id, 'name', m.name) order by jalons.plain(m.name), m.id)
        from fse.offer_partner x join fse.operator m on m.id = x.operator where x.offer = o.id), '[]') as partners
    from fse.offer o
    left join fse.operator r on r.id = o.operator
    left join fse.operation p on p.id = o.operation
    """

  /// In French order on any server.
  private static let name: SQL = "o.name collate \"fr-x-icu\""

  func offers(_ query: OfferQuery, for caller: Caller) async throws -> Page<Offer> {
    let limit = query.limit ?? 50
    var conditions: [SQL] = ["true"]
    if let text = query.q { conditions.append(.plain("o.search", holds: text)) }
    if let code = query.classification { conditions.append("o.classification = \(code)") }
    if let active = query.active { conditions.append("o.active = \(active)") }
    if let day = query.on { conditions.append("\(day)::date between o.starts_on and o.ends_on") }
    if let operation = query.operation { conditions.append("o.operation = \(operation)") }
    conditions += Self.narrowing(query, today: caller.today)
    if let after = try query.place(as: NamePlace.self) {
      conditions.append("(\(Self.name), o.id) > (\(after.name), \(after.id)::uuid)")
    }
    let statement: SQL = """
      \(Self.select) where \(conditions.joined(separator: " and ")) order by \(Self.name), o.id limit \(limit + 1)
      """
    let rows = try await postgres.withTransaction(as: caller) { try await $0.query(statement, as: Offer.self) }
    return try Page(rows, limit: limit) { NamePlace(name: $0.name, id: $0.id.value) }
  }

  func show(_ id: ID<Offer>, for caller: Caller) async throws -> Offer {
    try await postgres.withTransaction(as: caller) { try await Self.find(id, in: $0) }
  }

  /// - Throws: 422 for dates outside the operation, an unknown classification, a session outside the offer.
  func add(_ draft: OfferDraft, for caller: Caller, at moment: Date) async throws -> Offer {
    try await naming {
      try await postgres.withTransaction(as: caller) { transaction in
        try await Self.check(draft, keeping: nil, in: transaction)
        let id = ID<Offer>.new(at: moment)
        try await transaction.execute(
          """
          insert into fse.offer (id, name, operator, classification, starts_on, ends_on, active, needs_partner,
            needs_attendance, needs_report, uses_sessions, open_to_operator, description, operation, shows_phone,
            territories, characteristics)
          values (\(id), \(draft.name), \(draft.operator), \(draft.classification), \(draft.startsOn), \(draft.endsOn),
            \(draft.active), \(draft.needsPartner), \(draft.needsAttendance), \(draft.needsReport),
            \(draft.usesSessions), \(draft.openToOperator), \(draft.description), \(draft.operation),
            \(draft.showsPhone ?? false), \(draft.territories ?? [])::uuid[],
            \(json: draft.characteristics ?? [])::jsonb)
          """)
        try await Self.write(draft.sessions, of: id, in: transaction, at: moment)
        try await Self.write(partners: draft.partners ?? [], of: id, in: transaction)
        return try await Self.find(id, in: transaction)
      }
    }
  }

  /// - Throws: 404; 412 with the offer as it is now; 409 when the operation changes though somebody is registered, or
  ///   when a session that is taken away has registrations.
  func change(
    _ id: ID<Offer>, to draft: OfferDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> Offer {
    try await naming {
      try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.execute("select from fse.offer where id = \(id) for update")
        let before = try await Self.find(id, in: transaction).held(version: version)
        try await Self.check(draft, keeping: before, in: transaction)
        if before.operation != draft.operation, try await Self.isUsed(id, in: transaction) {
          throw Problem.conflict(
            "operation-utilisee", "L’opération de cette offre ne peut plus changer.",
            detail: "Des personnes y sont inscrites. Désactivez cette offre et créez-en une autre.")
        }
        try await transaction.execute(
          """
          update fse.offer set name = \(draft.name), operator = \(draft.operator),
            classification = \(draft.classification), starts_on = \(draft.startsOn), ends_on = \(draft.endsOn),
            active = \(draft.active), needs_partner = \(draft.needsPartner),
            needs_attendance = \(draft.needsAttendance), needs_report = \(draft.needsReport),
            uses_sessions = \(draft.usesSessions), open_to_operator = \(draft.openToOperator),
            description = \(draft.description), operation = \(draft.operation),
            shows_phone = \(draft.showsPhone ?? before.showsPhone),
            territories = \(draft.territories ?? before.territories)::uuid[],
            characteristics = \(json: draft.characteristics ?? before.characteristics)::jsonb, version = version + 1
          where id = \(id)
          """)
        try await Self.write(draft.sessions, of: id, in: transaction, at: moment)
        if let partners = draft.partners { try await Self.write(partners: partners, of: id, in: transaction) }
        return try await Self.find(id, in: transaction)
      }
    }
  }

  /// - Throws: 404; 409 once somebody was registered on it, for it keeps its place in their path.
  func delete(_ id: ID<Offer>, for caller: Caller) async throws {
    do {
      try await postgres.withTransaction(as: caller) { transaction in
        guard try await transaction.execute("delete from fse.offer where id = \(id)") == 1 else {
          throw Problem.notFound("Cette offre")
        }
      }
    } catch let error as PostgresError where error.kind == .foreignKeyViolation {
      let count = try await registrations(on: id, for: caller)
      throw Problem.conflict(
        "offre-utilisee", "Cette offre ne peut plus être supprimée.",
        detail: "\(French.count(count, "inscription est enregistrée", "inscriptions sont enregistrées")) sur cette "
          + "offre, tous territoires confondus. Désactivez-la : elle ne sera plus proposée.")
    }
  }

  /// How many registrations there are, within the caller's reach or not.
  private func registrations(on id: ID<Offer>, for caller: Caller) async throws -> Int {
    try await postgres.withTransaction(as: caller) {
      try await $0.first("select reach.registrations(\(id))", as: Int.self) ?? 0
    }
  }

  // MARK: Parts

  static func find(_ id: ID<Offer>, in transaction: Transaction) async throws -> Offer {
    guard let found = try await transaction.first("\(select) where o.id = \(id)", as: Offer.self) else {
      throw Problem.notFound("Cette offre")
    }
    return found
  }

  // Behind the policies: whether anybody is registered, in scope or not, is told by the foreign key alone, so the
  // question is put to it in a part of the transaction that is always undone.
  private static func isUsed(_ id: ID<Offer>, in transaction: Transaction) async throws -> Bool {
    struct Unused: Error {}
    do {
      try await transaction.savepoint { part in
        try await part.execute("delete from fse.offer where id = \(id)")
        throw Unused()
      }
      return false
    } catch is Unused {
      return false
    } catch let error as PostgresError where error.kind == .foreignKeyViolation {
      return true
    }
  }

  private static func check(
    _ draft: OfferDraft, keeping before: Offer?, in transaction: Transaction
  ) async throws {
    struct Days: Decodable, Sendable { let startsOn: CalendarDate, endsOn: CalendarDate }
    var faults = try await KeptList.classes.faults(
      draft.classification, at: "classification", keeping: before?.classification, in: transaction)
    var operation: Period?
    if let id = draft.operation {
      guard
        let days = try await transaction.first(
          "select starts_on, ends_on from fse.operation where id = \(id)", as: Days.self)
      else { throw Problem.invalid([Fault("operation", "choix", "Choisissez une opération qui existe.")]) }
      operation = Period(from: days.startsOn, until: days.endsOn)
    }
    faults += draft.faults(within: operation)
    faults += try await transaction.faults(
      of: (draft.territories ?? []).enumerated().map { index, territory in
        before?.territories.contains(territory) == true
          ? nil : BodyReference.territory(territory, at: "territories.\(index)")
      })
    faults += try await transaction.faults(
      of: (draft.partners ?? []).enumerated().map { index, partner in
        BodyReference(
          "partners.\(index)", "Choisissez un opérateur qui existe.", "select from fse.operator where id = \(partner)")
      })
    for (index, asked) in (draft.characteristics ?? []).enumerated() {
      faults += try await KeptList.characteristics.faults(
        asked.code, at: "characteristics.\(index).code",
        keeping: before?.characteristics.first { $0.code == asked.code }?.code, in: transaction)
    }
    let sessions = Set(before?.sessions.compactMap(\.id) ?? [])
    for (index, session) in draft.sessions.enumerated() where session.id.map({ !sessions.contains($0) }) == true {
      faults.append(Fault("sessions.\(index).id", "inconnu", "Cette session n’est pas de cette offre."))
    }
    if !faults.isEmpty { throw Problem.invalid(faults) }
  }

  private static func write(
    _ sessions: [OfferSession], of offer: ID<Offer>, in transaction: Transaction, at moment: Date
  ) async throws {
    let kept = sessions.compactMap(\.id)
    var statements: [SQL] = [
      "delete from fse.offer_session where offer = \(offer) and not (id = any(\(kept)::uuid[]))"
    ]
    for session in sessions {
      statements.append(
        """
        insert into fse.offer_session as s (id, offer, name, starts_on, ends_on, places)
        values (\(session.id ?? .new(at: moment)), \(offer), \(session.name), \(session.startsOn), \(session.endsOn),
          \(session.places))
        on conflict (id) do update set name = excluded.name, starts_on = excluded.starts_on,
          ends_on = excluded.ends_on, places = excluded.places
        where s.offer = excluded.offer
        """)
    }
    try await transaction.batch(statements)
  }

  private static func write(partners: [ID<Operator>], of offer: ID<Offer>, in transaction: Transaction) async throws {
    try await transaction.execute(
      "delete from fse.offer_partner where offer = \(offer) and not (operator = any(\(partners)::uuid[]))")
    try await transaction.execute(
      """
      insert into fse.offer_partner (offer, operator) select \(offer), unnest(\(partners)::uuid[])
      on conflict do nothing
      """)
  }

  private func naming<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError where error.constraint == "session_places" {
      throw Problem.conflict(
        "places-prises", "Une session aurait moins de places que d’inscrits.",
        detail: "Gardez au moins autant de places que de personnes déjà inscrites.")
    } catch let error as PostgresError where error.kind == .foreignKeyViolation {
      switch error.constraint {
      case "step_session":
        throw Problem.conflict(
          "session-utilisee", "Une session ne peut plus être retirée.",
          detail: "Des personnes y sont inscrites. Gardez la session et retirez seulement les autres.")
      case "offer_operator":
        throw Problem.invalid([Fault("operator", "choix", "Choisissez un opérateur qui existe.")])
      default: throw error
      }
    }
  }
}
