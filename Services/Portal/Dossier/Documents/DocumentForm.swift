import API
import Domain
import Foundation
import Service

/// Documents to file, under those that there are (rule D1).
struct DocumentForm: DossierForm {
  let open: OpenDossier
  let lists: [CountyList]
  let types: [DocumentType]
  let folders: [DocumentFolder]
  let documents: Page<DossierDocument>

  static let section = "documents"

  static func load(_ visit: Visit) async throws -> DocumentForm {
    let id = try visit.id("dossier", of: Dossier.self)
    let query = DocumentQuery(folder: visit.query["classement"], limit: 50, after: visit.query["apres"])
    async let opening = OpenDossier.load(visit)
    async let choosing = visit.services.call(ServiceName.dossiers.lists.all)
    async let naming = visit.services.call(DossiersAPI.listDocumentTypes)
    async let sorting = visit.services.call(DossiersAPI.listDocumentFolders, ["dossier": id])
    async let listing = visit.services.call(DossiersAPI.listDocuments, ["dossier": id], query)
    return try await DocumentForm(
      open: opening, lists: choosing, types: naming, folders: sorting, documents: listing)
  }

  struct Draft: Sendable {
    var type = ""
    var folder: String?
    var file: FormAnswers.File?
    var name: String?
    var sentOn: CalendarDate?
    var comment: String?
  }

  var groups: [QuestionGroup<Draft>] {
    let usual = Dictionary(types.compactMap { type in type.folder.map { (type.code, $0) } }) { first, _ in first }
    return [
      QuestionGroup(
        isPaired: true,
        .list(
          "type", \.type, "Type de document", none: "Choisissez un type", missing: "Choisissez le type du document.",
          of: lists[.documentType]),
        .list("folder", \.folder, "Dossier de classement", none: "Celui de la nomenclature", of: lists[.documentFolder])
          .check(with: "type") { draft in
            draft.folder == nil && usual[draft.type] == nil
              ? "La nomenclature ne range pas ce type. Choisissez un dossier de classement." : nil
          }),
      QuestionGroup(
        .file(
          "file", \.file, "Fichier", accept: ".pdf,.docx,.doc,.jpg,.jpeg,.png", isSeveral: true,
          missing: "Choisissez le fichier à déposer."
        ).help("PDF, Word, JPEG ou PNG, 25 Mo au plus. Vous pouvez en choisir plusieurs, ou les glisser ici")),
      QuestionGroup(
        isPaired: true,
        .line("name", \.name, "Nom du document", most: DocumentName.longest).help(
          "Lettres sans accent, chiffres, _ et -. Vide : le nom de la nomenclature"),
        .date("sentOn", \.sentOn, "Date d’envoi"), .line("comment", \.comment, "Commentaire", most: 400)),
    ]
  }

  var draft: Draft { Draft(folder: visit.query["classement"]) }
  var version: Int? { nil }
  var sending: Sending {
    Sending("document", "Ajouter le document", to: open.address("documents"), isMultipart: true)
  }

  var head: PageHead {
    var actions = [Action("Nomenclature", open.address("documents/nomenclature"), icon: .list, weight: .plain)]
    if visit.may(.depositDocuments) {
      actions.insert(
        Action("Initier un dossier de classement", open.address("documents/dossier"), icon: .folder, weight: .plain),
        at: 0)
    }
    return PageHead("Documents", actions: actions)
  }

  func page(_ notices: [any Piece], _ form: any Piece) -> PageAnswer {
    var body = notices
    if let missing = folders.missing { body.append(missing) }
    if !folders.isEmpty { body.append(tabs) }
    body.append(table)
    if visit.may(.depositDocuments) { body.append(Panel("Ajouter un document", id: "ajouter", [form])) }
    return open.page(head, in: Self.section, body)
  }

  private var chosen: String? { visit.query["classement"] }

  private var tabs: Tabs {
    let all = Link("Tous", open.address("documents"), isCurrent: chosen == nil)
    return Tabs(
      "Dossiers de classement",
      [all]
        + folders.map {
          Link(
            $0.label, Address(open.address("documents"), ["classement": $0.code]).text, count: $0.documents,
            countLabel: "documents", isCurrent: chosen == $0.code)
        })
  }

