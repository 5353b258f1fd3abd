import API
import Domain
import Foundation
import Messaging
import Postgres
import Service
import TestSupport

/// A county in small: two organisations, three référents, one dossier of the first référent.
struct SchedulingScene: Sendable {
  let territory = ID<Territory>.new()
  let organisation = ID<Organisation>.new()
  let otherOrganisation = ID<Organisation>.new()
  /// The dossier's lead, DURAND Paul.
  let lead = ID<Account>.new()
  /// Of the same organisation, LEROY Anne.
  let colleague = ID<Account>.new()
  /// Of the other organisation, PETIT Jean.
  let stranger = ID<Account>.new()
  let dossier = ID<Dossier>.new()

  /// Thursday 12 March 2026, 9 h in France.
  static let start = CalendarDate(dayNumber: 20_524).moment(hour: 9)

  static func make(in database: TestDatabase, phone: String? = "0612345678") async throws -> SchedulingScene {
    let scene = SchedulingScene()
    try await database.owner { transaction in
      for (id, name) in [(scene.organisation, "Centre médico-social"), (scene.otherOrganisation, "Tremplin")] {
        try await transaction.execute("insert into identity.organisation (id, name) values (\(id), \(name))")
      }
      for (id, family, given, organisation) in [
        (scene.lead, "Durand", "Paul", scene.organisation), (scene.colleague, "Leroy", "Anne", scene.organisation),
        (scene.stranger, "Petit", "Jean", scene.otherOrganisation),
      ] {
        try await transaction.execute(
          """
          insert into identity.account (id, email, family_name, given_name, organisation, status)
          values (\(id), \(id.description + "@example.org"), \(family), \(given), \(organisation), 'active')
          """)
      }
    }
    try await scene.add(scene.dossier, of: scene.lead, named: "Martin", phone: phone, in: database)
    return scene
  }

  /// Puts another dossier in place behind the service's back.
  func add(
    _ dossier: ID<Dossier>, of lead: ID<Account>, named name: String, phone: String? = nil, in database: TestDatabase
  ) async throws {
    try await database.owner { transaction in
      let household = ID<Household>.new()
      try await transaction.execute(
        "insert into dossiers.household (id, genesis_number) values (\(household), \(household.description))")
      try await transaction.execute(
        """
        insert into dossiers.dossier (id, household, role, genesis_id, family_name, given_name, entered_on,
          search, territory, lead, phone)
        values (\(dossier), \(household), 'DEM', \(dossier.description), \(name), 'Léa', '2026-01-01',
          \(name), \(territory), \(lead), \(phone))
        """)
      try await transaction.execute(
        """
        insert into dossiers.referent (id, dossier, account, kind, from_date)
        values (\(ID<Dossier>.new()), \(dossier), \(lead), 'lead', '2026-01-01')
        """)
    }
  }

  /// Gives the account a profile in the scene's territory.
  func grant(_ profile: Profile, to account: ID<Account>, in database: TestDatabase) async throws {
    try await database.owner { [territory] transaction in
      _ = try await transaction.execute(
        """
        insert into identity.account_profile (id, account, profile, territories)
        values (\(ID<Account>.new()), \(account), \(profile), \([territory]))
        """)
    }
  }

  var leadCaller: Caller { .someone(.referent, account: lead, name: "DURAND Paul", organisation: organisation) }
  var colleagueCaller: Caller {
    .someone(.referent, account: colleague, name: "LEROY Anne", organisation: organisation)
  }
  var strangerCaller: Caller {
    .someone(.referent, account: stranger, name: "PETIT Jean", organisation: otherOrganisation)
  }

  /// An interview of an hour, `days` after the scene's first morning.
  func interview(
    days: Int = 7, hour: Int = 10, minutes: Int = 60, agent: ID<Account>? = nil, reminder: Bool = false
  ) -> AppointmentDraft {
    AppointmentDraft(
      agent: agent, kind: "entretien", theme: "suivi",
      startsAt: CalendarDate(Self.start).adding(days: days).moment(hour: hour), minutes: minutes, reminder: reminder)
  }
}

extension ServiceUnderTest {
  /// The titles of somebody's notifications, oldest first.
  func titles(of account: ID<Account>) async throws -> [String] {
    try await database.owner { transaction in
      try await transaction.query(
        "select title from scheduling.notification where account = \(account) order by at, id", as: String.self)
    }
  }

  /// What the outbox provider took, oldest first.
  func texts() async throws -> [String] {
    try await database.owner { transaction in
      try await transaction.query("select body from scheduling.sent_by_outbox order by taken_at, key", as: String.self)
    }
  }
}
