import API
import Domain
import Foundation
import Service

let operatorsRoom = Room(rights: [.readDossiers, .editOffers]) { pages in
  let reading: [Right] = [.readDossiers, .editOffers]
  pages.get("operateurs", rights: reading) { visit in try await operatorsPage(visit) }
  pages.form("operateurs/nouveau", rights: [.editOffers], OperatorForm.self)
  pages.get("operateurs/{operator}", rights: reading) { visit in try await operatorPage(visit) }
  pages.form("operateurs/{operator}/modifier", rights: [.editOffers], OperatorForm.self)
  pages.get("operateurs/{operator}/suppression", rights: [.editOffers]) { visit in try await removalPage(visit) }
  pages.post("operateurs/{operator}/suppression", rights: [.editOffers]) { visit in try await remove(visit) }
}

let operatorsAddress = "/operateurs"
func operatorAddress(_ id: ID<Operator>) -> String { "\(operatorsAddress)/\(id)" }

private let pageLength = 50

extension OperatorDetails {
  var badge: Badge {
    active ? Badge("Proposé", .done, icon: .check) : Badge("Désactivé", .neutral, icon: .pause)
  }

  fileprivate var place: String? {
    let parts = [postalCode, commune].compactMap { $0 }.filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: " ")
  }

  fileprivate var wholeAddress: String? {
    let parts = [address, place].compactMap { $0 }.filter { !$0.isEmpty }
    return parts.isEmpty ? nil : parts.joined(separator: ", ")
  }
}

private func operatorsPage(_ visit: Visit) async throws -> PageAnswer {
  let (q, after, activity) = (visit.query["q"], visit.query["apres"], visit.query["actifs"] ?? "oui")
  let found = try await visit.services.call(
    FSEAPI.listOperators, [:],
    OperatorQuery(q: q, active: ["oui": true, "non": false][activity], limit: pageLength, after: after))
  func address(_ after: String?) -> String {
    Address(operatorsAddress, ["q": q, "actifs": activity == "oui" ? nil : activity, "apres": after]).text
  }
  let bar = FilterBar(
    address: operatorsAddress,
    fields: [
      .text("q", "Nom de l’opérateur", value: q, maximumLength: 100, .optional),
      .select(
        "actifs", "Activité",
        [
          Choice("oui", "Proposés", isChosen: activity == "oui"),
          Choice("non", "Désactivés", isChosen: activity == "non"),
          Choice("tous", "Tous", isChosen: activity == "tous"),
        ], .optional),
    ], live: "operateurs")
  let rows = found.items.map { carrier in
    Row(
      id: carrier.id.description, address: operatorAddress(carrier.id), name: carrier.details.name,
      [
        Cell(carrier.details.name, detail: carrier.details.contact), Cell(carrier.details.place ?? "—"),
        Cell(PhoneNumber.shown(carrier.details.phone) ?? carrier.details.email ?? "—"), Cell(carrier.details.badge),
      ])
  }
  let table = Table(
    id: "operateurs", caption: "Opérateurs",
    columns: [Column("Opérateur"), Column("Commune"), Column("Coordonnées", isSecondary: true), Column("État")],
    rows: rows, count: French.count(rows.count, "opérateur affiché", "opérateurs affichés"),
    empty: EmptyState(
      "Aucun opérateur ne correspond", "Une structure qui réalise des offres se déclare ici, avant ses offres.",
      icon: .building),
    pager: Pager(first: after == nil ? nil : address(nil), next: found.next.map { address($0) }))
  let add = Action("Ajouter un opérateur", "\(operatorsAddress)/nouveau", icon: .plus, weight: .primary)
  let head = PageHead(
    "Opérateurs", lead: "Les structures qui réalisent des offres de service.", back: Link("Offres", "/offres"),
    actions: visit.may(.editOffers) ? [add] : [])
  return visit.page(head, .offers, [bar, table])
}

/// An operator with its offers, its people and who is registered with it.
private func operatorPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("operator", of: Operator.self)
  let after = visit.query["apres"]
  async let showing = visit.services.call(FSEAPI.showOperator, ["operator": id])
  async let carrying = visit.services.call(FSEAPI.listOffers, [:], OfferQuery(operator: id, limit: 100))
  async let attending = registered(with: id, after: after, visit)
  let carrier = try await showing
  async let answering = answerers(of: carrier, visit)
  let (offers, present, people) = try await (carrying.items, attending, answering)
  var body: [any Piece] = [Panel("Coordonnées", [facts(carrier, structure: people?.structure)])]
  let add = Action(
    "Ajouter une offre", Address("/offres/nouvelle", ["operateur": id.description]).text, icon: .plus, weight: .plain)
  body.append(
    Panel(
      "Offres", count: offers.count, actions: visit.may(.editOffers) ? [add] : [],
      [offerList(offers, today: visit.today)]))
  if let people {
    body.append(Panel("Collaborateurs", count: people.accounts.count, [peopleList(people.accounts)]))
  }
  if let present {
    body.append(Panel("Inscriptions", [registrations(present, of: id, after: after, today: visit.today)]))
  }
  let actions =
    visit.may(.editOffers)
    ? [
      Action("Modifier", "\(operatorAddress(id))/modifier", icon: .edit),
      Action(
        "Supprimer", "\(operatorAddress(id))/suppression", icon: .trash, weight: .plain,
        confirmation: removal(of: carrier)),
    ] : []
  let head = PageHead(
    carrier.details.name, back: Link("Opérateurs", operatorsAddress), badges: [carrier.details.badge], actions: actions)
  return visit.page(head, .offers, body)
}

