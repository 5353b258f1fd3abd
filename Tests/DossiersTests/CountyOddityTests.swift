import API
import Domain
import Foundation
import Testing

@testable import Dossiers

@Suite("What a file leaves odd") struct CountyOddityTests {
  private static let couple = [
    "20260007123;S1;MARTIN;Léa;14/07/1985;Femme;;Droit ouvert;Oui;;R0456;DURAND;Privas",
    "20260007123;S2;PETIT;Hugo;14/02/1983;H;;Droit ouvert;Non;;R0456;DURAND;",
  ]
  private static let other = "20260007124;S3;NOIR;Anne;01/01/1990;Femme;;Droit ouvert;Oui;;R0456;DURAND;Aubenas"

  private static func read(_ lines: [String], roles: Bool = false) throws -> [FeedPerson] {
    let county = CountyCSVTests.county { dialect in
      if !roles { dialect.columns.removeAll { $0.field == "ROLEPERS" } }
    }
    return try FeedSamples.read(CountyCSVTests.file(lines), county: county).persons
  }

  @Test("a couple is the same household, in whatever order and how far apart its lines stand")
  func couples() throws {
    let (first, second) = (Self.couple[0], Self.couple[1])
    func told(_ lines: [String]) throws -> [String] {
      try Self.read(lines).map { person in
        [person.idPers, person.role, person.nomCom, person.problems.map(\.code.rawValue).joined()].map { $0 ?? "" }
          .joined(separator: " ")
      }.sorted()
    }
    let expected = ["S1 DEM Privas ", "S2 CJT Privas ", "S3 DEM Aubenas "]
    for lines in [
      [first, second, Self.other], [second, first, Self.other], [first, Self.other, second],
      [second, Self.other, first], [Self.other, second, first],
    ] { #expect(try told(lines) == expected, "\(lines)") }
  }

  @Test(
    "a birth of which the day, or the month too, is not known is kept as far as it is, with a warning",
    arguments: [
      ("00/07/1985", "1985-07"), ("99/07/1985", "1985-07"), ("1985-07-00", "1985-07"), ("07/1985", "1985-07"),
      ("00/00/1985", "1985"), ("1985-00-00", "1985"), ("99/99/1985", "1985"), ("15/00/1985", "1985"), ("1985", "1985"),
    ])
  func births(written: String, known: String) throws {
    let lines = Self.couple.map { $0.replacingOccurrences(of: "14/07/1985", with: written) }
    let lea = try #require(try Self.read(lines).first)
    #expect(lea.dtNai == known && !lea.isQuarantined)
    #expect(lea.problems.map(\.code) == [.birthIncomplete])
    let stored = FeedDate.stored(known)
    #expect(stored.date.hasPrefix(known) && stored.date.hasSuffix("-01"))
    #expect(stored.precision == (known.count == 4 ? "year" : "month"))
  }

  @Test(
    "no other text is a birth", arguments: ["00/13/1985", "1985-13", "31/02/1985", "99/07/85", "0000-07-00", "juillet"])
  func noBirth(written: String) throws {
    let lines = Self.couple.map { $0.replacingOccurrences(of: "14/07/1985", with: written) }
    let lea = try #require(try Self.read(lines).first)
    #expect(lea.dtNai == nil && lea.problems.map(\.code) == [.dateUnreadable])
    #expect(lea.problems[0].message.contains("JJ/MM/AAAA"))
  }

  @Test("Genesis's own mark of a birth of which less is known shortens it, and the NIR is compared with what is left")
  func genesis() throws {
    for (type, known) in [("J", "1985-07"), ("O", "1985"), ("N", "1985-07-14")] {
      let xml = FeedSamples.couple.replacing("DTNAI=\"1985-07-14\"", with: "DTNAI=\"1985-07-14\" TYPEDTNAI=\"\(type)\"")
      let lea = try FeedSamples.read(FeedSamples.xml(xml)).persons[0]
      #expect(lea.dtNai == known && lea.problems.isEmpty)
    }
  }

  @Test("one file may write its dates in several ways")
  func dates() throws {
    let written = ["1985-07-14", "14-07-1985", "14.07.1985", "19850714", "14/07/1985 00:00:00", "1985/07/14"]
    for way in written {
      let lines = Self.couple.map { $0.replacingOccurrences(of: "14/07/1985", with: way) }
      #expect(try Self.read(lines)[0].dtNai == "1985-07-14", "\(way)")
    }
    #expect(
      try Self.read(Self.couple.map { $0.replacingOccurrences(of: "14/07/1985", with: "14/07-1985") })[0].dtNai == nil)
  }

  @Test("what databases write for nothing is nothing")
  func null() throws {
    let lines = Self.couple.map {
      $0.replacingOccurrences(of: ";;", with: ";NULL;").replacingOccurrences(of: "Privas", with: "\\N")
    }
    let persons = try Self.read(lines)
    #expect(persons.allSatisfy { $0.nir == nil && $0.nomCom == nil && $0.problems.isEmpty })
    let sample = try SampleReading(CountyCSVTests.file(lines))
    #expect(sample.columns.allSatisfy { !$0.values.contains("NULL") })
  }

  private static func refusal(_ bytes: [UInt8], county: CountyCSV? = nil) -> FeedRefusal? {
    do {
      _ = try FeedSamples.read(bytes, county: county)
      return nil
    } catch { return error }
  }

  @Test("a quotation mark that nothing closes is told with its line")
  func quotes() {
    let lines = [Self.other, Self.couple[0].replacingOccurrences(of: "DURAND", with: "\"DURAND"), Self.couple[1]]
    #expect(Self.refusal(CountyCSVTests.file(lines), county: CountyCSVTests.county()) == .quoteOpen(line: 3))
    let genesis = FeedSamples.csvLines.replacing(";HUGO;", with: ";\"HUGO;")
    let refused = Self.refusal(FeedSamples.csv(genesis))
    #expect(refused?.slug == "guillemet-ouvert" && refused?.message.contains("ligne 6") == true)
  }

  @Test("a declared encoding that the bytes contradict refuses the file; one that they bear out does not")
  func encodings() {
    let xml = String(decoding: FeedSamples.xml(FeedSamples.couple.replacing("\"LEA\"", with: "\"LÉA\"")), as: UTF8.self)
    for name in ["ISO-8859-1", "windows-1252", "ISO-8859-15"] {
      let declared = xml.replacingOccurrences(of: "UTF-8", with: name)
      #expect(declared != xml)
      #expect(Self.refusal(Array(declared.utf8))?.slug == "encodage", "\(name)")
      #expect(Self.refusal(declared.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) }) == nil, "\(name)")
    }
    #expect(Self.refusal(xml.unicodeScalars.map { UInt8(truncatingIfNeeded: $0.value) })?.slug == "encodage")
    let windows = CountyCSVTests.county { $0.encoding = .windows1252 }
    #expect(Self.refusal(CountyCSVTests.file(), county: windows)?.slug == "encodage")
  }
}
