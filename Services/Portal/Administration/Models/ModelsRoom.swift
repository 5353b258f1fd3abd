import API
import Domain
import Foundation
import Service

let modelsRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Modèles", modelsAddress),
      text: "Documents Word : champs, essai, version en vigueur")
  ]
) { pages in
  let model = "administration/modeles/{kind}/{model}"
  let file = "\(model)/fichiers/{number}"
  pages.get("administration/modeles", rights: [.administer]) { visit in try await modelsPage(visit) }
  pages.get("administration/modeles/champs", rights: [.administer]) { visit in try await fieldsPage(visit) }
  pages.get("administration/modeles/champs/liste", rights: [.administer]) { visit in try await fieldsFile(visit) }
  pages.form("administration/modeles/nouveau", rights: [.administer], ModelForm.self)
  pages.form("\(model)/nom", rights: [.administer], ModelForm.self)
  pages.form("\(model)/rangement", rights: [.administer], ModelFilingForm.self)
  pages.form(model, rights: [.administer], limit: ModelEndpoints.fileBytes + 64 * 1024, ModelDepositForm.self)
  pages.form(file, rights: [.administer], ModelChoiceForm.self)
  pages.get("\(file)/document", rights: [.administer]) { visit in try await modelDocument(visit) }
  pages.get("\(file)/essai", rights: [.administer]) { visit in try await modelTrial(visit) }
}

let modelsAddress = "/administration/modeles"

extension ModelSheet {
  var address: String { "\(modelsAddress)/\(kind.rawValue)/\(code)" }
  var models: ModelEndpoints { kind.service.models }

  /// What is printed with it, and when.
  var use: String {
    switch code {
    case "cer-sans-decision": "Imprimé avant la décision, avec ce que la personne et son référent ont écrit."
    case "cer-vierge": "Imprimé vide, à remplir à la main pendant l’entretien."
    case "cer-decision-valide": "Imprimé quand le contrat est validé, avec la décision."
    case "cer-decision-non-valide": "Imprimé quand le contrat n’est pas validé, avec la décision."
    default: "\(kind.label) · \(logo.label)"
    }
  }

  func file(_ number: Int) -> ModelFile? { files.first { $0.number == number } }

  func address(_ file: ModelFile, _ part: String = "") -> String {
    "\(address)/fichiers/\(file.number)" + (part.isEmpty ? "" : "/\(part)")
  }

  /// Whether it prints today, will, or did.
  fileprivate func badge(_ file: ModelFile, today: CalendarDate) -> Badge? {
    if file.number == current { return Badge("En vigueur", .done, icon: .check) }
    if periods.contains(where: { $0.holds && $0.value == file.number && $0.from > today }) {
      return Badge("À venir", .waiting, icon: .clock)
    }
    return nil
  }
}

extension ModelFile {
  var title: String { number == 0 ? "Modèle d’origine" : fileName }
  var size: String { bytes < 1_048_576 ? "\(max(1, bytes / 1024)) Ko" : "\(bytes / 1_048_576) Mo" }
  var origin: String {
    guard let depositedAt, let accountName else { return "livré avec Jalons" }
    return "déposé le \(French.moment(depositedAt)) par \(accountName)"
  }
}

private func modelsPage(_ visit: Visit) async throws -> PageAnswer {
  let sheets = try await visit.gathered(from: ServiceName.withModels) { $0.models.all }
  let rows = sheets.map { sheet in
    let file = sheet.current.flatMap(sheet.file)
    return Row(
      id: sheet.code, address: sheet.address, name: sheet.label,
      [
        Cell(sheet.label, detail: sheet.use),
        sheet.open
          ? Cell(file?.title ?? "Aucun fichier choisi", detail: file?.origin)
          : Cell(Badge("Fermé", .neutral, icon: .lock)),
      ])
  }
  let table = Table(
    id: "modeles", caption: "Modèles Word", columns: [Column("Modèle"), Column("En vigueur")], rows: rows,
    empty: EmptyState("Aucun modèle", "Les modèles viennent avec Jalons.", icon: .file))
  let fields = Action("Champs de fusion", "\(modelsAddress)/champs", icon: .list)
  let add = Action("Ajouter un modèle", "\(modelsAddress)/nouveau", icon: .plus, weight: .primary)
  let head = PageHead(
    "Modèles", lead: "Ouvrez un modèle pour le télécharger, l’essayer ou le remplacer par le vôtre.",
    back: Link("Administration", "/administration"), actions: [fields, add])
  return visit.page(head, .administration, [table])
}

func shownModel(_ visit: Visit) async throws -> ModelSheet {
  guard let kind = ModelKind(rawValue: visit.parameters["kind"] ?? ""), ServiceName.withModels.contains(kind.service)
  else { throw Problem.notFound("Ce modèle") }
  // They are few: the list is as quick as one of them would be.
  let sheets = try await visit.services.call(kind.service.models.all)
  guard let sheet = sheets.first(where: { $0.code == visit.parameters["model"] && $0.kind == kind }) else {
    throw Problem.notFound("Ce modèle")
  }
  return sheet
}

func shownFile(_ visit: Visit) async throws -> (ModelSheet, ModelFile) {
  let sheet = try await shownModel(visit)
  guard let file = visit.parameters["number"].flatMap({ Int($0) }).flatMap(sheet.file) else {
    throw Problem.notFound("Ce fichier")
  }
  return (sheet, file)
}

func modelFiles(_ sheet: ModelSheet, today: CalendarDate) -> Table {
  Table(
    id: "fichiers", caption: "Fichiers de ce modèle",
    columns: [Column("Fichier"), Column("État"), Column("Actions", isTitleHidden: true)],
    rows: sheet.files.map { file in
      Row(
        id: String(file.number), address: sheet.address(file), name: file.title,
        [
          Cell(file.title, detail: "\(file.size) · \(file.origin)"),
          sheet.badge(file, today: today).map { Cell($0) } ?? Cell("—"),
          Cell(actions: [
            Action("Essayer", sheet.address(file), icon: .eye, weight: .plain),
            Action("Télécharger", sheet.address(file, "document"), icon: .download, weight: .plain),
          ]),
        ])
    }, empty: EmptyState("Aucun fichier", "Déposez-en un ci-dessous.", icon: .file))
}

func modelHistory(_ sheet: ModelSheet) -> Panel {
  let entries = sheet.periods.map { period in
    HistoryEntry(
      French.moment(period.decidedAt), who: period.accountName,
      sheet.file(period.value)?.title ?? "Fichier \(period.value)",
      reason: nil, changes: [Change("Imprimé", from: nil, to: period.words)])
  }
  return .history(
    entries,
    untouched: sheet.files.contains { $0.number == 0 }
      ? "Le modèle d’origine n’a jamais été quitté." : "Aucun fichier n’a encore servi.")
}
