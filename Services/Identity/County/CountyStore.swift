import API
import Crypto
import Domain
import Foundation
import Postgres
import Service

/// Who the county is: one row, and every change of it.
struct CountyStore: Sendable {
  let postgres: PostgresClient

  private static let county: SQL = """
    select jsonb_strip_nulls(jsonb_build_object('name', name, 'department', department, 'address', address,
      'smsSender', sms_sender, 'mailSender', mail_sender, 'timeZone', time_zone)) as details, logo_digest as logo, version
    from identity.county
    """

  func county(for caller: Caller) async throws -> County {
    try await postgres.withTransaction(as: caller) { try await Self.county(in: $0) }
  }

  private static func county(in transaction: Transaction) async throws -> County {
    guard let found = try await transaction.first(county, as: County.self) else { throw Problem.notFound() }
    return found
  }

  /// The same again changes nothing and leaves no line in the history.
  /// - Throws: 412 with the county as it is now; 422 with every fault.
  func change(
    _ details: CountyDetails, version: Int, for caller: Caller, at moment: Date
  ) async throws -> County {
    let details = details.tidied
    guard details.faults.isEmpty else { throw Problem.invalid(details.faults) }
    return try await postgres.withTransaction(as: caller) { transaction in
      let before = try await transaction.held(
        "\(Self.county) for update", as: County.self, version: version, missing: "Le département")
      if before.details == details { return before }
      try await transaction.batch([
        """
        update identity.county set name = \(details.name), department = \(details.department),
          address = \(details.address), sms_sender = \(details.smsSender), mail_sender = \(details.mailSender),
          time_zone = \(details.timeZone), version = version + 1
        """,
        """
        insert into identity.county_change (before, after, at, account, account_name)
        values (\(json: before.details), \(json: details), \(moment), \(caller.account), \(caller.name))
        """,
      ])
      return try await Self.county(in: transaction)
    }
  }

  /// The newest first.
  func changes(_ query: CountyChangeQuery, for caller: Caller) async throws -> Page<CountyChange> {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.changes(
        "position, before, after, at, account_name", of: "identity.county_change", after: query, limit: query.limit)
    }
  }

  // MARK: Its picture

  /// - Throws: 422 for what is no picture that every browser shows.
  func keepLogo(_ bytes: Data, for caller: Caller) async throws -> County {
    guard Self.isPicture(bytes) else {
      throw Problem.invalid([
        Fault("file", "image", "Ce fichier n’est pas une image PNG. Exportez le logo dans ce format.")
      ])
    }
    let digest = Data(SHA256.hash(data: bytes).prefix(12)).hexadecimal
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        """
        update identity.county set logo = \(bytes), logo_digest = \(digest), version = version + 1
        where logo_digest is distinct from \(digest)
        """)
      return try await Self.county(in: transaction)
    }
  }

  /// - Throws: 404 where the county has none.
  func logo(for caller: Caller) async throws -> FileOutput {
    let found = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first("select logo from identity.v1_county_logo", as: Data.self)
    }
    guard let found else { throw Problem.notFound("Le logo") }
    return FileOutput(name: "logo.png", contentType: "image/png", bytes: found)
  }

  /// What the bytes are, whatever the file is called. No SVG: it may hold a script.
  private static func isPicture(_ bytes: Data) -> Bool {
    bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
  }
}

func addCountyRoutes(to routes: Routes, store: CountyStore) {
  routes.handle(IdentityAPI.showCounty) { _, request in try await store.county(for: request.caller) }
  routes.handle(IdentityAPI.showCountyLogo) { _, request in try await store.logo(for: request.caller) }
  routes.handle(IdentityAPI.changeCounty) { details, request in
    try await store.change(details, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(IdentityAPI.keepCountyLogo) { _, request in
    try await store.keepLogo(try await request.small(IdentityAPI.keepCountyLogo.limit), for: request.caller)
  }
  routes.handle(IdentityAPI.listCountyChanges) { query, request in
    try await store.changes(query, for: request.caller)
  }
}
