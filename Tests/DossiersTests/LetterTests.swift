import API
import Documents
import Domain
import Foundation
import Letters
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Letters of a dossier", .database) struct LetterTests {
  /// Gives a dossier of a scene an address.
  private static func address(
    _ street: String, _ code: String, _ commune: String, of dossier: ID<Dossier>, in database: TestDatabase
  ) async throws {
    _ = try await database.owner {
      try await $0.execute(
        """
        update dossiers.household h set address = \(street), postal_code = \(code), commune = \(commune)
        from dossiers.dossier d where d.household = h.id and d.id = \(dossier)
        """)
    }
  }

  @Test("a form is filled in Word and filed by the same act, under the model's type and the county's name")
  func filed() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      try await Self.address("3 rue des Lilas", "07000", "PRIVAS", of: scene.dossier, in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let models = try await referent.call(DossiersAPI.listLetterModels)
      let model = try #require(models.first { $0.code == "orientation-conseiller-formation" })
      #expect(model.type == "fiche_orientation" && models.count == 10)
      let plain = try await referent.file(
        DossiersAPI.produceLetter, ["dossier": scene.dossier], LetterOrder(model: model.code, format: .docx))
      #expect(plain.name == "Orientation vers le conseiller formation – MARTIN Léa.docx")
      #expect(try WordModel(plain.bytes).fields.isEmpty)
      let empty = try await referent.call(DossiersAPI.listDocuments, ["dossier": scene.dossier], DocumentQuery())
      #expect(empty.items.isEmpty)

      let order = LetterOrder(
        model: model.code, format: .docx, filing: LetterFiling(folder: "orientation", type: "fiche_orientation"))
      let file = try await referent.file(DossiersAPI.produceLetter, ["dossier": scene.dossier], order)
      // A second click files nothing more.
      _ = try await referent.file(DossiersAPI.produceLetter, ["dossier": scene.dossier], order)
      let kept = try await referent.call(DossiersAPI.listDocuments, ["dossier": scene.dossier], DocumentQuery())
      let document = try #require(kept.items.first)
      #expect(
        kept.items.count == 1 && document.fileName == file.name && document.name.hasPrefix("Orientation_")
          && document.kind == .docx)
      let content = try await referent.file(
        DossiersAPI.downloadDocument, ["dossier": scene.dossier, "document": document.id], NoInput())
      #expect(content.bytes == file.bytes)

      let misfiled = LetterOrder(
        model: model.code, format: .docx, filing: LetterFiling(folder: "ailleurs", type: "fiche_orientation"))
      let refused = try await refusal {
        try await referent.file(DossiersAPI.produceLetter, ["dossier": scene.dossier], misfiled)
      }
      #expect(refused?.faults?.map(\.field) == ["folder"])
      let stranger = try await service.client(as: .someone(.referent))
      let beyond = try await refusal {
        try await stranger.file(DossiersAPI.produceLetter, ["dossier": scene.dossier], order)
      }
      #expect(beyond?.status == 404)
    }
  }

  @Test(
    "letters for a selection are one PDF in the order of the envelopes; without an address or out of reach there is none"
  )
  func selection() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let (near, homeless) = (ID<Dossier>.new(), ID<Dossier>.new())
      try await scene.add("ABEILLE", "Zoé", as: near, in: service.database)
      try await scene.add("ERRANT", "Paul", as: homeless, in: service.database)
      try await Self.address("3 rue des Lilas", "07200", "AUBENAS", of: scene.dossier, in: service.database)
      try await Self.address("1 place du Marché", "07000", "PRIVAS", of: near, in: service.database)
      let stranger = try await Scene.one(in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let asked = try await referent.call(
        DossiersAPI.orderLetters, [:],
        LettersOrder(
          model: "courrier-referent-sans-logo", dossiers: [scene.dossier, near, homeless, stranger.dossier],
          filing: LetterFiling(folder: "autres", type: "courrier_departement")))
      let job = try await service.eventually("the letters are made") {
        let job = try await referent.call(DossiersAPI.showLetters, ["letterJob": asked.id])
        return job.endedAt == nil ? nil : job
      }
      #expect(job.total == 4 && job.done == 2 && job.refused == 2 && job.isReady)
      // Each has theirs in their dossier too; without an address there is none to file.
      for (dossier, count) in [(scene.dossier, 1), (near, 1), (homeless, 0)] {
        let kept = try await referent.call(DossiersAPI.listDocuments, ["dossier": dossier], DocumentQuery()).items
        #expect(kept.count == count && kept.allSatisfy { $0.kind == .docx })
      }
      let misfiled = try await refusal {
        try await referent.call(
          DossiersAPI.orderLetters, [:],
          LettersOrder(
            model: "courrier-referent-sans-logo", dossiers: [near],
            filing: LetterFiling(folder: "ailleurs", type: "courrier_departement")))
      }
      #expect(misfiled?.faults?.map(\.field) == ["filing.folder"])
      let rows = try await referent.call(DossiersAPI.listLetterRows, ["letterJob": asked.id], BatchRowQuery()).items
      #expect(rows.filter { $0.outcome == .done }.map(\.dossier) == [near, scene.dossier])
      #expect(rows.first { $0.dossier == stranger.dossier }?.name == nil)
      #expect(rows.first { $0.dossier == homeless }?.reason?.contains("adresse") == true)
      let file = try await referent.file(DossiersAPI.downloadLetters, ["letterJob": asked.id], NoInput())
      let pages = try Self.words(of: file.bytes)
      #expect(pages.count == 2)
      #expect(pages[0].contains { $0.text == "ABEILLE" } && pages[1].contains { $0.text == "MARTIN" })
      let table = try await referent.file(DossiersAPI.downloadLetterTable, ["letterJob": asked.id], NoInput())
      let lines = String(decoding: table.bytes, as: UTF8.self).split(separator: "\r\n")
      #expect(lines.count == 3 && lines[1].contains("ABEILLE Zoé") && lines[2].contains("07200"))
      let other = try await service.client(as: .someone(.referent))
      let foreign = try await refusal { try await other.call(DossiersAPI.showLetters, ["letterJob": asked.id]) }
      #expect(foreign?.status == 404)
    }
  }

  /// The windows of the envelopes in millimetres of an A4 sheet, with its play: C5/6 (folded in three) and C5 (in two).
  @Test("the name and the address stand in the window of the envelope, and nothing else does")
  func window() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      try await Self.address(
        "Résidence Les Châtaigniers, bâtiment C, 14 rue du Faubourg", "07000", "PRIVAS", of: scene.dossier,
        in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      for logo in ["departement", "fse", "sans-logo"] {
        let file = try await referent.file(
          DossiersAPI.produceLetter, ["dossier": scene.dossier],
          LetterOrder(model: "courrier-referent-\(logo)", format: .pdf))
        let words = try Self.words(of: file.bytes)[0]
        let recipient = words.filter {
          ["MARTIN", "Châtaigniers,", "07000", "PRIVAS"].contains($0.text) && $0.left > 100
        }
        #expect(recipient.count == 4, "\(logo)")
        #expect(recipient.allSatisfy { $0.left >= 105 && $0.right <= 195 && $0.top >= 48 && $0.bottom <= 80 })
        // Whatever the sheet's play shows: from 90 mm to the right edge, from 38 to 90 mm down.
        let seen = words.filter { $0.left > 90 && $0.top > 38 && $0.bottom < 90 }.map(\.text).joined(separator: " ")
        #expect(seen.hasPrefix("MARTIN Léa Résidence") && seen.hasSuffix("07000 PRIVAS"), "\(logo): \(seen)")
        #expect(!seen.contains("RSA"))
      }
    }
  }

  @Test("the county decides under which type what a model prints is filed, or leaves it to who prints")
  func filing() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let path = ["model": "formulaire-vierge"]
      let filing = try await administrator.call(DossiersAPI.showModelFiling, path)
      #expect(filing.type == "autre")
      let changed = try await administrator.call(
        DossiersAPI.changeModelFiling, path, ModelFilingChange(type: "diagnostic"), version: filing.version)
      #expect(changed.type == "diagnostic" && changed.version == filing.version + 1)
      let stale = await #expect(throws: Problem.self) {
        try await administrator.call(
          DossiersAPI.changeModelFiling, path, ModelFilingChange(type: nil), version: filing.version)
      }
      #expect(stale?.status == 412)
      let wrong = await #expect(throws: Problem.self) {
        try await administrator.call(
          DossiersAPI.changeModelFiling, path, ModelFilingChange(type: "inconnu"), version: changed.version)
      }
      #expect(wrong?.faults?.map(\.field) == ["type"])
      let left = try await administrator.call(
        DossiersAPI.changeModelFiling, path, ModelFilingChange(type: nil), version: changed.version)
      #expect(left.type == nil)
    }
  }

  @Test("the list of fields is what a letter fills, and all that the shipped models hold")
  func fields() throws {
    let person = LetterPerson(number: 1, familyName: "MARTIN", givenName: "Léa", enteredOn: CalendarDate(Date()))
    let texts = person.texts(county: "", author: "", on: CalendarDate(Date()))
    #expect(Set(texts.keys) == LetterFields.models.names)
    for shipped in WordModel.Shipped.allCases {
      let isLetter = ["courrier", "orientation", "diagnostic", "formulaire"].contains(where: shipped.rawValue.hasPrefix)
      guard isLetter else { continue }
      #expect(try LetterFields.models.faults(WordModel.shipped(named: shipped.rawValue).fields).isEmpty, "\(shipped)")
    }
  }

  /// A word with its place in millimetres.
  private struct Word {
    let text: String, left: Double, right: Double, top: Double, bottom: Double
  }

  /// The words of each page, by a foreign reader.
  private static func words(of pdf: Data) throws -> [[Word]] {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pdf")
    try pdf.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/pdftotext")
    process.arguments = ["-bbox", file.path, "-"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    let text = String(decoding: data, as: UTF8.self)
    return text.components(separatedBy: "<page ").dropFirst().map { page in
      page.matches(of: /<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)</).map { match in
        func millimetres(_ points: Substring) -> Double { (Double(points) ?? 0) * 25.4 / 72 }
        return Word(
          text: String(match.5), left: millimetres(match.1), right: millimetres(match.3), top: millimetres(match.2),
          bottom: millimetres(match.4))
      }
    }
  }
}

/// What a call was refused with; nil when it was not.
private func refusal(_ body: () async throws -> some Any) async throws -> Problem? {
  do {
    _ = try await body()
    return nil
  } catch let problem as Problem {
    return problem
  }
}
