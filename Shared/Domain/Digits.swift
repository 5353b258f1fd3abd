import Foundation

/// Numbers written digit by digit. Dates, moments and digests are written many times a request, and a format string
/// costs more than the rest of the line.
enum Digits {
  /// Writes `number` in `width` decimal digits with leading zeros, from `start` on; the number must fit.
  static func write(_ number: Int, width: Int, into buffer: UnsafeMutableBufferPointer<UInt8>, at start: Int) {
    var rest = number
    for index in stride(from: start + width - 1, through: start, by: -1) {
      buffer[index] = UInt8(ascii: "0") + UInt8(rest % 10)
      rest /= 10
    }
  }

  /// Reads `width` decimal digits from `start` on; nil when they are not all there.
  static func read(_ width: Int, from bytes: UnsafeBufferPointer<UInt8>, at start: Int) -> Int? {
    guard start >= 0, start + width <= bytes.count else { return nil }
    var number = 0
    for index in start..<start + width {
      guard let digit = digit(bytes[index]) else { return nil }
      number = number * 10 + digit
    }
    return number
  }

  static func digit(_ byte: UInt8) -> Int? {
    (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) ? Int(byte - UInt8(ascii: "0")) : nil
  }

  /// A number up to 15 as a digit of base 16, a small letter from ten on.
  static func hexadecimal(_ number: UInt8) -> UInt8 {
    number < 10 ? UInt8(ascii: "0") + number : UInt8(ascii: "a") + number - 10
  }

  /// The bytes of a text, where they stand when it keeps them side by side.
  static func withBytes<R>(of text: some StringProtocol, _ body: (UnsafeBufferPointer<UInt8>) -> R) -> R {
    text.utf8.withContiguousStorageIfAvailable(body) ?? Array(text.utf8).withUnsafeBufferPointer(body)
  }
}

extension Int {
  /// The number in two digits, `07`; one out of 0 to 99 is written as it is.
  public var twoDigits: String { (0...9).contains(self) ? "0\(self)" : String(self) }
}

extension Sequence<UInt8> {
  /// The bytes in base 16, small letters: `0aff`.
  public var hexadecimal: String {
    var text: [UInt8] = []
    text.reserveCapacity(underestimatedCount * 2)
    for byte in self {
      text.append(Digits.hexadecimal(byte >> 4))
      text.append(Digits.hexadecimal(byte & 15))
    }
    return String(decoding: text, as: UTF8.self)
  }
}

extension Data {
  /// The bytes that a text in base 16 stands for; nil for anything else.
  public init?(hexadecimal text: String) {
    guard text.utf8.count.isMultiple(of: 2) else { return nil }
    self.init()
    var rest = text[...]
    while !rest.isEmpty {
      guard rest.prefix(2).allSatisfy(\.isHexDigit), let byte = UInt8(rest.prefix(2), radix: 16) else { return nil }
      append(byte)
      rest = rest.dropFirst(2)
    }
  }
}
