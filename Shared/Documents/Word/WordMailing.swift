import Foundation

/// Puts several letters one after the other into one document, each on pages of its own: what a mailing prints.
///
/// Headers and footers are common to all: they take the first letter's values.
struct WordMailing {
  let letters: [[String: MergeValue]]

  /// Throws as `WordMerge` does.
  func fill(_ root: Element) throws {
    guard let last = letters.last else { return }
    guard let body = root.elements.first(where: { $0.isWord("body") }) else {
      return try WordMerge(values: letters[0]).fill(root)
    }
    let children = body.elements
    let section = children.last.flatMap { $0.isWord("sectPr") ? $0 : nil }
    let originals = section == nil ? children : Array(children.dropLast())
    guard let first = originals.first else { return }
    for values in letters.dropLast() {
      var copies: [Element] = []
      for original in originals {
        guard let copy = original.copy(below: body) else { continue }
        copy.insert(before: first)
        WordMerge.dropIdentities(in: copy)
        copies.append(copy)
      }
      for copy in copies { try WordMerge(values: values).fill(copy) }
      end(copies, with: section, before: first)
    }
    // The model's own text is the last letter, and keeps the document's last section.
    for original in originals { try WordMerge(values: last).fill(original) }
  }

  /// Ends a letter's section, in its last paragraph: the next one begins on a new page.
  private func end(_ letter: [Element], with section: Element?, before next: Element) {
    guard let section, let properties = section.copy(below: section) else { return }
    let paragraph: Element
    if let last = letter.last, last.isWord("p") {
      paragraph = last
    } else {
      guard let added = section.sibling(named: "p") else { return }
      added.insert(before: next)
      paragraph = added
    }
    if let own = paragraph.elements.first(where: { $0.isWord("pPr") }) {
      own.append(properties)
    } else if let own = section.sibling(named: "pPr") {
      if let run = paragraph.elements.first { own.insert(before: run) } else { paragraph.append(own) }
      own.append(properties)
    }
  }
}
