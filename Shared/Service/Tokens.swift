import API
import AsyncHTTPClient
import Domain
import Foundation
import JWTKit
import Logging
import NIOCore
import Synchronization

/// What a token says of its bearer. Signed by identity with Ed25519, good for minutes.
public struct TokenClaims: JWTPayload, Sendable {
  public var sub: String
  public var name: String
  /// The colleague away in whose place the account acts.
  public var replaces: Caller.Replaced?
  public var sid: String?
  public var profile: String?
  public var scope: String
  public var territories: [String]
  public var organisation: String?
  public var rights: [String]
  /// Of a program's access token; absent for a person.
  public var permits: [String]?
  /// After how many minutes without use the session ends, so that its pages may warn of it; absent for a program.
  public var idle: Int?
  public var iss: String
  public var iat: Int
  public var exp: Int

  public static let issuer = "jalons"

  public init(caller: Caller, issuedAt: Date, lifetime: TimeInterval, idle: Int? = nil) {
    self.idle = idle
    sub = caller.account.description
    name = caller.name
    replaces = caller.replaces
    sid = caller.session?.description
    profile = caller.profile?.rawValue
    scope = caller.scope.rawValue
    territories = caller.territories.map(\.description)
    organisation = caller.organisation?.description
    rights = caller.rights.map(\.rawValue).sorted()
    permits = caller.permits?.map(\.rawValue).sorted()
    iss = Self.issuer
    iat = Int(issuedAt.timeIntervalSince1970)
    exp = iat + Int(lifetime)
  }

  public func verify(using algorithm: some JWTAlgorithm) async throws {
    guard iss == Self.issuer else { throw JWTError.claimVerificationFailure(failedClaim: nil, reason: "issuer") }
  }

  /// - Parameter moment: the clock's, so that tests may travel in time.
  func caller(at moment: Date) -> Caller? {
    guard Double(exp) > moment.timeIntervalSince1970, let account = ID<Account>(sub),
      let scope = Scope(rawValue: scope),
      scope != .system
    else { return nil }
    var caller = Caller(
      account: account, name: name, profile: profile.flatMap(Profile.init(rawValue:)), scope: scope,
      territories: territories.compactMap { ID($0) }, organisation: organisation.flatMap { ID($0) },
      rights: Set(rights.compactMap(Right.init(rawValue:))), session: sid.flatMap { ID($0) },
      today: CalendarDate(moment))
    caller.replaces = replaces
    caller.permits = permits.map { Set($0.map(Permit.init(rawValue:))) }
    return caller
  }
}

/// Checks tokens against identity's published keys, fetched when an unknown one is met, at most every ten seconds.
public actor TokenVerifier {
  private let fetch: @Sendable () async throws -> String
  private var published = Published(keys: JWTKeyCollection(), names: [])
  private var fetchedAt: ContinuousClock.Instant?
  private var fetching: Task<Published, any Error>?
  /// What tokens say that were checked with the keys as they are: a person's next clicks bring the same one.
  private nonisolated let checked = Mutex<[String: TokenClaims]>([:])
  /// As many people as work at once in a large county; beyond them all are checked anew.
  private static let mostChecked = 4096

  private struct Published {
    let keys: JWTKeyCollection
    let names: Set<String>
  }

  public init(fetch: @escaping @Sendable () async throws -> String) { self.fetch = fetch }

  public init(addresses: [String]) {
    self.fetch = {
      var failure: any Error = SettingError(description: "identity has no address")
      for address in addresses {
        do {
          let request = HTTPClientRequest(url: address + "/api/identity/v1/keys")
          let response = try await HTTPClient.shared.execute(request, timeout: .seconds(3))
          return String(buffer: try await response.body.collect(upTo: 65_536))
        } catch {
          failure = error
        }
      }
      throw failure
    }
  }

  /// The caller that a token names, or nil when it is forged, of another algorithm, of an unknown key or out of date.
  /// - Throws: when the keys cannot be fetched, which says nothing about the token.
  public nonisolated func caller(of token: String, at moment: Date) async throws -> Caller? {
    if let claims = checked.withLock({ $0[token] }) { return claims.caller(at: moment) }
    return try await claims(of: token)?.caller(at: moment)
  }

  private func claims(of token: String) async throws -> TokenClaims? {
    guard let kid = Self.keyIdentifier(of: token) else { return nil }
    if !published.names.contains(kid) { try await refresh() }
    guard published.names.contains(kid) else { return nil }
    let with = fetchedAt
    guard let claims = try? await published.keys.verify(token, as: TokenClaims.self) else { return nil }
    // Where the keys have changed meanwhile, it is checked anew the next time.
    if fetchedAt == with {
      checked.withLock { known in
        if known.count >= Self.mostChecked { known.removeAll() }
        known[token] = claims
      }
    }
    return claims
  }

  /// Has the keys at hand before the first call needs them.
  /// - Throws: when they cannot be fetched.
  func prepare() async throws {
    if published.names.isEmpty { try await refresh() }
  }

  private struct Header: Decodable { let alg: String, kid: String? }
  private struct KeySet: Decodable {
    struct Key: Decodable { let kid: String, x: String }
    let keys: [Key]
  }

  /// The key's name in the header, for Ed25519 alone: a token of any other algorithm is refused.
  private static func keyIdentifier(of token: String) -> String? {
    guard let part = token.split(separator: ".", omittingEmptySubsequences: false).first else { return nil }
    var text = part.replacingOccurrences(of: "-", with: "+").replacingOccurrences(of: "_", with: "/")
    while text.count % 4 != 0 { text += "=" }
    guard let data = Data(base64Encoded: text), let header = try? JSONDecoder().decode(Header.self, from: data),
      header.alg == "EdDSA"
    else { return nil }
    return header.kid
  }

  /// Everybody who comes while the keys are on their way waits for the same ones: a service that has just started, or a
  /// key that has just changed, turns nobody away.
  private func refresh() async throws {
    if fetching == nil {
      if let fetchedAt, ContinuousClock.now - fetchedAt < .seconds(10) { return }
      fetching = Task { [fetch] in try await Self.keys(in: fetch()) }
    }
    guard let task = fetching else { return }
    let result = await task.result
    // The first waiting task that resumes stores the keys; the others find them stored.
    if fetching == task {
      fetching = nil
      if case .success(let fresh) = result {
        (published, fetchedAt) = (fresh, .now)
        checked.withLock { $0.removeAll() }
      }
    }
    _ = try result.get()
  }

  private static func keys(in text: String) async throws -> Published {
    let set = try JSONDecoder().decode(KeySet.self, from: Data(text.utf8))
    let keys = JWTKeyCollection()
    for key in set.keys {
      await keys.add(eddsa: try EdDSA.PublicKey(x: key.x, curve: .ed25519), kid: JWKIdentifier(string: key.kid))
    }
    // Without this an unknown name would fall back on the first key.
    await keys.clearDefault()
    return Published(keys: keys, names: Set(set.keys.map(\.kid)))
  }
}
