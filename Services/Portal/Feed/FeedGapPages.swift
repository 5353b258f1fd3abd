import API
import Domain
import Foundation
import Service

/// Référent by référent, how many persons the file gives and how many Jalons has (rule F15).
func feedGapsPage(_ visit: Visit) async throws -> PageAnswer {
  guard let id = visit.parameters["feed"].flatMap({ UUID(uuidString: $0) }) else { throw Problem.notFound() }
  let path = ["feed": id.uuidString.lowercased()]
  let all = visit.query["tous"] == "oui"
  let query = FeedGapQuery(all: all ? true : nil, limit: 50, after: visit.query["apres"])
  async let showing = visit.services.call(DossiersAPI.showFeed, path)
  async let listing = visit.services.call(DossiersAPI.listFeedGaps, path, query)
  let (run, page) = try await (showing, listing)
  let base = "\(run.address)/ecarts"
  let rows = page.items.map { gap in
    let difference = gap.inJalons - gap.inFeed
    return Row(
      id: gap.account.description, address: "\(base)/\(gap.account)", name: gap.name,
      mark: difference == 0 ? .neutral : .waiting,
      [
        Cell(gap.name.isEmpty ? "Référent inconnu" : gap.name, detail: gap.organisation),
        Cell(French.number(gap.inFeed)), Cell(French.number(gap.inJalons)),
        Cell(difference > 0 ? "+\(French.number(difference))" : French.number(difference)),
        Cell(gap.setAside == 0 ? nil : French.number(gap.setAside)),
      ])
  }
  let word = all ? "oui" : nil
  let table = Table(
    id: "ecarts", caption: "Files actives vues de Genesis et de Jalons",
    columns: [
      Column("Référent"), Column("Genesis", isNumber: true), Column("Jalons", isNumber: true),
      Column("Écart", isNumber: true), Column("De côté", isNumber: true, isSecondary: true),
    ], rows: rows,
    empty: EmptyState(
      "Aucun écart", "Chaque référent a ici les personnes que Genesis lui donne.", icon: .check,
      actions: all ? [] : [Action("Voir tous les référents", "\(base)?tous=oui", icon: .users)]),
    pager: Pager(
      first: query.after == nil ? nil : Address(base, ["tous": word]).text,
      next: page.next.map { Address(base, ["tous": word, "apres": $0]).text }))
  let tabs = Tabs(
    "Référents", [Link("Avec un écart", base, isCurrent: !all), Link("Tous", "\(base)?tous=oui", isCurrent: all)])
  let head = PageHead(
    "Écarts avec Genesis",
    lead: "Au \(run.referenceDate.map(French.long) ?? "jour du flux"). La vérité des files actives est sur Genesis.",
    back: Link(run.title, run.address))
  return visit.page(head, .administration, [tabs, table])
}

/// Whom a référent still follows here though Genesis no longer names one for them.
func absenteesPage(_ visit: Visit) async throws -> PageAnswer {
  let account = try visit.id("account", of: Account.self)
  guard let feed = visit.parameters["feed"].flatMap({ UUID(uuidString: $0) }) else { throw Problem.notFound() }
  let query = FeedAbsenteeQuery(limit: 50, after: visit.query["apres"])
  async let naming = visit.services.call(IdentityAPI.showAccount, ["account": account])
  async let listing = visit.services.call(DossiersAPI.listAbsentees, ["account": account], query)
  let (named, page) = try await (naming, listing)
  let rows = page.items.map { person in
    Row(
      id: person.dossier.description, address: "/dossiers/\(person.dossier)",
      name: French.name(person.familyName, person.givenName), mark: person.exitOn == nil ? .neutral : .waiting,
      [
        Cell(French.name(person.familyName, person.givenName), detail: person.genesisId),
        Cell(person.entitlement.label), Cell(person.refreshedOn.map(French.short)),
        person.exitOn.map { Cell(Badge("Proposée au \(French.short($0))", .waiting, icon: .clock)) } ?? Cell("Aucune"),
      ])
  }
  let table = Table(
    id: "absents", caption: "Personnes absentes du dernier flux complet",
    columns: [
      Column("Personne"), Column("Droit", isSecondary: true), Column("Dernier flux"), Column("Sortie"),
    ], rows: rows,
    empty: EmptyState(
      "Personne", "Ce référent ne suit ici que des personnes que Genesis lui donne encore.", icon: .check),
    pager: Pager(
      first: query.after == nil ? nil : visit.path, next: page.next.map { Address(visit.path, ["apres": $0]).text }))
  let head = PageHead(
    French.name(named.familyName, named.givenName), lead: "Suivies ici, absentes du dernier flux complet de Genesis",
    back: Link("Écarts avec Genesis", "/flux/\(feed.uuidString.lowercased())/ecarts"))
  return visit.page(head, .administration, title: "Écarts avec Genesis", [table])
}
