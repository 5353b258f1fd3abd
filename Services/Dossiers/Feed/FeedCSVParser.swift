import API

/// Reads a feed in CSV as it arrives, keeping one household in memory: Genesis's, the twin of its XML, or a county's own.
///
/// The first line identifies the feed (`#GENESIS;APPLIEME=GEN;…`, the same names as in XML), the second names the
/// columns (`FeedField`), each other one is a person with their household's data, and the last one carries the totals
/// (`#FIN;NBTOTDOSRSATRANSM=…;NBPERSTRANSM=…`). The lines of one household follow one another.
///
/// A county's own file has neither identification nor totals: its first line names the columns, and a mapping says what they
/// are (`CountyCSV`). The lines of a household may stand anywhere in it, so that they are held until its end.
final class FeedCSVParser {
  private enum Stage { case identification, columns, persons, finished }
  private enum Encoding { case unknown, utf8, windows1252 }

  private let department: String
  private let county: CountyCSV?
  private var splitter: CSVRecordSplitter
  private var assembler: HouseholdAssembler
  private var stage: Stage
  private var encoding: Encoding
  private var mark: [UInt8] = []
  private var hasMark = false
  private var columns: [FeedField?] = []
  private var header: FeedHeader?
  private var trailer: FeedTrailer?
  private var output: [FeedPerson] = []
  /// A county's lines by household, in the order of their first ones.
  private var households: [[CSVRecord]] = []
  private var places: [String: Int] = [:]
  /// Whether bytes were met that only Windows-1252 has, and whether others were.
  private var hasWindows = false
  private var hasUTF8 = false

  /// - Parameter county: how a county's own file is read; nil for Genesis's.
  init(department: String, limits: FeedLimits = FeedLimits(), county: CountyCSV? = nil) {
    self.department = department
    self.county = county
    stage = county == nil ? .identification : .columns
    encoding = county.map { $0.encoding == .utf8 ? .utf8 : .windows1252 } ?? .unknown
    header = county.map { FeedHeader(county: $0, department: department) }
    splitter = CSVRecordSplitter(limits: limits, separator: county?.separator ?? UInt8(ascii: ";"))
    assembler = HouseholdAssembler(department: department, limits: limits)
  }

