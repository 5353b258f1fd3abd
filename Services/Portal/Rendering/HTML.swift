/// HTML, written by interpolation: what is interpolated is escaped, in text and in attributes alike.
///
/// ```swift
/// let html: HTML = "<a href=\"\(address)\">\(name)</a>"
/// ```
/// Only literals are markup. No string becomes HTML: that a literal's initializer is never called with a string is
/// checked by `./jalons test lint`. In text, spaces become non-breaking where French asks for it; an attribute carries
/// addresses and what was typed, and stays as it is.
struct HTML: ExpressibleByStringInterpolation, CustomStringConvertible, Sendable {
  fileprivate(set) var bytes: [UInt8]

  init(stringLiteral literal: String) { bytes = Array(literal.utf8) }

  init(stringInterpolation writer: Writer) { bytes = writer.bytes }

  var description: String { String(decoding: bytes, as: UTF8.self) }

  /// What the literal and the interpolated parts of one literal are written with.
  struct Writer: StringInterpolationProtocol {
    fileprivate var bytes: [UInt8] = []
    /// Whether the last literal ended within a tag: what follows is the value of an attribute.
    private var isInTag = false

    init(literalCapacity: Int, interpolationCount: Int) {
      bytes.reserveCapacity(literalCapacity + interpolationCount * 24)
    }

    mutating func appendLiteral(_ literal: String) {
      bytes.append(contentsOf: literal.utf8)
      guard let bound = literal.utf8.lastIndex(where: { $0 == Self.opening || $0 == Self.closing }) else { return }
      isInTag = literal.utf8[bound] == Self.opening
    }

    /// Text, or the value of an attribute between quotes.
    mutating func appendInterpolation(_ text: String) {
      assert(isInTag ? isQuoted : !isAfterAttribute, "an attribute's value stands between quotes, within its tag")
      write(text, isText: !isInTag)
    }

    mutating func appendInterpolation(_ text: String?) {
      if let text { appendInterpolation(text) }
    }

    mutating func appendInterpolation(_ number: some BinaryInteger) { appendInterpolation(String(number)) }

    mutating func appendInterpolation(_ number: Double) { appendInterpolation(String(number)) }

    /// Text that is sent back as it was typed: the content of a `textarea`.
    mutating func appendInterpolation(verbatim text: String?) {
      if let text { write(text, isText: false) }
    }

    /// ` name="value"`, or nothing without a value.
    mutating func appendInterpolation(attribute name: StaticString, _ value: String?) {
      guard let value else { return }
      assert(isInTag && !isQuoted, "an attribute stands within its tag")
      bytes.append(UInt8(ascii: " "))
      bytes.append(contentsOf: UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount))
      bytes.append(contentsOf: #"=""#.utf8)
      write(value, isText: false)
      bytes.append(UInt8(ascii: "\""))
    }

    mutating func appendInterpolation(attribute name: StaticString, _ number: Int?) {
      appendInterpolation(attribute: name, number.map { String($0) })
    }

    mutating func appendInterpolation(_ html: HTML) { bytes.append(contentsOf: html.bytes) }

    mutating func appendInterpolation(_ html: HTML?) {
      if let html { appendInterpolation(html) }
    }

    /// What is written under a condition only.
    mutating func appendInterpolation(_ html: @autoclosure () -> HTML, if condition: Bool) {
      if condition { appendInterpolation(html()) }
    }

    /// What is written of a value that may be absent.
    mutating func appendInterpolation<Value>(_ value: Value?, _ html: (Value) -> HTML) {
      if let value { appendInterpolation(html(value)) }
    }

    /// What is written of each of several.
    mutating func appendInterpolation<Values: Sequence>(each values: Values, _ html: (Values.Element) -> HTML) {
      for value in values { appendInterpolation(html(value)) }
    }

    private mutating func write(_ text: String, isText: Bool) {
      var text = text
      text.withUTF8 { source in
        for position in source.indices {
          switch source[position] {
          case Self.opening: bytes.append(contentsOf: "&lt;".utf8)
          case Self.closing: bytes.append(contentsOf: "&gt;".utf8)
          case UInt8(ascii: "&"): bytes.append(contentsOf: "&amp;".utf8)
          case UInt8(ascii: "\""): bytes.append(contentsOf: "&quot;".utf8)
          case UInt8(ascii: "'"): bytes.append(contentsOf: "&#39;".utf8)
          case UInt8(ascii: " ") where isText:
            if let space = FrenchTypography.space(source, position) {
              bytes.append(contentsOf: space)
            } else {
              bytes.append(UInt8(ascii: " "))
            }
          case let byte: bytes.append(byte)
          }
        }
      }
    }

    private static let opening = UInt8(ascii: "<")
    private static let closing = UInt8(ascii: ">")

    /// Whether a quote is open in the tag that is written: its quotes are odd in number, since values have none.
    private var isQuoted: Bool {
      let tag = bytes[(bytes.lastIndex(of: Self.opening) ?? bytes.endIndex)...]
      return !tag.count(where: { $0 == UInt8(ascii: "\"") }).isMultiple(of: 2)
    }

    private var isAfterAttribute: Bool { bytes.suffix(2).elementsEqual(#"=""#.utf8) }
  }
}
