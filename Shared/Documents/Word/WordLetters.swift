import Foundation

extension WordModel {
  /// Letters one behind the other in one .docx, each from the head of a page, in the order given. What headers and
  /// footers say is the same on all of them: a field that differs from letter to letter is left empty there.
  public func merge(all letters: [[String: MergeValue]]) throws -> Data {
    guard let first = letters.first else { return try merge([:]) }
    let shared = first.filter { name, value in letters.allSatisfy { $0[name] == value } }
    return try rewritten { root in
      guard let body = root.elements.first(where: { $0.isWord("body") }) else {
        try WordMerge(values: shared).fill(root)
        return
      }
      try WordLetters(body: body).fill(letters)
    }
  }
}

/// The body of a letter, repeated for many.
private struct WordLetters {
  let body: Element

  func fill(_ letters: [[String: MergeValue]]) throws {
    let originals = body.elements
    // What says how the pages are laid out stands last, once.
    let layout = originals.last.flatMap { $0.isWord("sectPr") ? $0 : nil }
    let content = layout == nil ? originals : Array(originals.dropLast())
    guard let anchor = content.first else { return }
    for (position, values) in letters.enumerated() {
      // Inside the tree, so that its namespaces are known to what is copied into it.
      guard let letter = body.sibling(named: "body") else { continue }
      letter.insert(before: anchor)
      for original in content { if let copy = original.copy(below: letter) { letter.append(copy) } }
      try WordMerge(values: values).fill(letter)
      if position > 0 {
        WordMerge.dropIdentities(in: letter)
        beginPage(letter)
      }
      for element in letter.elements { element.insert(before: letter) }
      letter.remove()
    }
    for original in content { original.remove() }
  }

  /// Its first paragraph begins a page, even where that stands in a table. It takes no room, as a break of its own would.
  private func beginPage(_ letter: Element) {
    guard let paragraph = letter.subtree.first(where: { $0.isWord("p") }),
      let pageBreak = paragraph.sibling(named: "pageBreakBefore")
    else { return }
    var properties = paragraph.elements.first { $0.isWord("pPr") }
    if properties == nil, let made = paragraph.sibling(named: "pPr") {
      if let first = paragraph.elements.first { made.insert(before: first) } else { paragraph.append(made) }
      properties = made
    }
    guard let properties else { return }
    // The order that Word's schema asks for.
    let before = ["pStyle", "keepNext", "keepLines"]
    if let next = properties.elements.first(where: { element in !before.contains(where: element.isWord) }) {
      pageBreak.insert(before: next)
    } else {
      properties.append(pageBreak)
    }
  }
}
