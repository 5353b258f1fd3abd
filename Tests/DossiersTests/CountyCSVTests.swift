import API
import Domain
import Foundation
import Testing

@testable import Dossiers

@Suite("A county's own CSV") struct CountyCSVTests {
  static let headers =
    "N° dossier;Individu;Nom d’usage;Prénom;Né(e) le;Genre;N° Sécu;Droit;SDD/NSDD;Rôle;Code réf;Réf;Ville"

  static let lines = [
    "20260007123;S1;MARTIN;Léa;14/07/1985 00:00;Femme;2 85 07 07 186 042 27;Droit ouvert;Oui;Allocataire;R0456;DURAND;Privas",
    "20260007123;S2;MARTIN;Hugo;14/02/1983;H;;Droit ouvert;Non;Conjoint;R0456;DURAND;Privas",
    "20260007124;S3;DUPOND;Anne;01/01/1990;Femme;;Radié depuis peu;Oui;Allocataire;;;Aubenas",
  ]

  static let dialect = FeedDialect(
    separator: .semicolon, encoding: .utf8, dates: .slashed, isStock: true,
    columns: [
      .init(header: "n° dossier", field: "NUMDEMRSA"), .init(header: "INDIVIDU", field: "IDPERS"),
      .init(header: "Nom d'usage", field: "NOM"), .init(header: "Prénom", field: "PRENOM"),
      .init(header: "Né(e) le", field: "DTNAI"), .init(header: "Genre", field: "SEXE"),
      .init(header: "N° Sécu", field: "NIR"), .init(header: "Droit", field: "ETATDOSRSA"),
      .init(header: "SDD/NSDD", field: "TOPPERSDRODEVORSA"), .init(header: "Rôle", field: "ROLEPERS"),
      .init(header: "Code réf", field: "IDREF"), .init(header: "Réf", field: "NOMREF"),
      .init(header: "Ville", field: "NOMCOM"),
    ],
    values: [
      .init(field: "SEXE", written: "femme", code: "2"), .init(field: "SEXE", written: "H", code: "1"),
      .init(field: "ETATDOSRSA", written: "Droit ouvert", code: "2"),
      .init(field: "TOPPERSDRODEVORSA", written: "OUI", code: "1"),
      .init(field: "TOPPERSDRODEVORSA", written: "Non", code: "0"),
      .init(field: "ROLEPERS", written: "Allocataire", code: "DEM"),
      .init(field: "ROLEPERS", written: "Conjoint", code: "CJT"),
    ])

  static func file(_ lines: [String] = lines, headers: String = headers) -> [UInt8] {
    Array(([headers] + lines).joined(separator: "\r\n").utf8) + [0x0A]
  }

  static func county(_ change: (inout FeedDialect) -> Void = { _ in }) -> CountyCSV {
    var dialect = dialect
    change(&dialect)
    return CountyCSV(dialect, referenceDate: FeedImportTests.today)
  }

  @Test("is read as the feed's own persons: names of columns, dates and words put in the place of the feed's")
  func reading() throws {
    let reading = try FeedSamples.read(Self.file(), county: Self.county())
    let (lea, hugo) = (reading.persons[0], reading.persons[1])
    #expect(lea.problems.isEmpty && hugo.problems.isEmpty)
    #expect(lea.numDemRsa == "20260007123" && lea.idPers == "S1" && lea.nom == "MARTIN" && lea.prenom == "Léa")
    #expect(lea.dtNai == "1985-07-14" && lea.sexe == "2" && lea.nir == "2850707186042" && lea.etatDosRsa == "2")
    #expect(lea.role == "DEM" && hugo.role == "CJT" && hugo.sexe == "1" && hugo.topPersDroDevoRsa == "0")
    #expect(lea.referent?.id == "R0456" && lea.referent?.isOpen == true && lea.nomCom == "Privas")
    // A word without a code sets the person aside, and is not repeated.
    let anne = reading.persons[2]
    #expect(anne.problems.map(\.code) == [.valueUnknown, .entitlementUnknown])
    #expect(!anne.problems.contains { $0.message.contains("Radié") })
    let summary = reading.summary
    #expect(summary.header.nature == .stock && summary.header.referenceDate == FeedImportTests.today.description)
    #expect(summary.households == 2 && summary.persons == 3 && summary.isMapped && summary.notes.count == 1)
    #expect(summary.unsaid.isSuperset(of: [.numTel, .orientationType, .matricule]) && !summary.unsaid.contains(.nom))
  }

