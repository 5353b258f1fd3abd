import API
import Domain
import Foundation
import Service

func addSavedSearchPages(to pages: Pages) {
  let rights: [Right] = [.readDossiers]
  pages.get("beneficiaires/affichage", rights: rights) { visit in
    try await listViewPage(visit, typed: nil, faults: FormFaults())
  }
  pages.post("beneficiaires/affichage", rights: rights) { visit in try await setListView(visit) }
  pages.get("beneficiaires/recherches/nouvelle", rights: rights) { visit in
    try await savedSearchPage(
      visit, nil, filter: BeneficiaryFilter(visit.query, today: visit.today), typed: nil, faults: FormFaults())
  }
  pages.post("beneficiaires/recherches/nouvelle", rights: rights) { visit in try await saveSearch(visit) }
  pages.get("beneficiaires/recherches/{search}", rights: rights) { visit in
    let found = try await savedSearch(visit)
    return try await savedSearchPage(
      visit, found, filter: BeneficiaryFilter(found.search), typed: nil, faults: FormFaults())
  }
  pages.post("beneficiaires/recherches/{search}", rights: rights) { visit in try await changeSearch(visit) }
  pages.post("beneficiaires/recherches/{search}/supprimer", rights: rights) { visit in
    let id = try visit.id("search", of: SavedSearch.self)
    _ = try await visit.services.call(DossiersAPI.removeSavedSearch, ["search": id], version: try visit.version)
    return .see("/beneficiaires?tri=recent", saying: "La recherche est supprimée.")
  }
}

extension SavedSearch {
  var address: String { BeneficiaryFilter(search).address(after: nil, always: true) }
}

extension SavedSearch.Audience {
  var label: String {
    switch self {
    case .mine: "Moi seul"
    case .team: "Ma structure"
    case .everyone: "Tous les utilisateurs"
    }
  }
}

/// The saved searches beside the list: mine, my team's, everyone's.
func savedSearchNavigation(_ searches: [SavedSearch], current: BeneficiaryFilter, title: String) -> Navigation {
  func links(_ chosen: [SavedSearch]) -> [Link] {
    chosen.map { Link($0.name, $0.address, icon: .star, isCurrent: BeneficiaryFilter($0.search).isSame(as: current)) }
  }
  let mine = searches.filter(\.isMine)
  let groups = [
    ("Mes recherches", mine), ("De ma structure", searches.filter { !$0.isMine && $0.audience == .team }),
    ("Pour tous", searches.filter { !$0.isMine && $0.audience == .everyone }),
  ]
  let all = Link(
    title, "/beneficiaires?tri=recent", icon: .users, isCurrent: !current.isNarrowed && current.sort == .recent)
  let criteria = [
    Link("Tous les critères", current.address(criteriaPath), icon: .filter),
    Link("Caractéristiques", current.address(criterionPath), icon: .filter),
  ]
  return Navigation(
    "Recherche",
    [NavigationGroup(links: [all]), NavigationGroup("Recherche de cas", links: criteria)]
      + groups.filter { !$0.1.isEmpty }.map { NavigationGroup($0.0, links: links($0.1)) })
}

private func savedSearch(_ visit: Visit) async throws -> SavedSearch {
  let id = try visit.id("search", of: SavedSearch.self)
  let all = try await visit.services.call(DossiersAPI.listSavedSearches).items
  guard let found = all.first(where: { $0.id == id && $0.isMine }) else { throw Problem.notFound("Cette recherche") }
  return found
}

/// The name of a search and whom it is for.
///
/// - Parameter found: nil for a new one.
private func savedSearchPage(
  _ visit: Visit, _ found: SavedSearch?, filter: BeneficiaryFilter, typed: FormAnswers?, faults: FormFaults
) async throws -> PageAnswer {
  let audience = typed?["audience"].flatMap(SavedSearch.Audience.init(rawValue:)) ?? found?.audience ?? .mine
  let choices = SavedSearch.Audience.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == audience) }
  let name = typed.map { $0["name"] } ?? found?.name
  let address = "/beneficiaires/recherches/\(found.map { $0.id.description } ?? "nouvelle")"
  let form = Form(
    id: "recherche", address: address,
    groups: [
      FieldGroup(fields: [
        .text("name", "Nom de la recherche", value: name, maximumLength: 80, faults.common("name")),
        .radios("audience", "Qui la voit", choices, faults.common("audience")),
        .checkbox(
          "opensWith", "Ouvrir la liste des bénéficiaires avec cette recherche",
          isChecked: typed?["opensWith"] != nil),
      ])
    ], values: filter.values + [found.map { HiddenValue("version", String($0.version)) } ?? Visit.freshKey],
    submit: "Enregistrer la recherche", cancel: Link("Annuler", filter.address(after: nil, always: true)))
  var names = try await CriterionNames.of(filter, visit)
  if let found, let ticked = found.ticked {
    names.selections[found.id] = French.count(ticked, "personne cochée", "personnes cochées")
  }
  let words = filter.words(names)
  let criteria = Facts(
    words.isEmpty
      ? [Fact("Critères", "Aucun : toute la liste")] : words.map { Fact($0.label, $0.value) })
  var actions: [Action] = []
  if let found {
    let question = Confirmation(
      id: "supprimer", title: "Supprimer « \(found.name) » ?",
      consequences: [
        found.audience == .mine ? "Elle disparaît de votre liste." : "Elle disparaît aussi de la liste des autres.",
        "Aucun dossier n’est touché.",
      ], address: "\(address)/supprimer", label: "Supprimer la recherche", isDangerous: true,
      values: [HiddenValue("version", String(found.version))], back: address)
    actions = [Action("Supprimer", address, icon: .trash, weight: .plain, confirmation: question)]
  }
  let head = PageHead(
    found == nil ? "Enregistrer cette recherche" : "Modifier la recherche",
    back: Link("Bénéficiaires", filter.address(after: nil, always: true)), actions: actions)
  return visit.page(
    head, .beneficiaries, faults.general + [Panel("Ce qu’elle cherche", [criteria]), form]
  ).with(faults)
}

