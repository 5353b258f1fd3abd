import Foundation

/// How much there is to read, told before reading: the file's size and, where its end is in the clear, what its trailer
/// announces. For a bar that moves; the trailer is checked when it is reached.
struct FeedExtent: Sendable {
  let bytes: Int?
  /// Persons of every role; nil for a packed file.
  let expected: Int?

  /// Of what is no file.
  static let none = FeedExtent(bytes: nil, expected: nil)

  private init(bytes: Int?, expected: Int?) {
    self.bytes = bytes
    self.expected = expected
  }

  init(of file: URL) throws {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    let size = try handle.seekToEnd()
    try handle.seek(toOffset: size > 4096 ? size - 4096 : 0)
    let end = String(decoding: try handle.readToEnd() ?? Data(), as: UTF8.self)
    self.init(bytes: Int(size), expected: Self.announced(end))
  }

  /// The number of persons in the last lines of a feed: `NBPERSTRANSM="12"` in XML, `NBPERSTRANSM=12` in CSV.
  static func announced(_ end: String) -> Int? {
    guard let name = end.range(of: "NBPERSTRANSM", options: .backwards) else { return nil }
    let digits = end[name.upperBound...].drop { $0 == "=" || $0 == "\"" || $0 == " " }.prefix {
      $0.isASCII && $0.isNumber
    }
    return digits.count <= 9 ? Int(digits) : nil
  }
}