  @Test("without a column of roles everybody is an applicant, and of rights nobody's is said")
  func defaults() throws {
    let reading = try FeedSamples.read(
      Self.file([Self.lines[0]]),
      county: Self.county { $0.columns.removeAll { ["ROLEPERS", "ETATDOSRSA"].contains($0.field) } })
    #expect(reading.persons.map(\.role) == ["DEM"] && reading.persons[0].etatDosRsa == "Z")
    #expect(reading.persons[0].problems.isEmpty && reading.summary.unsaid.isSuperset(of: [.role, .etatDosRsa]))
  }

  @Test(
    "is read in each way of writing dates",
    arguments: zip(
      FeedDialect.Dates.allCases, ["1985-07-14", "14/07/1985", "14-07-1985", "14.07.1985", "19850714"]))
  func dates(way: FeedDialect.Dates, written: String) throws {
    let bytes = Self.file([Self.lines[0].replacingOccurrences(of: "14/07/1985 00:00", with: written)])
    let person = try FeedSamples.read(bytes, county: Self.county { $0.dates = way }).persons[0]
    #expect(person.dtNai == "1985-07-14" && person.problems.isEmpty)
    let none = try FeedSamples.read(
      Self.file([Self.lines[0].replacingOccurrences(of: "14/07/1985 00:00", with: "31/02/1985")]),
      county: Self.county { $0.dates = .slashed })
    #expect(none.persons[0].problems.map(\.code) == [.dateUnreadable])
  }

