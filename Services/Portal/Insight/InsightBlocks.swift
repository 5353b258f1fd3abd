import API
import Domain
import Foundation
import Service

/// The favourites among the alerts: counted in one place, in the scope of who looks.
let alertBlock = HomeBlock("Alertes", rights: [.readDossiers], place: .right) { visit in
  let favourites = try await visit.services.call(InsightAPI.listAlerts, [:], AlertQuery(favourites: true)).items
  return HomeContent(counters: favourites.map(\.counter))
}

/// The open notes that are the person's, the oldest first.
let openNotesBlock = HomeBlock("Notes en cours", rights: [.writeNotes], place: .right, isOptional: true) { visit in
  let found = try await visit.services.call(InsightAPI.listAlert, ["code": "notes"], InsightPageQuery(limit: 6))
  guard !found.rows.isEmpty else { return HomeContent() }
  let items = found.rows.map { row in
    Item(
      row.cells.first?.text ?? "Un dossier", address: row.address(of: found.subject),
      meta: found.columns.firstIndex { $0.code == "ecrite" }.flatMap { row.cells[$0].date }
        .map { "écrite le \(French.long($0))" }, icon: .note)
  }
  let list = ItemList("Notes en cours", items, empty: EmptyState("Aucune note", "Rien en cours.", icon: .check))
  let all = Action("Toutes", found.alert.address, weight: .plain)
  return HomeContent(panel: Panel("Notes en cours", count: found.alert.count, actions: [all], [list]))
}

/// The reports, one click away.
let reportsBlock = HomeBlock("Rapports", rights: [.reports], isOptional: true) { visit in
  let reports = try await visit.services.call(InsightAPI.listReports).items
  let items = reports.map { report in
    Item(report.label, address: "/infocentre/rapports/\(report.code)", icon: .chart)
  }
  let list = ItemList("Rapports", items, empty: EmptyState("Aucun rapport", "Rien à montrer.", icon: .chart))
  return HomeContent(panel: Panel("Rapports", actions: [Action("Infocentre", "/infocentre", weight: .plain)], [list]))
}

/// The searches that the person saved or shares.
let savedSearchesBlock = HomeBlock(
  "Recherches enregistrées", rights: [.readDossiers], place: .right, isOptional: true
) { visit in
  let searches = try await visit.services.call(DossiersAPI.listSavedSearches).items
  let items = searches.prefix(8).map { Item($0.name, address: $0.address, icon: .star) }
  let list = ItemList(
    "Recherches enregistrées", Array(items),
    empty: EmptyState(
      "Aucune recherche enregistrée", "Filtrez la liste des bénéficiaires, puis « Enregistrer cette recherche ».",
      icon: .star))
  return HomeContent(panel: Panel("Recherches enregistrées", [list]))
}