  private var table: Table {
    let rows = documents.items.map { document in
      Row(
        id: document.id.description, address: open.address(of: document), name: document.name,
        [
          Cell(document.name, detail: document.comment), Cell(document.typeLabel), Cell(document.folderLabel),
          Cell(document.sentOn.map(French.long) ?? "—"), Cell(document.file, detail: document.deposit),
          Cell(actions: [
            Action(
              "Télécharger", "\(open.address(of: document))/contenu?telecharger=oui", icon: .download, weight: .plain)
          ]),
        ])
    }
    func address(after: String?) -> String {
      Address(open.address("documents"), ["classement": chosen, "apres": after]).text
    }
    return Table(
      id: "documents", caption: "Documents du dossier",
      columns: [
        Column("Nom"), Column("Type"), Column("Classé dans"), Column("Envoyé le"),
        Column("Fichier", isSecondary: true), Column("Actions", isTitleHidden: true),
      ], rows: rows,
      empty: EmptyState(
        "Aucun document", "Déposez un courrier, une pièce ou un CV ci-dessous : il se range dans son dossier.",
        icon: .file),
      pager: Pager(
        first: visit.query["apres"] == nil ? nil : address(after: nil),
        next: documents.next.map { address(after: $0) }))
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let file = draft.file, let folder = draft.folder ?? types.first(where: { $0.code == draft.type })?.folder
    else { throw Problem.malformed("Le formulaire est incomplet.") }
    var query = ["folder": folder, "type": draft.type, "fileName": String(file.name.suffix(255))]
    query["name"] = draft.name
    query["sentOn"] = draft.sentOn?.description
    query["comment"] = draft.comment
    let kept = try await visit.services.upload(
      DossiersAPI.depositDocument, open.path, query: query, file: file.content, key: visit.key)
    return .see(
      Address(open.address("documents"), ["classement": kept.folder]).text,
      saying: "« \(kept.name) » est classé dans « \(kept.folderLabel) ».")
  }
}

/// A folder of the county's list, opened in a dossier.
struct FolderForm: DossierForm {
  let open: OpenDossier
  let lists: [CountyList]

  static let section = DocumentForm.section

  static func load(_ visit: Visit) async throws -> FolderForm {
    async let opening = OpenDossier.load(visit)
    async let listing = visit.services.call(ServiceName.dossiers.lists.all)
    return try await FolderForm(open: opening, lists: listing)
  }

  var groups: [QuestionGroup<DocumentFolderDraft>] {
    [
      QuestionGroup(
        .list(
          "folder", \.folder, "Dossier de classement", none: "Choisissez un dossier",
          missing: "Choisissez le dossier à initier.", of: lists[.documentFolder]))
    ]
  }

  var draft: DocumentFolderDraft { DocumentFolderDraft(folder: "") }
  var version: Int? { nil }
  var sending: Sending { Sending("classement", "Initier le dossier", cancel: open.address("documents")) }
  var head: PageHead {
    PageHead("Initier un dossier de classement", back: Link("Documents", open.address("documents")))
  }

  func save(_ draft: DocumentFolderDraft, version: Int?) async throws -> PageAnswer {
    let folders = try await visit.services.call(DossiersAPI.openDocumentFolder, open.path, draft, key: visit.key)
    let label = folders.first { $0.code == draft.folder }?.label ?? draft.folder
    return .see(
      Address(open.address("documents"), ["classement": draft.folder]).text,
      saying: "Le dossier « \(label) » est initié. Vous pouvez y ajouter des documents.")
  }
}

/// Where a document is filed, what it is called, when it was sent.
struct DocumentChangeForm: DossierForm {
  let open: OpenDossier
  let document: DossierDocument
  let lists: [CountyList]

  static let section = DocumentForm.section

  static func load(_ visit: Visit) async throws -> DocumentChangeForm {
    async let finding = DocumentPages.found(visit)
    async let listing = visit.services.call(ServiceName.dossiers.lists.all)
    let ((open, document), lists) = try await (finding, listing)
    return DocumentChangeForm(open: open, document: document, lists: lists)
  }

  var groups: [QuestionGroup<DocumentChange>] {
    [
      QuestionGroup(
        .line("name", \.name, "Nom du document", missing: "Donnez un nom au document.").help(
          "Lettres sans accent, chiffres, _ et -"),
        .list(
          "folder", \.folder, "Dossier de classement", missing: "Choisissez un dossier de classement.",
          of: lists[.documentFolder]),
        .list("type", \.type, "Type de document", missing: "Choisissez le type.", of: lists[.documentType]),
        .date("sentOn", \.sentOn, "Date d’envoi"), .line("comment", \.comment, "Commentaire"))
    ]
  }

  var draft: DocumentChange {
    DocumentChange(
      folder: document.folder, type: document.type, name: document.name, sentOn: document.sentOn,
      comment: document.comment)
  }
  var version: Int? { document.version }
  var sending: Sending { Sending("document", "Enregistrer", cancel: open.address(of: document)) }
  var head: PageHead {
    PageHead("Modifier « \(document.name) »", back: Link(document.name, open.address(of: document)))
  }

  func save(_ draft: DocumentChange, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(
      DossiersAPI.changeDocument, ["dossier": open.detail.id, "document": document.id], draft, version: version)
    return .see(open.address(of: document), saying: "Le document est modifié.")
  }
}
