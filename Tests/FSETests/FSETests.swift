import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import FSE

/// A county at work on 2 March 2026: dossiers of one référent, an FSE operation of two years with two offers.
struct Scene: Sendable {
  let service: ServiceUnderTest
  let lead: ID<Account> = .new()
  let manager: ID<Account> = .new()
  let territory: ID<Territory> = .new()
  let operatorOrganisation: ID<Organisation> = .new()
  let referent: APIClient
  let chef: APIClient
  let gestionnaire: APIClient
  let operation: FSEOperation
  let first: Offer
  let second: Offer

  static let start = day("2026-03-02").moment(hour: 9)

  static func day(_ text: String) -> CalendarDate { CalendarDate(text) ?? CalendarDate(dayNumber: 0) }

  static func run(_ body: @escaping @Sendable (Scene) async throws -> Void) async throws {
    try await ServiceUnderTest.run(FSEProcess.process, at: start) { service in
      try await body(Scene(service))
    }
  }

  init(_ service: ServiceUnderTest) async throws {
    self.service = service
    let organisation = operatorOrganisation
    _ = try await service.database.owner { transaction in
      try await transaction.execute(
        "insert into identity.organisation (id, name, kind) values (\(organisation), 'Diagnostics 07', 'operateur')")
    }
    referent = try await service.client(as: .someone(.referentFSE, account: lead))
    chef = try await service.client(as: .someone(.chefDeService, territories: [territory]))
    gestionnaire = try await service.client(as: .someone(.gestionnaireFSE, account: manager))
    operation = try await gestionnaire.call(
      FSEAPI.addOperation, [:],
      FSEOperationDraft(
        name: "FSE 2025-2026 : Accompagnement renforcé", code: "2025-01", startsOn: Self.day("2025-01-01"),
        endsOn: Self.day("2026-12-31")))
    first = try await Self.offer("FSE 2025-2026 : Accompagnement", operation, by: chef)
    second = try await Self.offer("FSE 2025-2026 : Accompagnement emploi", operation, by: chef)
  }

  static func offer(_ name: String, _ operation: FSEOperation?, by client: APIClient) async throws -> Offer {
    try await client.call(
      FSEAPI.addOffer, [:],
      OfferDraft(
        name: name, classification: operation == nil ? "emploi" : "fse", startsOn: day("2025-01-01"),
        endsOn: day("2026-12-31"), operation: operation?.id))
  }

  /// A dossier with its référent, put in place behind the service's back.
  func dossier(_ name: String = "MARTIN") async throws -> ID<Dossier> {
    let (dossier, lead, territory) = (ID<Dossier>.new(), lead, territory)
    try await service.database.owner { transaction in
      let household = ID<Household>.new()
      try await transaction.execute(
        """
        insert into dossiers.household (id, genesis_number) values (\(household), \(household.description))
        """)
      try await transaction.execute(
        """
        insert into dossiers.dossier (id, household, role, genesis_id, family_name, given_name, entered_on,
          search, territory, lead, oriented_on)
        values (\(dossier), \(household), 'DEM', \(dossier.description), \(name), 'Léa', '2026-01-05', 'martin lea',
          \(territory), \(lead), '2026-01-12')
        """)
      try await transaction.execute(
        """
        insert into dossiers.referent (id, dossier, account, kind, from_date)
        values (\(ID<Dossier>.new()), \(dossier), \(lead), 'lead', '2026-01-12')
        """)
    }
    return dossier
  }

  /// A registration on an FSE offer, with its passage en convention.
  func draft(
    _ offer: Offer, from: String = "2026-01-12", until: String = "2026-12-31", participation: Bool = true
  ) -> StepDraft {
    StepDraft(
      offer: offer.id, plannedFrom: Self.day(from), plannedUntil: Self.day(until), from: Self.day(from),
      participation: participation)
  }

  func register(_ dossier: ID<Dossier>, _ draft: StepDraft) async throws -> Step {
    try await referent.call(FSEAPI.register, ["dossier": dossier], draft)
  }

  func participation(of dossier: ID<Dossier>) async throws -> Participation {
    let page = try await referent.call(FSEAPI.listParticipations, ["dossier": dossier])
    return try #require(page.items.first)
  }

  /// Types and data of the events that were announced about a dossier, in order.
  func announced(_ type: String, about dossier: ID<Dossier>) async throws -> [JSONValue] {
    struct Row: Decodable, Sendable { let data: JSONValue }
    return try await service.database.owner {
      try await $0.query(
        "select data from fse.outbox where type = \(type) and key = \(dossier.description) order by position",
        as: Row.self)
    }.map(\.data)
  }
}

/// The problem that a call is refused with.
func refusal(_ body: () async throws -> some Sendable) async throws -> Problem {
  do {
    _ = try await body()
  } catch let problem as Problem {
    return problem
  }
  Issue.record("the call was not refused")
  return Problem("aucun", 200, "")
}

/// Answers that complete the entry form as the county suggests.
let entryAnswers: [String: JSONValue] = [
  "E00": .string("2026-03-02"), "E00S": .string("O"), "E01": .string("O"), "E03": .string("AUT"), "E04": .string("N"),
  "E06": .string("ACT15"), "E07": .string("2026-01-12"), "E08": .string("N"), "E09": .string("O"),
  "E10": .string("2026-01-12"), "E11": .string("3P"), "E12": .string("NSP"), "E13": .array([.string("RSA")]),
  "E14": .string("N"), "E15": .string("NSP"),
]
let exitAnswers: [String: JSONValue] = [
  "S01": .string("TERM"), "S03": .string("EMP_CDI"), "S04": .string("N"), "S05": .string("N"),
]
