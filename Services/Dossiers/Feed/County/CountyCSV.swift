import API
import Domain

/// A county's own CSV as somebody said that it is to be read: it stands in the place of the identification, the names and the
/// spellings that Genesis's CSV has of itself.
struct CountyCSV: Sendable {
  let encoding: FeedDialect.Encoding
  /// Between two values of a line.
  let separator: UInt8
  let isStock: Bool
  /// The day whose state is described, `YYYY-MM-DD`.
  let referenceDate: String
  /// What the file does not say at all, and of which what Jalons has stands.
  let unsaid: Set<FeedField>

  /// How most of its dates are written, which messages ask for.
  let dates: FeedDialect.Dates
  /// By the header's key.
  private let fields: [String: FeedField]
  private let headers: [FeedField: String]
  /// By field, what the county's words stand for, by their keys.
  private let codes: [FeedField: [String: String]]

  /// Without these, nobody can be followed: who it is, of which household, and whose référent.
  static let required: [FeedField] = [.numDemRsa, .idPers, .nom, .prenom, .dtNai, .referentId]

  init(_ dialect: FeedDialect, referenceDate: CalendarDate) {
    encoding = dialect.encoding
    separator = dialect.separator.byte
    isStock = dialect.isStock
    dates = dialect.dates
    self.referenceDate = referenceDate.description
    var fields: [String: FeedField] = [:]
    var headers: [FeedField: String] = [:]
    for column in dialect.columns {
      guard let field = FeedField.byColumn[column.field] else { continue }
      fields[FeedCodes.key(column.header)] = field
      headers[field] = column.header
    }
    self.fields = fields
    self.headers = headers
    unsaid = Set(FeedField.allCases).subtracting(headers.keys)
    var codes: [FeedField: [String: String]] = [:]
    for value in dialect.values {
      guard let field = FeedField.byColumn[value.field] else { continue }
      codes[field, default: [:]][FeedCodes.key(value.written)] = value.code
    }
    self.codes = codes
  }

  /// What each column of the first line holds.
  /// - Throws: `FeedRefusal.columnsMissing` with the county's own names.
  func columns(named texts: [String]) throws(FeedRefusal) -> [FeedField?] {
    var taken: Set<FeedField> = []
    let columns = texts.map { text -> FeedField? in
      guard let field = fields[FeedCodes.key(text)], taken.insert(field).inserted else { return nil }
      return field
    }
    let missing = FeedField.allCases.filter { headers[$0] != nil && !taken.contains($0) }.compactMap { headers[$0] }
    guard missing.isEmpty else { throw .columnsMissing(missing) }
    return columns
  }

  /// The value as the feed would have written it; nil where it is so already.
  func rewritten(_ raw: UnsafeBufferPointer<UInt8>, of field: FeedField) -> Rewriting? {
    if field.kind.isDate { return date(raw).map { .value($0) } }
    guard let known = codes[field] else { return nil }
    let written = String(decoding: raw, as: UTF8.self)
    let key = FeedCodes.key(written)
    guard !key.isEmpty else { return nil }
    if let code = known[key] { return .value(code) }
    return FeedCodes.codes(of: field.definition.column).contains { FeedCodes.key($0.code) == key } ? nil : .unknown
  }

  enum Rewriting {
    case value(String)
    /// A word that stands for nothing.
    case unknown
  }

  /// What a file that says nothing of it holds of everybody.
  var defaults: [(field: FeedField, value: String)] {
    [(FeedField.role, "DEM"), (.etatDosRsa, "Z")].filter { unsaid.contains($0.0) }
  }

  /// A day in whichever way it is written: one file may hold several, as spreadsheets write a column their own way.
  private func date(_ raw: UnsafeBufferPointer<UInt8>) -> String? {
    // The day alone: systems write a time after it, by a blank or a T.
    let text = raw.drop { $0 <= 0x20 }.prefix { $0 > 0x20 && $0 != UInt8(ascii: "T") }
    let digits = text.filter { (0x30...0x39).contains($0) }
    guard digits.count == 8 else { return nil }
    let marks = text.enumerated().filter { !(0x30...0x39).contains($0.element) }
    let all = String(decoding: digits, as: UTF8.self)
    func part(_ start: Int, _ length: Int) -> Substring { all.dropFirst(start).prefix(length) }
    if marks.isEmpty { return "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))" }
    guard marks.count == 2, marks[0].element == marks[1].element, "/-.".utf8.contains(marks[0].element) else {
      return nil
    }
    return switch marks.map(\.offset) {
    case [2, 5]: "\(part(4, 4))-\(part(2, 2))-\(part(0, 2))"
    case [4, 7]: "\(part(0, 4))-\(part(4, 2))-\(part(6, 2))"
    default: nil
    }
  }

  /// Whether a value is what databases write for nothing.
  static func isNull(_ raw: UnsafeBufferPointer<UInt8>) -> Bool {
    raw.elementsEqual("NULL".utf8) || raw.elementsEqual("null".utf8) || raw.elementsEqual("\\N".utf8)
  }
}

extension FeedDialect.Dates {
  /// As a message asks for it.
  var shape: String {
    switch self {
    case .iso: "AAAA-MM-JJ"
    case .slashed: "JJ/MM/AAAA"
    case .dashed: "JJ-MM-AAAA"
    case .dotted: "JJ.MM.AAAA"
    case .compact: "AAAAMMJJ"
    }
  }
}

extension FeedDialect.Separator {
  var byte: UInt8 {
    switch self {
    case .semicolon: UInt8(ascii: ";")
    case .comma: UInt8(ascii: ",")
    case .tab: 0x09
    case .bar: UInt8(ascii: "|")
    }
  }
}
