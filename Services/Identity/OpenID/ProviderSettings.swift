import Foundation
import Service
import Synchronization

/// An identity provider as the county's operator describes it.
struct ProviderSettings: Codable, Sendable, Equatable {
  enum Kind: String, Codable, Sendable { case proconnect, entra, keycloak }

  let id: String
  let kind: Kind
  let label: String
  /// Below which `/.well-known/openid-configuration` is, and what the tokens must say.
  let issuer: String
  let clientId: String
  let clientSecret: String
  /// What is asked for and accepted as assurance (ProConnect: `eidas1`, `eidas2`…); absent for anything.
  var acr: [String]?
  /// Whether every address that the provider gives is verified, though no claim says so: an Entra tenant of one's own.
  var trustsEmail: Bool?

  /// ProConnect's agents are known to their employers by their addresses; others say so of each.
  var takesEmailAsVerified: Bool { kind == .proconnect || trustsEmail == true }

  /// ProConnect refuses what it does not know (rule A11).
  var scope: String {
    kind == .proconnect ? "openid given_name usual_name email uid siret" : "openid profile email"
  }
}

/// The providers of `JALONS_OPENID_FILE`, read again when it changes: one is added or taken away without a stop.
final class Providers: Sendable {
  private struct Read {
    var changedAt: Date?
    var providers: [ProviderSettings] = []
  }
  private let file: String?
  private let read = Mutex(Read())

  init(file: String?) { self.file = file }

  /// - Throws: `SettingError` when the file is there and cannot be read.
  func all() throws -> [ProviderSettings] {
    guard let file, FileManager.default.fileExists(atPath: file) else { return [] }
    let changedAt = try FileManager.default.attributesOfItem(atPath: file)[.modificationDate] as? Date
    if let known = read.withLock({ $0.changedAt != nil && $0.changedAt == changedAt ? $0.providers : nil }) {
      return known
    }
    let providers: [ProviderSettings]
    do {
      providers = try JSONDecoder().decode([ProviderSettings].self, from: Data(contentsOf: URL(filePath: file)))
    } catch {
      throw SettingError(description: "JALONS_OPENID_FILE: \(file) is no list of providers: \(error)")
    }
    read.withLock { $0 = Read(changedAt: changedAt, providers: providers) }
    return providers
  }
}
