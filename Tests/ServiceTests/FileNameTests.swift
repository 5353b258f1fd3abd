import Foundation
import Testing

@testable import Service

@Suite("A download's name") struct FileNameTests {
  @Test(
    "is whole in UTF-8, and in plain letters without its accents",
    arguments: [
      ("CER de MÉLANIE L’Œuvrard.pdf", "CER de MELANIE L'OEuvrard.pdf"), ("État – çà.csv", "Etat - ca.csv"),
      ("a\"b\\c\n.pdf", "abc.pdf"), ("李.pdf", ".pdf"), ("ﬁche №5.pdf", "fiche No5.pdf"),
    ])
  func plain(name: String, plain: String) {
    let header = Answer.disposition(name)
    #expect(header.hasPrefix("attachment; filename=\"\(plain)\"; filename*=UTF-8''"))
    #expect(header.components(separatedBy: "UTF-8''").last?.removingPercentEncoding == name)
    #expect(header.allSatisfy { $0.isASCII })
  }
}
