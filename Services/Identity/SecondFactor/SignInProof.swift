import API
import Crypto
import Domain
import Foundation
import Service

/// What whoever gave the right password holds until the code: sealed, for one account and that password, good once.
struct SignInProof: Codable, Sendable {
  let id: UUID
  let account: ID<Account>
  /// A hash of the stored password's hash: another password ends the proof.
  let password: Data
  let expiresAt: Date
  let profile: Profile?
  let client: SessionClient

  static let lifetime: TimeInterval = 5 * 60

  /// The same for a proof that ran out, was used, or never was.
  static let ended = Problem(
    "preuve-perimee", 401, "Cette connexion a trop attendu.",
    detail: "Saisissez de nouveau votre adresse et votre mot de passe, puis le code.")

  init(of candidate: Candidate, _ input: SignIn? = nil, at moment: Date) {
    id = UUID.version7(at: moment)
    account = candidate.id
    password = Self.version(of: candidate.password)
    expiresAt = moment.addingTimeInterval(Self.lifetime)
    profile = input?.profile
    client = input?.client ?? .browser
  }

  /// - Returns: nil when it was not sealed here, was changed, or ran out.
  init?(_ text: String, seal: KeySeal, at moment: Date) {
    guard let sealed = Data(base64URL: text), let bytes = seal.open(sealed, name: Self.name),
      let proof = try? JSONDecoder.jalons.decode(SignInProof.self, from: bytes), proof.expiresAt > moment
    else { return nil }
    self = proof
  }

  func sealed(_ seal: KeySeal) throws -> String {
    try seal.seal(JSONEncoder.jalons.encode(self), name: Self.name).base64URL
  }

  /// Whether the account is still the one whose password was right.
  func holds(for candidate: Candidate) -> Bool {
    candidate.id == account && candidate.status == .active && Self.version(of: candidate.password) == password
  }

  /// What answers a right password, with the proof of it.
  func question(_ seal: KeySeal) throws -> Problem {
    Problem(
      "second-facteur", 401, "Saisissez le code de votre application d’authentification.",
      offer: .object(["proof": .string(try sealed(seal)), "expiresAt": .string(Moment.text(expiresAt))]))
  }

  private static let name = "sign-in"

  private static func version(of stored: String?) -> Data { Data(SHA256.hash(data: Data((stored ?? "").utf8))) }
}
