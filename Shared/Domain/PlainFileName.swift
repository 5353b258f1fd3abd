import Foundation

/// The name of a file for programs that read ASCII alone.
public enum PlainFileName {
  private static let written: [Unicode.Scalar: String] = [
    "œ": "oe", "Œ": "OE", "æ": "ae", "Æ": "AE", "ß": "ss", "ø": "o", "Ø": "O", "ł": "l", "Ł": "L", "’": "'", "‘": "'",
    "–": "-", "—": "-", "«": "'", "»": "'", "€": "EUR",
  ]

  /// Accents are left out and ligatures written in full; what has no such letters becomes `_`, and what a header does not
  /// hold is left out.
  public static func of(_ name: String) -> String {
    var plain = ""
    for scalar in name.decomposedStringWithCompatibilityMapping.unicodeScalars {
      if let text = written[scalar] {
        plain += text
      } else if scalar.properties.isWhitespace {
        plain += " "
      } else if scalar.properties.generalCategory != .nonspacingMark {
        plain.unicodeScalars.append(scalar.isASCII ? scalar : "_")
      }
    }
    return String(plain.unicodeScalars.filter { $0 != "\"" && $0 != "\\" && $0.value > 31 && $0.value != 127 })
  }
}
