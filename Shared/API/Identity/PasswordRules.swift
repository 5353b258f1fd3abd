import Domain
import Foundation

/// What a password must be. Length counts for more than odd characters (ANSSI-PG-078), so there is no rule about those. The
/// pages tell them while one types; identity decides.
public enum PasswordRules {
  /// Whose password it is: what must not be in it, and how much hangs on it.
  public struct Owner: Codable, Sendable {
    public let email: String
    public let familyName: String
    public let givenName: String
    public let profiles: [Profile]

    public init(email: String, familyName: String, givenName: String, profiles: [Profile]) {
      self.email = email
      self.familyName = familyName
      self.givenName = givenName
      self.profiles = profiles
    }
  }

  /// Fewer different characters than these make no password.
  public static let leastDifferent = 5

  /// How many characters, for somebody with these profiles.
  public static func least(for profiles: [Profile]) -> Int { profiles.contains(.administrateur) ? 16 : 12 }

  /// Everything wrong with `password` at once; empty when it will do.
  public static func faults(in password: String, of owner: Owner, field: String) -> [Fault] {
    var faults: [Fault] = []
    let least = least(for: owner.profiles)
    if password.count < least {
      faults.append(
        Fault(field, "trop-court", "Choisissez au moins \(least) caractères : quatre mots sans lien font l’affaire."))
    }
    if FrequentPasswords.include(password) || Set(password.lowercased()).count < leastDifferent {
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
    return ownWords([owner.familyName, owner.givenName, owner.email]).contains { password.contains($0) }
  }

  /// The parts of a person's names and address that the password may not contain: those of four letters or more; of an
  /// address, those before the `@`.
  public static func ownWords(_ names: [String]) -> [String] {
    names.flatMap { name in
      plain(name.split(separator: "@").first.map(String.init) ?? "").split { !$0.isLetter && !$0.isNumber }
        .map(String.init).filter { $0.count >= 4 }
    }
  }

  static func plain(_ text: String) -> String {
    text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "fr_FR"))
  }
}