private func draft(_ visit: Visit, _ filter: BeneficiaryFilter) -> SavedSearchDraft {
  SavedSearchDraft(
    name: visit.form["name"] ?? "",
    audience: visit.form["audience"].flatMap(SavedSearch.Audience.init(rawValue:)) ?? .mine,
    search: filter.search(limit: nil))
}

/// What a form lacks before it is sent.
private func check(_ visit: Visit) -> FormFaults {
  var faults = FormFaults()
  if visit.form["name"] == nil { faults.add("name", "Donnez un nom à la recherche.") }
  return faults
}

private func saveSearch(_ visit: Visit) async throws -> PageAnswer {
  let filter = BeneficiaryFilter(visit.form, today: visit.today)
  let faults = check(visit)
  guard faults.isEmpty else {
    return try await savedSearchPage(visit, nil, filter: filter, typed: visit.form, faults: faults)
  }
  do {
    let saved = try await visit.services.call(
      DossiersAPI.saveSearch, [:], draft(visit, filter), key: visit.key)
    if visit.form["opensWith"] != nil { try await open(with: saved.id, visit) }
    return .see(saved.address, saying: "La recherche « \(saved.name) » est enregistrée.")
  } catch let problem as Problem {
    return try await savedSearchPage(
      visit, nil, filter: filter, typed: visit.form, faults: try FormFaults(problem, fields: ["name", "audience"]))
  }
}

private func changeSearch(_ visit: Visit) async throws -> PageAnswer {
  let found = try await savedSearch(visit)
  let filter = BeneficiaryFilter(visit.form, today: visit.today)
  let faults = check(visit)
  guard faults.isEmpty else {
    return try await savedSearchPage(visit, found, filter: filter, typed: visit.form, faults: faults)
  }
  do {
    let saved = try await visit.services.call(
      DossiersAPI.changeSavedSearch, ["search": found.id], draft(visit, filter), version: try visit.version)
    if visit.form["opensWith"] != nil { try await open(with: saved.id, visit) }
    return .see(saved.address, saying: "La recherche est enregistrée.")
  } catch let problem as Problem {
    return try await savedSearchPage(
      visit, found, filter: filter, typed: visit.form, faults: try FormFaults(problem, fields: ["name", "audience"]))
  }
}

private func open(with search: ID<SavedSearch>, _ visit: Visit) async throws {
  var view = try await visit.services.call(DossiersAPI.showListView)
  view.opensWith = search
  _ = try await visit.services.call(DossiersAPI.setListView, [:], view)
}

/// The columns of the list and what it opens with, for this person alone.
private func listViewPage(_ visit: Visit, typed: FormAnswers?, faults: FormFaults) async throws -> PageAnswer {
  async let showing = visit.services.call(DossiersAPI.showListView)
  async let listing = visit.services.call(DossiersAPI.listSavedSearches)
  let (view, searches) = try await (showing, listing.items)
  let shown = Set(typed.map { $0.all("column") } ?? view.columns.map(\.rawValue))
  let opensWith = typed.map { $0["opensWith"] } ?? view.opensWith?.description
  let form = Form(
    id: "affichage", address: "/beneficiaires/affichage",
    groups: [
      FieldGroup(fields: [
        .checkboxes(
          "column", "Colonnes, à côté du nom",
          visit.listColumns.map { Choice($0.rawValue, $0.label, isChosen: shown.contains($0.rawValue)) }),
        .select(
          "opensWith", "À l’ouverture, montrer",
          [Choice("", visit.person.hasCaseload ? "Ma file active" : "Les dossiers consultés récemment")]
            + searches.map { Choice($0.id.description, $0.name, isChosen: $0.id.description == opensWith) },
          faults.common("opensWith", help: "Une recherche enregistrée, à vous ou partagée avec vous", isRequired: false)
        ),
      ])
    ], submit: "Enregistrer l’affichage", others: [], cancel: Link("Annuler", "/beneficiaires"))
  let mine = searches.filter(\.isMine)
  let items = mine.map { search in
    Item(
      search.name, address: search.address, meta: "Visible par : \(search.audience.label)", icon: .star,
      actions: [Action("Modifier", "/beneficiaires/recherches/\(search.id)", icon: .edit, weight: .plain)])
  }
  let list = ItemList(
    "Mes recherches", items,
    empty: EmptyState(
      "Aucune recherche enregistrée", "Filtrez la liste des bénéficiaires, puis « Enregistrer cette recherche ».",
      icon: .star))
  let head = PageHead("Affichage de la liste", back: Link("Bénéficiaires", "/beneficiaires"))
  return visit.page(
    head, .beneficiaries, faults.general + [form, Panel("Mes recherches enregistrées", count: mine.count, [list])]
  ).with(faults)
}

private func setListView(_ visit: Visit) async throws -> PageAnswer {
  let chosen = Set(visit.form.all("column"))
  let columns = visit.listColumns.filter { chosen.contains($0.rawValue) }
  do {
    let view = ListView(columns: columns, opensWith: visit.form.id("opensWith"))
    _ = try await visit.services.call(DossiersAPI.setListView, [:], view)
    return .see("/beneficiaires", saying: "L’affichage est enregistré.")
  } catch let problem as Problem {
    return try await listViewPage(visit, typed: visit.form, faults: FormFaults(problem, fields: ["opensWith"]))
  }
}
