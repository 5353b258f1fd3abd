import Testing

@testable import Dossiers

@Suite("Reading a Genesis feed")
struct FeedReadingTests {
  @Test("gives one person for the applicant and one for the partner, with the household's data on both")
  func couple() throws {
    let reading = try FeedSamples.read(FeedSamples.xml())

    #expect(reading.persons.count == 2)
    let lea = reading.persons[0]
    #expect(lea.problems.isEmpty)
    #expect(lea.household == 1)
    #expect((lea.numDemRsa, lea.matricule, lea.etatDosRsa) == ("20260007123", "1234567", "2"))
    #expect((lea.role, lea.idPers, lea.nomNai, lea.sexe) == ("DEM", "G0001234", "ROCHÉ", "2"))
    #expect(lea.nir == "2850707186042")
    #expect(lea.motiSusVers == nil)
    #expect((lea.numVoie, lea.codePos, lea.dtas) == ("2 BIS", "07000", "CENTRE"))
    #expect((lea.midemDate, lea.midemMotif) == ("2026-02-03", "ABSENCE"))
    #expect((lea.orientationType, lea.orientationDate) == ("SOCIOPRO", "2025-12-04"))
    let referent = try #require(lea.referent)
    #expect((referent.id, referent.nom, referent.mail) == ("R0456", "DURAND", "p.durand@amesud.example"))
    #expect((referent.idStruct, referent.from, referent.isOpen) == ("S012", "2025-12-10", true))
    let hugo = reading.persons[1]
    #expect((hugo.role, hugo.prenom, hugo.numTel, hugo.dtas) == ("CJT", "HUGO", "0612345678", "CENTRE"))
    #expect(hugo.referent == nil)
    #expect(hugo.problems.isEmpty)
  }

  @Test("tells what the feed says of itself, and counts the children without giving them")
  func summary() throws {
    let summary = try FeedSamples.read(FeedSamples.xml()).summary

    #expect((summary.header.application, summary.header.version) == ("GEN", "1"))
    #expect(summary.header.nature == .stock)
    #expect((summary.header.createdAt, summary.header.referenceDate) == ("2026-03-12 04:10:00", "2026-03-11"))
    #expect(summary.header.department == "07")
    #expect((summary.households, summary.persons, summary.ignored) == (1, 2, 1))
    #expect(summary.encodingNote == nil)
  }

  @Test("gives from CSV what it gives from XML, whatever the case and the line breaks of the column names")
  func csv() throws {
    let reading = try FeedSamples.read(FeedSamples.csv())

    #expect(reading.persons.map(\.idPers) == ["G0001234", "G0001235", "G0001236"])
    #expect(reading.persons.map(\.household) == [1, 1, 2])
    #expect(reading.persons.allSatisfy { $0.problems.isEmpty })
    let lea = reading.persons[0]
    #expect((lea.nomNai, lea.prenom, lea.dtNai, lea.nir) == ("ROCHÉ", "LEA", "1985-07-14", "2850707186042"))
    #expect(lea.referent?.structure == "A \"M\"; S")
    #expect((reading.summary.households, reading.summary.persons, reading.summary.ignored) == (2, 3, 1))
  }

  @Test("accepts the byte order mark and blank lines that Windows tools add")
  func mark() throws {
    let bare = try FeedSamples.read(FeedSamples.csv())
    #expect(try FeedSamples.read([0xEF, 0xBB, 0xBF] + FeedSamples.csv()) == bare)
    let windows = FeedSamples.csv().split(separator: 0x0A, omittingEmptySubsequences: false).joined(
      separator: [0x0D, 0x0A])
    #expect(try FeedSamples.read(Array(windows)) == bare)
    let xml = try FeedSamples.read(FeedSamples.xml())
    #expect(try FeedSamples.read([0xEF, 0xBB, 0xBF] + FeedSamples.xml()) == xml)
    #expect(try FeedSamples.read(Array("\n \n".utf8) + FeedSamples.xml()) == xml)
  }

  @Test("gives the last household of a CSV whose last line has no line break")
  func unfinishedLine() throws {
    let bytes = FeedSamples.csv()
    let bare = Array(bytes.dropLast())
    #expect(try FeedSamples.read(bare) == FeedSamples.read(bytes))
    #expect(try FeedSamples.read(bare, cuts: Array(0...bare.count)) == FeedSamples.read(bytes))
  }

