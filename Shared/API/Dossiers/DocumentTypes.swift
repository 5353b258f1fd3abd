import Domain
import Foundation

/// The rule of names (rule D3): letters without accents, digits, `_` and `-`.
public enum DocumentName {
  public static let longest = 120

  public static func isPlain(_ name: String) -> Bool {
    (1...longest).contains(name.utf8.count) && name.utf8.allSatisfy(isAllowed)
  }

  /// The nearest name that follows the rule; nil where nothing is left of it.
  public static func mended(_ name: String) -> String? {
    var plain = ""
    for byte in PlainFileName.of(name).utf8 {
      if isAllowed(byte) {
        plain.unicodeScalars.append(Unicode.Scalar(byte))
      } else if !plain.hasSuffix("_") {
        plain += "_"
      }
    }
    let trimmed = plain.prefix(longest).trimmingCharacters(in: CharacterSet(charactersIn: "_"))
    return trimmed.isEmpty ? nil : trimmed
  }

  /// A file's name without its ending, mended.
  public static func ofFile(_ fileName: String) -> String? {
    guard let dot = fileName.lastIndex(of: "."), dot != fileName.startIndex else { return mended(fileName) }
    return mended(String(fileName[..<dot]))
  }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    switch byte {
    case 48...57, 65...90, 97...122, UInt8(ascii: "_"), UInt8(ascii: "-"): true
    default: false
    }
  }
}

/// A line of the county's table of documents: where a type goes, how it is called, whether its folder lacks it.
public struct DocumentType: Payload, Versioned, Equatable {
  public var code: String
  public var label: String
  /// Where it usually goes; absent where the county did not say.
  public var folder: String?
  /// Its usual name; empty for the file's own. `DATE` becomes the day, `20260312`.
  public var name: String
  public var isRequired: Bool
  public var open: Bool
  public var version: Int

  public init(
    code: String, label: String, folder: String?, name: String, isRequired: Bool, open: Bool = true, version: Int = 1
  ) {
    self.code = code
    self.label = label
    self.folder = folder
    self.name = name
    self.isRequired = isRequired
    self.open = open
    self.version = version
  }

  /// The name that a document of this type gets on a day; nil for the file's own.
  public func proposedName(on day: CalendarDate) -> String? {
    name.isEmpty ? nil : name.replacing("DATE", with: day.description.replacing("-", with: ""))
  }
}

public struct DocumentTypeChange: Payload, Constrained {
  public var folder: String?
  /// Absent for the file's own.
  public var name: String?
  public var isRequired: Bool
  public static let constraints: [String: Constraint] = [
    "folder": .pattern("[a-z0-9_]+", 1...40), "name": .text(0...DocumentName.longest),
  ]

  public init(folder: String?, name: String?, isRequired: Bool) {
    self.folder = folder
    self.name = name
    self.isRequired = isRequired
  }
}
