import API
import Domain
import Foundation
import Logging
import Service

/// One field for everything that has a name.
let searchRoom = Room { pages in
  pages.get("recherche", rights: [.readDossiers]) { visit in try await searchPage(visit) }
}

private let shownPeople = 20
private let shownOthers = 6

/// What else than people was found under one heading.
private struct FoundGroup: Sendable {
  let title: String
  let items: [Item]
  var all: String?
}

/// People first, then whatever else bears the words. Where there are only people, their list itself, which narrows further.
private func searchPage(_ visit: Visit) async throws -> PageAnswer {
  let people = Address("/beneficiaires", ["q": visit.query["q"]]).text
  guard let q = visit.query["q"].map({ String($0.prefix(100)) }) else { return .see(people) }
  // A telephone or a NIR names a person and nothing else: it goes to no other service.
  if q.count(where: \.isNumber) >= 9 { return .see(people) }
  async let listing = visit.services.call(
    DossiersAPI.listDossiers, [:], DossierSearch(q: q, sort: .recent, limit: shownPeople))
  let kinds: [@Sendable () async throws -> FoundGroup] = [
    { try await offers(q, visit) }, { try await operators(q, visit) }, { try await colleagues(q, visit) },
    { try await structures(q, visit) }, { try await gatherings(q, visit) },
    { try await documents(q, visit) }, { pageGroup(q, visit) },
    { try await reports(q, visit) },
  ]
  let others = await sideBySide(kinds) { await group($0, visit) }.compactMap { $0 }.filter { !$0.items.isEmpty }
  if others.isEmpty { return .see(people) }
  let found = try await listing
  let head = PageHead("Recherche : « \(q) »")
  // Where no person has these words, the other results need no second column.
  let body: [any Piece] =
    found.items.isEmpty
    ? others.map(panel) + [Paragraph("Personne ne porte ce nom dans votre périmètre.", isMuted: true)]
    : [SideBySide(isUneven: true, left: [peoplePanel(found, all: people, visit)], right: others.map(panel))]
  return visit.page(head, nil, title: "Recherche", search: q, body)
}

/// A group, or none where its service does not answer in time.
private func group(_ ask: @Sendable () async throws -> FoundGroup, _ visit: Visit) async -> FoundGroup? {
  do {
    return try await PageTime.besideTheRest { try await ask() }
  } catch {
    visit.parts.logger.notice("a part of the search failed", metadata: ["error": "\(error)"])
    return nil
  }
}

private let nothing = EmptyState("Rien", "Rien de ce nom.")

private func peoplePanel(_ found: Page<DossierRow>, all: String, _ visit: Visit) -> any Piece {
  let items = found.items.map { dossier in
    Item(
      dossier.name, address: "/dossiers/\(dossier.id)", meta: dossier.detail(today: visit.today), icon: .user,
      badges: [dossier.state.badge])
  }
  let list = ItemList("Bénéficiaires", items, empty: nothing)
  let title = found.close == true ? "Bénéficiaires dont le nom s’approche" : "Bénéficiaires"
  return Panel(
    title, count: found.total, actions: [Action("Tous, avec les filtres", all, weight: .plain)], [list])
}

private func panel(_ group: FoundGroup) -> any Piece {
  let list = ItemList(group.title, group.items, empty: nothing)
  return Panel(group.title, actions: group.all.map { [Action("Voir la liste", $0, weight: .plain)] } ?? [], [list])
}

private func offers(_ q: String, _ visit: Visit) async throws -> FoundGroup {
  let page = try await visit.services.call(FSEAPI.listOffers, [:], OfferQuery(q: q, limit: shownOthers))
  let items = page.items.map { offer in
    Item(
      offer.name, address: "/offres/\(offer.id)",
      meta: [offer.operatorName, "jusqu’au \(French.long(offer.endsOn))"].compactMap { $0 }.joined(separator: " · "),
      icon: .route, badges: offer.active ? [] : [Badge("Fermée")])
  }
  return FoundGroup(
    title: "Offres", items: items, all: page.next == nil ? nil : Address("/offres", ["q": q]).text)
}

