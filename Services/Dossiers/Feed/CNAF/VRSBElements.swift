import API
import CXML

/// Follows the elements of CNAF's flow of RSA recipients, daily or monthly.
///
/// It says who is entitled to what, and neither who follows whom nor who is no longer followed. Elements outside
/// `VRSBSchema` are passed over, so that a later version may add some.
final class VRSBElements {
  private let schema = VRSBSchema.shared
  private let department: String
  private let limits: FeedLimits
  private var assembler: HouseholdAssembler
  private var header: FeedHeader?
  private var trailer: FeedTrailer?

  /// The open elements of the schema; those below one that it does not know are only counted.
  private var path = [0]
  private var unknown = 0
  /// By element, the names met so far below it: libxml2 keeps one copy of each, so that a pointer stands for a name. Nil
  /// for those that the schema does not know.
  private var names: [[(pointer: UnsafePointer<xmlChar>, node: Int?)]]

  private var text: [UInt8] = []
  /// Of the flow itself, its own values by name.
  private var words: [String: String] = [:]
  /// What a block that may be repeated holds, until it is known whether it is the one that counts.
  private var block: [(field: FeedField, value: [UInt8])]?
  private var mark = ""
  private var chosen: Set<VRSBSchema.Choice> = []
  /// The last county that was found to be ours.
  private var county: [UInt8] = []
  /// Households that CNAF holds to be faulty, and whether the present one is.
  private var faulty = 0
  private var isFaulty = false

  init(department: String, limits: FeedLimits) {
    self.department = department
    self.limits = limits
    assembler = HouseholdAssembler(department: department, limits: limits, format: .cnaf)
    names = Array(repeating: [], count: schema.nodes.count)
  }

  /// Whether an element is still open.
  var isInside: Bool { !path.isEmpty }

  func start(_ pointer: UnsafePointer<xmlChar>, line: Int) throws(FeedRefusal) {
    guard path.count + unknown < limits.depth else { throw .tooDeep(line: line) }
    guard unknown == 0, let parent = path.last, let node = node(at: pointer, below: parent) else {
      unknown += 1
      return
    }
    path.append(node)
    text.removeAll(keepingCapacity: true)
    switch schema.nodes[node].meaning {
    case .identification:
      guard header == nil else { throw .headerMissing(field: "IdentificationFlux") }
      words = [:]
    case .trailer:
      guard header != nil else { throw .headerMissing(field: "IdentificationFlux") }
      words = [:]
    case .household:
      guard header != nil else { throw .headerMissing(field: "IdentificationFlux") }
      guard trailer == nil else { throw .dataAfterTrailer(line: line) }
      assembler.openHousehold()
      chosen = []
      isFaulty = false
    case .person: assembler.openPerson()
    case .choice:
      block = []
      mark = ""
    case .block, .value: break
    }
  }

  func characters(_ bytes: UnsafeBufferPointer<UInt8>, line: Int) throws(FeedRefusal) {
    guard unknown == 0, let node = path.last, case .value = schema.nodes[node].meaning else { return }
    guard text.count + bytes.count <= limits.valueBytes else { throw .tooLarge(line: line) }
    text.append(contentsOf: bytes)
  }

  /// Closes the element opened last.
  ///
  /// - Returns: the persons of a household that ends.
  func end(line: Int) throws(FeedRefusal) -> [FeedPerson] {
    guard unknown == 0 else {
      unknown -= 1
      return []
    }
    guard let node = path.popLast() else { return [] }
    switch schema.nodes[node].meaning {
    case .block: break
    case .identification: header = try FeedHeader(cnaf: words, department: department)
    case .trailer: trailer = try FeedTrailer(cnaf: words)
    case .household: return assembler.closeHousehold()
    case .person:
      guard assembler.closePerson() else { throw .tooLarge(line: line) }
    case .choice(let choice): settle(choice)
    case .value(let value): try keep(value)
    }
    return []
  }

  /// Compares what was read with what the flow announced: it counts households alone. Those that CNAF holds to be faulty
  /// come in a file of their own, under their own total.
  func summary() throws(FeedRefusal) -> FeedSummary {
    guard let header else { throw .headerMissing(field: "IdentificationFlux") }
    guard let trailer else { throw .truncated }
    let households = assembler.households
    let areFaulty = faulty > 0 && faulty == households
    guard trailer.households == households || (areFaulty && trailer.anomalies == households) else {
      throw .trailerMismatch(
        expected: trailer, households: households, persons: assembler.persons + assembler.ignored)
    }
    return FeedSummary(
      header: header, trailer: trailer, households: households, persons: assembler.persons,
      ignored: assembler.ignored, encodingNote: nil, format: .cnaf,
      unsaid: FeedRun.Format.cnaf.unsaid)
  }

  // MARK: Values

  private func keep(_ value: VRSBSchema.Value) throws(FeedRefusal) {
    switch value {
    case .header(let name), .total(let name): words[name] = word
    case .mark: mark = word
    case .county:
      guard text != county else { return }
      let found = FeedHeader.department(word)
      guard found == FeedHeader.department(department) else {
        throw .otherDepartment(found: found, expected: department)
      }
      county = text
    case .anomaly:
      guard !isFaulty else { return }
      isFaulty = true
      faulty += 1
      assembler.noteHousehold(
        FeedProblem(
          .announced, .numDemRsa,
          "La caisse signale ce dossier en anomalie. Il sera repris quand elle l’aura corrigé."))
    case .field(let field):
      normalise(field)
      if block != nil {
        block?.append((field, text))
      } else {
        text.withUnsafeBufferPointer { assembler.set(field, $0) }
      }
    }
  }

  /// Keeps a repeated block if it is the one that counts.
  private func settle(_ choice: VRSBSchema.Choice) {
    defer { block = nil }
    let counts =
      switch choice {
      // CNAF writes former addresses too, ranked 2 and 3; a role for each benefit.
      case .address: assembler.admitsAddress(rank: mark)
      case .role: mark == "RSA"
      // The right's suspension comes before the payment's.
      case .suspension, .closure: chosen.insert(choice).inserted
      }
    guard counts else { return }
    for (field, value) in block ?? [] { value.withUnsafeBufferPointer { assembler.set(field, $0) } }
  }

  /// The schema writes booleans as numbers or words.
  private func normalise(_ field: FeedField) {
    switch field {
    case .topPersDroDevoRsa:
      switch word {
      case "true": text = [0x31]
      case "false": text = [0x30]
      default: break
      }
    case .nomCom: text = Array(String(word.unicodeScalars.prefix(field.maximum)).utf8)
    default: break
    }
  }

  /// The text without the blanks around it.
  private var word: String { String(decoding: text.trimmed, as: UTF8.self) }

  private func node(at pointer: UnsafePointer<xmlChar>, below parent: Int) -> Int? {
    if let known = names[parent].first(where: { $0.pointer == pointer }) { return known.node }
    let name = String(cString: pointer)
    let node = schema.nodes[parent].children.first { schema.nodes[$0].name == name }
    // Names outside libxml2's own store would otherwise fill this one.
    if names[parent].count < 100 { names[parent].append((pointer, node)) }
    return node
  }
}

extension [UInt8] {
  /// Without the blanks at both ends.
  fileprivate var trimmed: ArraySlice<UInt8> {
    guard let first = firstIndex(where: { $0 > 0x20 }), let last = lastIndex(where: { $0 > 0x20 }) else { return [] }
    return self[first...last]
  }
}
