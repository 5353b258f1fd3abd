import Domain
import Foundation

/// A value that a form asks for: how it is read from what was typed, and how it is written back.
protocol FormValue: Sendable {
  /// - Parameters:
  ///   - text: what was typed, without the spaces around it; nil when nothing was.
  ///   - today: what a day without a year is counted from.
  /// - Returns: nil for what is not such a value.
  static func read(_ text: String?, today: CalendarDate) -> Self?

  /// As the form shows it; empty when there is none. Equal values are written alike.
  var written: String { get }

  /// Whether the field may not be left empty.
  static var isRequired: Bool { get }
}

extension FormValue {
  static var isRequired: Bool { true }
}

extension Optional: FormValue where Wrapped: FormValue {
  static func read(_ text: String?, today: CalendarDate) -> Wrapped?? {
    guard let text else { return .some(nil) }
    return Wrapped.read(text, today: today).map(Optional.some)
  }

  var written: String { map(\.written) ?? "" }
  static var isRequired: Bool { false }
}

extension String: FormValue {
  static func read(_ text: String?, today: CalendarDate) -> String? { text }
  var written: String { self }
}

/// Yes or no; nothing is no, as of a box that is not ticked.
extension Bool: FormValue {
  static func read(_ text: String?, today: CalendarDate) -> Bool? {
    switch text {
    case "oui": true
    case nil, "non": false
    default: nil
    }
  }

  var written: String { self ? "oui" : "non" }
  static var isRequired: Bool { false }
}

extension Int: FormValue {
  static func read(_ text: String?, today: CalendarDate) -> Int? { text.flatMap { Int($0) } }
  var written: String { String(self) }
}

extension CalendarDate: FormValue {
  static func read(_ text: String?, today: CalendarDate) -> CalendarDate? {
    text.flatMap { FrenchDate.read($0, today: today) }
  }

  var written: String { French.short(self) }
}

extension FrenchTime: FormValue {
  static func read(_ text: String?, today: CalendarDate) -> FrenchTime? { text.flatMap { FrenchTime.read($0) } }
  var written: String { text }
}

extension ID: FormValue {
  static func read(_ text: String?, today: CalendarDate) -> ID? { text.flatMap { ID($0) } }
  var written: String { description }
}

extension FormValue where Self: RawRepresentable<String> {
  static func read(_ text: String?, today: CalendarDate) -> Self? { text.flatMap { Self(rawValue: $0) } }
  var written: String { rawValue }
}

extension FormAnswers {
  /// Whether two answers say the same: spaces around them say nothing.
  static func isSame(_ a: String, _ b: String) -> Bool {
    a.trimmingCharacters(in: .whitespacesAndNewlines) == b.trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
