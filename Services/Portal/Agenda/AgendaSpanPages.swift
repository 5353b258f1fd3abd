import API
import Domain
import Foundation
import Service

/// The most agendas beside each other.
private let mostBeside = 6

/// A day as a list, which a phone shows better than a grid; or the same day of several colleagues beside each other.
func dayPage(_ visit: Visit, _ day: CalendarDate) async throws -> PageAnswer {
  let beside = visit.query.all("avec").compactMap { ID<Account>($0) }.prefix(mostBeside - 1)
  let (agenda, agents) = try await loadAgenda(visit, from: day, until: day)
  let address = agenda.address(.day, day, visit)
  let bars: [any Piece] =
    [agenda.spans(.day, day, visit)] + agentBar(agents, agenda, .day, day, visit, beside: Array(beside))
  guard beside.isEmpty else { return try await besidePage(visit, day, agenda, Array(beside), bars) }
  let list = DayAgenda(
    "Rendez-vous du \(French.long(day))", agenda.items.entries(at: visit.moment, otherwise: address),
    empty: EmptyState("Aucun rendez-vous", "La journée est libre.", icon: .calendar))
  let days = Tabs(
    "Jours",
    [
      Link("Veille", agenda.address(.day, day.adding(days: -1), visit)),
      Link("Aujourd’hui", agenda.address(.day, visit.today, visit), isCurrent: day == visit.today),
      Link("Lendemain", agenda.address(.day, day.adding(days: 1), visit)),
    ])
  let note: [any Piece] = agenda.note(day).map { [Notice($0, nil, .info)] } ?? []
  return visit.page(
    agenda.head(visit, French.full(day).uppercasedFirst), .agenda, title: "Agenda",
    bars + note + [days, Panel("Rendez-vous", [list])])
}

/// One day of several people, a column each.
private func besidePage(
  _ visit: Visit, _ day: CalendarDate, _ agenda: Agenda, _ beside: [ID<Account>], _ bars: [any Piece]
) async throws -> PageAnswer {
  var agendas = [agenda]
  for agent in beside where agent != agenda.agent {
    agendas.append(
      try await visit.services.call(
        SchedulingAPI.showAgenda, [:], AgendaQuery(agent: agent, from: day, until: day)))
  }
  let hours = HourSpan(of: agendas)
  func address(_ day: CalendarDate) -> String {
    ([agenda.address(.day, day, visit)] + beside.map { "avec=\($0)" }).joined(separator: "&")
  }
  let grid = WeekGrid(
    French.full(day).uppercasedFirst, previous: address(day.adding(days: -1)), current: address(visit.today),
    next: address(day.adding(days: 1)), by: .days, firstHour: hours.first, lastHour: hours.last,
    days: agendas.map { $0.column($0.agentName, day, address: $0.address(.day, day, visit), visit) })
  return visit.page(
    agenda.head(visit, French.full(day).uppercasedFirst), .agenda, title: "Agenda", bars + [grid])
}

/// How many appointments of a day the month names; the others are counted.
private let namedInMonth = 3

func monthPage(_ visit: Visit, _ asked: CalendarDate) async throws -> PageAnswer {
  let first = asked.adding(days: 1 - asked.day)
  let last = first.endOfMonth()
  let monday = first.adding(days: 1 - first.weekday)
  let sunday = last.adding(days: 7 - last.weekday)
  let (agenda, agents) = try await loadAgenda(visit, from: monday, until: sunday)
  let byDay = Dictionary(grouping: agenda.items.filter { $0.outcome?.takesTime ?? true }, by: \.day)
  let days = (0...monday.days(to: sunday)).map { monday.adding(days: $0) }.map { day in
    let items = byDay[day] ?? []
    return MonthDay(
      String(day.day), label: French.full(day), address: agenda.address(.day, day, visit),
      isToday: day == visit.today, isOutside: day.month != first.month, note: agenda.note(day),
      lines: items.prefix(namedInMonth).map { "\(French.time($0.startsAt)) \($0.dossierName ?? "Occupé")" },
      count: items.isEmpty ? nil : French.count(items.count, "rendez-vous", "rendez-vous"))
  }
  let grid = MonthGrid(
    "\(French.months[first.month - 1]) \(first.year)".uppercasedFirst,
    previous: agenda.address(.month, first.adding(days: -1), visit),
    current: agenda.address(.month, visit.today, visit),
    next: agenda.address(.month, last.adding(days: 1), visit),
    weeks: stride(from: 0, to: days.count, by: 7).map { Array(days[$0..<min($0 + 7, days.count)]) })
  return visit.page(
    agenda.head(visit), .agenda, title: "Agenda",
    [agenda.spans(.month, asked, visit)] + agentBar(agents, agenda, .month, asked, visit) + [grid])
}
