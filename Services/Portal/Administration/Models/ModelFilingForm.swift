import API
import Domain
import Service

/// Under which type of document what a letter's model prints is filed.
struct ModelFilingForm: SettingForm {
  let visit: Visit
  let sheet: ModelSheet
  let filing: ModelFiling
  let types: [DocumentType]

  static let room = "Modèles"

  static func load(_ visit: Visit) async throws -> ModelFilingForm {
    let sheet = try await shownModel(visit)
    guard sheet.kind == .letter else { throw Problem.notFound("Ce modèle") }
    async let showing = visit.services.call(DossiersAPI.showModelFiling, ["model": sheet.code])
    async let listing = visit.services.call(DossiersAPI.listDocumentTypes)
    return try await ModelFilingForm(visit: visit, sheet: sheet, filing: showing, types: listing)
  }

  var groups: [QuestionGroup<ModelFilingChange>] {
    let choices = types.filter { $0.open || $0.code == filing.type }.map { Choice($0.code, $0.label) }
    return [
      QuestionGroup(
        .list("type", \.type, "Type de document", none: "Au choix de qui l’imprime", choices).help(
          "Le dossier de classement et le nom proposé suivent la nomenclature"))
    ]
  }

  var draft: ModelFilingChange { ModelFilingChange(type: filing.type) }
  var version: Int? { filing.version }
  var sending: Sending { Sending("rangement", "Enregistrer", cancel: sheet.address) }

  var head: PageHead {
    PageHead(
      "Ranger « \(sheet.label) »", lead: "Imprimé depuis un dossier, le document s’y range sous ce type.",
      back: Link(sheet.label, sheet.address))
  }

  func save(_ draft: ModelFilingChange, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(
      DossiersAPI.changeModelFiling, ["model": sheet.code], draft, version: version)
    return .see(sheet.address, saying: "Le rangement du modèle est enregistré.")
  }
}
