import Foundation

/// What a merge field becomes.
public enum MergeValue: Equatable, Sendable {
  /// Text; line ends become line breaks, tabs become tabs.
  case text(String)
  /// The items of a list, each a value per property: `Objectif.Theme` takes `Theme` from each.
  case list([[String: String]])
}

/// Puts values into one part of a document.
struct WordMerge {
  let values: [String: MergeValue]

  /// Repeats what belongs to lists, then fills every field. Throws as `FieldScan` does.
  func fill(_ root: Element) throws {
    var done: Set<String> = []
    while let list = try FieldScan.fields(below: root).compactMap({ repeated($0, except: done) }).first {
      done.insert(list)
      try repeatBlocks(of: list, below: root)
    }
    for field in try FieldScan.fields(below: root) {
      if case .text(let text) = values[field.name] { replace(field, with: text) } else { replace(field, with: "") }
    }
  }

  /// The list a field repeats for, unless a plain value bears the field's whole name.
  private func repeated(_ field: MergeField, except done: Set<String>) -> String? {
    guard let list = field.list, !done.contains(list) else { return nil }
    if case .text = values[field.name] { return nil }
    return list
  }

  private func repeatBlocks(of list: String, below root: Element) throws {
    let fields = try FieldScan.fields(below: root).filter { $0.list == list }
    var containers: [Element] = []
    for field in fields {
      let container =
        field.anchor.ancestor { $0.isWord("tr") } ?? field.anchor.ancestor { $0.isWord("p") } ?? field.anchor
      if !containers.contains(container) { containers.append(container) }
    }
    var items: [[String: String]] = []
    if case .list(let given) = values[list] { items = given }
    for block in outermost(blocks(of: containers)) { try repeatBlock(block, list: list, items: items) }
  }

  /// One block for each parent: from its first to its last container, so that an item may span several rows, some of
  /// them without a field.
  private func blocks(of containers: [Element]) -> [[Element]] {
    var parents: [Element] = []
    for parent in containers.compactMap(\.parent) where !parents.contains(parent) { parents.append(parent) }
    return parents.compactMap { parent in
      let children = parent.elements
      guard let first = children.firstIndex(where: containers.contains),
        let last = children.lastIndex(where: containers.contains)
      else { return nil }
      return Array(children[first...last])
    }
  }

  /// Without the blocks that lie inside another: what is in a repeated row is repeated with it.
  private func outermost(_ blocks: [[Element]]) -> [[Element]] {
    let all = Set(blocks.joined())
    return blocks.filter { $0.first?.ancestor(where: all.contains) == nil }
  }

  private func repeatBlock(_ block: [Element], list: String, items: [[String: String]]) throws {
    guard let first = block.first, let parent = first.parent else { return }
    for (position, item) in items.enumerated() {
      for original in block {
        guard let copy = original.copy(below: parent) else { continue }
        copy.insert(before: first)
        if position > 0 { Self.dropIdentities(in: copy) }
        for field in try FieldScan.fields(below: copy) where field.list == list {
          replace(field, with: item[field.property] ?? "")
        }
      }
    }
    for original in block { original.remove() }
    mend(parent)
  }

  /// A table without a row, or a cell without a paragraph, is a document Word refuses.
  private func mend(_ parent: Element) {
    if parent.isWord("tbl"), !parent.elements.contains(where: { $0.isWord("tr") }) {
      let around = parent.parent
      parent.remove()
      if let around { mend(around) }
    } else if ["tc", "hdr", "ftr", "txbxContent"].contains(where: parent.isWord),
      parent.elements.last?.isWord("p") != true, let paragraph = parent.sibling(named: "p")
    {
      parent.append(paragraph)
    }
  }

  /// What must be unique in a document stays with the first item only.
  static func dropIdentities(in copy: Element) {
    for element in copy.subtree.reversed() {
      element.removeAttributes { name, _, _ in name == "paraId" || name == "textId" }
      if element.isWord("bookmarkStart") || element.isWord("bookmarkEnd") { element.remove() }
    }
  }

  private func replace(_ field: MergeField, with value: String) {
    let text = field.instruction.shown(WordText.clean(value))
    if !text.isEmpty, let run = WordText.run(text, like: field) { run.insert(before: field.anchor) }
    for element in field.elements { element.remove() }
  }
}

/// Text as Word writes it.
enum WordText {
  /// `text` with its line ends made one kind and without the signs that XML 1.0 forbids.
  static func clean(_ text: String) -> String {
    let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n")
    return String(String.UnicodeScalarView(lines.unicodeScalars.filter(isAllowed)))
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x9, 0xA: true
    case 0x20...0x7E, 0xA0...0xD7FF, 0xE000...0xFFFD, 0x10000...0x10FFFF: true
    default: false
    }
  }

  /// A run with `text`, formatted as the field was.
  static func run(_ text: String, like field: MergeField) -> Element? {
    // The anchor is a `w:r` or a `w:fldSimple`: both are in Word's namespace.
    guard let run = field.anchor.sibling(named: "r") else { return nil }
    if let parent = field.anchor.parent, let format = field.format?.copy(below: parent) { run.append(format) }
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      if index > 0, let lineBreak = run.sibling(named: "br") { run.append(lineBreak) }
      for (position, piece) in line.split(separator: "\t", omittingEmptySubsequences: false).enumerated() {
        if position > 0, let tab = run.sibling(named: "tab") { run.append(tab) }
        guard !piece.isEmpty, let words = run.sibling(named: "t") else { continue }
        words.append(text: String(piece))
        words.preserveSpace()
        run.append(words)
      }
    }
    return run
  }
}
