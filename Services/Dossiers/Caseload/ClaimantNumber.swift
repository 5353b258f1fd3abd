import Domain

/// A claimant's number as a payer writes it. MSA's is the claimant's NIR, which is kept and shown as NIRs are.
struct ClaimantNumber: Sendable {
  /// Nil for a number that names nobody by itself, such as CAF's.
  let nir: NIR?
  /// What anybody may read: a NIR is masked.
  let shown: String

  init(_ text: String) {
    let bare = Self.unframed(text)
    nir = Self.nir(bare)
    shown = nir?.masked ?? bare
  }

  /// As people read it: CNAF frames its seven digits with zeros before or after (rule F12).
  private static func unframed(_ text: String) -> String {
    guard text.utf8.count > 7 else { return text }
    let bare = text.filter { !$0.isWhitespace }
    guard bare.utf8.count > 7 else { return bare }
    let digits = bare.drop { $0 == "0" }
    return digits.count > 7 && digits.dropFirst(7).allSatisfy { $0 == "0" } ? String(digits.prefix(7)) : String(digits)
  }

  /// A wrong key does not make a NIR less personal.
  private static func nir(_ bare: String) -> NIR? {
    guard bare.utf8.count == 13 || bare.utf8.count == 15 else { return nil }
    do { return try NIR(String(bare.prefix(13))) } catch { return nil }
  }
}
