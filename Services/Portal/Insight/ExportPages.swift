import API
import Domain
import Foundation
import Service

func addExportPages(to pages: Pages) {
  let rights: [Right] = [.reports]
  pages.post("infocentre/rapports/{report}/export", rights: rights) { visit in try await askExport(visit) }
  pages.get("infocentre/exports", rights: rights) { visit in try await exportsPage(visit) }
  pages.get("infocentre/exports/{export}", rights: rights) { visit in try await exportPage(visit) }
  pages.get("infocentre/exports/{export}/avancement", rights: rights) { visit in
    let export = try await asked(visit)
    return export.state == .writing ? visit.fragment([progress(export)]) : .see(export.address)
  }
  pages.get("infocentre/exports/{export}/fichier", rights: rights) { visit in
    let id = try visit.id("export", of: ReportExport.self)
    let file = try await visit.services.open(InsightAPI.downloadExport, ["export": id], NoInput())
    return PageAnswer(.file(file, isShown: false))
  }
}

extension ReportExport {
  fileprivate var address: String { "/infocentre/exports/\(id)" }

  fileprivate var badge: Badge {
    switch state {
    case .writing: Badge("En préparation", .waiting, icon: .clock)
    case .ready: Badge("Prêt", .done, icon: .check)
    case .refused: Badge("Refusé", .late, icon: .alert)
    }
  }
}

private func asked(_ visit: Visit) async throws -> ReportExport {
  try await visit.services.call(
    InsightAPI.showExport, ["export": visit.id("export", of: ReportExport.self)])
}

/// Has the rows written as a file, as the page is narrowed.
private func askExport(_ visit: Visit) async throws -> PageAnswer {
  let address = ReportAddress(try await reportEntry(visit), visit.form, today: visit.today)
  guard address.faults.isEmpty else { return try await refusedReport(address, visit) }
  var query = address.query
  (query.after, query.limit) = (nil, nil)
  query.format = visit.form["format"].flatMap(ReportQuery.Format.init(rawValue:)) ?? .xlsx
  do {
    let export = try await visit.services.call(
      InsightAPI.exportReport, ["report": address.entry.code], query, key: visit.key)
    return .see(export.address)
  } catch let problem as Problem where [409, 422].contains(problem.status) {
    return try await refusedReport(address.refused(problem), visit)
  }
}

private func progress(_ export: ReportExport) -> ProgressBar {
  ProgressBar(
    "Le fichier s’écrit", detail: "Vous pouvez quitter cette page : vous le retrouverez dans « Mes exports ».",
    poll: "\(export.address)/avancement")
}

private func exportPage(_ visit: Visit) async throws -> PageAnswer {
  let export = try await asked(visit)
  let body: [any Piece]
  switch export.state {
  case .writing: body = [Panel(export.label, [progress(export)])]
  case .ready:
    body = [
      Notice(
        export.name ?? export.label, export.rows.map { "\(French.count($0, "ligne")), gardé sept jours." }, .done,
        actions: [Action("Télécharger", "\(export.address)/fichier", icon: .download, weight: .primary)])
    ]
  case .refused:
    body = [Notice("Le fichier n’a pas été écrit", export.reason ?? "Recommencez depuis le rapport.", .late)]
  }
  let head = PageHead(
    "Export", lead: "Demandé le \(French.moment(export.askedAt))",
    back: Link(export.label, "/infocentre/rapports/\(export.report)"),
    actions: [Action("Mes exports", "/infocentre/exports", weight: .plain)])
  return visit.page(head, .insight, body)
}

private func exportsPage(_ visit: Visit) async throws -> PageAnswer {
  let query = InsightPageQuery(after: visit.query["apres"], limit: 50)
  let page = try await visit.services.call(InsightAPI.listExports, [:], query)
  let rows = page.items.map { export in
    Row(
      id: export.id.description, address: export.address, name: export.label,
      [
        Cell(export.label, detail: export.name), Cell(French.moment(export.askedAt)), Cell(export.badge),
        Cell(export.rows.map(French.number)),
      ])
  }
  let table = Table(
    id: "exports", caption: "Mes exports",
    columns: [Column("Rapport"), Column("Demandé le"), Column("État"), Column("Lignes", isNumber: true)], rows: rows,
    empty: EmptyState("Aucun export", "Ouvrez un rapport, puis « Exporter ».", icon: .download),
    pager: Pager(
      first: query.after == nil ? nil : visit.path, next: page.next.map { Address(visit.path, ["apres": $0]).text }))
  return visit.page(
    PageHead("Mes exports", lead: "Les fichiers sont gardés sept jours.", back: Link("Infocentre", "/infocentre")),
    .insight, [table])
}
