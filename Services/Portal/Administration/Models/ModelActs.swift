import API
import Domain
import Foundation
import Service

/// A file deposited in place of a model, or everything that is wrong with it.
func depositModel(_ visit: Visit) async throws -> PageAnswer {
  let sheet = try await shownModel(visit)
  var faults = FormFaults()
  guard let file = visit.form.file("file"), !file.bytes.isEmpty else {
    faults.add("file", "Choisissez un document Word (.docx).")
    return modelPage(visit, sheet, faults)
  }
  do {
    let kept = try await visit.services.upload(
      sheet.models.deposit, ["model": sheet.code], query: ["name": file.name], bytes: file.bytes)
    return .see(
      sheet.address(kept), saying: "Le modèle est déposé. Vérifiez l’essai, puis choisissez son premier jour.")
  } catch let problem as Problem {
    let all = (problem.faults ?? []).filter { $0.field == "file" }.map(\.message)
    guard !all.isEmpty else {
      return modelPage(visit, sheet, try FormFaults(problem, fields: []))
    }
    faults.add("file", all.joined(separator: " "))
    return modelPage(visit, sheet, faults)
  }
}

func addModel(_ visit: Visit) async throws -> PageAnswer {
  let kind = ModelKind(rawValue: visit.form["kind"] ?? "") ?? .contract
  let draft = ModelDraft(
    kind: kind, label: visit.form["label"] ?? "", logo: ModelLogo(rawValue: visit.form["logo"] ?? "") ?? .none)
  do {
    let sheet = try await visit.services.call(kind.service.models.add, [:], draft)
    return .see(sheet.address, saying: "« \(sheet.label) » est ajouté. Déposez son document, puis choisissez-le.")
  } catch let problem as Problem {
    return try await modelsPage(visit, try FormFaults(problem, fields: ["kind", "label", "logo"]))
  }
}

func changeModel(_ visit: Visit) async throws -> PageAnswer {
  let sheet = try await shownModel(visit)
  let change = ModelChange(
    label: visit.form["label"] ?? "", logo: ModelLogo(rawValue: visit.form["logo"] ?? "") ?? .none,
    open: visit.form["open"] == "yes")
  do {
    _ = try await visit.services.call(
      sheet.models.change, ["model": sheet.code], change, version: try visit.version)
    return .see(sheet.address, saying: "Le modèle est enregistré.")
  } catch let problem as Problem {
    return modelPage(visit, sheet, try FormFaults(problem, fields: ["label", "logo", "open"]))
  }
}

/// A file with its try-out, and from when it prints.
func modelFilePage(
  _ visit: Visit, _ sheet: ModelSheet, _ file: ModelFile, _ typed: FormAnswers, version: Int, _ faults: FormFaults,
  notices: [Notice] = []
) -> PageAnswer {
  let download = Action("Télécharger le .docx", sheet.address(file, "document"), icon: .download)
  let trial = Notice(
    "Essayez-le d’abord", "Le document en PDF, avec des données inventées dans chaque champ.", .info,
    actions: [Action("Ouvrir l’essai (PDF)", sheet.address(file, "essai"), icon: .eye)])
  let isAlone = sheet.current == file.number && !sheet.periods.contains { $0.holds && $0.from > visit.today }
  let form = Form(
    id: "choix", address: sheet.address(file),
    groups: [
      FieldGroup(fields: [
        .date(
          "from", "Imprimer ce modèle à partir du", value: typed["from"] ?? French.short(visit.today),
          faults.common("from", help: "Les documents déjà imprimés ne changent pas"))
      ])
    ], values: [HiddenValue("version", String(version))], submit: "Choisir ce modèle",
    cancel: Link("Annuler", sheet.address))
  let choice: any Piece =
    isAlone ? Notice("C’est le modèle en vigueur.", "Aucun autre n’est prévu.", .done) : Panel("Choisir", [form])
  let head = PageHead(
    file.title, lead: "\(sheet.label) · \(file.size) · \(file.origin)",
    back: Link(sheet.label, sheet.address), actions: [download])
  return visit.page(
    head, .administration, title: "Modèles", notices + faults.general + [trial, choice]
  ).with(faults)
}

func chooseModel(_ visit: Visit) async throws -> PageAnswer {
  let (sheet, file) = try await shownFile(visit)
  let version = try visit.version
  var faults = FormFaults()
  let from = visit.form.date("from", today: visit.today, missing: "Indiquez le premier jour.", &faults)
  guard faults.isEmpty, let from else {
    return modelFilePage(visit, sheet, file, visit.form, version: version, faults)
  }
  do {
    _ = try await visit.services.call(
      sheet.models.choose, ["model": sheet.code], ModelChoice(number: file.number, from: from),
      version: version)
    let when = from == visit.today ? "dès aujourd’hui" : "à partir du \(French.long(from))"
    return .see(sheet.address, saying: "« \(file.title) » sert \(when).")
  } catch let problem as Problem where problem.status == 412 {
    let notice = Notice(
      "Ce modèle a changé entre-temps", "Vérifiez lequel est en vigueur, puis choisissez de nouveau.", .waiting)
    return modelFilePage(visit, sheet, file, visit.form, version: sheet.version, faults, notices: [notice])
      .with(status: 412)
  } catch let problem as Problem {
    faults = try FormFaults(problem, fields: ["from"])
    return modelFilePage(visit, sheet, file, visit.form, version: version, faults)
  }
}

func modelDocument(_ visit: Visit) async throws -> PageAnswer {
  let (sheet, file) = try await shownFile(visit)
  let found = try await visit.services.file(
    sheet.models.download, ["model": sheet.code, "number": file.number], NoInput())
  return PageAnswer(.file(found, isShown: false))
}

func modelTrial(_ visit: Visit) async throws -> PageAnswer {
  let (sheet, file) = try await shownFile(visit)
  let found = try await visit.services.file(
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
