import API
import Crypto
import Domain
import Foundation

/// What a key is for. A process is given the keys of its own purposes and no other, so that one taken over opens nothing
/// that another sealed.
public enum KeyPurpose: String, CaseIterable, Sendable {
  /// Identity's: the keys that tokens are signed with, second factors, proofs on the way in.
  case signing, secondFactor = "second-factor", recoveryCode = "recovery-code", signInProof = "sign-in-proof"
  case providerFlow = "provider-flow", idToken = "id-token"
  /// That identity wrote a line of the audit log; `jalonsctl audit verify` reads it as well.
  case auditMark = "audit-mark"
  /// What an e-mail says, from identity, which writes it, to scheduling, which sends it.
  case mail
  /// Dossiers': NIRs as they are kept, as they are matched, and what the feed wrote of people.
  case nir, nirMatch = "nir-match", feed
  /// Contracts': the key that signs documents, as it is kept.
  case documentKey = "document-key"
  /// The codes that a person signs with: how contracts keeps one, and what the text message says, from contracts, which
  /// writes it, to scheduling, which sends it; the documents that the person is sent by e-mail go the same way.
  case signatureCode = "signature-code"
  /// What was typed in a form, from the portal to identity, which keeps it until its author is back; and whose form it is,
  /// which both read.
  case formMark = "form-mark", keptForm = "kept-form"
  /// What a page of the portal says once of what was just done.
  case flash
  /// Where a page of a list ended: each service has its own.
  case cursor
  /// Under which the reads of one page leave one act in the audit log: services make and read it, the portal only carries it.
  case look

  /// `JALONS_KEY_NIR_MATCH`
  public var setting: String {
    "JALONS_KEY_" + rawValue.uppercased().replacingOccurrences(of: "-", with: "_")
  }

  /// The processes that are given it.
  public var processes: [String] {
    switch self {
    case .signing, .secondFactor, .recoveryCode, .signInProof, .providerFlow, .idToken, .auditMark, .keptForm:
      ["identity"]
    case .mail: ["identity", "scheduling"]
    case .nir, .nirMatch, .feed: ["dossiers"]
    case .documentKey: ["contracts"]
    case .signatureCode: ["contracts", "scheduling"]
    case .formMark: ["portal", "identity"]
    case .flash: ["portal"]
    case .cursor, .look: ServiceName.allCases.map(\.rawValue)
    }
  }

  /// The key as every process made it while all had one secret: what was sealed then opens with it, but for the places in
  /// lists, which are each service's own now.
  /// - Parameter process: whose key; it matters for `cursor` alone.
  /// - Throws: `SettingError` when the secret has fewer than 32 bytes.
  public func derived(from secret: String, for process: String) throws -> SymmetricKey {
    guard secret.utf8.count >= 32 else {
      throw SettingError(description: "JALONS_SECRET must have at least 32 bytes")
    }
    return made(from: secret, for: process)
  }

  func made(from secret: String, for process: String) -> SymmetricKey {
    if self == .flash { return SymmetricKey(data: SHA256.hash(data: Data("portal:\(secret)".utf8))) }
    return Self.derive(info(for: process), from: secret)
  }

  /// - Parameter info: what the key is for, so that no two are the same.
  static func derive(_ info: String, from secret: String) -> SymmetricKey {
    HKDF<SHA256>.deriveKey(
      inputKeyMaterial: SymmetricKey(data: Data(secret.utf8)), info: Data(info.utf8), outputByteCount: 32)
  }

  private func info(for process: String) -> String {
    switch self {
    case .signing: "jalons.identity.signing-key"
    case .nir: "jalons.nir.seal"
    case .nirMatch: "jalons.nir.match"
    case .feed: "jalons.feed.seal"
    case .cursor: "jalons.\(process).cursor"
    default: "jalons.identity.\(rawValue)"
    }
  }
}

extension Settings {
  /// The key of a purpose: 64 hexadecimal digits in its own setting, or derived from `JALONS_SECRET` where an instance has
  /// not been given a key a purpose yet.
  /// - Parameter process: whose key; it matters for `cursor` alone.
  /// - Throws: `SettingError` where neither is there, or the key is none.
  public func key(_ purpose: KeyPurpose, of process: String = "") throws -> SymmetricKey {
    if let text = optional(purpose.setting) {
      guard text.utf8.count == 64, let bytes = Data(hexadecimal: text) else {
        throw SettingError(
          description: "\(purpose.setting) must be 64 hexadecimal digits: `jalonsctl secrets` prints some")
      }
      return SymmetricKey(data: bytes)
    }
    guard let secret = optional("JALONS_SECRET") else {
      throw SettingError(description: "\(purpose.setting) is not set: `jalonsctl secrets` prints one for each purpose")
    }
    return try purpose.derived(from: secret, for: process)
  }

  /// Whether `JALONS_PUBLIC_URL` is an address that no other machine reaches.
  public var isForThisMachineAlone: Bool {
    let address = string("JALONS_PUBLIC_URL", default: "http://localhost")
    let host = URL(string: address)?.host()?.lowercased() ?? ""
    return host == "localhost" || host.hasSuffix(".localhost") || host.hasPrefix("127.") || host == "::1"
  }

  /// Refuses the secrets of the trial (`docker-compose.yml`), which everybody can read, where others than this machine reach
  /// the instance, and where `JALONS_SECRET` says that it has a secret of its own.
  public func refuseKnownSecrets() throws {
    if isForThisMachineAlone && optional("JALONS_SECRET") == nil { return }
    let known = all.filter { Secrets.isTrial($0.value) }.map(\.key).sorted()
    guard known.isEmpty else {
      throw SettingError(
        description:
          "\(known.joined(separator: ", ")): known to everybody, for a trial on one's own machine; "
          + "`jalonsctl secrets` prints others")
    }
  }
}

/// Every secret of an instance, by the process that it is for.
public enum Secrets {
  private static let trial = "jalons-essai-seulement"
  /// As `docker-compose.yml` has them: those of the trial's secret while all processes had one.
  private static let trialKeys = Set(
    KeyPurpose.allCases.flatMap { purpose in
      purpose.processes.map { purpose.made(from: "\(trial)-\(trial)", for: $0).hex }
    })

  static func isTrial(_ value: String) -> Bool { value.contains(trial) || trialKeys.contains(value) }

  /// The names and values that a process is given; other processes' differ, but for keys that two share.
  /// - Parameter secret: what they are derived from: what was sealed with it before stays readable.
  /// - Throws: `SettingError` when the secret has fewer than 32 bytes.
  public static func of(_ process: String, from secret: String) throws -> [(name: String, value: String)] {
    var found = try KeyPurpose.allCases.filter { $0.processes.contains(process) }.map {
      (name: $0.setting, value: try $0.derived(from: secret, for: process).hex)
    }
    for store in stores(of: process) {
      found.append((store, KeyPurpose.derive("jalons.\(store.lowercased()).\(process)", from: secret).hex))
    }
    return found
  }

  /// Postgres knows the services, Redis those and the gateway.
  private static func stores(of process: String) -> [String] {
    switch process {
    case "portal": []
    case "gateway": ["JALONS_REDIS_PASSWORD"]
    default: ["JALONS_POSTGRES_PASSWORD", "JALONS_REDIS_PASSWORD"]
    }
  }
}

extension SymmetricKey {
  var hex: String { withUnsafeBytes { $0.hexadecimal } }
}