private func facts(_ carrier: Operator, structure: String?) -> Facts {
  Facts([
    Fact("Adresse", carrier.details.wholeAddress),
    Fact("Téléphone", PhoneNumber.shown(carrier.details.phone)), Fact("Courriel", carrier.details.email),
    Fact("Interlocuteur", carrier.details.contact), Fact("SIRET", carrier.details.siret),
    Fact("Remarques", carrier.details.remarks),
    Fact("Profil et dispositif", "Opérateur · Accompagnement RSA"),
    Fact("Structure qui répond", structure ?? "Aucune : l’opérateur n’a pas accès à Jalons"),
  ])
}

private func offerList(_ offers: [Offer], today: CalendarDate) -> ItemList {
  let items = offers.map { offer in
    Item(
      offer.name, address: "/offres/\(offer.id)",
      meta: "du \(French.long(offer.startsOn)) au \(French.long(offer.endsOn))", icon: .briefcase,
      badges: [offer.badge(today: today)])
  }
  return ItemList(
    "Offres de l’opérateur", items,
    empty: EmptyState("Aucune offre", "Les offres qui nomment cet opérateur s’affichent ici.", icon: .briefcase))
}

/// The structure whose people answer for the operator, and those people.
private struct Answerers: Sendable {
  let structure: String
  let accounts: [AccountRow]
}

private func answerers(of carrier: Operator, _ visit: Visit) async throws -> Answerers? {
  guard let organisation = carrier.details.organisation else { return nil }
  async let naming = visit.services.call(IdentityAPI.showOrganisation, ["organisation": organisation])
  async let listing = visit.services.call(
    IdentityAPI.listAccounts, [:], AccountQuery(organisation: organisation, status: .active, limit: 100))
  return try await Answerers(structure: naming.name, accounts: listing.items)
}

private func peopleList(_ accounts: [AccountRow]) -> ItemList {
  ItemList(
    "Collaborateurs", accounts.map { Item($0.name, icon: .user) },
    empty: EmptyState(
      "Aucun collaborateur", "Un administrateur ouvre leurs comptes dans cette structure.", icon: .users)
  )
}

/// Nil for those who edit operators without reading dossiers.
private func registered(with id: ID<Operator>, after: String?, _ visit: Visit) async throws -> Page<OfferStep>? {
  guard visit.may(.readDossiers) else { return nil }
  return try await visit.services.call(
    FSEAPI.listOperatorSteps, ["operator": id], OfferStepQuery(limit: pageLength, after: after))
}

private func registrations(
  _ found: Page<OfferStep>, of id: ID<Operator>, after: String?, today: CalendarDate
) -> Table {
  let rows = found.items.map { step in
    Row(
      id: step.step.description, address: "/dossiers/\(step.dossier)/parcours/\(step.step)/detail", name: step.name,
      [
        Cell(step.name, detail: "n° \(step.number)"), Cell(step.offerName ?? "—"), Cell(step.badge(today: today)),
        Cell("\(French.short(step.plannedFrom)) → \(French.short(step.plannedUntil))"),
      ])
  }
  return Table(
    id: "inscriptions", caption: "Personnes inscrites auprès de l’opérateur",
    columns: [Column("Personne"), Column("Offre"), Column("État"), Column("Prévu", isSecondary: true)], rows: rows,
    count: French.count(rows.count, "personne affichée", "personnes affichées"),
    empty: EmptyState("Personne de votre périmètre", "Les personnes que vous suivez s’affichent ici.", icon: .users),
    pager: Pager(
      first: after == nil ? nil : operatorAddress(id),
      next: found.next.map { Address(operatorAddress(id), ["apres": $0]).text }))
}

// MARK: Deletion

private func removal(of carrier: Operator) -> Confirmation {
  Confirmation(
    id: "supprimer-operateur", title: "Supprimer cet opérateur ?",
    consequences: ["« \(carrier.details.name) » disparaît, comme s’il n’avait pas été saisi."],
    reassurance: "Un opérateur que nomment des offres ou des étapes ne se supprime pas : désactivez-le.",
    address: "\(operatorAddress(carrier.id))/suppression", label: "Supprimer l’opérateur", isDangerous: true,
    back: operatorAddress(carrier.id))
}

private func removalPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("operator", of: Operator.self)
  let carrier = try await visit.services.call(FSEAPI.showOperator, ["operator": id])
  let head = PageHead("Supprimer cet opérateur ?", back: Link(carrier.details.name, operatorAddress(id)))
  return visit.page(head, .offers, [Panel("Ce qui va se passer", [removal(of: carrier)])])
}

private func remove(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("operator", of: Operator.self)
  do {
    _ = try await visit.services.call(FSEAPI.deleteOperator, ["operator": id])
  } catch let problem as Problem where problem.status == 409 {
    return .see(
      operatorAddress(id), saying: [problem.title, problem.detail].compactMap { $0 }.joined(separator: " "),
      tone: .waiting)
  }
  return .see(operatorsAddress, saying: "L’opérateur est supprimé.")
}
