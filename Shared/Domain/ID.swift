import Foundation

/// The identifier of a `Subject`, so that one thing's identifier cannot be passed for another's.
///
/// New identifiers are UUIDs of version 7 (RFC 9562): they sort by the moment they were made, which keeps indexes dense.
public struct ID<Subject>: Hashable, Sendable, Codable, CustomStringConvertible {
  public let value: UUID

  public init(_ value: UUID) { self.value = value }

  /// Reads the usual text form, in any case; nil for anything else.
  public init?(_ text: String) {
    guard let value = UUID(uuidString: text) else { return nil }
    self.value = value
  }

  /// A new identifier made at `moment`.
  public static func new(at moment: Date = Date()) -> ID { ID(.version7(at: moment)) }

  /// The same thing's identifier, seen as another type; used where one table's row stands for two notions.
  public func `as`<Other>(_ other: Other.Type) -> ID<Other> { ID<Other>(value) }

  /// The text form in small letters, the one form in addresses, JSON and SQL.
  public var description: String { value.text }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    let text = try container.decode(String.self)
    guard let value = UUID(uuidString: text) else {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: "not a UUID")
    }
    self.value = value
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension UUID {
  /// Nobody's, where there has to be one: no version of RFC 9562 makes it.
  public static let zero = UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0))

  /// The text form in small letters (RFC 9562, section 4): `uuidString` has capitals, which no standard writes.
  public var text: String {
    withUnsafeBytes(of: uuid) { bytes in
      String(unsafeUninitializedCapacity: 36) { buffer in
        var index = 0
        for (position, byte) in bytes.enumerated() {
          if position == 4 || position == 6 || position == 8 || position == 10 {
            buffer[index] = UInt8(ascii: "-")
            index += 1
          }
          buffer[index] = Digits.hexadecimal(byte >> 4)
          buffer[index + 1] = Digits.hexadecimal(byte & 15)
          index += 2
        }
        return index
      }
    }
  }

  /// A UUID of version 7: 48 bits of milliseconds since 1970, then random bits (RFC 9562, section 5.7).
  public static func version7(at moment: Date = Date()) -> UUID {
    let milliseconds = UInt64(max(0, moment.timeIntervalSince1970 * 1000))
    var random = SystemRandomNumberGenerator()
    let high = random.next()
    let low = random.next()
    return UUID(
      uuid: (
        UInt8(truncatingIfNeeded: milliseconds >> 40), UInt8(truncatingIfNeeded: milliseconds >> 32),
        UInt8(truncatingIfNeeded: milliseconds >> 24), UInt8(truncatingIfNeeded: milliseconds >> 16),
        UInt8(truncatingIfNeeded: milliseconds >> 8), UInt8(truncatingIfNeeded: milliseconds),
        0x70 | UInt8(truncatingIfNeeded: high & 0x0F), UInt8(truncatingIfNeeded: high >> 8),
        0x80 | UInt8(truncatingIfNeeded: low & 0x3F), UInt8(truncatingIfNeeded: low >> 8),
        UInt8(truncatingIfNeeded: low >> 16), UInt8(truncatingIfNeeded: low >> 24),
        UInt8(truncatingIfNeeded: low >> 32), UInt8(truncatingIfNeeded: low >> 40),
        UInt8(truncatingIfNeeded: low >> 48), UInt8(truncatingIfNeeded: low >> 56)
      ))
  }
}
