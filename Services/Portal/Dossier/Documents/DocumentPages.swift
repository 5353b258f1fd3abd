import API
import Domain
import Foundation
import Service

let documentsSection = DossierSection(
  "Documents", path: "documents", icon: .file, position: 50,
  actions: { open in
    open.visit.may(.depositDocuments)
      ? [
        Action("Fusion", open.address("fusion"), icon: .print, weight: .plain),
        Action("Ajouter un document", open.address("documents#ajouter"), icon: .upload, weight: .plain),
      ] : []
  },
  reads: [DossiersAPI.summarizeDocuments.fullName],
  summary: { open in try await DocumentPages.summary(open) })

/// The documents of a dossier: their folders, their list, one of them in the page, what takes one away.
enum DocumentPages {
  static func add(to pages: Pages) {
    let all = "dossiers/{dossier}/documents"
    let one = "\(all)/{document}"
    pages.form(
      all, rights: [.depositDocuments], reading: [.readDossiers], limit: DossierDocument.mostBytes + 64 * 1024,
      DocumentForm.self)
    pages.form("dossiers/{dossier}/fusion", rights: [.depositDocuments], FusionForm.self)
    pages.form("\(all)/dossier", rights: [.depositDocuments], FolderForm.self)
    pages.get("\(all)/nomenclature", rights: [.readDossiers]) { visit in
      let open = try await OpenDossier.load(visit)
      return open.page(
        PageHead("Nomenclature", lead: DocumentWords.rule, back: Link("Documents", open.address("documents"))),
        in: DocumentForm.section, [try await DocumentWords.table(visit)])
    }
    pages.get(one, rights: [.readDossiers]) { visit in try await page(visit) }
    pages.form("\(one)/modifier", rights: [.depositDocuments], DocumentChangeForm.self)
    pages.get("\(one)/contenu", rights: [.readDossiers]) { visit in
      let file = try await visit.services.open(DossiersAPI.downloadDocument, path(visit), NoInput())
      let isShown = file.contentType == "application/pdf" || file.contentType.hasPrefix("image/")
      return PageAnswer(.file(file, isShown: isShown && visit.query["telecharger"] == nil))
    }
    pages.get("\(one)/suppression", rights: [.deleteDocuments]) { visit in
      let (open, document) = try await found(visit)
      return open.page(asking: open.removal(of: document), in: DocumentForm.section)
    }
    pages.post("\(one)/suppression", rights: [.deleteDocuments]) { visit in
      let id = try visit.id("dossier", of: Dossier.self)
      let list = "/dossiers/\(id)/documents"
      let asked = try path(visit)
      return try await PageAnswer.acting(at: list, unless: "Le document a changé") {
        _ = try await visit.services.call(DossiersAPI.removeDocument, asked, version: try visit.version)
        return .see(list, saying: "Le document est supprimé. La frise garde qui l’a supprimé, et quand.")
      }
    }
  }

  private static func path(_ visit: Visit) throws -> [String: any CustomStringConvertible] {
    [
      "dossier": try visit.id("dossier", of: Dossier.self),
      "document": try visit.id("document", of: DossierDocument.self),
    ]
  }

  /// The document of the address, in its dossier.
  ///
  /// - Throws: 404.
  static func found(_ visit: Visit) async throws -> (OpenDossier, DossierDocument) {
    let id = try visit.id("dossier", of: Dossier.self)
    let document = try visit.id("document", of: DossierDocument.self)
    async let opening = OpenDossier.load(visit)
    async let showing = visit.services.call(DossiersAPI.showDocument, ["dossier": id, "document": document])
    return try await (opening, showing)
  }

  private static func page(_ visit: Visit) async throws -> PageAnswer {
    let (open, document) = try await found(visit)
    var actions: [Action] = []
    if visit.may(.depositDocuments) {
      actions.append(Action("Modifier", "\(open.address(of: document))/modifier", icon: .edit, weight: .plain))
    }
    if visit.may(.deleteDocuments) {
      actions.append(
        Action(
          "Supprimer", "\(open.address(of: document))/suppression", icon: .trash, weight: .plain,
          confirmation: open.removal(of: document)))
    }
    let content = "\(open.address(of: document))/contenu"
    let preview = FilePreview(
      document.name, detail: document.detail, kind: document.shown, address: content,
      download: "\(content)?telecharger=oui", actions: actions)
    let facts = Facts([
      Fact("Dossier de classement", document.folderLabel), Fact("Type", document.typeLabel),
      Fact("Date d’envoi", document.sentOn.map(French.long)), Fact("Commentaire", document.comment),
    ])
    var body: [any Piece] = [preview]
    if document.shown == .none {
      body.append(
        Notice("Un document Word s’ouvre dans Word", "Téléchargez-le pour le lire ou le compléter.", .info))
    }
    body.append(Panel("Classement", [facts]))
    return open.page(
      PageHead(document.name, back: Link("Documents", open.address("documents"))), in: DocumentForm.section, body)
  }

  /// The CV in one click, the newest documents, and what is missing.
  static func summary(_ open: OpenDossier) async throws -> [Panel] {
    let found = try await open.visit.services.call(DossiersAPI.summarizeDocuments, open.path)
    var actions = [Action("Tous les documents", open.address("documents"), weight: .plain)]
    if let curriculum = found.curriculum {
      let address = "\(open.address(of: curriculum))/contenu"
      actions.insert(Action("Ouvrir le CV", address, icon: .file, weight: .outline), at: 0)
    }
    let items = found.newest.map { document in
      Item(
        document.name, address: open.address(of: document), meta: "\(document.typeLabel) · \(document.detail)",
        icon: .file)
    }
    let list = ItemList(
      "Derniers documents", items,
      empty: EmptyState("Aucun document", "Les courriers et les pièces déposés s’affichent ici.", icon: .file))
    var body: [any Piece] = []
    if let missing = found.folders.missing { body.append(missing) }
    body.append(list)
    return [Panel("Documents", actions: actions, body)]
  }
}

extension OpenDossier {
  func address(of document: DossierDocument) -> String { address("documents/\(document.id)") }

  fileprivate func removal(of document: DossierDocument) -> Confirmation {
    Confirmation(
      id: "supprimer-\(document.id)", title: "Supprimer « \(document.name) » ?",
      consequences: [
        "Son contenu est effacé : il ne pourra pas être retrouvé.",
        "La frise garde que vous l’avez supprimé.",
      ], address: "\(address(of: document))/suppression", label: "Supprimer le document", isDangerous: true,
      values: [HiddenValue("version", String(document.version))], back: address("documents"))
  }
}

extension [DocumentFolder] {
  /// What the county requires in the open folders and is not there.
  var missing: Notice? {
    let lacking = filter { !$0.missing.isEmpty }
    guard !lacking.isEmpty else { return nil }
    return Notice(
      "Il manque des documents requis",
      lacking.map { "\($0.label) : \($0.missing.joined(separator: ", "))" }.joined(separator: " · "), .waiting)
  }
}
