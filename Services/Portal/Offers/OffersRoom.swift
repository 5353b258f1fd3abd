import API
import Domain
import Foundation
import Service

let offersRoom = Room(area: .offers, rights: [.readDossiers, .editOffers]) { pages in
  pages.get("offres", rights: [.readDossiers, .editOffers]) { visit in try await offersPage(visit) }
  pages.get("offres/{offer}", rights: [.readDossiers, .editOffers]) { visit in try await offerPage(visit) }
  pages.form("offres/nouvelle", rights: [.editOffers], OfferForm.self)
  pages.form("offres/{offer}/modifier", rights: [.editOffers], OfferForm.self)
  pages.form("offres/{offer}/prolonger", rights: [.editOffers], OfferExtensionForm.self)
  addOfferActs(to: pages)
  addSheetPages(to: pages)
}

private let pageLength = 50

extension Offer {
  func badge(today: CalendarDate) -> Badge {
    if !active { return Badge("Inactive", .neutral, icon: .pause) }
    if endsOn < today { return Badge("Finie", .neutral, icon: .check) }
    if startsOn > today { return Badge("À venir", .info, icon: .calendar) }
    return Badge("Active", .done, icon: .check)
  }

  var period: String { "du \(French.long(startsOn)) au \(French.long(endsOn))" }
}

/// An offer, and who of the person's scope is registered on it.
private func offerPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("offer", of: Offer.self)
  let after = visit.query["apres"]
  async let showing = visit.services.call(FSEAPI.showOffer, ["offer": id])
  async let classing = visit.services.call(ServiceName.fse.lists.all)
  async let attending = registered(on: id, after: after, visit)
  async let naming = territoryNames(visit)
  let (offer, classes, present, names) = try await (showing, classing[.offerClass], attending, naming)
  let facts = Facts(
    [
      Fact("Classe", classes.label(of: offer.classification)),
      Fact(
        "Opérateur", offer.needsPartner ? "Choisi à chaque inscription" : offer.operatorName,
        address: offer.needsPartner ? nil : offer.operator.map(operatorAddress)),
      Fact("Opérateurs possibles", offer.partners.isEmpty ? nil : offer.partners.map(\.name).joined(separator: ", ")),
      Fact("Dates", offer.period),
      Fact("Territoires", offer.territories.isEmpty ? "Tout le département" : territories(of: offer, names)),
      Fact(
        "Opération FSE", offer.operationName,
        address: visit.may(.manageOperations) ? offer.operation.map(operationAddress) : nil),
      Fact("Ouverte à l’opérateur", offer.openToOperator ? "Oui" : "Non"),
      Fact("Téléphone montré à l’opérateur", offer.showsPhone ? "Oui" : nil),
      Fact("Présences", offer.needsAttendance ? "À saisir" : nil),
      Fact("Bilan", offer.needsReport ? "Demandé" : nil),
    ].filter { $0.value != nil })
  var body: [any Piece] = []
  if let description = offer.description, !description.isEmpty {
    body.append(Panel("Description", [Paragraph(description)]))
  }
  body.append(Panel("Caractéristiques", [facts]))
  if !offer.sessions.isEmpty {
    let items = offer.sessions.map { session in
      Item(
        session.name, meta: "du \(French.long(session.startsOn)) au \(French.long(session.endsOn))", icon: .calendar,
        badges: session.badge.map { [$0] } ?? [])
    }
    body.append(
      Panel(
        "Sessions", count: items.count,
        [ItemList("Sessions", items, empty: EmptyState("Aucune session", "Rien ici."))]))
  }
  if let present {
    let sheet = Action("Feuille d’émargement", "/offres/\(id)/emargement", icon: .print, weight: .plain)
    body.append(
      Panel("Présence", actions: [sheet], [presence(present, offer: id, after: after, today: visit.today)]))
  }
  let head = PageHead(
    offer.name, lead: offer.period, back: Link("Offres", "/offres"), badges: [offer.badge(today: visit.today)],
    actions: offer.acts(visit))
  return visit.page(head, .offers, body)
}

private func territories(of offer: Offer, _ names: [ID<Territory>: String]) -> String {
  offer.territories.map { names[$0] ?? "—" }.sorted(by: French.isBefore).joined(separator: ", ")
}

extension OfferSession {
  /// « 3 places » or « Complet »; nil where places are not counted.
  var badge: Badge? {
    guard let left = placesLeft else { return nil }
    return left == 0
      ? Badge("Complet", .late, icon: .lock) : Badge(French.count(left, "place restante", "places restantes"), .done)
  }
}

extension OfferStep {
  func badge(today: CalendarDate) -> Badge {
    if kind == .positioning { return Badge("Positionnement", .waiting, icon: .clock) }
    if let until, until < today { return Badge("Terminée", .neutral, icon: .check) }
    return Badge("Inscrit", .done, icon: .route)
  }
}

/// Nil for whoever edits offers without reading dossiers.
private func registered(on offer: ID<Offer>, after: String?, _ visit: Visit) async throws -> Page<OfferStep>? {
  guard visit.may(.readDossiers) else { return nil }
  return try await visit.services.call(
    FSEAPI.listOfferSteps, ["offer": offer], OfferStepQuery(limit: pageLength, after: after))
}

private func presence(
  _ found: Page<OfferStep>, offer: ID<Offer>, after: String?, today: CalendarDate
) -> Table {
  let rows = found.items.map { step in
    return Row(
      id: step.step.description, address: "/dossiers/\(step.dossier)/parcours/\(step.step)/detail", name: step.name,
      [
        Cell(step.name, detail: "n° \(step.number)"), Cell(step.badge(today: today)),
        Cell("\(French.short(step.plannedFrom)) → \(French.short(step.plannedUntil))"),
        Cell(step.from.map { "\(French.short($0)) → \(step.until.map(French.short) ?? "en cours")" } ?? "—"),
        Cell(step.attendedMinutes.map(French.hours) ?? "—"),
      ])
  }
  return Table(
    id: "presence", caption: "Personnes inscrites",
    columns: [
      Column("Personne"), Column("État"), Column("Prévu", isSecondary: true), Column("Réel"),
      Column("Présence", isSecondary: true),
    ], rows: rows,
    count: French.count(rows.count, "personne affichée", "personnes affichées"),
    empty: EmptyState("Personne de votre périmètre", "Les personnes que vous suivez s’affichent ici.", icon: .users),
    pager: Pager(
      first: after == nil ? nil : "/offres/\(offer)",
      next: found.next.map { Address("/offres/\(offer)", ["apres": $0]).text }))
}
