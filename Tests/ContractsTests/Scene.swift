import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport

@testable import Contracts

/// Thursday 12 March 2026, 11 h in France.
let march12 = Moment.parse("2026-03-12T10:00:00Z") ?? Date(timeIntervalSince1970: 0)

func day(_ text: String) -> CalendarDate { CalendarDate(text) ?? CalendarDate(dayNumber: 0) }

/// One dossier with its lead référent and the people of its territory, put in place behind the service's back.
struct Scene: Sendable {
  var dossier = ID<Dossier>.new()
  var lead = ID<Account>.new()
  var territory = ID<Territory>.new()
  var organisation = ID<Organisation>.new()

  /// - Parameter asksForAll: whether the county asks for everything before a contract is submitted, as Jalons comes; else for
  ///   an objective alone.
  static func one(
    in database: TestDatabase, family: String = "MARTIN", given: String = "Léa", territory: ID<Territory> = .new(),
    asksForAll: Bool = false
  ) async throws -> Scene {
    let scene = Scene(territory: territory)
    let household = ID<Household>.new()
    if !asksForAll {
      try await database.owner { transaction in
        _ = try await transaction.execute(
          """
          insert into contracts.submission_terms (required, at, account, account_name)
          values ('{objective}', '2026-01-01', \(UUID()), 'Département')
          """)
      }
    }
    try await database.owner { transaction in
      _ = try await transaction.batch([
        """
        insert into identity.organisation (id, name) values (\(scene.organisation), 'Maison des solidarités')
        """,
        """
        insert into identity.account (id, email, family_name, given_name, organisation, phone)
        values (\(scene.lead), \(scene.lead.description + "@exemple.fr"), 'DURAND', 'Paul', \(scene.organisation),
          '0475660102')
        """,
        """
        insert into dossiers.household (id, genesis_number, address, postal_code, commune)
        values (\(household), \(household.description), '3 rue des Lilas', '07000', 'PRIVAS')
        """,
        """
        insert into dossiers.dossier (id, household, role, genesis_id, family_name, given_name, birth_date, entered_on,
          search, territory, lead, lead_organisation)
        values (\(scene.dossier), \(household), 'DEM', \(scene.dossier.description), \(family), \(given), '1985-07-14',
          '2020-01-01', 'x', \(scene.territory), \(scene.lead), \(scene.organisation))
        """,
        """
        insert into dossiers.referent (id, dossier, account, organisation, kind, from_date)
        values (\(UUID()), \(scene.dossier), \(scene.lead), \(scene.organisation), 'lead', '2020-01-01')
        """,
      ])
    }
    return scene
  }

  /// A step on an offer, of this dossier.
  func step(in database: TestDatabase) async throws -> ID<Step> {
    let (step, offer) = (ID<Step>.new(), ID<Offer>.new())
    try await database.owner { [dossier, territory, lead] transaction in
      _ = try await transaction.batch([
        """
        insert into fse.offer (id, name, classification, starts_on, ends_on)
        values (\(offer), \(offer.description), 'emploi', '2025-01-01', '2030-12-31')
        """,
        """
        insert into fse.step (id, dossier, territory, offer, kind, planned_from, planned_until, registered_by,
          registered_by_name, registered_at)
        values (\(step), \(dossier), \(territory), \(offer), 'step', '2026-01-01', '2026-06-30', \(lead), 'DURAND Paul',
          '2026-01-01')
        """,
      ])
    }
    return step
  }

  var referent: Caller { .someone(.referent, account: lead, name: "DURAND Paul", organisation: organisation) }
  var secretariat: Caller { .someone(.secretariatDispositif, name: "PETIT Anne", territories: [territory]) }
  var chef: Caller { .someone(.chefDeService, name: "ROUX Claire", territories: [territory]) }
}

extension ServiceUnderTest {
  /// A contract with one objective, as its référent has drafted it.
  func drafted(_ scene: Scene, endsOn: CalendarDate? = day("2026-09-30")) async throws -> ContractSheet {
    let referent = try await client(as: scene.referent)
    let sheet = try await referent.call(
      ContractsAPI.draftContract, ["dossier": scene.dossier],
      ContractDraft(endsOn: endsOn, signedOn: day("2026-03-12"), situation: "Sans véhicule."))
    return try await referent.call(
      ContractsAPI.addObjective, ["contract": sheet.contract.id],
      ObjectiveDraft(theme: "mobilite", personDoes: "Passer le permis.", referentDoes: "Chercher un financement."),
      version: sheet.version)
  }

  func move(
    _ sheet: ContractSheet, to state: ContractState, as caller: Caller, comment: String? = nil,
    endsOn: CalendarDate? = nil
  ) async throws -> ContractSheet {
    try await client(as: caller).call(
      ContractsAPI.moveContract, ["contract": sheet.contract.id],
      ContractMoveRequest(to: state, comment: comment, endsOn: endsOn), version: sheet.version)
  }

  /// A contract that the chef de service has validated.
  func validated(_ scene: Scene, endsOn: CalendarDate? = day("2026-09-30")) async throws -> ContractSheet {
    let drafted = try await drafted(scene, endsOn: endsOn)
    let submitted = try await move(drafted, to: .submitted, as: scene.referent)
    let awaiting = try await move(submitted, to: .awaiting, as: scene.secretariat)
    return try await move(awaiting, to: .accepted, as: scene.chef)
  }
}

/// What a call was refused with; nil when it was not.
func problem(_ body: () async throws -> some Any) async throws -> Problem? {
  do {
    _ = try await body()
    return nil
  } catch let problem as Problem {
    return problem
  }
}
