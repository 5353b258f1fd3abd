import API
import Domain
import Foundation
import Service

let offersRoom = Room(area: .offers, rights: [.readDossiers, .editOffers]) { pages in
  pages.get("offres", rights: [.readDossiers, .editOffers]) { visit in try await offersPage(visit) }
  pages.get("offres/{offer}", rights: [.readDossiers, .editOffers]) { visit in try await offerPage(visit) }
  pages.form("offres/nouvelle", rights: [.editOffers], OfferForm.self)
  pages.form("offres/{offer}/modifier", rights: [.editOffers], OfferForm.self)
}

private let pageLength = 50

extension Offer {
  func badge(today: CalendarDate) -> Badge {
    if !active { return Badge("Inactive", .neutral, icon: .pause) }
    if endsOn < today { return Badge("Finie", .neutral, icon: .check) }
    if startsOn > today { return Badge("À venir", .info, icon: .calendar) }
    return Badge("Active", .done, icon: .check)
  }

  fileprivate var period: String { "du \(French.long(startsOn)) au \(French.long(endsOn))" }
}

/// The offers by name, narrowed by words, class and activity.
private func offersPage(_ visit: Visit) async throws -> PageAnswer {
  let (q, chosenClass, after) = (visit.query["q"], visit.query["classe"], visit.query["apres"])
  let activity = visit.query["actives"] ?? "oui"
  let query = OfferQuery(
    q: q, classification: chosenClass, active: ["oui": true, "non": false][activity], limit: pageLength, after: after)
  async let listing = visit.services.call(FSEAPI.listOffers, [:], query)
  async let classing = visit.services.call(ServiceName.fse.lists.all)
  let (found, classes) = try await (listing, classing[.offerClass])
  func address(_ after: String?) -> String {
    Address(
      "/offres",
      ["q": q, "classe": chosenClass, "actives": activity == "oui" ? nil : activity, "apres": after]
    ).text
  }
  let bar = FilterBar(
    address: "/offres",
    fields: [
      .text("q", "Nom de l’offre", value: q, maximumLength: 100, .optional),
      .select(
        "classe", "Classe",
        [Choice("", "Toutes")] + classes.entries.map { Choice($0.code, $0.label, isChosen: $0.code == chosenClass) },
        .optional),
      .select(
        "actives", "Activité",
        [
          Choice("oui", "Actives", isChosen: activity == "oui"),
          Choice("non", "Inactives", isChosen: activity == "non"),
          Choice("toutes", "Toutes", isChosen: activity == "toutes"),
        ], .optional),
    ])
  let rows = found.items.map { offer in
    Row(
      id: offer.id.description, address: "/offres/\(offer.id)", name: offer.name,
      [
        Cell(offer.name, detail: offer.operationName), Cell(classes.label(of: offer.classification)),
        Cell(offer.needsPartner ? "Plusieurs opérateurs" : offer.operatorName),
        Cell("\(French.short(offer.startsOn)) → \(French.short(offer.endsOn))"), Cell(offer.badge(today: visit.today)),
      ])
  }
  let table = Table(
    id: "offres", caption: "Offres",
    columns: [
      Column("Offre"), Column("Classe"), Column("Opérateur", isSecondary: true), Column("Dates", isSecondary: true),
      Column("État"),
    ], rows: rows, count: French.count(rows.count, "offre affichée", "offres affichées"),
    empty: EmptyState("Aucune offre ne correspond", "Changez de classe, ou affichez aussi les offres inactives."),
    pager: Pager(first: after == nil ? nil : address(nil), next: found.next.map { address($0) }))
  let add = Action("Ajouter une offre", "/offres/nouvelle", icon: .plus, weight: .primary)
  return visit.page(PageHead("Offres", actions: visit.may(.editOffers) ? [add] : []), .offers, [bar, table])
}

/// An offer, and who of the person's scope is registered on it.
private func offerPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("offer", of: Offer.self)
  let after = visit.query["apres"]
  async let showing = visit.services.call(FSEAPI.showOffer, ["offer": id])
  async let classing = visit.services.call(ServiceName.fse.lists.all)
  async let attending = registered(on: id, after: after, visit)
  let (offer, classes, present) = try await (showing, classing[.offerClass], attending)
  let facts = Facts(
    [
      Fact("Classe", classes.label(of: offer.classification)),
      Fact("Opérateur", offer.needsPartner ? "Choisi à chaque inscription" : offer.operatorName),
      Fact("Dates", offer.period), Fact("Opération FSE", offer.operationName),
      Fact("Ouverte à l’opérateur", offer.openToOperator ? "Oui" : "Non"),
      Fact("Émargement", offer.needsAttendance ? "Demandé" : nil), Fact("Bilan", offer.needsReport ? "Demandé" : nil),
    ].filter { $0.value != nil })
  var body: [any Piece] = []
  if let description = offer.description, !description.isEmpty {
    body.append(Panel("Description", [Paragraph(description)]))
  }
  body.append(Panel("Caractéristiques", [facts]))
  if !offer.sessions.isEmpty {
    let items = offer.sessions.map { session in
      Item(
        session.name, meta: "du \(French.long(session.startsOn)) au \(French.long(session.endsOn))", icon: .calendar)
    }
    body.append(
      Panel(
        "Sessions", count: items.count,
        [ItemList("Sessions", items, empty: EmptyState("Aucune session", "Rien ici."))]))
  }
  if let present {
    body.append(Panel("Présence", [presence(present, offer: id, after: after, today: visit.today)]))
  }
  let edit = Action("Modifier", "/offres/\(id)/modifier", icon: .edit)
  let head = PageHead(
    offer.name, lead: offer.period, back: Link("Offres", "/offres"), badges: [offer.badge(today: visit.today)],
    actions: visit.may(.editOffers) ? [edit] : [])
  return visit.page(head, .offers, body)
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
    let isOver = step.until.map { $0 < today } ?? false
    let state =
      step.kind == .positioning
      ? Badge("Positionnement", .waiting, icon: .clock)
      : isOver ? Badge("Terminée", .neutral, icon: .check) : Badge("Inscrit", .done, icon: .route)
    return Row(
      id: step.step.description, address: "/dossiers/\(step.dossier)/parcours", name: step.name,
      [
        Cell(step.name, detail: "n° \(step.number)"), Cell(state),
        Cell("\(French.short(step.plannedFrom)) → \(French.short(step.plannedUntil))"),
        Cell(step.from.map { "\(French.short($0)) → \(step.until.map(French.short) ?? "en cours")" } ?? "—"),
      ])
  }
  return Table(
    id: "presence", caption: "Personnes inscrites",
    columns: [Column("Personne"), Column("État"), Column("Prévu", isSecondary: true), Column("Réel")], rows: rows,
    count: French.count(rows.count, "personne affichée", "personnes affichées"),
    empty: EmptyState("Personne de votre périmètre", "Les personnes que vous suivez s’affichent ici.", icon: .users),
    pager: Pager(
      first: after == nil ? nil : "/offres/\(offer)",
      next: found.next.map { Address("/offres/\(offer)", ["apres": $0]).text }))
}