private func operators(_ q: String, _ visit: Visit) async throws -> FoundGroup {
  let page = try await visit.services.call(FSEAPI.listOperators, [:], OperatorQuery(q: q, limit: shownOthers))
  let items = page.items.map { found in
    Item(
      found.details.name, address: "/operateurs/\(found.id)",
      meta: [found.details.commune, found.details.phone, found.details.email].compactMap { $0 }.joined(
        separator: " · "),
      icon: .briefcase)
  }
  return FoundGroup(title: "Opérateurs", items: items)
}

private func colleagues(_ q: String, _ visit: Visit) async throws -> FoundGroup {
  let query = AccountQuery(q: q, status: .active, limit: shownOthers)
  let page = try await visit.services.call(IdentityAPI.listAccounts, [:], query)
  let items = page.items.map { account in
    Item(
      account.name, address: visit.may(.administer) ? "/administration/collaborateurs/\(account.id)" : nil,
      meta: account.organisation?.name, icon: .user)
  }
  return FoundGroup(title: "Collaborateurs", items: items)
}

/// An operator's people see no documents.
private func documents(_ q: String, _ visit: Visit) async throws -> FoundGroup {
  guard !visit.person.isOperators else { return FoundGroup(title: "Documents", items: []) }
  let found = try await visit.services.call(
    DossiersAPI.findDocuments, [:], DocumentSearch(q: q, limit: shownOthers)
  ).items
  let items = found.map { document in
    Item(
      document.name, address: "/dossiers/\(document.dossier)/documents/\(document.id)",
      meta: "\(document.person) · déposé le \(French.long(CalendarDate(document.depositedAt)))", icon: .file)
  }
  return FoundGroup(title: "Documents", items: items)
}

private func gatherings(_ q: String, _ visit: Visit) async throws -> FoundGroup {
  let page = try await visit.services.call(FSEAPI.listGatherings, [:], GatheringQuery(q: q, limit: shownOthers))
  let items = page.items.map { found in
    Item(
      found.name, address: gatheringAddress(found.id),
      meta: ["le \(French.long(found.onDay))", found.place].compactMap { $0 }.joined(separator: " · "), icon: .calendar)
  }
  return FoundGroup(
    title: "Évènements", items: items, all: page.next == nil ? nil : Address(gatheringsAddress, ["q": q]).text)
}

private func structures(_ q: String, _ visit: Visit) async throws -> FoundGroup {
  let page = try await visit.services.call(
    IdentityAPI.listOrganisations, [:], OrganisationQuery(q: q, limit: shownOthers))
  let items = page.items.map { found in
    Item(
      found.name, address: visit.may(.administer) ? Address("/administration/structures", ["q": found.name]).text : nil,
      icon: .building)
  }
  return FoundGroup(title: "Structures", items: items)
}

/// The pages that are open to the person: areas, alerts, the administration.
private func pageGroup(_ q: String, _ visit: Visit) -> FoundGroup {
  let rooms = visit.parts.rooms.filter { visit.person.may(anyOf: $0.rights) }
  let links =
    rooms.compactMap(\.area).map { Link($0.rawValue, $0.address) }
    + rooms.flatMap { $0.accountLinks + $0.administration }.filter { visit.person.may(anyOf: $0.rights) }.map(\.link)
  return FoundGroup(title: "Pages", items: items(links, named: q))
}

private func reports(_ q: String, _ visit: Visit) async throws -> FoundGroup {
  guard visit.may(.reports) else { return FoundGroup(title: "Rapports", items: []) }
  let links = try await visit.services.call(InsightAPI.listReports).items.map {
    Link($0.label, "/infocentre/rapports/\($0.code)")
  }
  return FoundGroup(title: "Rapports", items: items(links, named: q))
}

/// Those whose title bears the words, each once.
private func items(_ links: [Link], named q: String) -> [Item] {
  let words = folded(q).split(separator: " ")
  var seen = Set<String>()
  return links.filter { link in
    let title = folded(link.text)
    return words.allSatisfy { title.contains($0) } && seen.insert(link.address).inserted
  }.prefix(shownOthers).map { Item($0.text, address: $0.address, icon: .link) }
}

/// Without accents or case.
private func folded(_ text: String) -> String {
  text.folding(options: [.diacriticInsensitive, .caseInsensitive], locale: Locale(identifier: "fr_FR"))
}
