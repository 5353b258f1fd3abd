import API
import Domain
import Foundation
import Service

extension ModelKind: FormValue {}
extension ModelLogo: FormValue {}

/// What a model is called and whether it is offered; a new one has its kind too.
struct ModelForm: SettingForm {
  let visit: Visit
  /// Nil for a new one.
  let sheet: ModelSheet?

  static let room = "Modèles"

  static func load(_ visit: Visit) async throws -> ModelForm {
    ModelForm(visit: visit, sheet: visit.parameters["model"] == nil ? nil : try await shownModel(visit))
  }

  struct Draft: Sendable {
    var kind = ModelKind.contract
    var label = ""
    var logo = ModelLogo.county
    var open = true
  }

  var groups: [QuestionGroup<Draft>] {
    let kinds = ModelKind.allCases.filter { ServiceName.withModels.contains($0.service) }
    let name = Question<Draft>.line("label", \.label, "Nom du modèle", most: 120, missing: "Donnez un nom au modèle.")
      .help("Tel que le voient ceux qui l’impriment")
    let logo = Question<Draft>.list("logo", \.logo, "Logo", ModelLogo.allCases.map { Choice($0.rawValue, $0.label) })
      .help("C’est par lui qu’on choisit entre deux modèles de même objet")
    if sheet != nil {
      return [
        QuestionGroup(
          name, logo, .box("open", \.open, "Proposé").help("Fermé, il reste ici pour mémoire"))
      ]
    }
    return [
      QuestionGroup(.list("kind", \.kind, "Nature", kinds.map { Choice($0.rawValue, $0.label) }), name, logo)
    ]
  }

  var draft: Draft {
    sheet.map { Draft(kind: $0.kind, label: $0.label, logo: $0.logo, open: $0.open) } ?? Draft()
  }
  var version: Int? { sheet?.version }

  var sending: Sending {
    Sending("modele", sheet == nil ? "Ajouter le modèle" : "Enregistrer", cancel: sheet?.address ?? modelsAddress)
  }

  var head: PageHead {
    PageHead(
      sheet.map { "Modifier « \($0.label) »" } ?? "Ajouter un modèle",
      back: sheet.map { Link($0.label, $0.address) } ?? Link("Modèles", modelsAddress))
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let sheet else {
      let added = try await visit.services.call(
        draft.kind.service.models.add, [:], ModelDraft(kind: draft.kind, label: draft.label, logo: draft.logo))
      return .see(added.address, saying: "« \(added.label) » est ajouté. Déposez son document, puis choisissez-le.")
    }
    _ = try await visit.services.call(
      sheet.models.change, ["model": sheet.code],
      ModelChange(label: draft.label, logo: draft.logo, open: draft.open), version: version)
    return .see(sheet.address, saying: "Le modèle est enregistré.")
  }
}

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
        text: sheet.files.isEmpty
          ? "Écrivez le document dans Word, avec des champs de fusion de la liste, et déposez-le au format .docx."
          : "Partez du modèle téléchargé, gardez ses champs de fusion, et déposez-le au format .docx.",
        .file(
          "file", \.file, "Document Word", accept: ".docx", missing: "Choisissez un document Word (.docx)."
        ).help("20 Mo au plus, sans macros. Il ne sert pas avant que vous l’ayez choisi"))
    ]
  }

  var draft: Draft { Draft() }
  var version: Int? { nil }
  var sending: Sending { Sending("depot", "Déposer le modèle", isMultipart: true) }

  var head: PageHead {
    let edit = Action("Modifier le nom", "\(sheet.address)/nom", icon: .edit)
    let file = Action("Rangement", "\(sheet.address)/rangement", icon: .file)
    return PageHead(
      sheet.label, lead: sheet.use, back: Link("Modèles", modelsAddress),
      actions: sheet.kind == .letter ? [edit, file] : [edit])
  }

  func body(_ form: any Piece) -> [any Piece] {
    [modelFiles(sheet, today: visit.today), Panel("Déposer un fichier", id: "remplacer", [form]), modelHistory(sheet)]
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let file = draft.file else { throw Problem.malformed("Le formulaire est incomplet.") }
    do {
      let kept = try await visit.services.upload(
        sheet.models.deposit, ["model": sheet.code], query: ["name": file.name], file: file.content)
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

  var sending: Sending { Sending("choix", "Choisir ce modèle", cancel: sheet.address) }

  var head: PageHead {
    let download = Action("Télécharger le .docx", sheet.address(file, "document"), icon: .download)
    return PageHead(
      file.title, lead: "\(sheet.label) · \(file.size) · \(file.origin)",
      back: Link(sheet.label, sheet.address), actions: [download])
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
      sheet.models.choose, ["model": sheet.code],
      ModelChoice(number: file.number, from: draft.from), version: version)
    let when = draft.from == visit.today ? "dès aujourd’hui" : "à partir du \(French.long(draft.from))"
    return .see(sheet.address, saying: "« \(file.title) » sert \(when).")
  }
}

