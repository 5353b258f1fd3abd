import API
import Domain
import Foundation
import Service

let gatheringsRoom = Room(rights: [.readDossiers, .gatherings], sections: [gatheringsSection]) { pages in
  let reading: [Right] = [.readDossiers, .gatherings]
  pages.get("rencontres", rights: reading) { visit in try await gatheringsPage(visit) }
  pages.form("rencontres/nouveau", rights: [.gatherings], GatheringForm.self)
  pages.get("rencontres/{gathering}", rights: reading) { visit in try await gatheringPage(visit) }
  pages.get("rencontres/{gathering}/liste", rights: [.readDossiers]) { visit in try await printedGuests(visit) }
  pages.form("rencontres/{gathering}/modifier", rights: [.gatherings], GatheringForm.self)
  pages.form("rencontres/{gathering}/inscrire", rights: [.gatherings], GatheringEnrolmentForm.self)
  pages.post("rencontres/{gathering}/presence", rights: [.gatherings]) { visit in try await confirmPresence(visit) }
  pages.post("rencontres/{gathering}/retrait", rights: [.gatherings]) { visit in try await removeGuest(visit) }
  pages.post("rencontres/{gathering}/suppression", rights: [.gatherings]) { visit in try await deleteGathering(visit) }
  addDossierGatheringPages(to: pages)
}

// `/evenements` is the stream of live events.
let gatheringsAddress = "/rencontres"
func gatheringAddress(_ id: ID<Gathering>) -> String { "\(gatheringsAddress)/\(id)" }

private let pageLength = 50

extension Gathering {
  /// « 12 mars 2026, matin »
  var moment: String { [French.long(onDay), half?.label.lowercased()].compactMap { $0 }.joined(separator: ", ") }
  var title: String { "\(name), \(moment)" }

  fileprivate func badge(today: CalendarDate) -> Badge {
    if onDay < today { return Badge("Passé", .neutral, icon: .check) }
    if onDay == today { return Badge("Aujourd’hui", .done, icon: .calendar) }
    return Badge("À venir", .info, icon: .calendar)
  }

  fileprivate var placesWord: String { placesLeft.map { $0 == 0 ? "Complet" : String($0) } ?? "Sans limite" }
}

extension Guest.Presence {
  var badge: Badge {
    switch self {
    case .awaited: Badge("À confirmer", .waiting, icon: .clock)
    case .present: Badge("Présent", .done, icon: .check)
    case .absent: Badge("Absent", .late, icon: .x)
    }
  }
}

private func gatheringsPage(_ visit: Visit) async throws -> PageAnswer {
  let (q, kind, after) = (visit.query["q"], visit.query["type"], visit.query["apres"])
  let shows = visit.query["jours"] ?? "venir"
  let query = GatheringQuery(
    q: q, kind: kind, from: shows == "venir" ? visit.today : nil,
    until: shows == "passes" ? visit.today.adding(days: -1) : nil, limit: pageLength, after: after)
  async let listing = visit.services.call(FSEAPI.listGatherings, [:], query)
  async let naming = visit.services.call(ServiceName.fse.lists.all)
  let (found, kinds) = try await (listing, naming[.gatheringKind])
  func address(_ after: String?) -> String {
    Address(gatheringsAddress, ["q": q, "type": kind, "jours": shows == "venir" ? nil : shows, "apres": after]).text
  }
  let bar = FilterBar(
    address: gatheringsAddress,
    fields: [
      .text("q", "Nom de l’évènement", value: q, maximumLength: 100, .optional),
      .select(
        "type", "Type",
        [Choice("", "Tous")] + kinds.entries.map { Choice($0.code, $0.label, isChosen: $0.code == kind) }, .optional),
      .select(
        "jours", "Jours",
        [
          Choice("venir", "À venir", isChosen: shows == "venir"),
          Choice("passes", "Passés", isChosen: shows == "passes"), Choice("tous", "Tous", isChosen: shows == "tous"),
        ], .optional),
    ], live: "evenements")
  let rows = found.items.map { gathering in
    Row(
      id: gathering.id.description, address: gatheringAddress(gathering.id), name: gathering.name,
      [
        Cell(gathering.name, detail: kinds.label(of: gathering.kind)), Cell(gathering.moment),
        Cell(gathering.place ?? "—"), Cell(gathering.placesWord), Cell(gathering.badge(today: visit.today)),
      ])
  }
  let table = Table(
    id: "evenements", caption: "Évènements",
    columns: [
      Column("Évènement"), Column("Jour"), Column("Lieu", isSecondary: true), Column("Places", isSecondary: true),
      Column("État"),
    ], rows: rows, count: French.count(rows.count, "évènement affiché", "évènements affichés"),
    empty: EmptyState(
      "Aucun évènement", "Forums, rencontres et salons s’affichent ici une fois créés.", icon: .calendar),
    pager: Pager(first: after == nil ? nil : address(nil), next: found.next.map { address($0) }))
  let add = Action("Créer un évènement", "\(gatheringsAddress)/nouveau", icon: .plus, weight: .primary)
  let head = PageHead(
    "Évènements", back: Link("Offres", "/offres"), actions: visit.may(.gatherings) ? [add] : [])
  return visit.page(head, .offers, [bar, table])
}

