import API
import Domain
import Foundation
import Service

/// The appointments of the day.
let dayBlock = HomeBlock("Ma journée", rights: bookingRights) { visit in
  let today = visit.today
  let agenda = try await visit.services.call(
    SchedulingAPI.showAgenda, [:], AgendaQuery(from: today, until: today))
  let address = "/agenda?jour=\(today)"
  let taken = agenda.items.filter { $0.outcome?.takesTime ?? true }
  let list = DayAgenda(
    "Rendez-vous d’aujourd’hui", agenda.items.map { $0.entry(at: visit.moment, otherwise: address) },
    empty: EmptyState("Aucun rendez-vous aujourd’hui", "Votre journée est libre.", icon: .calendar))
  let all = Action("Mon agenda", "/agenda", weight: .plain)
  return HomeContent(
    counters: [Counter(taken.count, "rendez-vous aujourd’hui", address: address)],
    panel: Panel("Ma journée", count: agenda.items.count, actions: [all], [list]))
}

private let pageLength = 50

/// What is over and of which nobody said whether it was held.
let pendingBlock = HomeBlock("Rendez-vous sans réalisation", rights: bookingRights, place: .right) { visit in
  let found = try await visit.services.call(
    SchedulingAPI.listPendingOutcomes, [:], PendingOutcomeQuery(mine: true, limit: pageLength))
  guard !found.items.isEmpty else { return HomeContent() }
  let list = ItemList(
    "Rendez-vous sans réalisation", found.items.prefix(5).map(item),
    empty: EmptyState("Tout est saisi", "Aucune réalisation n’attend.", icon: .check))
  let all = Action("Tous", "/agenda/a-saisir", weight: .plain)
  let count = found.next == nil ? found.items.count : found.total
  return HomeContent(panel: Panel("Rendez-vous sans réalisation", count: count, actions: [all], [list]))
}

private func address(_ pending: PendingOutcome) -> String {
  "/dossiers/\(pending.dossier)/entretiens/\(pending.appointment)#realisation"
}

private func item(_ pending: PendingOutcome) -> Item {
  Item(
    pending.dossierName, address: address(pending), meta: "\(pending.kindLabel) · \(French.moment(pending.startsAt))",
    icon: .edit)
}

/// All of them, one's own or of every agenda within reach.
func pendingPage(_ visit: Visit) async throws -> PageAnswer {
  let isAll = visit.query["voir"] == "tous" || !visit.mayBook
  let query = PendingOutcomeQuery(mine: !isAll, after: visit.query["apres"], limit: pageLength)
  let found = try await visit.services.call(SchedulingAPI.listPendingOutcomes, [:], query)
  let rows = found.items.map { pending in
    Row(
      id: pending.appointment.description, address: address(pending), name: pending.dossierName, mark: .waiting,
      [
        Cell(pending.dossierName), Cell(French.moment(pending.startsAt)), Cell(pending.kindLabel),
        Cell(pending.agentName),
      ])
  }
  let base = isAll ? "/agenda/a-saisir?voir=tous" : "/agenda/a-saisir"
  let table = Table(
    id: "a-saisir", caption: "Rendez-vous sans réalisation",
    columns: [Column("Personne"), Column("Rendez-vous"), Column("Type"), Column("Agent", isSecondary: true)],
    rows: rows, empty: EmptyState("Tout est saisi", "Aucune réalisation n’attend.", icon: .check),
    pager: Pager(
      first: query.after == nil ? nil : base,
      next: found.next.map { Address("/agenda/a-saisir", ["voir": isAll ? "tous" : nil, "apres": $0]).text }))
  let tabs = Tabs(
    "De qui",
    [
      Link("Les miens", "/agenda/a-saisir", isCurrent: !isAll),
      Link("Tous ceux que je peux voir", "/agenda/a-saisir?voir=tous", isCurrent: isAll),
    ])
  let head = PageHead(
    "Rendez-vous sans réalisation", lead: "Ils sont passés, et rien ne dit s’ils ont été tenus.",
    back: visit.mayBook ? Link("Agenda", "/agenda") : nil)
  return visit.page(head, .agenda, (visit.mayBook ? [tabs] : []) + [table])
}
