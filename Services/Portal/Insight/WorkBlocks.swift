import API
import Domain
import Foundation
import Service

/// For the head office: the contracts of its scope by state, each bar leading to its rows.
let contractStatesBlock = HomeBlock("CER par état", rights: [.reports], isOptional: true) { visit in
  let report = try await visit.services.call(
    InsightAPI.showReport, ["report": "etats-contrats"], ReportQuery(limit: 1))
  guard !report.figures.isEmpty else { return HomeContent() }
  return HomeContent(panel: contractChart(report.figures))
}

/// For the FSE manager: the operations under way that they manage, and how complete their participants' sheets are.
let operationsBlock = HomeBlock("Opérations FSE", rights: [.manageOperations], isOptional: true) { visit in
  let operations = try await visit.services.call(FSEAPI.listOperations).items.filter {
    $0.startsOn <= visit.today && $0.endsOn >= visit.today && $0.managers.contains(visit.person.seat)
  }
  var items: [Item] = []
  for operation in operations.prefix(4) {
    let sheet = try await visit.services.call(FSEAPI.showCompleteness, ["operation": operation.id])
    items.append(
      Item(
        operation.name, address: operationAddress(operation.id),
        meta: "\(French.count(sheet.participants, "participant")) · \(sheet.incompleteShare) % de fiches incomplètes",
        icon: .euro,
        badges: sheet.withinLimit ? [] : [Badge("Plus de \(sheet.limit) % incomplètes", .late, icon: .alert)]))
  }
  let list = ItemList(
    "Opérations FSE en cours", items,
    empty: EmptyState("Aucune opération en cours", "Celles que vous gérez s’affichent ici.", icon: .euro))
  let all = Action("Toutes", operationsAddress, weight: .plain)
  return HomeContent(panel: Panel("Opérations FSE", count: operations.count, actions: [all], [list]))
}

/// For an operator's people: who is registered with them.
let registeredBlock = HomeBlock("Personnes inscrites", rights: [.attendance], isOptional: true) { visit in
  let found = try await visit.services.call(DossiersAPI.listDossiers, [:], DossierSearch(sort: .name, limit: 8))
  let items = found.items.map { row in
    Item(row.name, address: "/dossiers/\(row.id)", icon: .user)
  }
  let list = ItemList(
    "Personnes inscrites", items,
    empty: EmptyState("Personne n’est inscrit", "Les inscriptions sur vos offres s’affichent ici.", icon: .users))
  let all = Action("Toutes", "/beneficiaires", weight: .plain)
  return HomeContent(panel: Panel("Personnes inscrites", count: found.total, actions: [all], [list]))
}

/// For who operates Jalons: the pages that they work with.
let toolsBlock = HomeBlock("Outils d’exploitation", rights: [.operate], isOptional: true) { visit in
  let tools = visit.parts.rooms.flatMap(\.administration).filter { visit.person.may(anyOf: $0.rights) }
  let items = tools.map { Item($0.link.text, address: $0.link.address, text: $0.text, icon: .settings) }
  let list = ItemList(
    "Outils d’exploitation", items, empty: EmptyState("Aucun outil", "Votre profil n’en a pas.", icon: .settings))
  return HomeContent(panel: Panel("Outils d’exploitation", [list]))
}
