import API
import Domain
import Foundation
import Service

let modelsRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Modèles", modelsAddress),
      text: "Documents Word des contrats : champs, essai, version en vigueur")
  ]
) { pages in
  let file = "administration/modeles/{model}/fichiers/{number}"
  pages.get("administration/modeles", rights: [.administer]) { visit in try await modelsPage(visit) }
  pages.get("administration/modeles/champs", rights: [.administer]) { visit in try await fieldsPage(visit) }
  pages.get("administration/modeles/champs/liste", rights: [.administer]) { visit in try await fieldsFile(visit) }
  pages.form(
    "administration/modeles/{model}", rights: [.administer], limit: ContractsAPI.modelBytes + 64 * 1024,
    ModelDepositForm.self)
  pages.form(file, rights: [.administer], ModelChoiceForm.self)
  pages.get("\(file)/document", rights: [.administer]) { visit in try await modelDocument(visit) }
  pages.get("\(file)/essai", rights: [.administer]) { visit in try await modelTrial(visit) }
}

let modelsAddress = "/administration/modeles"

extension ContractModel {
  var address: String { "\(modelsAddress)/\(rawValue)" }

  /// What is printed with it, and when.
  var use: String {
    switch self {
    case .undecided: "Imprimé avant la décision, avec ce que la personne et son référent ont écrit."
    case .blank: "Imprimé vide, à remplir à la main pendant l’entretien."
    case .accepted: "Imprimé quand le contrat est validé, avec la décision."
    case .refused: "Imprimé quand le contrat n’est pas validé, avec la décision."
    }
  }
}

extension ModelSheet {
  func file(_ number: Int) -> ModelFile? { files.first { $0.number == number } }

  func address(_ file: ModelFile, _ part: String = "") -> String {
    "\(model.address)/fichiers/\(file.number)" + (part.isEmpty ? "" : "/\(part)")
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
  let sheets = try await visit.services.call(ContractsAPI.listModels)
  let rows = sheets.map { sheet in
    Row(
      id: sheet.model.rawValue, address: sheet.model.address, name: sheet.model.label,
      [
        Cell(sheet.model.label, detail: sheet.model.use),
        Cell(sheet.file(sheet.current)?.title, detail: sheet.file(sheet.current)?.origin),
      ])
  }
  let table = Table(
    id: "modeles", caption: "Modèles Word", columns: [Column("Modèle"), Column("En vigueur")], rows: rows,
    empty: EmptyState("Aucun modèle", "Les modèles viennent avec Jalons.", icon: .file))
  let fields = Action("Champs de fusion", "\(modelsAddress)/champs", icon: .list)
  let head = PageHead(
    "Modèles", lead: "Ouvrez un modèle pour le télécharger, l’essayer ou le remplacer par le vôtre.",
    back: Link("Administration", "/administration"), actions: [fields])
  return visit.page(head, .administration, [table])
}

func shownModel(_ visit: Visit) async throws -> ModelSheet {
  let name = visit.parameters["model"]
  // Four: the list is as quick as one of them would be.
  let sheets = try await visit.services.call(ContractsAPI.listModels)
  guard let sheet = sheets.first(where: { $0.model.rawValue == name }) else { throw Problem.notFound("Ce modèle") }
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
  return .history(entries, untouched: "Le modèle d’origine n’a jamais été quitté.")
}