  @Test("reads Windows-1252 CSV and says so")
  func windows1252() throws {
    let bytes = FeedSamples.csv().split(separator: [0xC3, 0x89]).joined(separator: [0xC9])
    let reading = try FeedSamples.read(Array(bytes))
    #expect(reading.persons[0].nomNai == "ROCHÉ")
    #expect(reading.summary.encodingNote?.contains("Windows-1252") == true)
  }

  @Test("reads XML declared in ISO-8859-1 and says so")
  func latinXML() throws {
    let declaration = "<?xml version=\"1.0\" encoding=\"ISO-8859-1\"?>\n"
    let bytes = FeedSamples.xml(declaration: declaration).split(separator: [0xC3, 0x89]).joined(separator: [0xC9])
    let reading = try FeedSamples.read(Array(bytes))
    #expect(reading.persons[0].nomNai == "ROCHÉ")
    #expect(reading.summary.encodingNote?.contains("ISO-8859-1") == true)
  }

  @Test("keeps the present address and the open référent, and passes over what it does not know")
  func choices() throws {
    let former = "<Adresse RGADR=\"02\" CODEPOS=\"26000\"/>"
    let closed = "<Referent IDREF=\"R0001\" DDDESIGNATION=\"2024-01-01\" DFDESIGNATION=\"2025-01-01\"/>"
    let text = FeedSamples.couple
      .replacing("<Contact", with: former + "<Nouveau><Dossier NUMDEMRSA=\"0\"/></Nouveau><Contact INCONNU=\"1\"")
      .replacing("<Midem", with: closed + "<Midem")
    let person = try FeedSamples.read(FeedSamples.xml(text)).persons[0]
    #expect(person.codePos == "07000")
    #expect(person.referent?.id == "R0456")
    #expect(person.numDemRsa == "20260007123")
    #expect(person.problems.isEmpty)
  }

  @Test("gives the same, cut in two at any byte", arguments: ["xml", "csv", "xml.gz", "csv.gz"])
  func cuts(kind: String) throws {
    let plain = kind.hasPrefix("xml") ? FeedSamples.xml() : [0xEF, 0xBB, 0xBF] + FeedSamples.csv()
    let bytes = kind.hasSuffix("gz") ? FeedSamples.gzip(plain) : plain
    let whole = try FeedSamples.read(bytes)
    for cut in 0...bytes.count {
      #expect(try FeedSamples.read(bytes, cuts: [cut]) == whole, "cut at \(cut)")
    }
    #expect(try FeedSamples.read(bytes, cuts: Array(0...bytes.count)) == whole)
  }

  @Test("unpacks a file packed in several members and padded as on a tape")
  func members() throws {
    let plain = FeedSamples.xml()
    let half = plain.count / 2
    let packed = FeedSamples.gzip(Array(plain[..<half])) + FeedSamples.gzip(Array(plain[half...]))
    let padded = packed + [UInt8](repeating: 0, count: 100)
    #expect(try FeedSamples.read(padded) == FeedSamples.read(plain))
    #expect(try FeedSamples.read(padded, cuts: Array(0...padded.count)) == FeedSamples.read(plain))
  }

  @Test("never does worse than refuse, whatever a faulty line does to the bytes")
  func mutations() {
    var random = SeededGenerator(state: 7)
    let originals = [
      FeedSamples.xml(), FeedSamples.csv(), FeedSamples.gzip(FeedSamples.xml()), FeedSamples.gzip(FeedSamples.csv()),
    ]
    var read = 0
    var refused = 0
    for turn in 0..<4000 {
      var bytes = originals[turn % originals.count]
      for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
        let place = Int.random(in: 0..<bytes.count, using: &random)
        switch Int.random(in: 0..<5, using: &random) {
        case 0: bytes[place] = UInt8.random(in: 0...255, using: &random)
        case 1: bytes.remove(at: place)
        case 2: bytes.insert(Array("<>&;\"'\n\0é#=".utf8).randomElement(using: &random) ?? 0, at: place)
        case 3: bytes.removeSubrange(place..<min(bytes.count, place + 40))
        default: bytes.insert(contentsOf: bytes[place..<min(bytes.count, place + 60)], at: place)
        }
      }
      do {
        let reading = try FeedSamples.read(bytes, cuts: [bytes.count / 3])
        #expect(reading.persons.count == reading.summary.persons)
        read += 1
      } catch {
        #expect(!error.message.isEmpty)
        refused += 1
      }
    }
    #expect(read > 100)
    #expect(refused > 1000)
  }
}

/// A reproducible source for fuzzing.
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64
  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return (state ^ (state >> 29)) &* 0xBF58_476D_1CE4_E5B9
  }
}
