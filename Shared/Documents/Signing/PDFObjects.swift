import Foundation

/// The objects of a PDF as LibreOffice writes it: one plain table of places at its end. Files that were added to, that are
/// encrypted or whose table is packed are refused: we sign what we made ourselves.
struct PDFObjects {
  let file: Data
  /// Where the table of places begins.
  let table: Int
  let trailer: String
  private let places: [Int]

  /// How many objects there are, the first, free one included.
  var count: Int { places.count }

  /// - Throws: `DocumentError.notSigned`.
  init(_ pdf: Data) throws(DocumentError) {
    file = Data(pdf)
    guard let mark = file.range(of: Data("startxref".utf8), options: .backwards),
      let number = Self.text(file[mark.upperBound...]).firstMatch(of: #/(\d+)/#), let start = Int(number.1),
      start < mark.lowerBound
    else { throw .notSigned(detail: "no startxref") }
    table = start
    let head = Self.text(file[start..<min(start + 40, file.count)])
    guard let found = head.firstMatch(of: #/^xref\s+0\s+(\d+)\s*?\n/#), let count = Int(found.1), count > 0 else {
      throw .notSigned(detail: "no plain table")
    }
    let first = start + found.0.utf8.count
    let end = first + 20 * count
    guard end < mark.lowerBound else { throw .notSigned(detail: "a short table") }
    var places: [Int] = []
    for index in 0..<count {
      let line = file[(first + 20 * index)..<(first + 20 * index + 10)]
      guard let place = Int(Self.text(line)) else { throw .notSigned(detail: "a broken table") }
      places.append(place)
    }
    self.places = places
    trailer = Self.text(file[end..<mark.lowerBound])
    guard !trailer.contains("/Prev"), !trailer.contains("/Encrypt") else {
      throw .notSigned(detail: "added to or encrypted")
    }
  }

  /// What an object holds that has no stream: a dictionary as it is written.
  func dictionary(_ number: Int) throws(DocumentError) -> String {
    guard places.indices.contains(number), places[number] < file.count,
      let end = file.range(of: Data("endobj".utf8), in: places[number]..<file.count)
    else { throw .notSigned(detail: "no object \(number)") }
    let whole = Self.text(file[places[number]..<end.lowerBound])
    guard let head = whole.firstMatch(of: #/^(\d+)\s+0\s+obj\s*/#), head.1 == String(number) else {
      throw .notSigned(detail: "another object at the place of \(number)")
    }
    let body = whole.dropFirst(head.0.count).trimmingCharacters(in: .whitespacesAndNewlines)
    guard body.hasPrefix("<<"), body.hasSuffix(">>") else { throw .notSigned(detail: "no dictionary \(number)") }
    return body
  }

  /// The number that a dictionary refers to under a name.
  static func reference(_ name: String, in dictionary: String) -> Int? {
    guard let start = dictionary.range(of: "/\(name) ") else { return nil }
    return dictionary[start.upperBound...].firstMatch(of: #/^\s*(\d+)\s+0\s+R/#).flatMap { Int($0.1) }
  }

  var root: Int? { Self.reference("Root", in: trailer) }

  /// The number of the last page.
  func lastPage() throws(DocumentError) -> Int {
    guard let root, var node = Self.reference("Pages", in: try dictionary(root)) else {
      throw .notSigned(detail: "no pages")
    }
    // A tree of pages is a few levels deep; a ring would never end.
    for _ in 0..<20 {
      let text = try dictionary(node)
      guard let kids = text.firstMatch(of: #//Kids\s*\[([^\]]*)\]/#) else { return node }
      guard let last = String(kids.1).matches(of: #/(\d+)\s+0\s+R/#).last, let number = Int(last.1) else {
        throw .notSigned(detail: "no page")
      }
      node = number
    }
    throw .notSigned(detail: "a ring of pages")
  }

  /// How many pages there are.
  func pageCount() throws(DocumentError) -> Int {
    guard let root, let tree = Self.reference("Pages", in: try dictionary(root)),
      let count = try dictionary(tree).firstMatch(of: #//Count\s+(\d+)/#).flatMap({ Int($0.1) })
    else { throw .notSigned(detail: "no count of pages") }
    return count
  }

  /// Bytes as text and back, one character a byte.
  static func text(_ bytes: Data) -> String { String(decoding: bytes.map { UInt16($0) }, as: UTF16.self) }
  static func bytes(_ text: String) -> Data { Data(text.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }) }
}
