import API
import Domain
import Foundation
import Passwords
import Postgres
import Service
import Synchronization
import TestSupport
import Testing

@testable import Identity

/// Where the process under test is, once it runs: its verifier asks itself for the keys, as in production.
final class OwnAddress: Sendable {
  private let address = Mutex("")
  var verifier: TokenVerifier {
    TokenVerifier { [self] in
      let url = address.withLock { $0 }
      let keys = try await APIClient(addresses: { _ in [url] }).call(IdentityAPI.listKeys)
      return String(decoding: try JSONEncoder.jalons.encode(keys), as: UTF8.self)
    }
  }
  func set(_ url: String) { address.withLock { $0 = url } }
}

/// Identity as it runs in production but for its clock and the cost of a hash.
struct IdentityUnderTest: Sendable {
  let service: ServiceUnderTest
  static let password = "quatre-mots-sans-lien"
  static let hasher = PasswordHasher(ln: 10)

  /// The clock starts on a whole second, so that what is stored to the millisecond is the moment itself.
  static func run(
    environment: [String: String] = [:], _ body: @escaping @Sendable (IdentityUnderTest) async throws -> Void
  ) async throws {
    let address = OwnAddress()
    let moment = Date(timeIntervalSince1970: TestClock.present.timeIntervalSince1970.rounded())
    try await ServiceUnderTest.run(
      IdentityProcess.process, at: moment, environment: environment.merging(["JALONS_SCRYPT_LN": "10"]) { $1 },
      verifier: address.verifier
    ) { service in
      address.set(service.url)
      try await body(IdentityUnderTest(service: service))
    }
  }

  /// A client as seen from a network address.
  func client(from address: String = "192.0.2.1", token: String? = nil) -> APIClient {
    let url = service.url
    return APIClient(addresses: { _ in [url] }, token: token, headers: [("Jalons-Client", address)])
  }

  func signIn(
    _ email: String, _ password: String = password, profile: Profile? = nil, from address: String = "192.0.2.1"
  ) async throws -> SignedIn {
    try await client(from: address).call(
      IdentityAPI.signIn, [:], SignIn(email: email, password: password, profile: profile))
  }

  /// The problem with which a sign-in is refused.
  func refusal(_ email: String, _ password: String, from address: String = "192.0.2.1") async throws -> Problem {
    let problem = await #expect(throws: Problem.self) { try await signIn(email, password, from: address) }
    return try #require(problem)
  }

  /// How many hashes were computed so far.
  var hashes: Int {
    let line = service.parts.metrics.text(gauges: []).split(separator: "\n")
      .first { $0.hasPrefix("jalons_password_hashes_total ") }
    return line.flatMap { Double($0.split(separator: " ")[1]) }.map { Int($0) } ?? 0
  }

  /// An account put in place behind the service's back.
  @discardableResult
  func account(
    _ email: String, _ profiles: [Profile] = [.referent], status: String = "active", territories: [ID<Territory>] = [],
    family: String = "DURAND", given: String = "Paul"
  ) async throws -> ID<Account> {
    let hash = try await Self.hasher.hash(Self.password)
    let id = ID<Account>.new()
    try await service.database.owner { transaction in
      try await transaction.execute(
        """
        insert into identity.account (id, email, family_name, given_name, status, password)
        values (\(id), \(email), \(family), \(given), \(status), \(hash))
        """)
      for (index, profile) in profiles.enumerated() {
        try await transaction.execute(
          """
          insert into identity.account_profile (id, account, profile, territories)
          values (\(ID<AccountProfile>.new(at: Date().addingTimeInterval(Double(index)))), \(id), \(profile),
            \(territories))
          """)
      }
    }
    return id
  }

  func territory(_ code: String = "CENTRE") async throws -> ID<Territory> {
    let id = ID<Territory>.new()
    try await service.database.owner { transaction in
      _ = try await transaction.execute(
        "insert into identity.territory (id, code, name) values (\(id), \(code), initcap(\(code)))")
    }
    return id
  }

  /// A client signed in as an administrator.
  func administrator() async throws -> APIClient {
    try await account("admin@exemple.fr", [.administrateur], family: "MERCIER", given: "Louise")
    return client(token: try await signIn("admin@exemple.fr").token)
  }

  func value<T: Decodable & Sendable>(_ sql: SQL, as type: T.Type) async throws -> T? {
    try await service.database.owner { try await $0.first(sql, as: type) }
  }
}

/// How often each status came when something was done twenty times at once.
func twentyAtOnce(_ body: @escaping @Sendable (Int) async throws -> Void) async -> [Int: Int] {
  await withTaskGroup(of: Int.self) { tasks in
    for index in 0..<20 {
      tasks.addTask {
        do {
          try await body(index)
          return 200
        } catch let problem as Problem {
          return problem.status
        } catch {
          return 0
        }
      }
    }
    return await tasks.reduce(into: [:]) { $0[$1, default: 0] += 1 }
  }
}
