import Foundation

/// The parts of a .docx, checked and made harmless: nothing in it is fetched or run when it is opened.
struct WordPackage: Sendable {
  static let contentTypes = "[Content_Types].xml"
  private static let prefix = "application/vnd.openxmlformats-officedocument.wordprocessingml."

  private(set) var archive: Archive
  /// The parts that may hold merge fields: document first, then headers, footers and notes.
  let stories: [String]

  /// Throws what makes the file unacceptable: not Word, too large, macros, a document type, content to fetch.
  init(_ docx: Data, limits: WordModel.Limits) throws {
    let archive = try Archive(docx, limits: limits)
    self.archive = archive
    guard let types = archive[Self.contentTypes] else { throw DocumentError.notWordDocument }
    let overrides = try Self.overrides(types)
    if overrides.contains(where: { $0.type.localizedCaseInsensitiveContains("macroEnabled") })
      || archive.entries.contains(where: { $0.name.lowercased().hasSuffix("vbaproject.bin") })
    {
      throw DocumentError.macros
    }
    guard let main = overrides.first(where: { $0.type == Self.prefix + "document.main+xml" }),
      archive[main.part] != nil
    else { throw DocumentError.notWordDocument }
    let kinds = ["header", "footer", "footnotes", "endnotes"].map { "\(Self.prefix)\($0)+xml" }
    stories = [main.part] + overrides.filter { kinds.contains($0.type) && archive[$0.part] != nil }.map(\.part)
    try makeHarmless(settings: overrides.first { $0.type == Self.prefix + "settings+xml" }?.part)
  }

  private static func overrides(_ types: Data) throws -> [(part: String, type: String)] {
    try XMLTree(types, part: contentTypes).root.elements.compactMap { element in
      guard let type = element["ContentType"] else { return nil }
      return (String((element["PartName"] ?? "").drop { $0 == "/" }), type)
    }
  }

  private mutating func makeHarmless(settings: String?) throws {
    for index in archive.entries.indices {
      let name = archive.entries[index].name
      guard Self.isXML(name) else { continue }
      let tree = try XMLTree(archive.entries[index].content, part: name)
      if name == settings, removeMailMerge(tree) { archive.entries[index].content = tree.serialized() }
      guard name.hasSuffix(".rels") else { continue }
      let dropped = try dropExternalRelationships(tree, part: name)
      guard !dropped.isEmpty else { continue }
      archive.entries[index].content = tree.serialized()
      try forget(dropped, in: Self.owner(of: name))
    }
  }

  private static func isXML(_ name: String) -> Bool {
    ["xml", "rels", "vml"].contains((name as NSString).pathExtension.lowercased())
  }

  /// `word/document.xml` for `word/_rels/document.xml.rels`.
  private static func owner(of relationships: String) -> String {
    String(relationships.replacing("_rels/", with: "").dropLast(".rels".count))
  }

  /// Otherwise Word asks for the data source when it opens the merged letter.
  private func removeMailMerge(_ tree: XMLTree) -> Bool {
    let found = tree.root.elements.filter { $0.isWord("mailMerge") }
    for element in found { element.remove() }
    return !found.isEmpty
  }

  /// The ids of the relationships removed. A link for a reader to follow stays: nothing fetches it by itself.
  private func dropExternalRelationships(_ tree: XMLTree, part: String) throws -> Set<String> {
    var dropped: Set<String> = []
    for relationship in tree.root.elements {
      let type = relationship["Type"] ?? ""
      if ["/aFChunk", "/control", "/vbaProject"].contains(where: type.hasSuffix) {
        throw DocumentError.forbiddenContent(String(type.split(separator: "/").last ?? ""))
      }
      guard relationship["TargetMode"]?.lowercased() == "external" else { continue }
      let target = (relationship["Target"] ?? "").lowercased()
      if type.hasSuffix("/hyperlink"), ["http://", "https://", "mailto:", "tel:"].contains(where: target.hasPrefix) {
        continue
      }
      if let id = relationship["Id"] { dropped.insert(id) }
      relationship.remove()
    }
    return dropped
  }

  /// Removes what refers to relationships that are gone: Word takes a dangling reference for damage.
  private mutating func forget(_ ids: Set<String>, in part: String) throws {
    guard let index = archive.entries.firstIndex(where: { $0.name == part }) else { return }
    let tree = try XMLTree(archive.entries[index].content, part: part)
    for element in tree.root.subtree.reversed() {
      var refers = false
      element.removeAttributes { _, namespace, value in
        let gone = namespace.hasSuffix("/relationships") && ids.contains(value)
        refers = refers || gone
        return gone
      }
      // A link keeps its words, an image its place; anything else is nothing without its target.
      if refers, !["hyperlink", "blip", "hlinkClick"].contains(element.name) { element.remove() }
    }
    archive.entries[index].content = tree.serialized()
  }

  func headed(by logo: Logo) -> WordPackage {
    var copy = self
    copy.archive = archive.headed(by: logo)
    return copy
  }

  /// The document with `change` applied to each story, written anew with its content types first.
  func rewritten(_ change: (Element) throws -> Void) throws -> Data {
    var result = archive
    for index in result.entries.indices where stories.contains(result.entries[index].name) {
      let tree = try XMLTree(result.entries[index].content, part: result.entries[index].name)
      try change(tree.root)
      result.entries[index].content = tree.serialized()
    }
    let head = result.entries.filter { $0.name == Self.contentTypes }
    result.entries = head + result.entries.filter { $0.name != Self.contentTypes }
    return try result.packed()
  }
}
