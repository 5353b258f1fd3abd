import Foundation

/// What a file is by its content, whatever it is called: the kinds that a dossier keeps (rule D2).
public enum FileKind: String, Sendable, CaseIterable {
  case pdf, docx, doc, jpeg, png

  /// - Throws: `DocumentError`: `.macros`, and for what begins as a .docx `.notWordDocument` and `.tooLarge` (a zip bomb).
  /// - Returns: nil for any other kind.
  public static func of(_ content: Data) throws -> FileKind? {
    if content.starts(with: Data("%PDF-".utf8)) { return .pdf }
    if content.starts(with: [0xFF, 0xD8, 0xFF]) { return .jpeg }
    if content.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) { return .png }
    if content.starts(with: Data("PK\u{03}\u{04}".utf8)) { return try word(content) }
    if content.starts(with: [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1]) { return try formerWord(content) }
    return nil
  }

  /// The kind that a file's name ends with; nil for one that is kept under no such name.
  public static func named(_ fileName: String) -> FileKind? {
    let ending = (fileName as NSString).pathExtension.lowercased()
    return ending == "jpg" ? .jpeg : FileKind(rawValue: ending)
  }

  private static func word(_ content: Data) throws -> FileKind {
    var limits = WordModel.Limits()
    limits.fileBytes = .max
    let archive = try Archive(content, limits: limits)
    guard archive[WordPackage.contentTypes] != nil, archive["word/document.xml"] != nil else {
      throw DocumentError.notWordDocument
    }
    guard !archive.entries.contains(where: { $0.name.lowercased().hasSuffix("vbaproject.bin") }) else {
      throw DocumentError.macros
    }
    return .docx
  }

  /// Word until 2003: its streams are named in UTF-16 inside a compound file, as are those of Excel or an installer.
  private static func formerWord(_ content: Data) throws -> FileKind? {
    func holds(_ name: String) -> Bool {
      content.range(of: Data(name.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })) != nil
    }
    guard holds("WordDocument") else { return nil }
    if holds("_VBA_PROJECT") { throw DocumentError.macros }
    return .doc
  }
}
