import API
import Domain
import Foundation

/// What a password must be. Length counts for more than odd characters (ANSSI-PG-078), so there is no rule about those.
enum PasswordRules {
  /// Whose password it is: what must not be in it, and how much hangs on it.
  struct Owner: Codable, Sendable {
    let email: String
    let familyName: String
    let givenName: String
    let profiles: [Profile]
  }

  static func least(for profiles: [Profile]) -> Int { profiles.contains(.administrateur) ? 16 : 12 }

  /// Everything wrong with `password` at once; empty when it will do.
  static func faults(in password: String, of owner: Owner, field: String) -> [Fault] {
    var faults: [Fault] = []
    let least = least(for: owner.profiles)
    if password.count < least {
      faults.append(
        Fault(field, "trop-court", "Choisissez au moins \(least) caractères : quatre mots sans lien font l’affaire."))
    }
    if FrequentPasswords.include(password) || Set(password.lowercased()).count < 5 {
      faults.append(
        Fault(field, "frequent", "Ce mot de passe est parmi les premiers que l’on essaie. Choisissez-en un autre."))
    }
    if containsOwnName(password, owner) {
      faults.append(Fault(field, "nom", "Le mot de passe contient votre nom ou votre adresse. Choisissez-en un autre."))
    }
    return faults
  }

  private static func containsOwnName(_ password: String, _ owner: Owner) -> Bool {
    let password = plain(password)
    let mailbox = owner.email.split(separator: "@").first.map(String.init) ?? ""
    return [owner.familyName, owner.givenName, mailbox].flatMap(words).contains { password.contains($0) }
  }

  /// The parts of a name that are long enough to be told from chance.
  private static func words(_ name: String) -> [String] {
    plain(name).split { !$0.isLetter && !$0.isNumber }.map(String.init).filter { $0.count >= 4 }
  }

  static func plain(_ text: String) -> String {
    text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "fr_FR"))
  }
}
