import Foundation
import Postgres

/// The words of a search, as names are searched: « martin lea » is not every MARTIN.
struct SearchWords: Sendable {
  /// Of a dossier, as the list writes it: « n° 4490 ».
  let number: Int?
  let all: [String]
  /// Whether something was asked that no name and no number can hold, such as « % ».
  let isNothing: Bool
  /// A telephone or a NIR, which is looked up as a whole; nil for words.
  var exact: SQL?

  init(_ text: String?) {
    let text = text ?? ""
    var words = PlainText.of(text).split(separator: " ").map(String.init)
    if words.count == 2, ["n", "no", "numero"].contains(words[0]), Int(words[1]) != nil { words.removeFirst() }
    // The list writes a title before the name.
    if words.count > 1, Self.titles.contains(words[0]) { words.removeFirst() }
    number = words.count == 1 ? Int(words[0]) : nil
    all = Array(words.prefix(6))
    isNothing = words.isEmpty && text.contains { !$0.isWhitespace }
  }

  private static let titles: Set<String> = ["m", "mr", "mme", "mlle", "monsieur", "madame", "mademoiselle"]

  /// Of three letters, everything is close.
  var canBeClose: Bool { exact == nil && number == nil && all.contains { $0.count > 3 } }

  /// - Parameter lookedUp: by the index of the caller's territories, which knows groups of three letters.
  func conditions(close: Bool, lookedUp: Bool = false) -> [SQL] {
    if isNothing { return ["false"] }
    if let exact { return [exact] }
    if let number { return ["(d.number = \(number) or d.search like \("%" + all[0] + "%"))"] }
    if close, canBeClose { return ["d.id = any(array(select dossiers.close_to(\(all))))"] }
    if lookedUp, all.contains(where: { $0.count >= 3 }) {
      return ["d.id = any(array(select dossiers.written_as(\(all))))"]
    }
    return all.map { "d.search like \("%" + $0 + "%")" }
  }

  /// Whether a dossier's surname is what was asked, rather than a part of it or a given name.
  var isSurname: SQL { "jalons.plain(d.family_name) = any(\(all + [all.joined(separator: " ")])::text[])" }
}

/// A text as searches see it, the same way as `jalons.plain` in the database.
enum PlainText {
  static func of(_ text: String) -> String {
    var plain = ""
    for scalar in text.precomposedStringWithCanonicalMapping.unicodeScalars {
      let written = ligatures[scalar] ?? unaccented(scalar)
      plain += written.lowercased()
    }
    return plain.unicodeScalars.split { !isKept($0) }.map { String($0) }.joined(separator: " ")
  }

  private static func isKept(_ scalar: UnicodeScalar) -> Bool {
    if scalar == "@" || scalar == "." { return true }
    return switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber: true
    default: false
    }
  }

  /// A Latin or Greek letter without its marks; those of other scripts are letters of their own (й is not и).
  private static func unaccented(_ scalar: UnicodeScalar) -> String {
    let text = String(scalar)
    guard scalar.value >= 0xC0, let base = text.decomposedStringWithCanonicalMapping.unicodeScalars.first else {
      return text
    }
    return base.isASCII || (0x370...0x3FF).contains(base.value) ? String(base) : text
  }

  private static let ligatures: [UnicodeScalar: String] = [
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "đ": "d", "Đ": "D",
    "ð": "d", "Ð": "D", "þ": "th", "Þ": "TH", "ı": "i", "ё": "е", "Ё": "Е", "ŀ": "l", "ŧ": "t", "Ŧ": "T", "ħ": "h",
    "Ħ": "H", "ŋ": "n", "Ŋ": "N",
  ]
}
