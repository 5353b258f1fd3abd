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
    "Rendez-vous d’aujourd’hui", agenda.items.entries(at: visit.moment, otherwise: address),
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

private func item(_ pending: PendingOutcome) -> Item {
  Item(
    pending.dossierName, address: pending.address, meta: "\(pending.kindLabel) · \(French.moment(pending.startsAt))",
    icon: .edit)
}
