import Foundation
import Testing

@testable import Documents

@Suite("Fonts") struct FontTests {
  @Test("a machine without Chinese characters is warned of, one with them and one that makes no documents are not")
  func warning() throws {
    #expect(try DocumentFonts.warning(program: "/bin/true")?.contains("fonts-noto-cjk") == true)
    #expect(try DocumentFonts.warning(program: "/bin/echo") == nil)
    #expect(try DocumentFonts.warning(program: "/nowhere/fc-list") == nil)
  }

  @Test("a name in Chinese characters is printed with a font that has them, or the machine is warned of")
  func printed() async throws {
    var values = Sample.summons
    values["Beneficiaire"] = .text("Madame 李 娜")
    let docx = try WordModel.shipped(named: WordModel.Shipped.plainSummons.rawValue).merge(values)
    let converter = try LibreOfficeConverter(workers: 1, queue: 1, timeout: .seconds(120))
    let pdf = try await converter.pdf(from: docx)
    if let warning = try DocumentFonts.warning() {
      #expect(warning.contains("fonts-noto-cjk"))
    } else {
      let families = try output(of: ["fc-list", "--format", "%{postscriptname}\n", ":lang=zh-cn"])
        .split(separator: "\n").map { String($0) }.filter { !$0.isEmpty }
      let used = try run("pdffonts", on: pdf)
      #expect(families.contains { used.contains($0) }, "\(used)")
      #expect(try run("pdftotext", on: pdf).contains("李 娜"))
    }
  }
}
