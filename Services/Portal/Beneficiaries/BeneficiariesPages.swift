import API
import Domain
import Foundation
import Logging
import Service

let beneficiariesRoom = Room(
  area: .beneficiaries, rights: [.readDossiers],
  blocks: [HomeBlock("Consultés récemment", rights: [.readDossiers], place: .right) { try await recentBlock($0) }]
) { pages in
  pages.get("beneficiaires", rights: [.readDossiers]) { visit in try await beneficiariesPage(visit) }
  addCriterionPages(to: pages)
  addCriteriaPage(to: pages)
  addSavedSearchPages(to: pages)
  addSelectionPages(to: pages)
  addListExportPages(to: pages)
}

private let pageLength = 50

/// The dossiers of the person, narrowed by what the address says, in the columns that the person chose. Who reaches more
/// than a territory is asked for a search first; a person who chose a search to open with gets it at the bare address.
func beneficiariesPage(_ visit: Visit) async throws -> PageAnswer {
  let filter = BeneficiaryFilter(visit.query, today: visit.today)
  let isBare = !filter.isNarrowed && filter.after == nil && visit.query["tri"] == nil
  let isCaseload = visit.person.hasCaseload
  async let liking = likings(visit)
  let isArchivist = visit.person.profile?.isArchivist ?? false
  // A territory is its secretariat's to look through; the county is too many to be shown unasked.
  let isListed = isCaseload || visit.person.scope == .territory || filter.isNarrowed
  async let listing = isListed ? list(filter, visit) : nil
  async let knowing = CriterionNames.of(filter, visit)
  let (view, searches) = await liking
  if isBare, let opening = searches.first(where: { $0.id == view.opensWith }) { return .see(opening.address) }
  let head = PageHead(isCaseload ? "Ma file active" : "Bénéficiaires", actions: headActions(visit))
  let navigation = savedSearchNavigation(searches, current: filter, title: head.title)
  func page(_ body: [any Piece]) -> PageAnswer {
    visit.page(head, .beneficiaries, navigation: navigation, search: filter.q, body)
  }
  guard let found = try await listing else {
    let invitation = EmptyState(
      "Recherchez une personne", "Écrivez un nom, un prénom ou un numéro de dossier, ou choisissez un filtre.")
    return page([filter.bar(isArchivist: isArchivist), try await recentPanel(visit) ?? invitation])
  }
  let columns = view.columns.filter(visit.listColumns.contains)
  let acts = selectionActs(visit)
  let table = Table(
    id: "beneficiaires", caption: head.title, columns: filter.columns(columns),
    rows: found.items.map { row($0, columns, visit) },
    count: countLine(found, by: filter),
    selection: acts.isEmpty
      ? nil
      : Selection(
        "dossier", acts,
        whole: visit.may(.reports) ? SubmitButton("Exporter la liste", filter.address(listExportPath)) : nil),
    empty: emptyState(filter),
    pager: Pager(
      first: filter.after == nil ? nil : filter.address(after: nil),
      next: found.next.map { filter.address(after: $0) }))
  var names = try await knowing
  names.add(leadsOf: found.items)
  for search in searches { names.selections[search.id] = search.name }
  let bar = filter.bar(names, isArchivist: isArchivist)
  guard found.close == true, !filter.close, let words = filter.q else { return page([bar, table]) }
  return page([bar, Notice("Aucun nom ne s’écrit « \(words) »", "Voici ceux qui s’en approchent."), table])
}

/// What may be done with rows that are ticked.
private func selectionActs(_ visit: Visit) -> [SubmitButton] {
  var acts: [SubmitButton] = []
  func add(_ isOffered: Bool, _ label: String, _ address: String) {
    if isOffered { acts.append(SubmitButton(label, address)) }
  }
  add(!visit.person.isOperators, "Enregistrer la sélection", selectionPath)
  add(visit.may(.writeNotes), "Ajouter une note", "/beneficiaires/notes")
  add(visit.may(.standby), "Mettre en veille", "/beneficiaires/veille")
  add(visit.may(.nameStepReferent), "Nommer un référent d’étape", "/beneficiaires/etape")
  add(visit.may(.depositDocuments), "Courriers", "/beneficiaires/courriers")
  add(visit.may(.depositDocuments), "Classer un document", "/beneficiaires/documents")
  add(visit.mayBook, "Rendez-vous collectif", "/agenda/collectif/nouveau")
  add(visit.may(.registerOnOffers), "Inscrire sur une offre", "/offres/inscrire")
  return acts
}

private func list(_ filter: BeneficiaryFilter, _ visit: Visit) async throws -> Page<DossierRow> {
  try await visit.services.call(DossiersAPI.listDossiers, [:], filter.search(limit: pageLength))
}

/// How the person likes the list, and the searches beside it. The list does without where they cannot be had.
private func likings(_ visit: Visit) async -> (view: ListView, searches: [SavedSearch]) {
  do {
    async let showing = visit.services.call(DossiersAPI.showListView)
    async let listing = visit.services.call(DossiersAPI.listSavedSearches)
    return try await (showing, listing.items)
  } catch {
    visit.parts.logger.debug("no saved searches", metadata: ["error": "\(error)"])
    return (.usual, [])
  }
}

private func headActions(_ visit: Visit) -> [Action] {
  let caseloads =
    visit.person.may(anyOf: [.cancelExit, .transferCaseloads])
    ? [Action("Files actives", "/files-actives", icon: .chart, weight: .plain)] : []
  let notices =
    visit.may(.formalNotices)
    ? [Action("Mises en demeure", "/mises-en-demeure", icon: .mail, weight: .plain)] : []
  return caseloads + notices + [Action("Affichage", "/beneficiaires/affichage", icon: .settings, weight: .plain)]
}

/// A first page says how many there are, as far as that is counted.
private func countLine(_ found: Page<DossierRow>, by filter: BeneficiaryFilter) -> String {
  let shown = found.items.count
  guard let total = found.total else {
    guard found.next != nil, filter.after == nil else {
      return French.count(shown, "bénéficiaire affiché", "bénéficiaires affichés")
    }
    return "\(shown) bénéficiaires sur plus de \(filter.q == nil ? "10 000" : "1 000")"
  }
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
    actions: [Action("Retirer les filtres", "/beneficiaires?tri=recent", icon: .x)])
}

private func row(_ dossier: DossierRow, _ columns: [ListView.Column], _ visit: Visit) -> Row {
  let age = dossier.birthDate.map { French.age($0, dossier.birthPrecision, on: visit.today) }
  return Row(
    id: dossier.id.description, address: "/dossiers/\(dossier.id)", name: dossier.name,
    mark: dossier.proposedExit ? .waiting : .neutral,
    [Cell(dossier.name, detail: [age, "n° \(dossier.number)"].compactMap { $0 }.joined(separator: " · "))]
      + columns.map { $0.cell(dossier, today: visit.today) })
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
