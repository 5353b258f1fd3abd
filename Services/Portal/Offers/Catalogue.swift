import API
import Domain
import Foundation
import Service

private let pageLength = 50

/// What the address narrows the catalogue to.
private struct CatalogueFilter: Sendable {
  let q: String?
  let classification: String?
  let activity: String
  let territory: ID<Territory>?
  let from: CalendarDate?
  let until: CalendarDate?
  let onlyPlaces: Bool
  let after: String?

  init(_ visit: Visit) {
    let query = visit.query
    q = query["q"]
    classification = query["classe"]
    activity = query["actives"] ?? "oui"
    territory = query.id("territoire")
    from = query["du"].flatMap { FrenchDate.read($0, today: visit.today) }
    until = query["au"].flatMap { FrenchDate.read($0, today: visit.today) }
    onlyPlaces = query["places"] == "oui"
    after = query["apres"]
  }

  var search: OfferQuery {
    OfferQuery(
      q: q, classification: classification, active: ["oui": true, "non": false][activity], territory: territory,
      from: from, until: until, hasPlaces: onlyPlaces ? true : nil, limit: pageLength, after: after)
  }

  func address(after: String?) -> String {
    Address(
      "/offres",
      [
        "q": q, "classe": classification, "actives": activity == "oui" ? nil : activity,
        "territoire": territory?.description, "du": from.map(French.short), "au": until.map(French.short),
        "places": onlyPlaces ? "oui" : nil, "apres": after,
      ]
    ).text
  }

  func bar(_ classes: CountyList, _ territories: [ID<Territory>: String]) -> FilterBar {
    let places = territories.sorted { French.isBefore($0.value, $1.value) }.map {
      Choice($0.key.description, $0.value, isChosen: $0.key == territory)
    }
    return FilterBar(
      address: "/offres",
      fields: [
        .text("q", "Nom de l’offre", value: q, maximumLength: 100, .optional),
        .select(
          "classe", "Classe",
          [Choice("", "Toutes")]
            + classes.entries.map { Choice($0.code, $0.label, isChosen: $0.code == classification) }, .optional),
        .select("territoire", "Territoire", [Choice("", "Tous")] + places, .optional),
      ],
      more: [
        .date("du", "Proposée à partir du", value: from.map(French.short), .optional),
        .date("au", "Jusqu’au", value: until.map(French.short), .optional),
        .checkbox("places", "Avec des places", isChecked: onlyPlaces),
        .select(
          "actives", "Activité",
          [
            Choice("oui", "Actives", isChosen: activity == "oui"),
            Choice("non", "Inactives", isChosen: activity == "non"),
            Choice("toutes", "Toutes", isChosen: activity == "toutes"),
          ], .optional),
      ], live: "offres")
  }
}

/// The offers by name, narrowed by words, class, territory, days, places left and activity.
func offersPage(_ visit: Visit) async throws -> PageAnswer {
  let filter = CatalogueFilter(visit)
  async let listing = visit.services.call(FSEAPI.listOffers, [:], filter.search)
  async let classing = visit.services.call(ServiceName.fse.lists.all)
  async let naming = territoryNames(visit)
  let (found, classes, territories) = try await (listing, classing[.offerClass], naming)
  let rows = found.items.map { offer in
    Row(
      id: offer.id.description, address: "/offres/\(offer.id)", name: offer.name,
      [
        Cell(offer.name, detail: offer.operationName), Cell(classes.label(of: offer.classification)),
        Cell(offer.needsPartner ? "Plusieurs opérateurs" : offer.operatorName),
        Cell("\(French.short(offer.startsOn)) → \(French.short(offer.endsOn))"),
        Cell(offer.placesWord(today: visit.today)), Cell(offer.badge(today: visit.today)),
      ])
  }
  let table = Table(
    id: "offres", caption: "Offres",
    columns: [
      Column("Offre"), Column("Classe"), Column("Opérateur", isSecondary: true), Column("Dates", isSecondary: true),
      Column("Places", isSecondary: true), Column("État"),
    ], rows: rows, count: French.count(rows.count, "offre affichée", "offres affichées"),
    empty: EmptyState("Aucune offre ne correspond", "Changez de classe, ou affichez aussi les offres inactives."),
    pager: Pager(
      first: filter.after == nil ? nil : filter.address(after: nil), next: found.next.map { filter.address(after: $0) })
  )
  return visit.page(
    PageHead("Offres", actions: headActions(visit)), .offers, [filter.bar(classes, territories), table])
}

private func headActions(_ visit: Visit) -> [Action] {
  var actions = [Action("Opérateurs", operatorsAddress, icon: .building, weight: .plain)]
  if visit.person.may(anyOf: [.manageOperations, .fseForms]) {
    actions.append(Action("Opérations FSE", operationsAddress, icon: .euro, weight: .plain))
  }
  actions.append(Action("Évènements", gatheringsAddress, icon: .calendar, weight: .plain))
  if visit.may(.editOffers) {
    actions.append(Action("Ajouter une offre", "/offres/nouvelle", icon: .plus, weight: .primary))
  }
  return actions
}

extension Offer {
  /// « 4 », « Complet », or « — » where places are not counted.
  fileprivate func placesWord(today: CalendarDate) -> String {
    let counted = sessions.filter { $0.endsOn >= today }.compactMap(\.placesLeft)
    guard usesSessions, !counted.isEmpty else { return "—" }
    let left = counted.reduce(0, +)
    return left == 0 ? "Complet" : String(left)
  }
}
