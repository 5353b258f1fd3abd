/// Reads a feed whatever its wrapping: gzip or not, XML (Genesis's or CNAF's) or CSV, told by its first bytes and never by
/// its name.
///
/// Memory stays that of one household and a few buffers, but for a county's own CSV. Persons come out as they are read,
/// yet count only once `finish()` has returned: what it throws refuses the whole file.
struct FeedReader {
  private enum Format {
    case unknown
    case xml(FeedXMLParser)
    case csv(FeedCSVParser)
  }

  private let department: String
  private let limits: FeedLimits
  private let county: CountyCSV?
  private let gunzip: GunzipStream
  private var format = Format.unknown
  /// The first bytes, until the format is known.
  private var lead: [UInt8] = []
  private var output: [FeedPerson] = []

  /// - Parameters:
  ///   - department: `07`, `2A`, `971`: a feed of another one is refused.
  ///   - county: how a CSV file is read that is not Genesis's; nil refuses it.
  init(department: String, limits: FeedLimits = FeedLimits(), county: CountyCSV? = nil) {
    self.department = department
    self.limits = limits
    self.county = county
    gunzip = GunzipStream(limits: limits)
  }

  /// Reads some more of the file.
  ///
  /// - Returns: the persons of the households that end in this chunk, in the file's order.
  /// - Throws: `FeedRefusal`; the reader is of no more use then.
  mutating func consume(_ chunk: [UInt8]) throws(FeedRefusal) -> [FeedPerson] {
    let result: Result<Void, FeedRefusal> = chunk.withUnsafeBytes { raw in
      do throws(FeedRefusal) {
        return .success(try gunzip.consume(raw) { piece throws(FeedRefusal) in try take(piece) })
      } catch {
        return .failure(error)
      }
    }
    try result.get()
    return drain()
  }

  /// Says that the file is at its end, and checks it as a whole.
  ///
  /// - Returns: the persons that its end completes, and what the file says of itself.
  /// - Throws: `FeedRefusal`: nothing read from the file may be kept.
  mutating func finish() throws(FeedRefusal) -> FeedEnding {
    try gunzip.finish { piece throws(FeedRefusal) in try take(piece) }
    switch format {
    case .unknown:
      guard lead.contains(where: { !Self.blanks.contains($0) }) else { throw .empty }
      throw .notXML(line: nil)
    case .xml(let parser): return FeedEnding(people: drain(), summary: try parser.finish())
    case .csv(let parser):
      let ending = try parser.finish()
      return FeedEnding(people: drain() + ending.people, summary: ending.summary)
    }
  }

  private mutating func drain() -> [FeedPerson] {
    defer { output.removeAll(keepingCapacity: true) }
    return output
  }

  private mutating func take(_ bytes: UnsafeRawBufferPointer) throws(FeedRefusal) {
    switch format {
    case .xml(let parser): output.append(contentsOf: try parser.consume(bytes))
    case .csv(let parser): output.append(contentsOf: try parser.consume(bytes))
    case .unknown:
      lead.append(contentsOf: bytes)
      try recognise()
    }
  }

  private mutating func recognise() throws(FeedRefusal) {
    guard lead.count >= 4 else { return }
    if lead.starts(with: [0xFE, 0xFF]) || lead.starts(with: [0xFF, 0xFE]) || lead[0] == 0 || lead[1] == 0 {
      throw .wrongEncoding(found: "UTF-16", line: nil)
    }
    let start = lead.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    guard let first = lead[start...].firstIndex(where: { !Self.blanks.contains($0) }) else {
      if lead.count > 4096 { throw .notXML(line: nil) }
      return
    }
    // Blanks before the content are dropped: XML forbids them before its declaration, and editors add them.
    let content = Array(lead[first...])
    lead = []
    switch content[0] {
    case UInt8(ascii: "<"):
      let parser = FeedXMLParser(department: department, limits: limits)
      format = .xml(parser)
      output.append(contentsOf: try parser.consume(content))
    case UInt8(ascii: "#"):
      let parser = FeedCSVParser(department: department, limits: limits)
      try begin(parser, content, isMarked: start == 3)
    default:
      guard let county else { throw .notXML(line: nil) }
      let parser = FeedCSVParser(department: department, limits: limits, county: county)
      try begin(parser, content, isMarked: start == 3)
    }
  }

  private mutating func begin(_ parser: FeedCSVParser, _ content: [UInt8], isMarked: Bool) throws(FeedRefusal) {
    format = .csv(parser)
    let mark: [UInt8] = isMarked ? [0xEF, 0xBB, 0xBF] : []
    output.append(contentsOf: try parser.consume(mark + content))
  }

  private static let blanks: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D]
}
