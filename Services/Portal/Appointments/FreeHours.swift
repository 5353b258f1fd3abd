import API
import Domain
import Foundation
import Service

/// The free slots of a week, beside the form that takes one.
enum FreeHours {
  /// How many of a day are named; the agenda shows the others.
  private static let most = 6

  /// The agenda from the day that the address asks for on, a week long. A form is filled in as well without it.
  static func week(_ visit: Visit) async throws -> Agenda? {
    guard visit.parameters["appointment"] == nil else { return nil }
    let asked = visit.query["jour"].flatMap { CalendarDate($0) } ?? visit.today
    let first = max(asked, visit.today)
    do {
      return try await visit.services.call(
        SchedulingAPI.showAgenda, [:],
        AgendaQuery(agent: visit.query.id("agent"), from: first, until: first.adding(days: 6)))
    } catch let problem as Problem where [403, 404, 503].contains(problem.status) {
      return nil
    }
  }

  /// Nil where there is no free slot in the week.
  ///
  /// - Parameter address: the form's, which opens at the slot that is chosen.
  static func panel(of agenda: Agenda, below address: String, _ visit: Visit) -> Panel? {
    let items = (0...agenda.from.days(to: agenda.until)).compactMap { offset -> Item? in
      let day = agenda.from.adding(days: offset)
      let slots = FreeHalfHours.of(
        day, in: agenda, items: agenda.items.filter { $0.day == day }, at: visit.moment)
      guard !slots.isEmpty else { return nil }
      let actions = slots.prefix(most).map { slot in
        let there = Address(
          address, ["jour": day.description, "heure": slot.time, "agent": agenda.agent.description])
        return Action(slot.time, there.text, weight: .plain)
      }
      return Item(
        French.full(day).uppercasedFirst, address: agenda.address(.day, day, visit), actions: actions)
    }
    guard !items.isEmpty else { return nil }
    let next = Action(
      "Semaine suivante",
      Address(
        address, ["jour": agenda.until.adding(days: 1).description, "agent": agenda.agent.description]
      ).text, weight: .plain)
    return Panel(
      "Créneaux libres", id: "creneaux", actions: [next],
      [ItemList("Créneaux libres de \(agenda.agentName)", items, empty: EmptyState("Aucun créneau libre", ""))])
  }
}
