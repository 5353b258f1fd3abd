import API
import Domain
import Foundation
import Service

/// One model: its files, one deposited in their place, and which file printed when.
struct ModelDepositForm: SettingForm {
  let visit: Visit
  let sheet: ModelSheet

  static let room = "Modèles"

  static func load(_ visit: Visit) async throws -> ModelDepositForm {
    ModelDepositForm(visit: visit, sheet: try await shownModel(visit))
  }

  struct Draft: Sendable {
    var file: FormAnswers.File?
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        text: "Partez du modèle téléchargé, gardez ses champs de fusion, et déposez-le au format .docx.",
        .file(
          "file", \.file, "Document Word", accept: ".docx", missing: "Choisissez un document Word (.docx)."
        ).help("20 Mo au plus, sans macros. Il ne sert pas avant que vous l’ayez choisi"))
    ]
  }

  var draft: Draft { Draft() }
  var version: Int? { nil }
  var sending: Sending { Sending("depot", "Déposer le modèle", isMultipart: true) }
  var head: PageHead { PageHead(sheet.model.label, lead: sheet.model.use, back: Link("Modèles", modelsAddress)) }

  func body(_ form: any Piece) -> [any Piece] {
    [modelFiles(sheet, today: visit.today), Panel("Remplacer ce modèle", id: "remplacer", [form]), modelHistory(sheet)]
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let file = draft.file else { throw Problem.malformed("Le formulaire est incomplet.") }
    do {
      let kept = try await visit.services.upload(
        ContractsAPI.depositModel, ["model": sheet.model.rawValue], query: ["name": file.name], bytes: file.bytes)
      return .see(
        sheet.address(kept), saying: "Le modèle est déposé. Vérifiez l’essai, puis choisissez son premier jour.")
    } catch var problem as Problem {
      // Everything that is wrong with the file, at once.
      let all = (problem.faults ?? []).filter { $0.field == "file" }.map(\.message)
      if !all.isEmpty { problem.faults = [Fault("file", "fichier", all.joined(separator: " "))] }
      throw problem
    }
  }
}

/// A file with its try-out, and from when it prints.
struct ModelChoiceForm: SettingForm {
  let visit: Visit
  let sheet: ModelSheet
  let file: ModelFile

  static let room = "Modèles"

  static func load(_ visit: Visit) async throws -> ModelChoiceForm {
    let (sheet, file) = try await shownFile(visit)
    return ModelChoiceForm(visit: visit, sheet: sheet, file: file)
  }

  struct Draft: Sendable {
    var from: CalendarDate
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .date("from", \.from, "Imprimer ce modèle à partir du", missing: "Indiquez le premier jour.").help(
          "Les documents déjà imprimés ne changent pas"))
    ]
  }

  var draft: Draft { Draft(from: visit.today) }
  var version: Int? { sheet.version }

  var changed: Notice? {
    Notice("Ce modèle a changé entre-temps", "Vérifiez lequel est en vigueur, puis choisissez de nouveau.", .waiting)
  }

  var sending: Sending { Sending("choix", "Choisir ce modèle", cancel: sheet.model.address) }

  var head: PageHead {
    let download = Action("Télécharger le .docx", sheet.address(file, "document"), icon: .download)
    return PageHead(
      file.title, lead: "\(sheet.model.label) · \(file.size) · \(file.origin)",
      back: Link(sheet.model.label, sheet.model.address), actions: [download])
  }

  func body(_ form: any Piece) -> [any Piece] {
    let trial = Notice(
      "Essayez-le d’abord", "Le document en PDF, avec des données inventées dans chaque champ.", .info,
      actions: [Action("Ouvrir l’essai (PDF)", sheet.address(file, "essai"), icon: .eye)])
    let isAlone = sheet.current == file.number && !sheet.periods.contains { $0.holds && $0.from > visit.today }
    let choice: any Piece =
      isAlone ? Notice("C’est le modèle en vigueur.", "Aucun autre n’est prévu.", .done) : Panel("Choisir", [form])
    return [trial, choice]
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(
      ContractsAPI.chooseModel, ["model": sheet.model.rawValue],
      ModelChoice(number: file.number, from: draft.from), version: version)
    let when = draft.from == visit.today ? "dès aujourd’hui" : "à partir du \(French.long(draft.from))"
    return .see(sheet.model.address, saying: "« \(file.title) » sert \(when).")
  }
}

func modelDocument(_ visit: Visit) async throws -> PageAnswer {
  let (sheet, file) = try await shownFile(visit)
  let found = try await visit.services.file(
    ContractsAPI.downloadModel, ["model": sheet.model.rawValue, "number": file.number], NoInput())
  return PageAnswer(.file(found, isShown: false))
}

func modelTrial(_ visit: Visit) async throws -> PageAnswer {
  let (sheet, file) = try await shownFile(visit)
  let found = try await visit.services.file(
    ContractsAPI.tryModel, ["model": sheet.model.rawValue, "number": file.number], NoInput())
  return PageAnswer(.file(found, isShown: true))
}

/// Every merge field, with what it becomes.
func fieldsPage(_ visit: Visit) async throws -> PageAnswer {
  let fields = try await visit.services.call(ContractsAPI.listModelFields)
  let table = Table(
    id: "champs", caption: "Champs de fusion",
    columns: [Column("Champ"), Column("Ce qu’il devient"), Column("Exemple", isSecondary: true)],
    rows: fields.map { field in
      Row(id: field.name, name: field.name, [Cell(field.name), Cell(field.meaning), Cell(field.example)])
    }, count: French.count(fields.count, "champ"),
    empty: EmptyState("Aucun champ", "Les champs viennent avec Jalons.", icon: .list))
  let download = Action("Télécharger la liste", "\(modelsAddress)/champs/liste", icon: .download)
  let head = PageHead(
    "Champs de fusion",
    lead: "Dans Word : Insertion, QuickPart, Champ, MergeField, puis le nom exact. Ceux d’« Objectif » répètent leur "
      + "ligne de tableau pour chaque objectif.",
    back: Link("Modèles", modelsAddress), actions: [download])
  return visit.page(head, .administration, title: "Modèles", [table])
}

func fieldsFile(_ visit: Visit) async throws -> PageAnswer {
  let fields = try await visit.services.call(ContractsAPI.listModelFields)
  func cell(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\"").replacing("\n", with: " "))\"" }
  let lines = [["Champ", "Ce qu’il devient", "Exemple"]] + fields.map { [$0.name, $0.meaning, $0.example] }
  // The mark tells spreadsheets that the text is UTF-8.
  let text = "\u{FEFF}" + lines.map { $0.map(cell).joined(separator: ";") }.joined(separator: "\r\n") + "\r\n"
  return PageAnswer(
    .file(
      FileOutput(name: "champs-de-fusion.csv", contentType: "text/csv; charset=utf-8", bytes: Data(text.utf8)),
      isShown: false))
}
