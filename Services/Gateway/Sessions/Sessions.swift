import API
import Crypto
import Domain
import Foundation
import NIOHTTP1
import Service

/// Turns the secret in a browser's cookie into a token good for minutes: from memory, or from identity.
actor Sessions {
  /// Somebody who is signed in.
  struct SignedIn: Sendable, Equatable {
    let token: String
    let expiresAt: Date
    let account: String
    let seat: String
    let session: ID<Session>?
  }

  enum Outcome: Sendable, Equatable {
    case signedIn(SignedIn)
    /// Identity knows no such session any more; why, for the sign-in page.
    case refused(String)
  }

  private struct Refresh: Encodable { let secret: String }
  private struct Refreshed: Decodable { let token: String, expiresAt: Date }

  /// How long before its end a token is replaced: what takes long behind must not see it end.
  private static let margin: TimeInterval = 30
  private static let mostKept = 50_000

  private let upstreams: Upstreams
  private let now: Now
  private var kept: [SHA256Digest: SignedIn] = [:]
  private var underWay: [SHA256Digest: Task<Outcome, any Error>] = [:]
  private let closed = ClosedSessions()

  init(upstreams: Upstreams, now: Now) {
    self.upstreams = upstreams
    self.now = now
  }

  /// What is known without asking anybody.
  func known(_ secret: String) -> SignedIn? {
    guard let signedIn = kept[Self.digest(secret)], isOpen(signedIn),
      signedIn.expiresAt.timeIntervalSince(now()) > Self.margin
    else { return nil }
    return signedIn
  }

  /// The token of a secret. Many requests of one browser ask identity once.
  /// - Throws: `Problem` 503 when identity cannot be asked and nothing usable is known.
  /// - Parameter address: the client's, where identity keeps it.
  func signIn(_ secret: String, from address: String? = nil) async throws -> Outcome {
    if let signedIn = known(secret) { return .signedIn(signedIn) }
    let digest = Self.digest(secret)
    let task: Task<Outcome, any Error>
    if let running = underWay[digest] {
      task = running
    } else {
      task = Task { try await self.refresh(secret, digest, from: address) }
      underWay[digest] = task
    }
    do {
      let outcome = try await task.value
      // Closed while identity was answering.
      if case .signedIn(let signedIn) = outcome, !isOpen(signedIn) { return .refused("session-fermee") }
      return outcome
    } catch {
      if let last = kept[digest], isOpen(last), last.expiresAt > now() { return .signedIn(last) }
      throw Problem.gatewayUnreachable
    }
  }

  private func refresh(_ secret: String, _ digest: SHA256Digest, from address: String?) async throws -> Outcome {
    defer { underWay[digest] = nil }
    let answer = try await upstreams.call(
      "identity", .POST, "/api/identity/v1/sessions/refresh", body: JSONEncoder().encode(Refresh(secret: secret)),
      headers: address.map { [("jalons-client", $0)] } ?? [])
    switch answer.status {
    case 200..<300:
      let refreshed = try JSONDecoder.jalons.decode(Refreshed.self, from: answer.body)
      guard let reading = TokenReading.of(refreshed.token) else { throw Problem.gatewayUnreachable }
      let signedIn = SignedIn(
        token: refreshed.token, expiresAt: refreshed.expiresAt, account: reading.account,
        seat: reading.seat, session: reading.session)
      if isOpen(signedIn) { keep(signedIn, digest) }
      return .signedIn(signedIn)
    case 400, 401, 403, 404, 409, 410, 422:
      kept[digest] = nil
      return .refused(Self.reason(in: answer.body))
    default: throw Problem.gatewayUnreachable
    }
  }

  /// The last part of the problem's type: `session-fermee`, `expiree`…
  private static func reason(in body: Data) -> String {
    do {
      let problem = try JSONDecoder.jalons.decode(Problem.self, from: body)
      let slug = problem.type.split(separator: "/").last.map(String.init) ?? ""
      let isPlain = slug.utf8.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == 45 }
      return slug.isEmpty || !isPlain ? "inconnue" : slug
    } catch {
      return "inconnue"
    }
  }

  private func keep(_ signedIn: SignedIn, _ digest: SHA256Digest) {
    let moment = now()
    if kept.count >= Self.mostKept { kept = kept.filter { $0.value.expiresAt > moment } }
    // Still full: somebody makes sessions faster than they end. Identity is asked again; nothing breaks.
    if kept.count >= Self.mostKept { kept.removeAll() }
    kept[digest] = signedIn
  }

  /// Forgets a secret that its browser gave back.
  func forget(_ secret: String) { kept[Self.digest(secret)] = nil }

  // MARK: Sessions that were closed

  /// Refuses the tokens of a session from now on.
  func close(session: ID<Session>) {
    closed.close(session, at: now())
    kept = kept.filter { $0.value.session != session }
  }

  func isClosed(session: ID<Session>) -> Bool { closed.contains(session, at: now()) }

  private func isOpen(_ signedIn: SignedIn) -> Bool {
    signedIn.session.map { !isClosed(session: $0) } ?? true
  }

  private static func digest(_ secret: String) -> SHA256Digest { SHA256.hash(data: Data(secret.utf8)) }
}
