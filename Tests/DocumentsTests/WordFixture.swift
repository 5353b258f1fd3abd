import Foundation

@testable import Documents

/// A .docx written by hand, down to the runs.
struct WordFixture {
  static let word = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
  static let office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

  var body: String
  var header: String?
  var settings = ""
  var relationships = ""
  var mainType = "document.main"
  var more: [Archive.Entry] = []

  init(_ body: String, header: String? = nil) {
    self.body = body
    self.header = header
  }

  var entries: [Archive.Entry] {
    let prefix = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    var overrides = "<Override PartName=\"/word/document.xml\" ContentType=\"\(prefix).\(mainType)+xml\"/>"
    overrides += "<Override PartName=\"/word/settings.xml\" ContentType=\"\(prefix).settings+xml\"/>"
    if header != nil { overrides += "<Override PartName=\"/word/header1.xml\" ContentType=\"\(prefix).header+xml\"/>" }
    let types = """
      <Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" \
      ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" \
      ContentType="application/xml"/>\(overrides)</Types>
      """
    var parts = [
      ("word/document.xml", story("document", "<w:body>\(body)</w:body>")),
      ("word/settings.xml", story("settings", settings)),
      ("word/_rels/document.xml.rels", Self.relationships(relationships)),
      (
        "_rels/.rels",
        Self.relationships(
          "<Relationship Id=\"r1\" Type=\"\(Self.office)/officeDocument\" Target=\"word/document.xml\"/>")
      ),
      ("[Content_Types].xml", types),
    ]
    if let header { parts.append(("word/header1.xml", story("hdr", header))) }
    return parts.map { Archive.Entry(name: $0.0, content: Data($0.1.utf8)) } + more
  }

  var docx: Data { get throws { try Archive(entries: entries).packed() } }

  private func story(_ root: String, _ content: String) -> String {
    "<w:\(root) xmlns:w=\"\(Self.word)\" xmlns:r=\"\(Self.office)\">\(content)</w:\(root)>"
  }

  private static func relationships(_ content: String) -> String {
    "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\">\(content)</Relationships>"
  }
}

/// A complex field as Word writes it after editing: its instruction cut in pieces, each in a run.
func field(_ pieces: String..., shown: String = "«…»", format: String = "") -> String {
  let instructions = pieces.map { "<w:r><w:instrText xml:space=\"preserve\">\($0)</w:instrText></w:r>" }
  let instruction = instructions.joined(separator: "<w:proofErr w:type=\"spellStart\"/>")
  return """
    <w:r><w:fldChar w:fldCharType="begin"/></w:r>\(instruction)\
    <w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r>\(format)<w:t>\(shown)</w:t></w:r>\
    <w:r><w:fldChar w:fldCharType="end"/></w:r>
    """
}

func paragraph(_ content: String...) -> String { "<w:p>\(content.joined())</w:p>" }

func cell(_ content: String...) -> String { "<w:tc>\(content.joined())</w:tc>" }

func words(_ text: String) -> String { "<w:r><w:t>\(text)</w:t></w:r>" }

/// What a reader sees of a part: a line per paragraph, `⏎` for a line break, `⇥` for a tab.
func lines(of docx: Data, part: String = "word/document.xml") throws -> [String] {
  let archive = try Archive(docx, limits: WordModel.Limits())
  let tree = try XMLTree(archive[part] ?? Data(), part: part)
  return tree.root.subtree.filter { $0.isWord("p") }.map { paragraph in
    paragraph.subtree.map { element in
      if element.isWord("t") { return element.text }
      if element.isWord("br") { return "⏎" }
      return element.isWord("tab") ? "⇥" : ""
    }.joined()
  }
}

/// One part of a document as text.
func source(of docx: Data, part: String = "word/document.xml") throws -> String {
  String(decoding: try Archive(docx, limits: WordModel.Limits())[part] ?? Data(), as: UTF8.self)
}