  /// Reads some more of the file.
  ///
  /// - Returns: the persons of the households that end in these bytes. They count only once `finish()` has returned.
  /// - Throws: `FeedRefusal`; the parser is of no more use then.
  func consume(_ bytes: UnsafeRawBufferPointer) throws(FeedRefusal) -> [FeedPerson] {
    var rest = bytes
    while !hasMark, let first = rest.first { try readMark(first, &rest) }
    try split(rest)
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  /// Reads some more of the file; see `consume(_:)` above.
  func consume(_ bytes: [UInt8]) throws(FeedRefusal) -> [FeedPerson] {
    let result: Result<[FeedPerson], FeedRefusal> = bytes.withUnsafeBytes { raw in
      do throws(FeedRefusal) { return .success(try consume(raw)) } catch { return .failure(error) }
    }
    return try result.get()
  }

  /// Gives the persons of the last household, and checks the end of the file against its totals.
  ///
  /// - Throws: `FeedRefusal`, in which case nothing read from the file may be kept.
  func finish() throws(FeedRefusal) -> FeedEnding {
    if !hasMark {
      hasMark = true
      try split(mark)
    }
    try splitter.finish { record throws(FeedRefusal) in
      // Nothing but this tells that a county's file was cut: it has no totals.
      if county != nil, stage == .persons, record.ends.count < columns.count { throw .truncated }
      try take(record)
    }
    guard stage != .identification else { throw .empty }
    if county != nil { try endCounty() }
    guard let header, let trailer else { throw .truncated }
    let persons = assembler.persons + assembler.ignored
    guard trailer.households == assembler.households, trailer.persons == persons else {
      throw .trailerMismatch(expected: trailer, households: assembler.households, persons: persons)
    }
    let note =
      encoding == .windows1252 && county == nil
      ? "Le fichier est en Windows-1252 (ISO-8859-1) ; il a été converti. Demandez une extraction en UTF-8." : nil
    let summary = FeedSummary(
      header: header, trailer: trailer, households: assembler.households, persons: assembler.persons,
      ignored: assembler.ignored, encodingNote: note,
      unsaid: Set(FeedField.allCases).subtracting(columns.compactMap { $0 }),
      isMapped: county != nil)
    defer { output.removeAll() }
    return FeedEnding(people: output, summary: summary)
  }

  /// What was read so far is not written as the mapping says.
  private var contradiction: FeedRefusal? {
    county != nil && hasUTF8 && !hasWindows
      ? .wrongEncoding(found: "annoncé en Windows-1252, écrit en UTF-8", line: nil) : nil
  }

  /// A county's file ends with its last line.
  private func endCounty() throws(FeedRefusal) {
    guard stage == .persons else { throw .empty }
    if let contradiction { throw contradiction }
    for records in households {
      assembler.openHousehold()
      // The same persons in whatever order give the same household.
      for (place, record) in sorted(records).enumerated() {
        try takePerson(record, role: place == 0 ? "DEM" : "CJT")
      }
      output.append(contentsOf: assembler.closeHousehold())
    }
    guard assembler.households > 0 else { throw .empty }
    trailer = FeedTrailer(households: assembler.households, persons: assembler.persons + assembler.ignored)
  }

  private func split(_ bytes: UnsafeRawBufferPointer) throws(FeedRefusal) {
    try splitter.consume(bytes) { record throws(FeedRefusal) in try take(record) }
  }

  private func split(_ bytes: [UInt8]) throws(FeedRefusal) {
    let result: Result<Void, FeedRefusal> = bytes.withUnsafeBytes { raw in
      do throws(FeedRefusal) { return .success(try split(raw)) } catch { return .failure(error) }
    }
    try result.get()
  }

  /// Takes the three bytes that Windows writes before UTF-8, which may come in three pieces.
  private func readMark(_ byte: UInt8, _ rest: inout UnsafeRawBufferPointer) throws(FeedRefusal) {
    let expected: [UInt8] = [0xEF, 0xBB, 0xBF]
    guard byte == expected[mark.count] else {
      hasMark = true
      return try split(mark)
    }
    mark.append(byte)
    rest = UnsafeRawBufferPointer(rebasing: rest.dropFirst())
    if mark.count == expected.count {
      hasMark = true
      encoding = .utf8
    }
  }

  private func take(_ raw: CSVRecord) throws(FeedRefusal) {
    let record = try decoded(raw)
    guard !record.isBlank else { return }
    switch stage {
    case .identification:
      header = try FeedHeader(attributes: try keyed(record, by: "#GENESIS"), department: department)
      stage = .columns
    case .columns:
      if let county {
        do throws(FeedRefusal) { columns = try county.columns(named: record.texts) } catch {
          throw contradiction ?? error
        }
      } else {
        columns = try Self.columns(named: record.texts)
      }
      stage = .persons
    case .persons:
      if county == nil, record.bytes.first == UInt8(ascii: "#") {
        let totals = try keyed(record, by: "#FIN")
        output.append(contentsOf: assembler.closeHousehold())
        trailer = try FeedTrailer(attributes: totals)
        stage = .finished
      } else if county != nil {
        hold(record)
      } else {
        let request = text(.numDemRsa, of: record)
        if !assembler.isOpen || request == nil || request != assembler.numDemRsa {
          output.append(contentsOf: assembler.closeHousehold())
          assembler.openHousehold()
        }
        try takePerson(record)
      }
    case .finished: throw .dataAfterTrailer(line: record.line)
    }
  }

  /// Keeps a line of a county's file with those of the same household.
  private func hold(_ record: CSVRecord) {
    guard let request = text(.numDemRsa, of: record) else { return households.append([record]) }
    if let place = places[request] {
      households[place].append(record)
    } else {
      places[request] = households.count
      households.append([record])
    }
  }

  private func sorted(_ records: [CSVRecord]) -> [CSVRecord] {
    guard records.count > 1 else { return records }
    return records.map { (text(.idPers, of: $0) ?? "", $0) }.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// - Parameter role: in the household, where a county's file does not say it.
  private func takePerson(_ record: CSVRecord, role: String? = nil) throws(FeedRefusal) {
    let dates = county?.dates.shape ?? FeedDialect.Dates.iso.shape
    assembler.openPerson()
    record.withEach { index, value in
      guard index < columns.count, let field = columns[index], !CountyCSV.isNull(value) else { return }
      switch county?.rewritten(value, of: field) {
      case nil: assembler.set(field, value, dates: dates)
      case .value(let text): Array(text.utf8).withUnsafeBufferPointer { assembler.set(field, $0, dates: dates) }
      case .unknown:
        assembler.note(
          FeedProblem(.valueUnknown, field, "La valeur de \(field.definition.column) n’a pas de correspondance."))
      }
    }
    for (field, value) in county?.defaults ?? [] {
      Array((field == .role ? role ?? value : value).utf8).withUnsafeBufferPointer { assembler.set(field, $0) }
    }
    if record.ends.count != columns.count {
      assembler.note(
        FeedProblem(
          .columns, .idPers, "La ligne compte \(record.ends.count) colonnes au lieu de \(columns.count)."))
    }
    guard assembler.closePerson() else { throw .tooLarge(line: record.line) }
  }

  /// What a line says in one column.
  private func text(_ field: FeedField, of record: CSVRecord) -> String? {
    guard let column = columns.firstIndex(of: field), column < record.ends.count else { return nil }
    let start = column == 0 ? 0 : record.ends[column - 1]
    return record.bytes[start..<record.ends[column]].withUnsafeBufferPointer {
      CountyCSV.isNull($0) ? nil : field.clean($0).value
    }
  }

  /// The record in UTF-8. A file that is UTF-8 in one place and not in another has been glued together: refused.
  private func decoded(_ record: CSVRecord) throws(FeedRefusal) -> CSVRecord {
    guard record.bytes.contains(where: { $0 >= 0x80 }) else { return record }
    if encoding == .windows1252 {
      if county != nil, !hasWindows {
        let isUTF8 = String(validating: record.bytes, as: UTF8.self) != nil
        (hasWindows, hasUTF8) = (!isUTF8, hasUTF8 || isUTF8)
      }
      return record.decodedFromWindows1252()
    }
    if String(validating: record.bytes, as: UTF8.self) != nil {
      encoding = .utf8
      return record
    }
    guard encoding == .unknown else {
      throw .wrongEncoding(found: "octets étrangers à l’UTF-8", line: record.line)
    }
    encoding = .windows1252
    return record.decodedFromWindows1252()
  }

  private func keyed(_ record: CSVRecord, by tag: String) throws(FeedRefusal) -> [String: String] {
    let texts = record.texts
    guard texts.first?.trimmed.uppercased() == tag else { throw .headerMissing(field: tag) }
    var values: [String: String] = [:]
    for text in texts.dropFirst() {
      guard let equal = text.firstIndex(of: "=") else { continue }
      values[String(text[..<equal]).trimmed.uppercased()] = String(text[text.index(after: equal)...]).trimmed
    }
    return values
  }

  /// Column names as spreadsheets leave them: any case, with line breaks and tabulations inside, quoted.
  static func columns(named texts: [String]) throws(FeedRefusal) -> [FeedField?] {
    let known = Dictionary(uniqueKeysWithValues: FeedField.allCases.map { ($0.definition.column, $0) })
    var taken: Set<FeedField> = []
    let columns = texts.map { text -> FeedField? in
      let name = text.filter { !$0.isWhitespace && !$0.isNewline }.uppercased()
      guard let field = known[name], taken.insert(field).inserted else { return nil }
      return field
    }
    let missing = FeedField.requiredColumns.filter { !taken.contains($0) }.map(\.definition.column)
    guard missing.isEmpty else { throw .columnsMissing(missing) }
    return columns
  }
}

extension String {
  /// Without the blanks at both ends.
  fileprivate var trimmed: String {
    let start = drop { $0.isWhitespace }
    guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return "" }
    return String(start[...last])
  }
}