func modelDocument(_ visit: Visit) async throws -> PageAnswer {
  let (sheet, file) = try await shownFile(visit)
  let found = try await visit.services.open(
    sheet.models.download, ["model": sheet.code, "number": file.number], NoInput())
  return PageAnswer(.file(found, isShown: false))
}

func modelTrial(_ visit: Visit) async throws -> PageAnswer {
  let (sheet, file) = try await shownFile(visit)
  let found = try await visit.services.open(
    sheet.models.tryOut, ["model": sheet.code, "number": file.number], NoInput())
  return PageAnswer(.file(found, isShown: true))
}

/// Every merge field, with what it becomes.
func fieldsPage(_ visit: Visit) async throws -> PageAnswer {
  let kinds = try await visit.gathered(from: ServiceName.withModels) { $0.models.fields }
  let tables = kinds.map { kind in
    Table(
      id: "champs-\(kind.kind.rawValue)", caption: kind.kind.label,
      columns: [Column("Champ"), Column("Ce qu’il devient"), Column("Exemple", isSecondary: true)],
      rows: kind.fields.map { field in
        Row(id: field.name, name: field.name, [Cell(field.name), Cell(field.meaning), Cell(field.example)])
      }, count: French.count(kind.fields.count, "champ"),
      empty: EmptyState("Aucun champ", "Les champs viennent avec Jalons.", icon: .list))
  }
  let download = Action("Télécharger la liste", "\(modelsAddress)/champs/liste", icon: .download)
  let head = PageHead(
    "Champs de fusion",
    lead: "Dans Word : Insertion, QuickPart, Champ, MergeField, puis le nom exact. Ceux d’« Objectif » répètent leur "
      + "ligne de tableau pour chaque objectif.",
    back: Link("Modèles", modelsAddress), actions: [download])
  return visit.page(head, .administration, title: "Modèles", tables)
}

func fieldsFile(_ visit: Visit) async throws -> PageAnswer {
  let kinds = try await visit.gathered(from: ServiceName.withModels) { $0.models.fields }
  func cell(_ text: String) -> String { "\"\(text.replacing("\"", with: "\"\"").replacing("\n", with: " "))\"" }
  let lines =
    [["Modèles", "Champ", "Ce qu’il devient", "Exemple"]]
    + kinds.flatMap { kind in kind.fields.map { [kind.kind.label, $0.name, $0.meaning, $0.example] } }
  // The mark tells spreadsheets that the text is UTF-8.
  let text = "\u{FEFF}" + lines.map { $0.map(cell).joined(separator: ";") }.joined(separator: "\r\n") + "\r\n"
  return PageAnswer(
    .file(
      FileOutput(name: "champs-de-fusion.csv", contentType: "text/csv; charset=utf-8", bytes: Data(text.utf8)),
      isShown: false))
}