/// An event, and who of the person's scope is registered on it.
private func gatheringPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("gathering", of: Gathering.self)
  let after = visit.query["apres"]
  async let showing = visit.services.call(FSEAPI.showGathering, ["gathering": id])
  async let naming = visit.services.call(ServiceName.fse.lists.all)
  async let inviting = guests(of: id, after: after, visit)
  let (gathering, kinds, invited) = try await (showing, naming[.gatheringKind], inviting)
  let facts = Facts([
    Fact("Type", kinds.label(of: gathering.kind)), Fact("Jour", gathering.moment), Fact("Lieu", gathering.place),
    Fact("Places", gathering.capacity.map { "\(gathering.taken) prises sur \($0)" } ?? "Sans limite"),
    Fact("Inscrits en tout", String(gathering.taken)), Fact("Organisé par", gathering.organiserName),
    Fact("Description", gathering.description),
  ])
  var body: [any Piece] = [Panel("Évènement", [facts])]
  if let invited {
    let list = Action("Liste à imprimer", "\(gatheringAddress(id))/liste", icon: .print, weight: .plain)
    body.append(
      Panel(
        "Inscrits", actions: invited.items.isEmpty ? [] : [list],
        [guestTable(invited, gathering, after: after, visit)]))
  }
  let address = gatheringAddress(id)
  var acts: [Action] = []
  if visit.may(.gatherings) {
    acts.append(Action("Inscrire des personnes", "\(address)/inscrire", icon: .users, weight: .primary))
  }
  if visit.may(.gatherings), gathering.mayChange {
    acts += [
      Action("Modifier", "\(address)/modifier", icon: .edit),
      Action("Supprimer", "\(address)/suppression", icon: .trash, weight: .plain, posts: true),
    ]
  }
  let head = PageHead(
    gathering.name, lead: gathering.moment, back: Link("Évènements", gatheringsAddress),
    badges: [gathering.badge(today: visit.today)], actions: acts)
  return visit.page(head, .offers, body)
}

/// Nil for those who organise events without reading dossiers.
private func guests(of id: ID<Gathering>, after: String?, _ visit: Visit) async throws -> Page<Guest>? {
  guard visit.may(.readDossiers) else { return nil }
  return try await visit.services.call(
    FSEAPI.listGuests, ["gathering": id], GuestQuery(limit: pageLength, after: after))
}

