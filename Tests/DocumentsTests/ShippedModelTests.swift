import Foundation
import Testing

@testable import Documents

@Suite struct ShippedModelTests {
  @Test("every shipped model opens and knows its fields", arguments: WordModel.Shipped.allCases)
  func opens(shipped: WordModel.Shipped) throws {
    let model = try WordModel.shipped(named: shipped.rawValue)
    try model.check(against: Set(Sample.contract.keys).union(Sample.summons.keys).union(Sample.objectiveFields))
    #expect(model.fields.contains("Departement") || shipped.rawValue.hasSuffix("sans-logo"))
  }

  @Test("the blank contract carries nobody's data, undecided ones no decision, decided ones theirs")
  func rubrics() throws {
    #expect(try WordModel.shipped(named: "cer-vierge").fields == ["Departement"])
    #expect(try !WordModel.shipped(named: "cer-sans-decision").fields.contains("Decision"))
    for name in ["cer-decision-valide", "cer-decision-non-valide"] {
      #expect(try WordModel.shipped(named: name).fields.contains("DecisionCommentee"))
    }
  }

  @Test("the guide's comment for the service never comes out in a contract")
  func commentStaysInside() throws {
    for shipped in WordModel.Shipped.allCases {
      #expect(try !WordModel.shipped(named: shipped.rawValue).fields.contains { $0.hasPrefix("Commentaire") })
    }
  }

  @Test("a county's logo stands at the head of a shipped contract, and is no part of it without one")
  func logo() async throws {
    // The smallest PNG: one point.
    let point = """
      iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==
      """
    let picture = try #require(Data(base64Encoded: point))
    let logo = try #require(Logo(png: picture))
    #expect(Logo(png: Data("GIF89a".utf8)) == nil)
    let model = try WordModel.shipped(named: "cer-sans-decision")
    let converter = try LibreOfficeConverter(workers: 1, queue: 1, timeout: .seconds(120))
    let plain = try run("pdfimages", ["-list"], on: try await converter.pdf(from: model.merge(Sample.contract)))
    let headed = try run(
      "pdfimages", ["-list"], on: try await converter.pdf(from: model.headed(by: logo).merge(Sample.contract)))
    #expect(plain.split(separator: "\n").count == 2 && headed.split(separator: "\n").count > 2)
  }

  @Test("an unknown name is refused, a path too", arguments: ["cer", "../Models/cer-vierge", ""])
  func unknown(name: String) {
    #expect(throws: DocumentError.unknownModel(name)) { try WordModel.shipped(named: name) }
  }
}
