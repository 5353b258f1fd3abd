import API
import Domain
import Foundation
import Postgres
import TestSupport

/// One dossier with its référent, put in place behind the service's back.
struct Scene {
  var dossier: ID<Dossier>
  var lead: ID<Account>
  var territory: ID<Territory>
  /// Since when the référent follows.
  var from: CalendarDate

  static func one(
    in database: TestDatabase, from: CalendarDate = CalendarDate(TestClock.present)
  ) async throws -> Scene {
    let scene = Scene(dossier: .new(), lead: .new(), territory: .new(), from: from)
    try await scene.add("MARTIN", "Léa", as: scene.dossier, in: database)
    return scene
  }

  /// A dossier that the same référent follows.
  func add(
    _ familyName: String, _ givenName: String, as dossier: ID<Dossier> = .new(), in database: TestDatabase
  ) async throws {
    try await database.owner { transaction in
      let household = ID<Household>.new()
      try await transaction.execute(
        "insert into dossiers.household (id, genesis_number) values (\(household), \(household.description))")
      try await transaction.execute(
        """
        insert into dossiers.dossier (id, household, role, genesis_id, family_name, given_name, entered_on, search,
          territory, lead, lead_since)
        values (\(dossier), \(household), 'DEM', \(dossier.description), \(familyName), \(givenName),
          \(from),
          jalons.plain(concat_ws(' ', \(familyName)::text, \(givenName)::text, \(familyName)::text)), \(territory),
          \(lead), \(from))
        """)
      try await transaction.execute(
        """
        insert into dossiers.referent (id, dossier, account, kind, from_date)
        values (\(ID<Dossier>.new()), \(dossier), \(lead), 'lead', \(from))
        """)
    }
  }

  /// An exit as the feed proposes it.
  func propose(
    _ reason: ProposedExit.Reason, for dossier: ID<Dossier>, on day: CalendarDate, in database: TestDatabase
  ) async throws {
    _ = try await database.owner { transaction in
      try await transaction.execute(
        """
        insert into dossiers.proposed_exit (id, dossier, territory, reason, exit_on, proposed_on)
        select gen_random_uuid(), id, territory, \(reason), \(day), \(day.adding(days: -19))
        from dossiers.dossier where id = \(dossier)
        """)
    }
  }
}

extension ServiceUnderTest {
  /// Waits until a consumer of this process has taken every event that was announced so far.
  func settled(_ consumer: String) async throws {
    let last = try await database.owner {
      try await $0.query(
        "select id from dossiers.outbox where stream = 'dossiers' order by position desc limit 1", as: UUID.self)
    }
    _ = try await eventually("\(consumer) has taken all") {
      try await database.owner { transaction in
        try await transaction.first(
          """
          select 1 where not exists (select from unnest(\(last)::uuid[]) e
            where e not in (select event from dossiers.inbox where consumer = \(consumer)))
          """, as: Int.self)
      }
    }
  }
}
