import CXML
import Glibc

/// The attributes of a start tag as libxml2 lends them, five pointers each.
struct GenesisAttributes {
  let base: UnsafeMutablePointer<UnsafePointer<xmlChar>?>?
  let count: Int

  /// Each attribute's name and value, until `body` returns. libxml2 leaves every ampersand of a value written as `&#38;`,
  /// whatever the file wrote.
  func withEach(_ body: (UnsafePointer<xmlChar>, UnsafeBufferPointer<UInt8>) -> Void) {
    guard let base else { return }
    for index in 0..<count {
      let attribute = base + index * 5
      guard let name = attribute[0], let start = attribute[3], let end = attribute[4] else { continue }
      let value = UnsafeBufferPointer(start: start, count: end - start)
      if memchr(start, CInt(UInt8(ascii: "&")), value.count) == nil {
        body(name, value)
      } else {
        Array(String(decoding: value, as: UTF8.self).replacing("&#38;", with: "&").utf8).withUnsafeBufferPointer {
          body(name, $0)
        }
      }
    }
  }

  /// The value of one, cut to 64 bytes.
  func value(of wanted: StaticString) -> String? {
    var found: String?
    withEach { name, value in
      let name = UnsafeRawPointer(name).assumingMemoryBound(to: CChar.self)
      guard found == nil, strcmp(name, wanted.cString) == 0 else { return }
      found = String(decoding: value.prefix(64), as: UTF8.self)
    }
    return found
  }

  /// All of them, for the few elements where speed does not matter.
  var dictionary: [String: String] {
    var all: [String: String] = [:]
    withEach { name, value in
      let text = String(decoding: value.prefix(256), as: UTF8.self)
      all[String(cString: name)] = text.split(separator: " ").joined(separator: " ")
    }
    return all
  }
}

/// Follows the elements of a Genesis feed: which one is open, what its attributes mean.
///
/// Unknown elements and attributes are passed over, so that a later Genesis may add some.
struct GenesisElements {
  private(set) var header: FeedHeader?
  private(set) var trailer: FeedTrailer?
  /// Whether the root has been read.
  private(set) var hasStarted = false

  /// Whether an element is still open.
  var isInside: Bool { !path.isEmpty }

  private var assembler: HouseholdAssembler
  private let department: String
  private let limits: FeedLimits
  private var path: [Name] = []

  private enum Name: Equatable {
    case root, identification, household, trailer, unknown
    case data(FeedField.Element)
  }

  /// libxml2 keeps one copy of each name for the life of its context, so that a pointer stands for a name: comparing
  /// it costs less than making a String of it a hundred times a person.
  private var names: [UnsafePointer<xmlChar>: Name] = [:]
  /// By element, the attributes met so far in the order in which they came: nearly always the order of the next, too.
  private var attributes = [[(name: UnsafePointer<xmlChar>, field: FeedField?)]](
    repeating: [], count: FeedField.Element.allCases.count)

  init(department: String, limits: FeedLimits) {
    self.department = department
    self.limits = limits
    assembler = HouseholdAssembler(department: department, limits: limits)
  }

  mutating func start(
    _ pointer: UnsafePointer<xmlChar>, _ attributes: GenesisAttributes, line: Int
  ) throws(FeedRefusal) {
    guard path.count < limits.depth else { throw .tooDeep(line: line) }
    let name = name(at: pointer)
    defer { path.append(name) }
    guard hasStarted else {
      guard name == .root else { throw .headerMissing(field: "FluxGenesis") }
      hasStarted = true
      return
    }
    switch (name, path.last) {
    case (.identification, .root):
      guard header == nil else { throw .headerMissing(field: "IdentificationFlux") }
      header = try FeedHeader(attributes: attributes.dictionary, department: department)
    case (.trailer, .root):
      guard header != nil else { throw .headerMissing(field: "IdentificationFlux") }
      trailer = try FeedTrailer(attributes: attributes.dictionary)
    case (.household, .root):
      guard header != nil else { throw .headerMissing(field: "IdentificationFlux") }
      guard trailer == nil else { throw .dataAfterTrailer(line: line) }
      assembler.openHousehold()
    case (.data(.personne), .household):
      assembler.openPerson()
      try take(.personne, attributes, line: line)
    case (.data(let element), .household), (.data(let element), .data(.personne)):
      try takeChild(element, attributes, line: line)
    default: break
    }
  }

