import API
import Domain
import Foundation
import Service

/// The appointments of the days that follow today, for who adds it.
let weekBlock = HomeBlock("Ma semaine", rights: bookingRights, place: .right, isOptional: true) { visit in
  let (first, last) = (visit.today.adding(days: 1), visit.today.adding(days: 7))
  let agenda = try await visit.services.call(SchedulingAPI.showAgenda, [:], AgendaQuery(from: first, until: last))
  let taken = agenda.items.filter { $0.outcome?.takesTime ?? true }.sorted { $0.startsAt < $1.startsAt }
  let items = taken.prefix(12).map { item in
    Item(
      item.dossierName ?? "Occupé",
      address: item.dossier.map { "/dossiers/\($0)/entretiens/\(item.appointment)" },
      meta: [French.moment(item.startsAt), item.kindLabel].compactMap { $0 }.joined(separator: " · "), icon: .calendar)
  }
  let list = ItemList(
    "Rendez-vous des sept prochains jours", Array(items),
    empty: EmptyState("Aucun rendez-vous", "Rien dans les sept prochains jours.", icon: .calendar))
  let all = Action("Mon agenda", "/agenda", weight: .plain)
  return HomeContent(panel: Panel("Ma semaine", count: taken.count, actions: [all], [list]))
}
