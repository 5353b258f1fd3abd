import API
import Domain
import Service

let documentTypesRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Nomenclature des documents", documentTypesAddress),
      text: "Où chaque type de document se range, comment il se nomme, lesquels sont requis")
  ]
) { pages in
  pages.get("administration/nomenclature", rights: [.administer]) { visit in
    let head = PageHead(
      "Nomenclature des documents",
      lead: "\(DocumentWords.rule) Les types et les dossiers eux-mêmes s’ajoutent et se renomment dans Listes.",
      back: Link("Administration", "/administration"), actions: [Action("Listes", listsAddress, icon: .list)])
    return visit.page(
      head, .administration, title: DocumentTypeForm.room, [try await DocumentWords.table(visit, editing: true)])
  }
  pages.form("administration/nomenclature/{code}", rights: [.administer], DocumentTypeForm.self)
}

let documentTypesAddress = "/administration/nomenclature"

/// A line of the county's table of documents.
struct DocumentTypeForm: SettingForm {
  let visit: Visit
  let type: DocumentType
  let lists: [CountyList]

  static let room = "Nomenclature des documents"

  static func load(_ visit: Visit) async throws -> DocumentTypeForm {
    async let listing = visit.services.call(ServiceName.dossiers.lists.all)
    async let asking = visit.services.call(DossiersAPI.listDocumentTypes)
    let (lists, types) = try await (listing, asking)
    guard let type = types.first(where: { $0.code == visit.parameters["code"] }) else {
      throw Problem.notFound("Ce type de document")
    }
    return DocumentTypeForm(visit: visit, type: type, lists: lists)
  }

  var groups: [QuestionGroup<DocumentTypeChange>] {
    [
      QuestionGroup(
        .list("folder", \.folder, "Dossier de classement", none: "Au choix de qui dépose", of: lists[.documentFolder]),
        .line("name", \.name, "Nom proposé").help(
          "Lettres sans accent, chiffres, _ et -. DATE devient le jour du dépôt. Vide : le nom du fichier"
        ),
        .box("isRequired", \.isRequired, "Requis").help(
          "Son absence se voit sur le résumé, une fois le dossier de classement initié"))
    ]
  }

  var draft: DocumentTypeChange {
    DocumentTypeChange(folder: type.folder, name: type.name.isEmpty ? nil : type.name, isRequired: type.isRequired)
  }
  var version: Int? { type.version }
  var sending: Sending { Sending("nomenclature", "Enregistrer", cancel: documentTypesAddress) }
  var head: PageHead { PageHead(type.label, back: Link("Nomenclature des documents", documentTypesAddress)) }

  func save(_ draft: DocumentTypeChange, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(
      DossiersAPI.changeDocumentType, ["code": type.code], draft, version: version)
    return .see(documentTypesAddress, saying: "« \(type.label) » est enregistré dans la nomenclature.")
  }
}
