import Domain
import Foundation
import Synchronization

/// A JSON Schema (2020-12, as far as OpenAPI 3.1 and our own checks need it).
public indirect enum Schema: Sendable, Equatable {
  case string(format: String?, minLength: Int, maxLength: Int, pattern: String?)
  case choice([String])
  case integer(minimum: Int, maximum: Int)
  case number
  case boolean
  case array(Schema, maxItems: Int)
  case object(name: String, properties: [Property])
  case map(Schema)
  case any
  /// The same type again, inside itself.
  case reference(String)

  public struct Property: Sendable, Equatable {
    public let name: String
    public let schema: Schema
    public let required: Bool
  }

  public static let text = Schema.string(format: nil, minLength: 0, maxLength: 2000, pattern: nil)
}

/// Limits of a type's fields beyond their kind; a text has at most 2,000 characters, a list 500 elements unless said here.
public protocol Constrained {
  static var constraints: [String: Constraint] { get }
}

public enum Constraint: Sendable, Equatable {
  case text(ClosedRange<Int>, format: String? = nil)
  case pattern(String, ClosedRange<Int>)
  case range(ClosedRange<Int>)
  case items(Int)
  case choice([String])

  func applied(to schema: Schema) -> Schema {
    switch (self, schema) {
    case (.text(let lengths, let format), .string):
      .string(format: format, minLength: lengths.lowerBound, maxLength: lengths.upperBound, pattern: nil)
    case (.pattern(let pattern, let lengths), .string):
      .string(format: nil, minLength: lengths.lowerBound, maxLength: lengths.upperBound, pattern: pattern)
    case (.range(let range), .integer): .integer(minimum: range.lowerBound, maximum: range.upperBound)
    case (.items(let most), .array(let item, _)): .array(item, maxItems: most)
    case (.choice(let choices), .string): .choice(choices)
    case (_, .array(let item, let most)): .array(applied(to: item), maxItems: most)
    default: schema
    }
  }
}

/// A type that says its own schema, instead of being asked through `Decodable`.
public protocol SchemaProviding {
  static var schema: Schema { get }
}

extension ID: SchemaProviding {
  public static var schema: Schema { .string(format: "uuid", minLength: 36, maxLength: 36, pattern: nil) }
}
extension CalendarDate: SchemaProviding {
  public static var schema: Schema { .string(format: "date", minLength: 10, maxLength: 10, pattern: nil) }
}
extension Date: SchemaProviding {
  public static var schema: Schema { .string(format: "date-time", minLength: 19, maxLength: 40, pattern: nil) }
}
extension UUID: SchemaProviding {
  public static var schema: Schema { .string(format: "uuid", minLength: 36, maxLength: 36, pattern: nil) }
}
extension JSONValue: SchemaProviding {
  public static var schema: Schema { .any }
}
extension Data: SchemaProviding {
  public static var schema: Schema { .string(format: "byte", minLength: 0, maxLength: 1 << 20, pattern: nil) }
}
extension Array: SchemaProviding where Element: Decodable {
  public static var schema: Schema { .array(Schema.of(Element.self), maxItems: 500) }
}
extension Set: SchemaProviding where Element: Decodable {
  public static var schema: Schema { .array(Schema.of(Element.self), maxItems: 500) }
}
extension Dictionary: SchemaProviding where Key == String, Value: Decodable {
  public static var schema: Schema { .map(Schema.of(Value.self)) }
}
extension Optional: SchemaProviding where Wrapped: Decodable {
  public static var schema: Schema { Schema.of(Wrapped.self) }
}

extension Schema {
  /// The same without the limits that are ours for what is sent: an answer may hold what came from elsewhere, and a text
  /// whose draft may be longer.
  public var unlimited: Schema {
    switch self {
    case .string(let format, _, _, let pattern):
      .string(format: format, minLength: 0, maxLength: .max, pattern: pattern)
    case .integer: .integer(minimum: .min, maximum: .max)
    case .array(let item, _): .array(item.unlimited, maxItems: .max)
    case .map(let item): .map(item.unlimited)
    case .object(let name, let properties):
      .object(
        name: name,
        properties: properties.map { Property(name: $0.name, schema: $0.schema.unlimited, required: $0.required) })
    case .choice, .number, .boolean, .any, .reference: self
    }
  }

  /// The schema of a Codable type: asked of the type itself, or recorded while it decodes itself from nothing. It is made
  /// once for each type: an endpoint asks at start, a form with every answer.
  public static func of(_ type: any Decodable.Type) -> Schema {
    let key = ObjectIdentifier(type)
    if let known = made.withLock({ $0[key] }) { return known }
    let schema = SchemaRecorder.schema(of: type, within: [])
    made.withLock { $0[key] = schema }
    return schema
  }

  private static let made = Mutex<[ObjectIdentifier: Schema]>([:])
}
