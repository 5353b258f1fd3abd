/// One record of a CSV file: its fields side by side in one buffer.
struct CSVRecord {
  fileprivate(set) var bytes: [UInt8] = []
  /// Where each field ends in `bytes`.
  fileprivate(set) var ends: [Int] = []
  /// The line it starts on, from 1.
  fileprivate(set) var line = 1

  /// Whether the line held nothing but blanks.
  var isBlank: Bool { ends.count <= 1 && bytes.allSatisfy { $0 <= 0x20 } }

  /// The fields as text, for the few records where speed does not matter.
  var texts: [String] {
    var texts: [String] = []
    withEach { _, value in texts.append(String(decoding: value, as: UTF8.self)) }
    return texts
  }

  /// Each field with its number from 0, until `body` returns.
  func withEach(_ body: (Int, UnsafeBufferPointer<UInt8>) -> Void) {
    bytes.withUnsafeBufferPointer { all in
      var start = 0
      for (index, end) in ends.enumerated() {
        body(index, UnsafeBufferPointer(rebasing: all[start..<end]))
        start = end
      }
    }
  }

  /// The same record with its text read as Windows-1252, which holds all that ISO-8859-1 writes.
  func decodedFromWindows1252() -> CSVRecord {
    var decoded = CSVRecord()
    decoded.line = line
    var start = 0
    for end in ends {
      for byte in bytes[start..<end] {
        if byte < 0x80 {
          decoded.bytes.append(byte)
        } else {
          decoded.bytes.append(
            contentsOf: UTF8.encode(Windows1252.scalar(byte)) ?? UTF8.encodedReplacementCharacter)
        }
      }
      decoded.ends.append(decoded.bytes.count)
      start = end
    }
    return decoded
  }
}

/// Cuts bytes into CSV records: a separator, fields in quotes where a quote is doubled and line breaks are data.
struct CSVRecordSplitter {
  private enum State { case start, plain, quoted, closing }

  private let limits: FeedLimits
  private let separator: UInt8
  private var state = State.start
  private var record = CSVRecord()
  private var line = 1
  /// Of the last quotation mark that opened a value.
  private var quoteLine = 1
  private var hasBytes = false

  init(limits: FeedLimits, separator: UInt8 = UInt8(ascii: ";")) {
    self.limits = limits
    self.separator = separator
  }

  /// Cuts some more bytes, giving each finished record to `take`.
  ///
  /// - Throws: `FeedRefusal.quoteOpen` for a quotation mark that nothing seems to close, `tooLarge`, and what `take` throws.
  mutating func consume(
    _ bytes: UnsafeRawBufferPointer, take: (CSVRecord) throws(FeedRefusal) -> Void
  ) throws(FeedRefusal) {
    for byte in bytes {
      if byte == 0x0A { line += 1 }
      switch state {
      case .quoted:
        if byte == UInt8(ascii: "\"") { state = .closing } else { record.bytes.append(byte) }
      case .closing where byte == UInt8(ascii: "\""):
        record.bytes.append(byte)
        state = .quoted
      case .start where byte == UInt8(ascii: "\""):
        hasBytes = true
        quoteLine = line
        state = .quoted
      default: try plain(byte, take: take)
      }
      if record.bytes.count > limits.recordBytes || record.ends.count > 1000 {
        throw state == .quoted ? .quoteOpen(line: quoteLine) : .tooLarge(line: record.line)
      }
    }
  }

  /// Gives the last record when the file does not end with a line break.
  ///
  /// - Throws: `FeedRefusal.quoteOpen` when it ends inside quotes, and what `take` throws.
  mutating func finish(take: (CSVRecord) throws(FeedRefusal) -> Void) throws(FeedRefusal) {
    guard state != .quoted else { throw .quoteOpen(line: quoteLine) }
    if hasBytes { try end(take: take) }
  }

  private mutating func plain(
    _ byte: UInt8, take: (CSVRecord) throws(FeedRefusal) -> Void
  ) throws(FeedRefusal) {
    switch byte {
    case separator:
      record.ends.append(record.bytes.count)
      hasBytes = true
      state = .start
    case 0x0A: try end(take: take)
    case 0x0D: break
    default:
      record.bytes.append(byte)
      hasBytes = true
      state = .plain
    }
  }

  private mutating func end(take: (CSVRecord) throws(FeedRefusal) -> Void) throws(FeedRefusal) {
    record.ends.append(record.bytes.count)
    try take(record)
    record.bytes.removeAll(keepingCapacity: true)
    record.ends.removeAll(keepingCapacity: true)
    record.line = line
    hasBytes = false
    state = .start
  }
}
