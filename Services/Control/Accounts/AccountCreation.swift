import API
import Domain
import Foundation
import Passwords
import Postgres

/// Why `jalonsctl accounts create` made nothing; the description is shown to whoever typed it.
enum AccountCreationError: Error, Equatable, CustomStringConvertible {
  case emailTaken(String)
  case emailUnreadable(String)
  case territoryUnknown([String])
  case territoryMissing(Profile)
  case organisationMissing(Profile)

  var description: String {
    switch self {
    case .emailTaken(let email): "L’adresse \(email) a déjà un compte."
    case .emailUnreadable(let email): "« \(email) » n’est pas une adresse électronique."
    case .territoryUnknown(let codes): "Aucun territoire n’a ce code : \(codes.joined(separator: ", "))."
    case .territoryMissing(let profile): "Le profil « \(profile.label) » demande au moins un territoire."
    case .organisationMissing(let profile): "Le profil « \(profile.label) » demande une structure."
    }
  }
}

/// Makes accounts directly in the database, as its owner: the first administrator, before anybody can sign in.
struct AccountCreation: Sendable {
  let postgres: PostgresClient
  let hasher: PasswordHasher

  /// - Parameters:
  ///   - postgres: connected as the owner of the schemas.
  ///   - hasher: as identity has it; its cost stands in what is stored.
  init(postgres: PostgresClient, hasher: PasswordHasher = PasswordHasher()) {
    self.postgres = postgres
    self.hasher = hasher
  }

  /// Makes an active account with one profile.
  /// - Parameters:
  ///   - organisation: by its name; made as an accompanying one where nobody has it.
  ///   - territories: by their codes.
  ///   - password: without it one is made up, given back once, and to be replaced by its owner.
  /// - Returns: the account, and the password that was made up, or nil where one was given.
  /// - Throws: `AccountCreationError`; `PostgresError`.
  func create(
    email: String, familyName: String, givenName: String, profile: Profile, organisation: String? = nil,
    territories: [String] = [], password: String? = nil
  ) async throws -> (id: ID<Account>, password: String?) {
    guard EmailAddress.isPlausible(email) else { throw AccountCreationError.emailUnreadable(email) }
    if profile.scope == .territory, territories.isEmpty { throw AccountCreationError.territoryMissing(profile) }
    if [.organisation, .enrolled].contains(profile.scope), organisation == nil {
      throw AccountCreationError.organisationMissing(profile)
    }
    let madeUp = password == nil ? Self.password() : nil
    let hash = try await hasher.hash(password ?? madeUp ?? "")
    let id = ID<Account>.new()
    do {
      try await postgres.withTransaction(as: .system("accounts")) { transaction in
        let place = try await Self.organisation(named: organisation, in: transaction)
        let reach = try await Self.territories(territories, in: transaction)
        try await transaction.execute(
          """
          insert into identity.account
            (id, email, family_name, given_name, organisation, status, password, password_temporary)
          values (\(id), \(email), \(familyName), \(givenName), \(place), 'active', \(hash), \(madeUp != nil))
          """)
        try await transaction.execute(
          """
          insert into identity.account_profile (id, account, profile, territories)
          values (\(ID<AccountProfile>.new()), \(id), \(profile), \(reach))
          """)
      }
    } catch let error as PostgresError where error.constraint == "account_email" {
      throw AccountCreationError.emailTaken(email)
    }
    return (id, madeUp)
  }

  private static func organisation(named name: String?, in transaction: Transaction) async throws -> ID<Organisation>? {
    guard let name else { return nil }
    let known = try await transaction.first(
      "select id from identity.organisation where lower(name) = lower(\(name)) order by pending, id",
      as: ID<Organisation>.self)
    if let known { return known }
    let id = ID<Organisation>.new()
    try await transaction.execute("insert into identity.organisation (id, name) values (\(id), \(name))")
    return id
  }

  private static func territories(_ codes: [String], in transaction: Transaction) async throws -> [ID<Territory>] {
    struct Row: Decodable, Sendable {
      let id: ID<Territory>
      let code: String
    }
    let rows = try await transaction.query(
      "select id, code from identity.territory where upper(code) = any(\(codes.map { $0.uppercased() })::text[])",
      as: Row.self)
    let unknown = codes.filter { code in !rows.contains { $0.code.uppercased() == code.uppercased() } }
    guard unknown.isEmpty else { throw AccountCreationError.territoryUnknown(unknown) }
    return rows.map(\.id)
  }

  /// Four groups of five characters that cannot be taken for one another: 98 bits.
  private static func password() -> String {
    let characters = Array("abcdefghjkmnpqrstuvwxyz23456789")
    var generator = SystemRandomNumberGenerator()
    return (0..<4).map { _ in
      String((0..<5).map { _ in characters[Int.random(in: 0..<characters.count, using: &generator)] })
    }.joined(separator: "-")
  }
}
