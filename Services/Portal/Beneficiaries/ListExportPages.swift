import API
import Domain
import Foundation
import Service

let listExportPath = "/beneficiaires/export"

/// The list as a file: what the page shows, all of it (rule C24).
func addListExportPages(to pages: Pages) {
  let rights: [Right] = [.reports]
  pages.post("beneficiaires/export", rights: rights) { visit in try await askListExport(visit) }
  pages.get("beneficiaires/exports/{listExport}", rights: rights) { visit in try await listExportPage(visit) }
  pages.get("beneficiaires/exports/{listExport}/avancement", rights: rights) { visit in
    let export = try await asked(visit)
    return export.state == .writing ? visit.fragment([progress(export)]) : .see(export.address)
  }
  pages.get("beneficiaires/exports/{listExport}/fichier", rights: rights) { visit in
    let id = try visit.id("listExport", of: ListExport.self)
    let file = try await visit.services.open(DossiersAPI.downloadListExport, ["listExport": id], NoInput())
    return PageAnswer(.file(file, isShown: false))
  }
}

extension ListExport {
  fileprivate var address: String { "/beneficiaires/exports/\(id)" }
}

private func asked(_ visit: Visit) async throws -> ListExport {
  try await visit.services.call(
    DossiersAPI.showListExport, ["listExport": visit.id("listExport", of: ListExport.self)])
}

/// In which format, then the job. The list's criteria stand in the address.
private func askListExport(_ visit: Visit) async throws -> PageAnswer {
  let filter = BeneficiaryFilter(visit.query, today: visit.today)
  let view = try await visit.services.call(DossiersAPI.showListView)
  let columns = view.columns.filter(visit.listColumns.contains)
  if let format = visit.form["format"].flatMap(ListExportOrder.Format.init(rawValue:)) {
    let order = ListExportOrder(search: filter.search(limit: nil), columns: columns, format: format)
    let export = try await visit.services.call(DossiersAPI.exportDossiers, [:], order, key: visit.key)
    return .see(export.address)
  }
  let words = filter.words(try await CriterionNames.of(filter, visit))
  let facts =
    (words.isEmpty ? [Fact("Critères", "Aucun : toute la liste")] : words.map { Fact($0.label, $0.value) })
    + [Fact("Colonnes", (["Nom"] + columns.map(\.label)).joined(separator: ", "))]
  let back = filter.address(after: nil, always: true)
  let form = Form(
    id: "export", address: filter.address(listExportPath),
    groups: [
      FieldGroup(fields: [
        .radios(
          "format", "Format",
          [
            Choice("xlsx", "Tableur (.xlsx)", isChosen: true),
            Choice("csv", "CSV", help: "Pour un autre logiciel"),
          ])
      ])
    ], values: [Visit.freshKey], submit: "Exporter la liste", cancel: Link("Annuler", back))
  let head = PageHead(
    "Exporter la liste", lead: "L’export est inscrit au journal d’audit, avec ses critères.",
    back: Link("Bénéficiaires", back))
  return visit.page(head, .beneficiaries, [Panel("Ce que contient le fichier", [Facts(facts)]), form])
}

private func progress(_ export: ListExport) -> ProgressBar {
  ProgressBar(
    "Le fichier s’écrit", detail: "Vous pouvez quitter cette page et y revenir.",
    poll: "\(export.address)/avancement")
}

private func listExportPage(_ visit: Visit) async throws -> PageAnswer {
  let export = try await asked(visit)
  let body: any Piece
  switch export.state {
  case .writing: body = Panel("Bénéficiaires", [progress(export)])
  case .ready:
    body = Notice(
      export.name ?? "Bénéficiaires", export.rows.map { "\(French.count($0, "ligne")), gardé sept jours." }, .done,
      actions: [Action("Télécharger", "\(export.address)/fichier", icon: .download, weight: .primary)])
  case .refused: body = Notice("Le fichier n’a pas été écrit", export.reason ?? "Recommencez depuis la liste.", .late)
  }
  let head = PageHead(
    "Export", lead: "Demandé le \(French.moment(export.askedAt))",
    back: Link("Bénéficiaires", "/beneficiaires?tri=recent"))
  return visit.page(head, .beneficiaries, [body])
}
