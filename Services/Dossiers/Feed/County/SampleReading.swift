import API
import Domain
import Foundation

/// The first lines of a county's own CSV, looked at to say what its columns are.
struct SampleReading {
  let separator: FeedDialect.Separator
  let encoding: FeedDialect.Encoding
  let dates: FeedDialect.Dates
  let headers: [String]
  /// Each line's values, in the order of the headers.
  let rows: [[String]]

  /// How much of a file is kept, in bytes.
  static let size = 256 * 1024
  /// How many lines are looked at.
  static let most = 200

  /// - Throws: `FeedRefusal` when there are no lines in it.
  init(
    _ bytes: [UInt8], separator asked: FeedDialect.Separator? = nil, encoding wanted: FeedDialect.Encoding? = nil
  ) throws(FeedRefusal) {
    guard bytes.contains(where: { $0 > 0x20 }) else { throw .empty }
    guard !bytes.contains(0) else { throw .wrongEncoding(found: "UTF-16 ou fichier binaire", line: nil) }
    let bare = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? Array(bytes.dropFirst(3)) : bytes
    encoding = wanted ?? (String(validating: bare, as: UTF8.self) == nil ? .windows1252 : .utf8)
    separator = asked ?? Self.separator(of: bare)
    var splitter = CSVRecordSplitter(limits: FeedLimits(), separator: separator.byte)
    var records: [[String]] = []
    let isWindows = encoding == .windows1252
    func take(_ record: CSVRecord) {
      guard !record.isBlank, records.count <= Self.most else { return }
      records.append((isWindows ? record.decodedFromWindows1252() : record).texts.map(Self.oneLine))
    }
    let result: Result<Void, FeedRefusal> = bare.withUnsafeBytes { raw in
      do throws(FeedRefusal) {
        return .success(try splitter.consume(raw) { record throws(FeedRefusal) in take(record) })
      } catch { return .failure(error) }
    }
    try result.get()
    try splitter.finish { record throws(FeedRefusal) in take(record) }
    guard let first = records.first else { throw .empty }
    headers = first
    rows = Array(records.dropFirst())
    dates = Self.dates(in: rows)
  }

  /// The values of a column, each once, in their order.
  func values(of column: Int) -> [String] {
    var seen: Set<String> = []
    return rows.compactMap { column < $0.count ? $0[column] : nil }.filter { value in
      var text = value
      return !value.isEmpty && !text.withUTF8(CountyCSV.isNull) && seen.insert(value).inserted
    }
  }

  /// The columns with a few of their values, and all where they may be codes.
  var columns: [FeedSample.Column] {
    let guesses = ColumnGuess.fields(for: headers)
    return headers.enumerated().map { index, header in
      let values = values(of: index)
      return FeedSample.Column(
        header: header, examples: values.prefix(3).map { Self.masked(String($0.prefix(60))) },
        values: values.count <= Self.codes && values.allSatisfy { $0.count <= 100 } ? values.map(Self.masked) : [],
        field: guesses[index]?.definition.column)
    }
  }

  /// A column with more values than these is no list of codes.
  private static let codes = 20

  /// Whatever looks like a NIR, wherever it stands, is shown as one.
  static func masked(_ text: String) -> String {
    let bare = text.filter { !$0.isWhitespace && $0 != "." && $0 != "-" }
    guard bare.count == 13 || bare.count == 15, let first = bare.first, "123478".contains(first),
      bare.dropFirst().allSatisfy({ $0.isNumber || $0 == "A" || $0 == "B" || $0 == "a" || $0 == "b" })
    else { return text }
    return "\(first) \(bare.dropFirst().prefix(2)) \(bare.dropFirst(3).prefix(2)) •• ••• ••• ••"
  }

  private static func oneLine(_ text: String) -> String {
    text.split(whereSeparator: { $0.isWhitespace || $0.isNewline }).joined(separator: " ")
  }

  /// The one that the first line has most of.
  private static func separator(of bytes: [UInt8]) -> FeedDialect.Separator {
    var counts: [UInt8: Int] = [:]
    var isQuoted = false
    for byte in bytes {
      if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
      if byte == 0x0A, !isQuoted { break }
      if !isQuoted { counts[byte, default: 0] += 1 }
    }
    let ranked = FeedDialect.Separator.allCases.map { ($0, counts[$0.byte] ?? 0) }
    return ranked.reduce((.semicolon, 0)) { $1.1 > $0.1 ? $1 : $0 }.0
  }

  /// The way in which most of what looks like a date is written.
  private static func dates(in rows: [[String]]) -> FeedDialect.Dates {
    var counts: [FeedDialect.Dates: Int] = [:]
    for value in rows.lazy.flatMap({ $0 }) {
      let day = value.prefix { $0 != " " && $0 != "T" }
      let shape = String(day.map { $0.isASCII && $0.isNumber ? "9" : $0 })
      switch shape {
      case "9999-99-99": counts[.iso, default: 0] += 1
      case "99/99/9999": counts[.slashed, default: 0] += 1
      case "99-99-9999": counts[.dashed, default: 0] += 1
      case "99.99.9999": counts[.dotted, default: 0] += 1
      case "99999999" where day.hasPrefix("19") || day.hasPrefix("20"): counts[.compact, default: 0] += 1
      default: break
      }
    }
    return FeedDialect.Dates.allCases.reduce((.slashed, 0)) { best, way in
      (counts[way] ?? 0) > best.1 ? (way, counts[way] ?? 0) : best
    }.0
  }
}
