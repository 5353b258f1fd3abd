import API
import Domain
import Foundation
import Service

/// The favourites among the alerts: counted in one place, in the scope of who looks.
let alertBlock = HomeBlock("Alertes", rights: [.readDossiers], place: .right) { visit in
  let favourites = try await visit.services.call(InsightAPI.listAlerts, [:], AlertQuery(favourites: true)).items
  return HomeContent(counters: favourites.map(\.counter))
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
