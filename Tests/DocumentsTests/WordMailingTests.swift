import Foundation
import Testing

@testable import Documents

@Suite struct WordMailingTests {
  private static let names = ["MARTIN Léa", "DURAND Hugo", "PETIT Inès"]

  private func letters() -> [[String: MergeValue]] {
    Self.names.map { name in
      var values = Sample.summons
      values["Beneficiaire"] = .text(name)
      return values
    }
  }

  @Test("several letters are one document, each on a page of its own with its own values, in their order")
  func pages() async throws {
    let model = try WordModel.shipped(named: "convocation-departement")
    let word = try model.merge(each: letters())
    #expect(try WordModel(word).fields.isEmpty)
    let converter = try LibreOfficeConverter(workers: 1, queue: 1, timeout: .seconds(120))
    let text = try run("pdftotext", ["-layout"], on: try await converter.pdf(from: word))
    // pdftotext ends each page with a form feed.
    let pages = text.split(separator: "\u{C}").map(String.init)
    #expect(pages.count == 3)
    for (page, name) in zip(pages, Self.names) {
      #expect(page.contains(name) && Self.names.filter { page.contains($0) }.count == 1, "\(name)")
    }
  }

  @Test("one letter is the same as merged alone; none leaves the model's text without values")
  func few() throws {
    let model = try WordModel.shipped(named: "convocation-sans-logo")
    #expect(try model.merge(each: [Sample.summons]) == model.merge(Sample.summons))
    #expect(try WordModel(model.merge(each: [])).fields.isEmpty)
  }
}
