/// The line breaks of a text that somebody typed or pasted.
public enum LineBreaks {
  private static let breaks: Set<Unicode.Scalar> = [
    "\n", "\r", "\u{0B}", "\u{0C}", "\u{85}", "\u{2028}", "\u{2029}",
  ]

  /// The text with every line break as one character: a browser posts two, and a word processor pastes vertical tabs, form
  /// feeds and separators of its own.
  public static func unified(_ text: String) -> String {
    guard text.unicodeScalars.contains(where: { $0 != "\n" && breaks.contains($0) }) else { return text }
    var result = String.UnicodeScalarView()
    var last: Unicode.Scalar?
    for scalar in text.unicodeScalars {
      if !breaks.contains(scalar) {
        result.append(scalar)
      } else if !(scalar == "\n" && last == "\r") {
        result.append("\n")
      }
      last = scalar
    }
    return String(result)
  }
}
