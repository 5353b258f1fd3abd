import API
import Domain
import Foundation
import Service

/// Many persons registered at once: how far it is, and what became of each.
let enrolmentsRoom = Room(rights: [.registerOnOffers, .gatherings]) { pages in
  let rights: [Right] = [.registerOnOffers, .gatherings]
  pages.form("offres/{offer}/inscrire", rights: [.registerOnOffers], OfferEnrolmentForm.self)
  pages.post("offres/inscrire", rights: [.registerOnOffers]) { visit in try await offerChoice(visit) }
  pages.get("inscriptions/{batch}", rights: rights) { visit in try await enrolmentPage(visit) }
  pages.get("inscriptions/{batch}/avancement", rights: rights) { visit in
    let enrolment = try await visit.services.call(
      FSEAPI.showEnrolment, ["batch": try visit.id("batch", of: Enrolment.self)])
    return enrolment.endedAt == nil ? visit.fragment([progress(enrolment)]) : .see(enrolment.address)
  }
}

extension Enrolment {
  var address: String { "/inscriptions/\(id)" }

  var back: Link {
    switch kind {
    case .steps: Link(name, "/offres/\(subject.uuidString.lowercased())")
    case .gathering: Link(name, "\(gatheringsAddress)/\(subject.uuidString.lowercased())")
    }
  }

  fileprivate var outcome: String {
    "\(French.count(done, "personne inscrite", "personnes inscrites"))"
  }

  /// Where a form that asked for it leads: on, where all is done; to its page, where it goes on or was refused in part.
  var answer: PageAnswer {
    guard endedAt != nil, refused == 0 else { return .see(address) }
    return .see(back.address, saying: "\(outcome).")
  }
}

private func progress(_ enrolment: Enrolment) -> ProgressBar {
  let settled = enrolment.done + enrolment.refused
  return ProgressBar(
    "\(settled) personnes sur \(enrolment.total)",
    percent: enrolment.total == 0 ? nil : settled * 100 / enrolment.total,
    detail: "Vous pouvez quitter cette page : le traitement continue.", poll: "\(enrolment.address)/avancement")
}

private func enrolmentPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("batch", of: Enrolment.self)
  let after = visit.query["apres"]
  let onlyRefused = visit.query["effet"] == "refus"
  async let showing = visit.services.call(FSEAPI.showEnrolment, ["batch": id])
  async let listing = visit.services.call(
    FSEAPI.listEnrolmentRows, ["batch": id],
    BatchRowQuery(outcome: onlyRefused ? .refused : nil, limit: 50, after: after))
  let (enrolment, rows) = try await (showing, listing)
  let lead = "Demandée le \(French.moment(enrolment.createdAt))"
  guard enrolment.endedAt != nil else {
    let reload = Action("Actualiser", enrolment.address, icon: .refresh)
    let head = PageHead("Inscription en cours", lead: lead, back: enrolment.back, actions: [reload])
    return visit.page(head, .offers, [Panel("Inscription par lot", [progress(enrolment)])])
  }
  let head = PageHead("Inscription par lot", lead: lead, back: enrolment.back)
  return visit.page(
    head, .offers, [summary(enrolment), report(rows, enrolment, after: after, onlyRefused: onlyRefused)])
}

private func summary(_ enrolment: Enrolment) -> Notice {
  guard enrolment.refused > 0 else { return Notice(enrolment.outcome, nil, .done) }
  return Notice(
    "\(enrolment.outcome), \(French.count(enrolment.refused, "refusée", "refusées"))",
    "Chaque refus dit pourquoi. Les autres personnes sont inscrites.", .waiting,
    actions: enrolment.done > 0
      ? [Action("Voir les refus seuls", "\(enrolment.address)?effet=refus", weight: .plain)] : [])
}

private func report(_ rows: Page<BatchRow>, _ enrolment: Enrolment, after: String?, onlyRefused: Bool) -> Table {
  let lines = rows.items.map { row in
    let isRefused = row.outcome == .refused
    let name = row.name ?? "Dossier hors de votre portée"
    let section = enrolment.kind == .steps ? "parcours" : "evenements"
    return Row(
      id: row.dossier.description, address: row.name == nil ? nil : "/dossiers/\(row.dossier)/\(section)", name: name,
      mark: isRefused ? .late : .neutral,
      [
        Cell(name),
        isRefused
          ? Cell(Badge("Refusée", .late, icon: .alert), detail: row.reason)
          : Cell(Badge("Inscrite", .done, icon: .check)),
      ])
  }
  func address(after: String?) -> String {
    Address(enrolment.address, ["effet": onlyRefused ? "refus" : nil, "apres": after]).text
  }
  return Table(
    id: "resultats", caption: "Résultat pour chaque personne", columns: [Column("Personne"), Column("Résultat")],
    rows: lines, empty: EmptyState("Aucun refus", "Toutes les personnes sont inscrites.", icon: .check),
    pager: Pager(first: after == nil ? nil : address(after: nil), next: rows.next.map { address(after: $0) }))
}

/// From persons ticked in a list: on which offer they are to be registered.
private func offerChoice(_ visit: Visit) async throws -> PageAnswer {
  let ticked = visit.form.all("dossier").compactMap { ID<Dossier>($0) }
  guard !ticked.isEmpty else {
    return .see("/beneficiaires", saying: "Cochez d’abord les personnes à inscrire.", tone: .waiting)
  }
  let offers = try await visit.services.call(FSEAPI.listOffers, [:], OfferQuery(active: true, limit: 200)).items
  let chosen = ticked.map { "dossier=\($0)" }.joined(separator: "&")
  let items = offers.map { offer in
    Item(
      offer.name, address: "/offres/\(offer.id)/inscrire?\(chosen)", meta: offer.operatorName, icon: .briefcase,
      badges: [offer.badge(today: visit.today)])
  }
  let list = ItemList(
    "Offres", items, empty: EmptyState("Aucune offre active", "Une offre active s’affiche ici.", icon: .briefcase))
  let head = PageHead(
    "Inscrire \(French.count(ticked.count, "personne")) sur une offre", back: Link("Bénéficiaires", "/beneficiaires"))
  return visit.page(head, .beneficiaries, [Panel("Choisissez l’offre", [list])])
}
