import API
import Domain
import Foundation
import Service

extension LetterFormat: FormValue {}

/// A letter or form of the county filled with what the dossier says, kept in Word or PDF and filed by the same click.
struct FusionForm: DossierForm {
  let open: OpenDossier
  let models: [LetterModel]
  let lists: [CountyList]
  let types: [DocumentType]

  static let section = DocumentForm.section

  static func load(_ visit: Visit) async throws -> FusionForm {
    async let opening = OpenDossier.load(visit)
    async let offering = visit.services.call(DossiersAPI.listLetterModels)
    async let choosing = visit.services.call(ServiceName.dossiers.lists.all)
    async let naming = visit.services.call(DossiersAPI.listDocumentTypes)
    return try await FusionForm(open: opening, models: offering, lists: choosing, types: naming)
  }

  struct Draft: Sendable {
    var model = ""
    var format = LetterFormat.docx
    var isFiled = true
    var type: String?
    var folder: String?
    var name: String?
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .list(
          "model", \.model, "Modèle", none: "Choisissez un modèle", missing: "Choisissez le modèle à éditer.",
          models.map { Choice($0.code, $0.label) }),
        .radios(
          "format", \.format, "Format",
          [Choice("docx", "Word", help: "À compléter avant l’envoi"), Choice("pdf", "PDF", help: "Prêt à imprimer")])),
      QuestionGroup(
        "Classement",
        .box("isFiled", \.isFiled, "Classer le document dans le dossier").help(
          "Il se retrouve dans Documents, sous le nom de la nomenclature"),
        .list("type", \.type, "Type de document", none: "Celui du modèle", of: lists[.documentType]).when(
          "isFiled", is: "oui"),
        .list("folder", \.folder, "Dossier de classement", none: "Celui de la nomenclature", of: lists[.documentFolder])
          .when("isFiled", is: "oui"),
        .line("name", \.name, "Nom du document", most: DocumentName.longest).help(
          "Lettres sans accent, chiffres, _ et -. Vide : le nom de la nomenclature"
        ).when("isFiled", is: "oui")),
    ]
  }

  var draft: Draft { Draft(model: visit.query["modele"] ?? "") }
  var version: Int? { nil }
  var sending: Sending { Sending("fusion", "Créer un document", cancel: open.address()) }
  var head: PageHead {
    PageHead(
      "Fusion", lead: "Le document est créé avec ce que le dossier sait aujourd’hui, et téléchargé.",
      back: Link("Résumé", open.address()))
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let filing = draft.isFiled ? try self.filing(draft) : nil
    let order = LetterOrder(model: draft.model, format: draft.format, filing: filing)
    let file = try await visit.services.open(DossiersAPI.produceLetter, open.path, order)
    var answer = PageAnswer(.file(file, isShown: false))
    if filing != nil {
      answer.saying = Saying(text: "« \(file.name) » est classé dans les documents du dossier.", tone: .done, undo: nil)
    }
    return answer
  }

  /// Where it goes: as chosen, else as the model and the county's table say.
  private func filing(_ draft: Draft) throws -> LetterFiling {
    guard let type = draft.type ?? models.first(where: { $0.code == draft.model })?.type else {
      throw Problem.invalid([Fault("type", "obligatoire", "Ce modèle n’a pas de type. Choisissez-en un.")])
    }
    guard let folder = draft.folder ?? types.first(where: { $0.code == type })?.folder else {
      throw Problem.invalid([
        Fault("folder", "obligatoire", "La nomenclature ne range pas ce type. Choisissez un dossier de classement.")
      ])
    }
    return LetterFiling(folder: folder, type: type, name: draft.name)
  }

  /// The service speaks of what is filed as a part of its input.
  func place(of problem: Problem) -> String? { problem.status == 404 ? "model" : nil }
}
