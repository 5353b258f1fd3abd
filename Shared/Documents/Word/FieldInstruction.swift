import Foundation

/// What a Word field says, e.g. `MERGEFIELD "Nom" \* Upper \b "Note : "`.
struct FieldInstruction: Equatable {
  /// `MERGEFIELD`, `PAGE`, `IF`…, in capitals.
  let keyword: String
  /// The first argument: a merge field's name.
  let name: String
  /// Text put before, and after, a value that is not empty (`\b`, `\f`).
  private(set) var before = ""
  private(set) var after = ""
  private(set) var letterCase: LetterCase?

  enum LetterCase: String {
    case upper, lower, firstcap, caps
  }

  init(_ text: String) {
    var words = Self.words(of: text)[...]
    keyword = words.popFirst()?.uppercased() ?? ""
    var name = ""
    while let word = words.popFirst() {
      switch word.lowercased() {
      case "\\b": before = words.popFirst() ?? ""
      case "\\f": after = words.popFirst() ?? ""
      case "\\*": letterCase = words.popFirst().flatMap { LetterCase(rawValue: $0.lowercased()) } ?? letterCase
      case "\\@", "\\#": _ = words.popFirst()
      default: if name.isEmpty, !word.hasPrefix("\\") { name = word }
      }
    }
    self.name = name
  }

  /// The value as the instruction wants it shown.
  func shown(_ value: String) -> String {
    guard !value.isEmpty else { return "" }
    let french = Locale(identifier: "fr_FR")
    let cased =
      switch letterCase {
      case .upper: value.uppercased(with: french)
      case .lower: value.lowercased(with: french)
      case .firstcap: value.prefix(1).uppercased(with: french) + value.dropFirst()
      case .caps: value.capitalized(with: french)
      case nil: value
      }
    return before + cased + after
  }

  /// Words separated by spaces; quotes keep spaces together, a backslash in quotes takes the next sign as it is.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    var word: String?
    var quoted = false
    var escaped = false
    for sign in text {
      if escaped {
        word = (word ?? "") + String(sign)
        escaped = false
      } else if quoted, sign == "\\" {
        escaped = true
      } else if sign == "\"" || sign == "“" || sign == "”" {
        word = word ?? ""
        quoted.toggle()
      } else if sign.isWhitespace, !quoted {
        if let done = word { words.append(done) }
        word = nil
      } else {
        word = (word ?? "") + String(sign)
      }
    }
    if let word { words.append(word) }
    return words
  }
}
