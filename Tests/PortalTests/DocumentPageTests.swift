import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("The documents of a dossier, in its pages") struct DocumentPageTests {
  private static let document = DossierDocument(
    id: ID(UUID(uuid: (8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8))), dossier: Scene.dossier, folder: "emploi",
    folderLabel: "Emploi et formation", type: "cv", typeLabel: "CV", name: "CV", kind: .pdf, bytes: 182_000,
    depositedAt: PortalUnderTest.moment, authorName: "DURAND Paul", version: 3)

  private static func open(_ services: FakeServices, folders: [DocumentFolder] = []) {
    Scene.open(services)
    services.serve(
      ServiceName.dossiers.lists.all,
      [
        CountyList(
          name: .documentFolder,
          entries: [
            ListEntry(code: "courriers", label: "Courriers", position: 1),
            ListEntry(code: "emploi", label: "Emploi et formation", position: 2),
          ]),
        CountyList(
          name: .documentType,
          entries: [
            ListEntry(code: "cv", label: "CV", position: 1), ListEntry(code: "autre", label: "Autre", position: 2),
          ]),
      ])
    services.serve(
      DossiersAPI.listDocumentTypes,
      [
        DocumentType(code: "cv", label: "CV", folder: "emploi", name: "CV", isRequired: true),
        DocumentType(code: "autre", label: "Autre", folder: nil, name: "", isRequired: false),
      ])
    services.serve(DossiersAPI.listDocumentFolders, folders)
    services.serve(DossiersAPI.listDocuments, Page(items: [document]))
    services.serve(DossiersAPI.depositDocument, document)
    services.serve(DossiersAPI.showDocument, document)
    services.serve(
      DossiersAPI.summarizeDocuments,
      DocumentSummary(curriculum: document, newest: [document], folders: folders))
    services.serve(DossiersAPI.removeDocument, NoOutput())
    services.serve(
      DossiersAPI.listLetterModels,
      [LetterModel(code: "diagnostic", label: "Diagnostic", type: "cv"), LetterModel(code: "libre", label: "Libre")])
  }

  private static let folder = DocumentFolder(
    code: "emploi", label: "Emploi et formation", openedAt: PortalUnderTest.moment, accountName: "DURAND Paul",
    documents: 0, missing: ["CV"])

  /// As a browser sends a file with a form.
  private static func send(
    _ browser: Browser, _ fields: KeyValuePairs<String, String>, file: String?
  ) async throws -> Browser.Answer {
    var body = ""
    for (name, value) in try [("csrf", browser.proof)] + fields.map({ ($0.key, $0.value) }) {
      body += "--limite\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    if let file {
      body += "--limite\r\nContent-Disposition: form-data; name=\"file\"; filename=\"CV Léa.pdf\"\r\n\r\n\(file)\r\n"
    }
    body += "--limite--\r\n"
    return try await browser.send(
      "POST", "\(Scene.address)/documents", headers: ["content-type": "multipart/form-data; boundary=limite"],
      body: Data(body.utf8))
  }

  @Test("the CV opens from the summary in one click, beside what a folder lacks")
  func summary() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.open(services, folders: [Self.folder])
      let page = try await browser.get(Scene.address)
      #expect(page.html.contains("href=\"\(Scene.address)/documents/\(Self.document.id)/contenu\""))
      #expect(page.text.contains("Il manque des documents requis") && page.text.contains("Ouvrir le CV"))
    }
  }

  @Test("a file goes to its type's folder unless another is chosen; what is missing is said at its field")
  func deposit() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.open(services)
      let list = try await browser.get("\(Scene.address)/documents")
      #expect(list.status == 200 && list.html.contains("data-several") && list.html.contains("multipart/form-data"))
      let kept = try await Self.send(browser, ["type": "cv", "folder": "", "sentOn": "11/3"], file: "%PDF-1.7")
      #expect(kept.location == "\(Scene.address)/documents?classement=emploi")
      let call = try #require(services.calls(of: DossiersAPI.depositDocument).first)
      #expect(
        call.query == ["folder": "emploi", "type": "cv", "fileName": "CV Léa.pdf", "sentOn": "2026-03-11"]
          && call.body == Data("%PDF-1.7".utf8))
      let homeless = try await Self.send(browser, ["type": "autre", "folder": ""], file: "%PDF-1.7")
      #expect(homeless.status == 422 && homeless.html.contains("champ-folder-erreur"))
      let empty = try await Self.send(browser, ["type": "cv", "folder": ""], file: nil)
      #expect(empty.status == 422 && empty.html.contains("champ-file-erreur"))
      services.refuse(
        DossiersAPI.depositDocument, .invalid([Fault("file", "nature", "Ce fichier est en réalité une image.")]))
      let refused = try await Self.send(browser, ["type": "cv", "folder": "", "name": "CV_2026"], file: "x")
      #expect(refused.status == 422 && refused.text.contains("en réalité une image"))
      #expect(refused.html.contains("CV_2026"))
    }
  }

  @Test("a PDF is seen in the page and may be framed by it; it is deleted under the version that was seen")
  func one() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.open(services)
      let address = "\(Scene.address)/documents/\(Self.document.id)"
      let page = try await browser.get(address)
      #expect(page.html.contains("<iframe src=\"\(address)/contenu\"") && page.text.contains("177 Ko"))
      let removed = try await browser.post("\(address)/suppression", ["version": "3"])
      #expect(removed.location == "\(Scene.address)/documents")
      #expect(services.calls(of: DossiersAPI.removeDocument).map(\.version) == ["\"3\""])
      services.refuse(DossiersAPI.removeDocument, Problem.stale(nil))
      let stale = try await browser.post("\(address)/suppression", ["version": "2"])
      #expect(stale.location == "\(Scene.address)/documents")
    }
  }

  @Test("fusion files under the model's type, and asks where it has none")
  func fusion() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.open(services)
      let page = try await browser.get("\(Scene.address)/fusion")
      #expect(page.status == 200 && page.text.contains("Créer un document"))
      let untyped = try await browser.post(
        "\(Scene.address)/fusion", ["model": "libre", "format": "docx", "isFiled": "oui"])
      #expect(untyped.status == 422 && untyped.html.contains("champ-type-erreur"))
      let missing = try await browser.post("\(Scene.address)/fusion", ["format": "docx", "isFiled": "oui"])
      #expect(missing.status == 422 && missing.html.contains("champ-model-erreur"))
    }
  }
}
