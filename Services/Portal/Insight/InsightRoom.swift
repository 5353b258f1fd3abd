import API
import Domain
import Service

let insightRoom = Room(
  area: .insight, rights: [.reports],
  accountLinks: [
    GuardedLink(rights: [.readDossiers], link: Link("Mon tableau de bord", "/tableau-de-bord", icon: .chart))
  ],
  blocks: [
    alertBlock, reportsBlock, savedSearchesBlock, contractStatesBlock, operationsBlock, registeredBlock, toolsBlock,
  ]
) { pages in
  pages.get("infocentre", rights: [.reports]) { visit in try await insightPage(visit) }
  addAlertPages(to: pages)
  pages.get("infocentre/rapports/{report}", rights: [.reports]) { visit in try await reportPage(visit) }
  addExportPages(to: pages)
  addActivityPages(to: pages)
}

/// The alerts, then the reports.
private func insightPage(_ visit: Visit) async throws -> PageAnswer {
  async let counting =
    visit.may(.readDossiers) ? visit.services.call(InsightAPI.listAlerts, [:], AlertQuery()).items : []
  async let listing = visit.services.call(InsightAPI.listReports).items
  async let drawing = visit.services.call(
    InsightAPI.showReport, ["report": "etats-contrats"], ReportQuery(limit: 1))
  let (alerts, reports, states) = try await (counting, listing, drawing)
  let catalogue = reports.map { report in
    Item(report.label, address: "/infocentre/rapports/\(report.code)", text: report.summary, icon: .chart)
  }
  var body: [any Piece] = []
  if !alerts.isEmpty {
    body.append(Counters("Alertes", alerts.filter { $0.isFavourite || $0.count > 0 }.map(\.counter)))
  }
  body.append(
    Panel("Rapports", [ItemList("Rapports", catalogue, empty: EmptyState("Aucun rapport", "Rien à montrer."))]))
  body.append(contractChart(states.figures))
  let actions =
    (visit.may(.readDossiers) ? [Action("Toutes les alertes", "/infocentre/alertes", icon: .bell)] : [])
    + [Action("Mes exports", "/infocentre/exports", icon: .download, weight: .plain)]
  return visit.page(
    PageHead("Infocentre", lead: "Les chiffres de votre périmètre", actions: actions), .insight, body)
}
