import API
import Documents
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Documents of a dossier", .database) struct DocumentTests {
  private static let pdf = Data("%PDF-1.7\nun document \(UUID())\n%%EOF\n".utf8)

  /// A deposit by a client, under a name or the file's.
  private static func deposit(
    _ bytes: Data, _ query: [String: String], in scene: Scene, by client: APIClient
  ) async throws -> DossierDocument {
    try await client.upload(
      DossiersAPI.depositDocument, ["dossier": scene.dossier],
      query: ["folder": "courriers", "type": "courrier_recu"].merging(query) { $1 }, bytes: bytes)
  }

  @Test(
    "a document is filed under its type's name or its own, mended; a name outside the rule is refused with the mended one"
  )
  func names() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let day = CalendarDate(service.clock.now()).description.replacing("-", with: "")
      let usual = try await Self.deposit(Self.pdf, ["fileName": "scan.pdf"], in: scene, by: referent)
      #expect(usual.name == "Courrier_recu_\(day)" && usual.kind == .pdf && usual.folderLabel == "Courriers")
      let second = try await Self.deposit(Self.pdf, ["fileName": "scan.pdf"], in: scene, by: referent)
      #expect(second.name == "Courrier_recu_\(day)_2")
      let own = try await Self.deposit(
        Self.pdf, ["type": "autre", "fileName": "Relevé d’impôt 2025.pdf"], in: scene, by: referent)
      #expect(own.name == "Releve_d_impot_2025")
      let outside = try await refusal {
        try await Self.deposit(Self.pdf, ["name": "Relevé d’impôt"], in: scene, by: referent)
      }
      #expect(outside?.faults?.map(\.field) == ["name"])
      #expect(outside?.faults?.first?.message.contains("Releve_d_impot") == true)
      let taken = try await refusal {
        try await Self.deposit(Self.pdf, ["name": usual.name.lowercased()], in: scene, by: referent)
      }
      #expect(taken?.faults?.map(\.code) == ["nom-existant"])
      let long = try await refusal {
        try await Self.deposit(Self.pdf, ["name": String(repeating: "a", count: 10_000)], in: scene, by: referent)
      }
      #expect(long?.status == 422)
    }
  }

  @Test("documents are found by the words of their names among the dossiers reached")
  func found() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let own = try await Self.deposit(
        Self.pdf, ["type": "autre", "fileName": "Relevé d’impôt 2025.pdf"], in: scene, by: referent)
      func find(_ text: String, _ client: APIClient) async throws -> [ID<DossierDocument>] {
        try await client.call(DossiersAPI.findDocuments, [:], DocumentSearch(q: text)).items.map(\.id)
      }
      #expect(try await find("impôt relevé", referent) == [own.id])
      #expect(try await find("impôt 2024", referent).isEmpty)
      #expect(try await find("d", referent).isEmpty)
      let office = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      #expect(try await find("releve_d", office) == [own.id])
      let stranger = try await service.client(as: .someone(.referent))
      #expect(try await find("impot", stranger).isEmpty)
    }
  }

  @Test(
    "what a file is follows from its content: others, macros and a PDF called .jpg are refused, and nothing is filed")
  func kinds() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      for (bytes, name) in [
        (Data("bonjour".utf8), "lettre.pdf"), (Self.pdf, "photo.jpg"), (Data("PK\u{03}\u{04}".utf8), "vide.docx"),
      ] {
        let refused = try await refusal {
          try await Self.deposit(bytes, ["fileName": name], in: scene, by: referent)
        }
        #expect(refused?.status == 422 && refused?.faults?.map(\.field) == ["file"], "\(name)")
      }
      let large = try await refusal {
        try await Self.deposit(Data(count: DossierDocument.mostBytes + 1), [:], in: scene, by: referent)
      }
      #expect(large?.status == 413)
      let word = try WordModel.shippedFile(named: "formulaire-vierge")
      #expect(try await Self.deposit(word, ["fileName": "Fiche.docx"], in: scene, by: referent).kind == .docx)
      let picture = Data([0xFF, 0xD8, 0xFF, 0xE0]) + Data(UUID().uuidString.utf8)
      #expect(try await Self.deposit(picture, ["fileName": "photo.JPEG"], in: scene, by: referent).kind == .jpeg)
      let page = try await referent.call(DossiersAPI.listDocuments, ["dossier": scene.dossier], DocumentQuery())
      // Both came in the same instant.
      #expect(Set(page.items.map(\.kind)) == [.jpeg, .docx] && page.items.count == 2)
    }
  }

  @Test("a deposit that is sent again under its key is answered, not filed twice")
  func sentAgain() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let (bytes, key) = (Data("%PDF-1.7\n\(UUID())".utf8), UUID().uuidString)
      func deposit(_ key: String) async throws -> DossierDocument {
        try await referent.upload(
          DossiersAPI.depositDocument, ["dossier": scene.dossier],
          query: ["folder": "autres", "type": "autre", "fileName": "lettre.pdf"], bytes: bytes, key: key)
      }
      let first = try await deposit(key)
      #expect(try await deposit(key).id == first.id)
      // Another key is another deposit.
      #expect(try await deposit(UUID().uuidString).id != first.id)
      let page = try await referent.call(DossiersAPI.listDocuments, ["dossier": scene.dossier], DocumentQuery())
      #expect(page.items.count == 2)
    }
  }

  @Test("a deleted document leaves its trace, its content is erased once no dossier holds it, as when the dossier is")
  func removal() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let other = ID<Dossier>.new()
      try await scene.add("DUPONT", "Jean", as: other, in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let bytes = Data("%PDF-1.7\n\(UUID())".utf8)
      let first = try await Self.deposit(bytes, [:], in: scene, by: referent)
      let twin = try await referent.upload(
        DossiersAPI.depositDocument, ["dossier": other], query: ["folder": "autres", "type": "autre"], bytes: bytes)
      let files = try openFileStore(of: "dossiers") { service.parts.settings.optional($0) }
      let sweep = DocumentSweep(
        postgres: service.parts.postgres, files: files, now: service.clock.now, logger: service.parts.logger)
      let stored = try await service.database.owner {
        try await $0.first("select digest from dossiers.document where id = \(first.id)", as: String.self)
      }
      let digest = try #require(stored)
      let stale = try await refusal {
        try await referent.call(
          DossiersAPI.removeDocument, ["dossier": scene.dossier, "document": first.id], version: 7)
      }
      #expect(stale?.status == 412)
      _ = try await referent.call(
        DossiersAPI.removeDocument, ["dossier": scene.dossier, "document": first.id], version: first.version)
      try await sweep.sweep(olderThan: 0)
      #expect(try await files.data(digest) == bytes)
      let gone = try await refusal {
        try await referent.file(
          DossiersAPI.downloadDocument, ["dossier": scene.dossier, "document": first.id], NoInput())
      }
      #expect(gone?.status == 404)
      let trace = try await service.database.owner {
        try await $0.first(
          "select removed_by_name from dossiers.document where id = \(first.id)", as: String.self)
      }
      #expect(trace == "DURAND Paul")
      #expect(
        try await referent.file(
          DossiersAPI.downloadDocument, ["dossier": other, "document": twin.id], NoInput()
        ).bytes == bytes)
      try await service.settled("timeline")
      // The other dossier is erased, and with it what it says of its documents.
      _ = try await service.database.owner {
        try await $0.execute("delete from dossiers.document where dossier = \(other)")
      }
      try await sweep.sweep(olderThan: 0)
      await #expect(throws: DocumentError.fileNotFound) { try await files.data(digest) }
      let told = try await referent.call(DossiersAPI.listTimeline, ["dossier": scene.dossier]).items.map(\.title)
      #expect(Set(told).isSuperset(of: ["Document classé : \(first.name)", "Document supprimé : \(first.name)"]))
    }
  }

  @Test("a folder says what it lacks until a document of the required type is filed; the CV is on the summary")
  func folders() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let path = ["dossier": scene.dossier]
      let opened = try await referent.call(
        DossiersAPI.openDocumentFolder, ["dossier": scene.dossier], DocumentFolderDraft(folder: "administratif"))
      #expect(opened.map(\.missing) == [["Pièce d’identité"]] && opened.map(\.documents) == [0])
      let unknown = try await refusal {
        try await referent.call(
          DossiersAPI.openDocumentFolder, ["dossier": scene.dossier], DocumentFolderDraft(folder: "ailleurs"))
      }
      #expect(unknown?.faults?.map(\.field) == ["folder"])
      _ = try await Self.deposit(
        Self.pdf, ["folder": "administratif", "type": "identite"], in: scene, by: referent)
      service.clock.travel(seconds: 1)
      let curriculum = try await Self.deposit(
        Self.pdf, ["folder": "emploi", "type": "cv"], in: scene, by: referent)
      let summary = try await referent.call(DossiersAPI.summarizeDocuments, path)
      #expect(summary.folders.allSatisfy { $0.missing.isEmpty } && summary.folders.count == 2)
      #expect(summary.curriculum == curriculum && summary.newest.first == curriculum)

      let administrator = try await service.client(as: .someone(.administrateur))
      let types = try await administrator.call(DossiersAPI.listDocumentTypes)
      let diploma = try #require(types.first { $0.code == "diplome" })
      let changed = try await administrator.call(
        DossiersAPI.changeDocumentType, ["code": "diplome"],
        DocumentTypeChange(folder: "emploi", name: "Diplome", isRequired: true), version: diploma.version)
      #expect(changed.version == diploma.version + 1)
      let lacking = try await referent.call(DossiersAPI.listDocumentFolders, path)
      #expect(lacking.flatMap(\.missing) == ["Diplôme, attestation de formation"])
      let stale = try await refusal {
        try await administrator.call(
          DossiersAPI.changeDocumentType, ["code": "diplome"],
          DocumentTypeChange(folder: nil, name: nil, isRequired: false), version: diploma.version)
      }
      #expect(stale?.status == 412)
    }
  }

  @Test("only who reaches a dossier finds its documents, and a stranger files none")
  func reach() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: .someone(.referent, account: scene.lead))
      let kept = try await Self.deposit(Self.pdf, [:], in: scene, by: referent)
      let stranger = try await service.client(as: .someone(.referent))
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(DossiersAPI.listDocuments, ["dossier": scene.dossier], DocumentQuery())
      }
      let refused = try await refusal { try await Self.deposit(Self.pdf, [:], in: scene, by: stranger) }
      #expect(refused?.status == 404)
      // Neither by way of a dossier of their own.
      let own = Scene(dossier: .new(), lead: scene.lead, territory: .new(), from: scene.from)
      try await own.add("AUTRE", "Anne", as: own.dossier, in: service.database)
      let elsewhere = try await refusal {
        try await referent.call(DossiersAPI.showDocument, ["dossier": own.dossier, "document": kept.id])
      }
      #expect(elsewhere?.status == 404)
    }
  }

  @Test(
    "a name is mended to what the rule allows",
    arguments: [
      ("Relevé d’impôt", "Releve_d_impot"), ("CV – Léa (2025)", "CV_-_Lea_2025"), ("œuvre", "oeuvre"), ("  ", nil),
      ("déjà_bon-1", "deja_bon-1"), ("///", nil),
    ] as [(String, String?)])
  func mended(_ typed: String, _ expected: String?) {
    #expect(DocumentName.mended(typed) == expected)
    if let expected { #expect(DocumentName.isPlain(expected)) }
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
