import Domain
import Postgres
import TestSupport

/// One dossier with its référent, put in place behind the service's back.
struct Scene {
  var dossier: ID<Dossier>
  var lead: ID<Account>
  var territory: ID<Territory>

  static func one(in database: TestDatabase) async throws -> Scene {
    let scene = Scene(dossier: .new(), lead: .new(), territory: .new())
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
          territory, lead)
        values (\(dossier), \(household), 'DEM', \(dossier.description), \(familyName), \(givenName), current_date,
          jalons.plain(concat_ws(' ', \(familyName)::text, \(givenName)::text, \(familyName)::text)), \(territory), \(lead))
        """)
      try await transaction.execute(
        """
        insert into dossiers.referent (id, dossier, account, kind, from_date)
        values (\(ID<Dossier>.new()), \(dossier), \(lead), 'lead', current_date)
        """)
    }
  }
}
