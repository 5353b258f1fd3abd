/// A merge field where it stands in a part.
struct MergeField {
  let instruction: FieldInstruction
  /// The runs of a complex field, from its begin to its end, or the one `w:fldSimple`.
  let elements: [Element]
  /// The run properties that the merged text takes.
  let format: Element?
  /// Where the text goes: before this element.
  let anchor: Element

  /// The field's own name.
  var name: String { instruction.name }

  /// `Objectif` of `Objectif.Theme`: the list whose items repeat what surrounds the field.
  var list: String? {
    guard let dot = name.firstIndex(of: "."), dot != name.startIndex else { return nil }
    return String(name[..<dot])
  }

  /// `Theme` of `Objectif.Theme`.
  var property: String { name.firstIndex(of: ".").map { String(name[name.index(after: $0)...]) } ?? name }
}

/// Finds the merge fields of a part, in both of Word's forms: `w:fldSimple`, and the complex form whose begin,
/// instruction (often cut in several runs), separator, shown text and end each stand in runs of their own.
struct FieldScan {
  /// Fields that fetch, or that steer a merge beyond what is done here.
  private static let refused: Set<String> = [
    "INCLUDEPICTURE", "INCLUDETEXT", "INCLUDE", "IMPORT", "LINK", "DDE", "DDEAUTO", "DATABASE", "RD", "EMBED",
    "HTMLCONTROL", "NEXT", "NEXTIF", "SKIPIF", "ADDRESSBLOCK", "GREETINGLINE", "ASK", "FILLIN", "MACROBUTTON",
  ]

  private struct Open {
    let begin: Element
    /// How many fields had been found when this one began: those found since stand inside it.
    let foundBefore: Int
    var text = ""
    var isSeparated = false
    var runs: [Element] = []
    var format: Element?
  }

  private var open: [Open] = []
  private var found: [MergeField] = []

  /// The merge fields below `root` in document order. Splits runs that hold several pieces of a field.
  /// Throws `.unclosedField` and `.unsupportedField`.
  static func fields(below root: Element) throws -> [MergeField] {
    for run in root.subtree where run.isWord("r") { split(run) }
    var scan = FieldScan()
    try scan.visit(root)
    if let left = scan.open.last { throw DocumentError.unclosedField(label(left.text)) }
    return scan.found
  }

  /// Gives each piece of a field a run of its own, so that a field is a series of whole runs.
  private static func split(_ run: Element) {
    let pieces = run.elements.filter { !$0.isWord("rPr") }
    guard pieces.count > 1, pieces.contains(where: { $0.isWord("fldChar") || $0.isWord("instrText") }) else { return }
    let format = run.elements.first { $0.isWord("rPr") }
    for piece in pieces.dropLast() {
      guard let single = run.sibling(named: "r") else { continue }
      single.insert(before: run)
      if let copy = format?.copy(below: single) { single.append(copy) }
      single.append(piece)
    }
  }

  private static func label(_ text: String) -> String {
    let instruction = FieldInstruction(text)
    return instruction.name.isEmpty ? instruction.keyword : instruction.name
  }

  private mutating func visit(_ element: Element) throws {
    if element.isWord("fldSimple"), try visitSimple(element) { return }
    if element.isWord("r") { try visitRun(element) }
    for child in element.elements { try visit(child) }
  }

  private mutating func visitSimple(_ element: Element) throws -> Bool {
    let instruction = FieldInstruction(element["instr"] ?? "")
    try Self.check(instruction, outer: open.last { !$0.isSeparated }.map(\.text))
    guard instruction.keyword == "MERGEFIELD" else { return false }
    let format = element.subtree.first { $0.isWord("rPr") && $0.parent?.isWord("r") == true }
    found.append(MergeField(instruction: instruction, elements: [element], format: format, anchor: element))
    return true
  }

  private mutating func visitRun(_ run: Element) throws {
    let pieces = run.elements
    let mark = pieces.first { $0.isWord("fldChar") }?["fldCharType"]
    if mark == "begin" { open.append(Open(begin: run, foundBefore: found.count)) }
    guard !open.isEmpty else {
      if mark == "end" { throw DocumentError.unclosedField("fldChar") }
      return
    }
    for index in open.indices { open[index].runs.append(run) }
    let last = open.count - 1
    switch mark {
    case "separate": open[last].isSeparated = true
    case "end": try close()
    case nil:
      for piece in pieces where piece.isWord("instrText") && !open[last].isSeparated { open[last].text += piece.text }
      if open[last].isSeparated, open[last].format == nil {
        open[last].format = pieces.first { $0.isWord("rPr") }
      }
    default: break
    }
  }

  private mutating func close() throws {
    let field = open.removeLast()
    let instruction = FieldInstruction(field.text)
    try Self.check(instruction, outer: open.last { !$0.isSeparated }.map(\.text))
    guard instruction.keyword == "MERGEFIELD" else { return }
    found.removeLast(found.count - field.foundBefore)
    let format = field.format ?? field.begin.elements.first { $0.isWord("rPr") }
    found.append(
      MergeField(instruction: instruction, elements: field.runs, format: format, anchor: field.begin))
  }

  /// A merge field inside another field's instruction (`IF { MERGEFIELD … }`) would need Word to compute the outer
  /// one.
  private static func check(_ instruction: FieldInstruction, outer: String?) throws {
    if refused.contains(instruction.keyword) { throw DocumentError.unsupportedField(instruction.keyword) }
    if instruction.keyword == "MERGEFIELD", instruction.name.isEmpty {
      throw DocumentError.unsupportedField("MERGEFIELD")
    }
    if instruction.keyword == "MERGEFIELD", let outer {
      throw DocumentError.unsupportedField(FieldInstruction(outer).keyword)
    }
  }
}
