import Foundation
import NIOCore
import Service

/// Reads `multipart/form-data` (RFC 7578) as it comes: what is typed is kept in memory, a file is written to disk, so that
/// a form takes the same memory whatever the size of its files.
struct Multipart {
  /// The most parts that a form of ours has.
  static let maximumParts = 60
  /// The most bytes of everything typed.
  static let maximumText = 256 * 1024
  private static let maximumHead = 8192

  /// The body is not what its boundary announces, or has too many parts.
  struct Unreadable: Error {}
  /// The whole is longer than it may be.
  struct TooLong: Error {}

  /// The boundary that a `Content-Type` names; nil when it is another type.
  static func boundary(of contentType: String) -> String? {
    guard contentType.lowercased().hasPrefix("multipart/form-data") else { return nil }
    for part in contentType.split(separator: ";").dropFirst() {
      let pair = part.trimmingCharacters(in: .whitespaces).split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[0].lowercased() == "boundary" else { continue }
      let value = pair[1].trimmingCharacters(in: CharacterSet(charactersIn: "\""))
      return (1...70).contains(value.count) ? value : nil
    }
    return nil
  }

  /// - Parameter limit: the most bytes of the whole.
  /// - Throws: `Unreadable`, `TooLong`; `CocoaError` when the disk takes no file; what `body` throws.
  static func read<Body: AsyncSequence>(
    _ body: Body, boundary: String, limit: Int
  ) async throws -> FormAnswers where Body.Element == ByteBuffer {
    var reader = Multipart(boundary: boundary)
    var count = 0
    for try await chunk in body {
      count += chunk.readableBytes
      guard count <= limit else { throw TooLong() }
      try reader.take(chunk)
    }
    guard case .end = reader.place else { throw Unreadable() }
    return FormAnswers(reader.pairs, files: reader.files)
  }

  private enum Place {
    /// Before the first boundary, which nothing precedes.
    case start
    /// After a boundary: another part, or the end.
    case boundary
    case head
    case text(String)
    case file(String, PassingFile, named: String)
    case end
  }

  /// What ends a part.
  private let mark: [UInt8]
  private var place = Place.start
  /// Read, and not understood yet: never longer than a head and a chunk.
  private var rest = ByteBuffer()
  private var typed: [UInt8] = []
  private var textBytes = 0
  private var parts = 0
  private var pairs: [(name: String, value: String)] = []
  private var files: [String: FormAnswers.File] = [:]

  private init(boundary: String) { mark = Array("\r\n--\(boundary)".utf8) }

  private mutating func take(_ chunk: ByteBuffer) throws {
    if case .end = place { return }
    rest.writeImmutableBuffer(chunk)
    while try step() {}
    rest.discardReadBytes()
  }

  /// Goes on to the next place.
  /// - Returns: false when more must come first.
  private mutating func step() throws -> Bool {
    switch place {
    case .start: return try start()
    case .boundary:
      guard let two = rest.readBytes(length: 2) else { return false }
      place = two == Array("--".utf8) ? .end : .head
      guard two == Array("--".utf8) || two == Array("\r\n".utf8) else { throw Unreadable() }
      return true
    case .head: return try head()
    case .text(let name):
      let (part, isWhole) = content()
      if let part { typed.append(contentsOf: part.readableBytesView) }
      guard typed.count + textBytes <= Self.maximumText else { throw TooLong() }
      guard isWhole else { return false }
      pairs.append((name, String(decoding: typed, as: UTF8.self)))
      textBytes += typed.count
      typed = []
      return true
    case .file(let field, let file, let name):
      let (part, isWhole) = content()
      if let part { try file.append(part) }
      guard isWhole else { return false }
      if !name.isEmpty { files[field] = FormAnswers.File(name: name, content: file) }
      return true
    case .end: return false
    }
  }

  private mutating func start() throws -> Bool {
    let first = mark.dropFirst(2)
    guard rest.readableBytes >= first.count else { return false }
    guard rest.readBytes(length: first.count).map({ $0.elementsEqual(first) }) == true else { throw Unreadable() }
    place = .boundary
    return true
  }

  private mutating func head() throws -> Bool {
    let blank = Array("\r\n\r\n".utf8)
    guard let length = Self.find(blank, in: rest) else {
      guard rest.readableBytes <= Self.maximumHead else { throw Unreadable() }
      return false
    }
    parts += 1
    guard length <= Self.maximumHead, parts <= Self.maximumParts, let text = rest.readString(length: length) else {
      throw Unreadable()
    }
    rest.moveReaderIndex(forwardBy: blank.count)
    for line in text.split(separator: "\r\n") where line.lowercased().hasPrefix("content-disposition:") {
      guard let name = line.firstMatch(of: /[; ]name="([^"]*)"/) else { throw Unreadable() }
      if let file = line.firstMatch(of: /filename="([^"]*)"/) {
        let plain = String(file.1.split(separator: /[\/\\]/).last ?? "")
        place = .file(String(name.1), try PassingFile(), named: plain)
      } else {
        place = .text(String(name.1))
      }
      return true
    }
    throw Unreadable()
  }

  /// What has come of the part's content, and whether its end has come.
  private mutating func content() -> (ByteBuffer?, isWhole: Bool) {
    if let length = Self.find(mark, in: rest) {
      let last = rest.readSlice(length: length)
      rest.moveReaderIndex(forwardBy: mark.count)
      place = .boundary
      return (last, true)
    }
    // The end of what is here may be the beginning of the mark.
    let certain = rest.readableBytes - mark.count + 1
    return (certain > 0 ? rest.readSlice(length: certain) : nil, false)
  }

  /// Where `mark` begins, counted from the first readable byte. It begins with a carriage return.
  private static func find(_ mark: [UInt8], in buffer: ByteBuffer) -> Int? {
    buffer.withUnsafeReadableBytes { bytes in
      guard let base = bytes.baseAddress else { return nil }
      var position = 0
      while position + mark.count <= bytes.count {
        let left = bytes.count - mark.count + 1 - position
        guard let found = memchr(base + position, Int32(mark[0]), left) else { return nil }
        position = UnsafeRawPointer(found) - base
        if memcmp(base + position, mark, mark.count) == 0 { return position }
        position += 1
      }
      return nil
    }
  }
}
