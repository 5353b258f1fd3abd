import API
import Domain
import Foundation
import Service

let beneficiariesRoom = Room(
  area: .beneficiaries, rights: [.readDossiers],
  blocks: [HomeBlock("Consultés récemment", rights: [.readDossiers], place: .right) { try await recentBlock($0) }]
) { pages in
  pages.get("beneficiaires", rights: [.readDossiers]) { visit in try await beneficiariesPage(visit) }
  pages.get("recherche", rights: [.readDossiers]) { visit in
    .see(Address("/beneficiaires", ["q": visit.query["q"]]).text)
  }
}

private let pageLength = 50

/// The dossiers of the person, narrowed by what the address says. Who reaches many is asked for a search first.
func beneficiariesPage(_ visit: Visit) async throws -> PageAnswer {
  let filter = BeneficiaryFilter(visit.query)
  let isCaseload = visit.person.hasCaseload
  let head = PageHead(isCaseload ? "Ma file active" : "Bénéficiaires")
  let bar = filter.bar
  guard isCaseload || filter.isNarrowed else {
    let invitation = EmptyState(
      "Recherchez une personne", "Écrivez un nom, un prénom ou un numéro de dossier, ou choisissez un filtre.")
    return visit.page(head, .beneficiaries, [bar, try await recentPanel(visit) ?? invitation])
  }
  let found = try await visit.services.call(DossiersAPI.listDossiers, [:], filter.search(limit: pageLength))
  let table = Table(
    id: "beneficiaires", caption: head.title, columns: filter.columns(withReferent: !isCaseload),
    rows: found.items.map { row($0, visit) },
    count: countLine(found.items.count, of: found.total), empty: emptyState(filter),
    pager: Pager(
      first: filter.after == nil ? nil : filter.address(after: nil),
      next: found.next.map { filter.address(after: $0) }))
  guard found.close == true, !filter.close, let words = filter.q else {
    return visit.page(head, .beneficiaries, search: filter.q, [bar, table])
  }
  let notice = Notice("Aucun nom ne s’écrit « \(words) »", "Voici ceux qui s’en approchent.")
  return visit.page(head, .beneficiaries, search: filter.q, [bar, notice, table])
}

private func countLine(_ shown: Int, of total: Int?) -> String {
  guard let total else { return French.count(shown, "bénéficiaire affiché", "bénéficiaires affichés") }
  return total == shown ? French.count(total, "bénéficiaire") : "\(shown) bénéficiaires sur \(total)"
}

private func emptyState(_ filter: BeneficiaryFilter) -> EmptyState {
  guard filter.isNarrowed else {
    return EmptyState(
      "Votre file active est vide",
      "Les personnes y entrent quand Genesis vous nomme référent de parcours. Vous n’avez rien à saisir.",
      icon: .users)
  }
  return EmptyState(
    "Personne ne correspond", "Vérifiez l’orthographe, ou retirez un filtre.",
    actions: [Action("Retirer les filtres", "/beneficiaires", icon: .x)])
}

private func row(_ dossier: DossierRow, _ visit: Visit) -> Row {
  let (today, right) = (visit.today, dossier.entitlement)
  let refreshed = dossier.refreshedOn.map(French.short)
  let age = dossier.birthDate.map { "\($0.years(to: today)) ans" }
  let lead = visit.person.hasCaseload ? [] : [Cell(dossier.leadName, detail: dossier.leadOrganisation)]
  return Row(
    id: dossier.id.description, address: "/dossiers/\(dossier.id)", name: dossier.name,
    mark: dossier.proposedExit ? .waiting : .neutral,
    [
      Cell(dossier.name, detail: [age, "n° \(dossier.number)"].compactMap { $0 }.joined(separator: " · ")),
      Cell(dossier.commune, detail: dossier.postalCode),
      dossier.proposedExit
        ? Cell(dossier.state.badge, Badge("Sortie proposée", .waiting, icon: .logout)) : Cell(dossier.state.badge),
      right.tone == .neutral ? Cell(right.shortLabel) : Cell(Badge(right.shortLabel, right.tone)),
      Cell(dutiesWord(dossier.duties)),
    ] + lead + [
      Cell(dossier.leadSince.map(French.short)),
      isStale(dossier.refreshedOn, today: today)
        ? Cell(Badge(refreshed ?? "", .waiting, icon: .clock)) : Cell(refreshed),
    ])
}

private func recentBlock(_ visit: Visit) async throws -> HomeContent {
  let all = Action(visit.person.hasCaseload ? "Ma file active" : "Rechercher", "/beneficiaires", weight: .plain)
  let empty = EmptyState("Aucun dossier", "Les dossiers que vous ouvrez se retrouvent ici.", icon: .users)
  return HomeContent(
    panel: try await recentPanel(visit, actions: [all]) ?? Panel("Consultés récemment", actions: [all], [empty]))
}

/// The dossiers that the person opened last; nil before the first.
private func recentPanel(_ visit: Visit, actions: [Action] = []) async throws -> Panel? {
  let search = DossierSearch(opened: true, sort: .recent, limit: 8)
  let found = try await visit.services.call(DossiersAPI.listDossiers, [:], search).items
  let items = found.map { dossier in
    Item(
      dossier.name, address: "/dossiers/\(dossier.id)", meta: dossier.detail(today: visit.today),
      badges: dossier.state == .entered ? [] : [dossier.state.badge])
  }
  guard !items.isEmpty else { return nil }
  let list = ItemList("Dossiers consultés récemment", items, empty: EmptyState("Aucun dossier", "Rien à montrer."))
  return Panel("Consultés récemment", actions: actions, [list])
}