private func guestTable(_ found: Page<Guest>, _ gathering: Gathering, after: String?, _ visit: Visit) -> Table {
  let address = gatheringAddress(gathering.id)
  let isOpen = visit.may(.gatherings) && gathering.onDay <= visit.today
  let rows = found.items.map { guest in
    let person = HiddenValue("dossier", guest.dossier.description)
    func say(_ presence: Guest.Presence, _ label: String) -> Action {
      Action(
        label, "\(address)/presence", weight: .plain, posts: true,
        values: [person, HiddenValue("presence", presence.rawValue)])
    }
    var acts: [Action] = []
    if isOpen, guest.presence != .present { acts.append(say(.present, "Présent")) }
    if isOpen, guest.presence != .absent { acts.append(say(.absent, "Absent")) }
    if visit.may(.gatherings) {
      acts.append(Action("Retirer", "\(address)/retrait", weight: .plain, posts: true, values: [person]))
    }
    return Row(
      id: guest.dossier.description, address: "/dossiers/\(guest.dossier)/evenements", name: guest.name,
      [
        Cell(guest.name, detail: "n° \(guest.number)"),
        Cell(guest.presence.badge, detail: guest.confirmedByName.map { "par \($0)" }), Cell(guest.invitedByName),
        Cell(actions: acts),
      ])
  }
  return Table(
    id: "inscrits", caption: "Personnes inscrites",
    columns: [
      Column("Personne"), Column("Présence"), Column("Inscrit par", isSecondary: true),
      Column("Actions", isTitleHidden: true),
    ], rows: rows, count: French.count(rows.count, "personne affichée", "personnes affichées"),
    empty: EmptyState(
      "Personne de votre périmètre", "Les personnes que vous suivez s’affichent ici une fois inscrites.", icon: .users),
    pager: Pager(
      first: after == nil ? nil : address, next: found.next.map { Address(address, ["apres": $0]).text }))
}

/// The list as the organiser has it in hand.
private func printedGuests(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("gathering", of: Gathering.self)
  async let showing = visit.services.call(FSEAPI.showGathering, ["gathering": id])
  async let inviting = visit.services.call(FSEAPI.listGuests, ["gathering": id], GuestQuery(limit: 200))
  let (gathering, invited) = try await (showing, inviting.items)
  let rows = invited.map { guest in
    Row(
      id: guest.dossier.description, name: guest.name,
      [Cell(guest.name), Cell(guest.invitedByName), Cell(guest.presence == .present ? "Présent" : " ")])
  }
  let table = Table(
    id: "liste", caption: "Inscrits", columns: [Column("Personne"), Column("Inscrit par"), Column("Signature")],
    rows: rows, count: French.count(rows.count, "personne inscrite", "personnes inscrites"),
    empty: EmptyState("Personne n’est inscrit", "La liste se remplit avec les inscriptions."))
  let head = PageHead(
    "Liste des inscrits", lead: [gathering.title, gathering.place].compactMap { $0 }.joined(separator: ", "),
    back: Link(gathering.name, gatheringAddress(id)))
  return visit.page(head, .offers, [PrintButton("Imprimer la liste"), table])
}

// MARK: Acts

private func guest(_ visit: Visit) throws -> [String: any CustomStringConvertible] {
  guard let dossier = visit.form.id("dossier", of: Dossier.self) else {
    throw Problem.malformed("Le formulaire est incomplet.")
  }
  return ["gathering": try visit.id("gathering", of: Gathering.self), "dossier": dossier]
}

private func confirmPresence(_ visit: Visit) async throws -> PageAnswer {
  let address = gatheringAddress(try visit.id("gathering", of: Gathering.self))
  guard let presence = visit.form["presence"].flatMap(Guest.Presence.init(rawValue:)) else {
    throw Problem.malformed("Le formulaire est incomplet.")
  }
  let confirmed = try await visit.services.call(
    FSEAPI.confirmGathering, try guest(visit), GuestPresence(presence: presence))
  return .see(
    address, saying: "\(confirmed.name) : \(presence == .present ? "présence confirmée" : "absence notée").")
}

private func removeGuest(_ visit: Visit) async throws -> PageAnswer {
  let address = gatheringAddress(try visit.id("gathering", of: Gathering.self))
  _ = try await visit.services.call(FSEAPI.leaveGathering, try guest(visit))
  return .see(address, saying: "La personne est retirée de l’évènement.")
}

private func deleteGathering(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("gathering", of: Gathering.self)
  do {
    _ = try await visit.services.call(FSEAPI.deleteGathering, ["gathering": id])
  } catch let problem as Problem where problem.status == 409 {
    return .see(
      gatheringAddress(id), saying: [problem.title, problem.detail].compactMap { $0 }.joined(separator: " "),
      tone: .waiting)
  }
  return .see(gatheringsAddress, saying: "L’évènement est supprimé.")
}
