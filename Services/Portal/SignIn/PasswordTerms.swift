import API
import Domain

/// What a new password must be, told beside its field: in words, and to the script that shows its strength while one
/// types. Identity decides.
struct PasswordTerms: Sendable {
  let least: Int
  /// What may not be in it, and what is too common, as the script reads them.
  let own: String
  let frequent: String
  let leastDifferent = PasswordRules.leastDifferent

  /// - Parameter own: the names and the address of whose password it is.
  init(least: Int, own: [String]) {
    self.least = least
    self.own = Set(PasswordRules.ownWords(own)).sorted().joined(separator: " ")
    frequent = Self.frequentWords
  }

  private static let frequentWords = FrequentPasswords.words.sorted().joined(separator: " ")

  var help: String {
    "\(least) caractères au moins. Une phrase de plusieurs mots se retient mieux et protège mieux"
  }
}
