import API
import Domain
import Foundation
import Postgres
import Service

extension DirectoryStore {
  /// - Throws: 409 when the code is taken.
  func add(_ new: NewTerritory, for caller: Caller) async throws -> TerritoryRow {
    try await refusals {
      try await postgres.withTransaction(as: caller) { transaction in
        let rows = try await transaction.query(
          """
          insert into identity.territory (id, code, name)
          values (md5(\("jalons.territory." + new.code)::text)::uuid, \(new.code), \(new.name)) returning id, code, name, version
          """, as: TerritoryRow.self)
        return try Self.one(rows)
      }
    }
  }

  /// - Throws: 404; 412 with the territory as it is now.
  func change(
    _ territory: ID<Territory>, _ change: TerritoryChange, version: Int, for caller: Caller
  ) async throws -> TerritoryRow {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await transaction.held(
        "select id, code, name, version from identity.territory where id = \(territory) for update",
        as: TerritoryRow.self, version: version, missing: "Ce territoire")
      let rows = try await transaction.query(
        """
        update identity.territory set name = \(change.name), version = version + 1 where id = \(territory)
        returning id, code, name, version
        """, as: TerritoryRow.self)
      return try Self.one(rows)
    }
  }

  /// Where the feed will name it, it has the identifier that the feed will give it.
  /// - Throws: 409 when the reference is taken; 422 when the territory does not exist.
  func add(_ new: NewOrganisation, for caller: Caller, at moment: Date) async throws -> OrganisationRow {
    let feed = new.genesisRef.map { "jalons.organisation." + $0 }
    return try await refusals {
      try await postgres.withTransaction(as: caller) { transaction in
        let rows = try await transaction.query(
          """
          insert into identity.organisation (id, name, kind, territory, genesis_ref, address, postal_code, commune)
          values (coalesce(md5(\(feed)::text)::uuid, \(ID<Organisation>.new(at: moment))::uuid), \(new.name),
            \(new.kind), \(new.territory), \(new.genesisRef), \(new.address), \(new.postalCode), \(new.commune))
          returning \(Self.organisation)
          """, as: OrganisationRow.self)
        return try Self.one(rows)
      }
    }
  }

  /// - Throws: 404; 412 with the organisation as it is now; 422 when the territory does not exist.
  func change(
    _ organisation: ID<Organisation>, _ change: OrganisationChange, version: Int, for caller: Caller
  ) async throws -> OrganisationRow {
    try await refusals {
      try await postgres.withTransaction(as: caller) { transaction in
        _ = try await transaction.held(
          "select \(Self.organisation) from identity.organisation where id = \(organisation) for update",
          as: OrganisationRow.self, version: version, missing: "Cette structure")
        let rows = try await transaction.query(
          """
          update identity.organisation set name = coalesce(\(change.name), name), kind = coalesce(\(change.kind), kind),
            territory = coalesce(\(change.territory), territory),
            address = nullif(coalesce(\(change.address), address), ''),
            postal_code = nullif(coalesce(\(change.postalCode), postal_code), ''),
            commune = nullif(coalesce(\(change.commune), commune), ''), pending = false, version = version + 1
          where id = \(organisation) returning \(Self.organisation)
          """, as: OrganisationRow.self)
        return try Self.one(rows)
      }
    }
  }

  private static func one<Row>(_ rows: [Row]) throws -> Row {
    guard let row = rows.first else { throw Problem.notFound() }
    return row
  }

  private func refusals<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError {
      switch error.constraint {
      case "territory_code_key", "territory_pkey":
        throw Problem.conflict("code-pris", "Un territoire a déjà ce code.")
      case "organisation_genesis_ref_key", "organisation_pkey":
        throw Problem.conflict("reference-prise", "Une structure a déjà cette référence Genesis.")
      case "organisation_territory_fkey":
        throw Problem.invalid([Fault("territory", "inconnu", "Ce territoire n’existe pas.")])
      default: throw error
      }
    }
  }
}