  @Test("is read in Windows-1252, and with any separator", arguments: FeedDialect.Separator.allCases)
  func writing(separator: FeedDialect.Separator) throws {
    let mark = String(decoding: [separator.byte], as: UTF8.self)
    let text = String(decoding: Self.file(), as: UTF8.self).replacingOccurrences(of: ";", with: mark)
    let latin = text.unicodeScalars.map { $0.value == 0x2019 ? 0x92 : UInt8(truncatingIfNeeded: $0.value) }
    let whole = try FeedSamples.read(Self.file(), county: Self.county())
    #expect(
      try FeedSamples.read(Array(text.utf8), county: Self.county { $0.separator = separator }).persons == whole.persons)
    let read = try FeedSamples.read(
      latin,
      county: Self.county {
        $0.separator = separator
        $0.encoding = .windows1252
      })
    #expect(read.persons == whole.persons && read.summary.encodingNote == nil)
  }

  @Test("gives the same, cut in two at any byte, packed or not")
  func cuts() throws {
    let bytes = Self.file()
    let whole = try FeedSamples.read(bytes, county: Self.county())
    for cut in 0...bytes.count {
      #expect(try FeedSamples.read(bytes, cuts: [cut], county: Self.county()) == whole, "cut at \(cut)")
    }
    #expect(try FeedSamples.read(FeedSamples.gzip(bytes), county: Self.county()) == whole)
    #expect(try FeedSamples.read([0xEF, 0xBB, 0xBF] + bytes, county: Self.county()) == whole)
    // Genesis's and CNAF's own are read as what they are.
    #expect(try FeedSamples.read(FeedSamples.csv(), county: Self.county()) == FeedSamples.read(FeedSamples.csv()))
    #expect(try FeedSamples.read(FeedSamples.xml(), county: Self.county()).summary.isMapped == false)
  }

  @Test(
    "is refused whole when columns are missing, when its last line is cut, in another encoding, and without a mapping")
  func refused() {
    func refusal(_ bytes: [UInt8], _ county: CountyCSV? = Self.county()) -> FeedRefusal? {
      do {
        _ = try FeedSamples.read(bytes, county: county)
        return nil
      } catch { return error }
    }
    let renamed = Self.headers.replacingOccurrences(of: "Genre", with: "Sexe de la personne")
    #expect(refusal(Self.file(headers: renamed)) == .columnsMissing(["Genre"]))
    #expect(refusal(Array(Self.file().dropLast(30))) == .truncated)
    #expect(refusal(Self.file([])) == .empty)
    #expect(refusal(Self.file().map { $0 == 0x52 ? 0xC9 : $0 })?.slug == "encodage")
    #expect(refusal(Self.file(), nil) == .notXML(line: nil))
    #expect(refusal(Self.file(["\"" + String(repeating: "A", count: 2_000_000)])) == .quoteOpen(line: 2))
  }

  @Test("never does worse than refuse, whatever a faulty line does to the bytes")
  func mutations() {
    var random = SeededGenerator(state: 5)
    let original = Self.file()
    var (read, refused) = (0, 0)
    for _ in 0..<2000 {
      let bytes = FeedSamples.damaged(original, marks: ";\"\n\0,é", using: &random)
      do {
        let reading = try FeedSamples.read(bytes, cuts: [bytes.count / 3], county: Self.county())
        #expect(reading.persons.count == reading.summary.persons)
        read += 1
      } catch {
        #expect(!error.message.isEmpty)
        refused += 1
      }
    }
    #expect(read > 500 && refused > 300, "\(read) read, \(refused) refused")
  }

  @Test("a sample tells how it is written and what its columns most likely are, and shows no NIR")
  func sample() throws {
    let reading = try SampleReading(Self.file())
    #expect(reading.separator == .semicolon && reading.encoding == .utf8 && reading.dates == .slashed)
    #expect(reading.rows.count == 3)
    let fields = reading.columns.map(\.field)
    #expect(
      fields == [
        "NUMDEMRSA", nil, "NOM", "PRENOM", "DTNAI", "SEXE", "NIR", "ETATDOSRSA", "TOPPERSDRODEVORSA", "ROLEPERS", nil,
        nil,
        "NOMCOM",
      ])
    #expect(reading.columns[6].examples == ["2 85 07 •• ••• ••• ••"])
    #expect(reading.columns[5].values == ["Femme", "H"])
    let latin = "Nom,Né le\r\n\"DÉPÔT, Éric\",2026.03.12\r\nB,12.03.2026\r\nC,13.03.2026".unicodeScalars
      .map { UInt8(truncatingIfNeeded: $0.value) }
    let other = try SampleReading(latin)
    #expect(other.separator == .comma && other.encoding == .windows1252 && other.dates == .dotted)
    #expect(other.rows[0] == ["DÉPÔT, Éric", "2026.03.12"])
    // Real exports have line breaks in their headers (rule F14).
    let broken = try SampleReading(Array("\"Date de\nNaissance\";\"ID IODAS\t\"\n1;2\n".utf8))
    #expect(broken.columns.map(\.field) == ["DTNAI", "IDPERS"] && broken.headers[0] == "Date de Naissance")
  }

  @Test("the feed's words are guessed by code, label or usual word, and nothing else is")
  func codes() {
    #expect(FeedCodes.guess("Féminin", of: "SEXE") == "2" && FeedCodes.guess("1", of: "SEXE") == "1")
    #expect(FeedCodes.guess("Droit ouvert et versable", of: "ETATDOSRSA") == "2")
    #expect(FeedCodes.guess("NSDD", of: "TOPPERSDRODEVORSA") == "0" && FeedCodes.guess("peut-être", of: "SEXE") == nil)
    #expect(FeedCodes.guess("", of: "SEXE") == nil && FeedCodes.guess("oui", of: "NOM") == nil)
    // No word of a field leads to two codes, and every field is one of the feed's.
    for field in FeedField.allCases {
      let codes = FeedCodes.codes(of: field.definition.column)
      for code in codes { #expect(FeedCodes.guess(code.code, of: field.definition.column) == code.code) }
      for code in codes { #expect(code.code.count <= field.maximum) }
    }
  }

  @Test("a pattern takes the names that it means, packed or not, and a name tells its day")
  func patterns() {
    #expect(FilePattern.matches("SOLIS_*.csv", "solis_20260312.CSV"))
    #expect(FilePattern.matches("SOLIS_*.csv", "depot/SOLIS_20260312.csv.gz"))
    #expect(!FilePattern.matches("SOLIS_*.csv", "SOLIS_20260312.xml"))
    #expect(!FilePattern.matches("SOLIS_?.csv", "SOLIS_12.csv") && FilePattern.matches("SOLIS_?.csv", "SOLIS_1.csv"))
    #expect(FilePattern.matches("*a*b*", "xxaYYbZZ") && !FilePattern.matches("*a*b", "ab1"))
    #expect(FilePattern.day(in: "SOLIS_20260312_0410.csv") == "2026-03-12")
    #expect(FilePattern.day(in: "SOLIS_20261399.csv") == nil && FilePattern.day(in: "SOLIS.csv") == nil)
  }
}
