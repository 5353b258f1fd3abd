import Domain
import Foundation

/// A statement with its parameters. Interpolation *is* binding: `"… where id = \(id)"` sends `$1` and the value apart.
public struct SQL: Sendable, ExpressibleByStringInterpolation {
  public private(set) var text: String
  public private(set) var parameters: [String?]

  public init(stringLiteral text: String) {
    self.text = text
    self.parameters = []
  }

  /// A statement whose text was made by the program itself; never from what a person typed.
  public init(unsafeSQL text: String) { self.init(stringLiteral: text) }

  public init(stringInterpolation: Interpolation) {
    self.text = stringInterpolation.text
    self.parameters = stringInterpolation.parameters
  }

  public struct Interpolation: StringInterpolationProtocol {
    var text = ""
    var parameters: [String?] = []

    public init(literalCapacity: Int, interpolationCount: Int) {
      text.reserveCapacity(literalCapacity + interpolationCount * 3)
    }

    public mutating func appendLiteral(_ literal: String) { text += literal }

    public mutating func appendInterpolation(_ value: (some PostgresEncodable)?) {
      parameters.append(value.flatMap(\.postgresText))
      text += "$\(parameters.count)"
    }

    /// A list as one array parameter: `= any(\(ids))`.
    public mutating func appendInterpolation(_ values: [some PostgresEncodable]) {
      parameters.append(PostgresArray.text(values.map(\.postgresText)))
      text += "$\(parameters.count)"
    }

    /// An enumeration by its raw value.
    public mutating func appendInterpolation<E: RawRepresentable>(_ value: E?) where E.RawValue == String {
      parameters.append(value?.rawValue)
      text += "$\(parameters.count)"
    }

    public mutating func appendInterpolation<E: RawRepresentable>(_ values: [E]) where E.RawValue == String {
      parameters.append(PostgresArray.text(values.map { Optional($0.rawValue) }))
      text += "$\(parameters.count)"
    }

    /// A value as JSON, for `jsonb` columns.
    public mutating func appendInterpolation(json value: (some Encodable)?) throws {
      parameters.append(try value.map { try PostgresJSON.text($0) })
      text += "$\(parameters.count)"
    }

    /// Another statement, with its parameters renumbered.
    public mutating func appendInterpolation(_ part: SQL) {
      text += part.renumbered(from: parameters.count)
      parameters += part.parameters
    }

    /// Text of the program's own, such as a schema's name; never what a person typed.
    public mutating func appendInterpolation(unsafeSQL part: String) { text += part }
  }

  /// The text with every `$n` moved up; a dollar inside the literals of our own statements is never followed by a digit.
  fileprivate func renumbered(from offset: Int) -> String {
    guard offset > 0, !parameters.isEmpty else { return text }
    var result = ""
    result.reserveCapacity(text.utf8.count + 8)
    var iterator = text.makeIterator()
    var pending = iterator.next()
    while let character = pending {
      pending = iterator.next()
      guard character == "$", let digit = pending, digit.isASCII, digit.isNumber else {
        result.append(character)
        continue
      }
      var number = ""
      while let next = pending, next.isASCII, next.isNumber {
        number.append(next)
        pending = iterator.next()
      }
      result += "$\((Int(number) ?? 0) + offset)"
    }
    return result
  }

  public static func + (a: SQL, b: SQL) -> SQL { "\(a) \(b)" }
}

extension [SQL] {
  /// The parts one after another with `separator` between, such as `" and "`.
  public func joined(separator: String) -> SQL {
    guard var result = first else { return "" }
    for part in dropFirst() { result = "\(result)\(unsafeSQL: separator)\(part)" }
    return result
  }
}