  /// Closes the element opened last.
  ///
  /// - Returns: the persons of a household that ends.
  mutating func end(line: Int) throws(FeedRefusal) -> [FeedPerson] {
    guard let name = path.popLast() else { return [] }
    switch (name, path.last) {
    case (.data(.personne), .household):
      guard assembler.closePerson() else { throw .tooLarge(line: line) }
      return []
    case (.household, .root): return assembler.closeHousehold()
    default: return []
    }
  }

  /// Compares what was read with what the feed announced.
  func summary(encodingNote: String?) throws(FeedRefusal) -> FeedSummary {
    guard let header else { throw .headerMissing(field: "IdentificationFlux") }
    guard let trailer else { throw .truncated }
    let persons = assembler.persons + assembler.ignored
    guard trailer.households == assembler.households, trailer.persons == persons else {
      throw .trailerMismatch(expected: trailer, households: assembler.households, persons: persons)
    }
    return FeedSummary(
      header: header, trailer: trailer, households: assembler.households, persons: assembler.persons,
      ignored: assembler.ignored, encodingNote: encodingNote)
  }

  private mutating func takeChild(
    _ element: FeedField.Element, _ attributes: GenesisAttributes, line: Int
  ) throws(FeedRefusal) {
    switch element {
    case .adresse:
      guard assembler.admitsAddress(rank: attributes.value(of: "RGADR")) else { return }
    case .referent:
      let until = attributes.value(of: "DFDESIGNATION") ?? ""
      guard assembler.admitsReferent(open: until.allSatisfy(\.isWhitespace)) else { return }
    default: break
    }
    try take(element, attributes, line: line)
  }

  private mutating func take(
    _ element: FeedField.Element, _ attributes: GenesisAttributes, line: Int
  ) throws(FeedRefusal) {
    var tooLarge = false
    var place = 0
    attributes.withEach { pointer, value in
      if value.count > limits.valueBytes { tooLarge = true }
      if let field = field(at: pointer, of: element, likelyAt: place) { assembler.set(field, value) }
      place += 1
    }
    if tooLarge { throw .tooLarge(line: line) }
  }

  private mutating func name(at pointer: UnsafePointer<xmlChar>) -> Name {
    if let known = names[pointer] { return known }
    let text = String(cString: pointer)
    let name: Name =
      switch text {
      case "FluxGenesis": .root
      case "IdentificationFlux": .identification
      case "Foyer": .household
      case "TransmissionFlux": .trailer
      default: FeedField.Element(name: text).map { .data($0) } ?? .unknown
      }
    // Names outside libxml2's own store would otherwise fill this one.
    if names.count < 1000 { names[pointer] = name }
    return name
  }

  private mutating func field(
    at pointer: UnsafePointer<xmlChar>, of element: FeedField.Element, likelyAt place: Int
  ) -> FeedField? {
    let row = element.rawValue
    if place < attributes[row].count, attributes[row][place].name == pointer { return attributes[row][place].field }
    if let known = attributes[row].first(where: { $0.name == pointer }) { return known.field }
    let text = String(cString: pointer)
    let field = FeedField.fields(of: element).first { $0.definition.attribute == text }
    if attributes[row].count < 100 { attributes[row].append((pointer, field)) }
    return field
  }
}

extension StaticString {
  /// As C reads it: a literal ends with a zero.
  fileprivate var cString: UnsafePointer<CChar> {
    UnsafeRawPointer(utf8Start).assumingMemoryBound(to: CChar.self)
  }
}
