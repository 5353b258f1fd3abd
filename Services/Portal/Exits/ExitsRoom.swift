import API
import Domain
import Foundation
import Service

let exitsRoom = Room(
  rights: [.exitDossier, .cancelExit],
  blocks: [
    HomeBlock("Sorties proposées", rights: [.exitDossier, .cancelExit]) { visit in try await proposedExitBlock(visit)
    }
  ]
) { pages in
  let rights: [Right] = [.exitDossier, .cancelExit]
  pages.get("sorties", rights: rights) { visit in try await proposedExitsPage(visit) }
  pages.get("sorties/choix", rights: rights) { visit in try await exitChoicePage(visit, answers: visit.query) }
  pages.post("sorties/choix", rights: rights) { visit in try await exitChoicePage(visit, answers: visit.form) }
  pages.post("sorties/accepter", rights: rights) { visit in try await decideExits(visit, accepted: true) }
  pages.post("sorties/refuser", rights: rights) { visit in try await decideExits(visit, accepted: false) }
  pages.post("sorties/annuler", rights: [.cancelExit]) { visit in try await cancelExits(visit) }
  pages.get("dossiers/{dossier}/sortie-proposee", rights: rights) { visit in
    try await proposedExitPage(visit, faults: FormFaults())
  }
}

private func proposedExitBlock(_ visit: Visit) async throws -> HomeContent {
  let found = try await visit.services.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery(limit: 5))
  guard !found.items.isEmpty else { return HomeContent() }
  let items = found.items.map { exit in
    Item(
      French.name(exit.familyName, exit.givenName), address: "/dossiers/\(exit.dossier)/sortie-proposee",
      meta: "\(exit.reason.label) · au \(French.long(exit.exitOn))", icon: .logout)
  }
  let all = Action("Décider", "/sorties", weight: .plain)
  let list = ItemList("Sorties proposées", items, empty: EmptyState("Aucune sortie proposée", "Rien à décider."))
  return HomeContent(panel: Panel("Sorties proposées", count: found.total, actions: [all], [list]))
}
