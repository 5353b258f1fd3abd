import Foundation
import Testing

@testable import Documents

@Suite struct WordLettersTests {
  @Test("letters stand one behind the other, each with its own values, from the head of a page")
  func several() throws {
    let model = try WordModel.shipped(named: "courrier-referent-departement")
    let names = ["ABEILLE Zoé", "MARTIN Léa", "ZOLA Émile"]
    let word = try model.merge(
      all: names.map { ["Beneficiaire": .text($0), "Departement": .text("Ardèche"), "Structure": .text($0)] })
    #expect(try WordModel(word).fields.isEmpty)
    let archive = try Archive(word, limits: .init())
    let document = String(decoding: try #require(archive["word/document.xml"]), as: UTF8.self)
    let places = names.compactMap { document.range(of: $0)?.lowerBound }
    #expect(places.count == 3 && places == places.sorted())
    #expect(document.components(separatedBy: "pageBreakBefore").count == 3)
    #expect(document.components(separatedBy: "<w:sectPr").count == 2)
    // What differs from letter to letter says nothing in the foot that all share.
    let foot = String(decoding: try #require(archive["word/footer1.xml"]), as: UTF8.self)
    let head = String(decoding: try #require(archive["word/header1.xml"]), as: UTF8.self)
    #expect(head.contains("Ardèche") && !names.contains(where: foot.contains))
  }

  @Test("what a file is follows from its content")
  func kinds() throws {
    #expect(try FileKind.of(Data("%PDF-1.4".utf8)) == .pdf)
    #expect(try FileKind.of(Data([0xFF, 0xD8, 0xFF, 0xE1])) == .jpeg)
    #expect(try FileKind.of(Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])) == .png)
    #expect(try FileKind.of(try WordModel.shippedFile(named: "cer-vierge")) == .docx)
    #expect(try FileKind.of(Data("MZ".utf8)) == nil)
    #expect(throws: DocumentError.notWordDocument) { try FileKind.of(Data("PK\u{03}\u{04}".utf8)) }
    let former = Data([0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1])
    let stream = Data("WordDocument".utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] })
    #expect(try FileKind.of(former) == nil)
    #expect(try FileKind.of(former + stream) == .doc)
    #expect(FileKind.named("Photo.JPG") == .jpeg && FileKind.named("note.txt") == nil)
  }
}
