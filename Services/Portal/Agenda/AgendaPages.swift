import API
import Domain
import Foundation
import Service

let agendaRoom = Room(area: .agenda, rights: bookingRights, blocks: [dayBlock, pendingBlock]) { pages in
  pages.get("agenda", rights: bookingRights) { visit in
    if let day = visit.query["jour"].flatMap({ CalendarDate($0) }) { return try await dayPage(visit, day) }
    if let day = visit.query["mois"].flatMap({ CalendarDate($0) }) { return try await monthPage(visit, day) }
    return try await weekPage(visit)
  }
  pages.get("agenda/prendre", rights: bookingRights) { visit in try await personPage(visit) }
  addPendingPages(to: pages)
  addCalendarPages(to: pages)
  addAgendaSharePages(to: pages)
  addMeetingPages(to: pages)
  addWorkingTimePages(to: pages)
}

/// An agenda between two days, and those whose agenda may be looked at, side by side.
func loadAgenda(
  _ visit: Visit, from: CalendarDate, until: CalendarDate
) async throws -> (agenda: Agenda, agents: [AgendaAgent]) {
  if let typed = visit.query["nom"] {
    let agents = try await visit.services.call(SchedulingAPI.listAgendaAgents)
    let named = agents.named(typed)
    // Where the name means no agenda, or several, one's own stays and the bar over it says what to do.
    let query = AgendaQuery(agent: named.count == 1 ? named[0].account : nil, from: from, until: until)
    return (try await visit.services.call(SchedulingAPI.showAgenda, [:], query), agents)
  }
  let query = AgendaQuery(agent: visit.query.id("agent"), from: from, until: until)
  async let showing = visit.services.call(SchedulingAPI.showAgenda, [:], query)
  async let naming = visit.services.call(SchedulingAPI.listAgendaAgents)
  return try await (showing, naming)
}

extension AgendaAgent {
  /// The structure tells two namesakes apart.
  var label: String { [name, organisationName].compactMap(\.self).joined(separator: " · ") }

  func matches(_ typed: String) -> Bool {
    label.range(of: typed, options: [.caseInsensitive, .diacriticInsensitive]) != nil
  }
}

extension [AgendaAgent] {
  /// What a typed name means: the agenda of that name, or those whose names have it in them.
  fileprivate func named(_ typed: String) -> [AgendaAgent] {
    let exact = filter { $0.label == typed }
    return exact.isEmpty ? filter { $0.matches(typed) } : exact
  }
}

/// More agendas than this are searched by name rather than listed.
private let mostListed = 30

/// How long a look at an agenda is.
enum AgendaSpan: String, CaseIterable {
  case day = "jour"
  case week = "semaine"
  case month = "mois"

  var label: String {
    switch self {
    case .day: "Jour"
    case .week: "Semaine"
    case .month: "Mois"
    }
  }
}

extension Agenda {
  /// Whose it is, as the address says; absent for one's own.
  private func word(_ visit: Visit) -> String? { agent == visit.person.account ? nil : agent.description }

  func address(_ span: AgendaSpan, _ day: CalendarDate, _ visit: Visit) -> String {
    Address("/agenda", [span.rawValue: day.description, "agent": word(visit)]).text
  }

  func head(_ visit: Visit, _ title: String = "") -> PageHead {
    let take = Action(
      "Prendre un rendez-vous", Address("/agenda/prendre", ["agent": word(visit)]).text, icon: .plus, weight: .primary)
    let own = [
      Action("Rendez-vous collectifs", "/agenda/collectif", icon: .users, weight: .plain),
      Action("Partages", "/agenda/partages", icon: .share, weight: .plain),
      Action("Horaires et absences", "/agenda/horaires", icon: .clock, weight: .plain),
      Action("Calendrier", "/agenda/calendrier", icon: .calendar, weight: .plain),
    ]
    let owner = agent == visit.person.account ? "Mon agenda" : "Agenda de \(agentName)"
    return PageHead(
      title.isEmpty ? owner : title, lead: title.isEmpty ? nil : owner,
      actions: (visit.may(.bookAppointments) ? own : []) + (mayWrite ? [take] : []))
  }

  /// Day, week or month around the same day, for the same person.
  func spans(_ current: AgendaSpan, _ day: CalendarDate, _ visit: Visit) -> Tabs {
    Tabs(
      "Durée",
      AgendaSpan.allCases.map { Link($0.label, address($0, day, visit), isCurrent: $0 == current) })
  }

  /// What is to be known of a day as a whole: « Férié : Noël », « Absence : congés ».
  func note(_ day: CalendarDate) -> String? {
    let away = absences.first { $0.holds(on: day) }.map { absence in
      absence.note.map { "Absence : \($0.lowercasedFirst)" } ?? "Absence"
    }
    let notes = [day.publicHoliday.map { "Férié : \($0)" }, away].compactMap(\.self)
    return notes.isEmpty ? nil : notes.joined(separator: " · ")
  }
}

/// Whose agenda to look at, where others are open to this person; the days stay.
func agentBar(
  _ agents: [AgendaAgent], _ agenda: Agenda, _ span: AgendaSpan, _ day: CalendarDate, _ visit: Visit,
  beside: [ID<Account>]? = nil
) -> [any Piece] {
  let others = agents.filter { $0.account != visit.person.account }
  guard !others.isEmpty else { return [] }
  func choice(_ agent: AgendaAgent, isChosen: Bool) -> Choice {
    Choice(agent.account.description, agent.label, isChosen: isChosen)
  }
  let unclear = visit.query["nom"].flatMap { typed -> (typed: String, named: [AgendaAgent])? in
    let named = agents.named(typed)
    return named.count == 1 ? nil : (typed: typed, named: named)
  }
  let shown = unclear?.typed ?? others.first { $0.account == agenda.agent }?.label
  let whose: Field =
    others.count > mostListed
    ? .text(
      "nom", "Agenda de", value: shown, maximumLength: 100, suggestions: [], searching: Suggestions.agendas.address,
      .optional)
    : .select(
      "agent", "Agenda de", [Choice("", "Moi")] + others.map { choice($0, isChosen: $0.account == agenda.agent) },
      .optional)
  let more = beside.map { shown in
    [
      Field.checkboxes(
        "avec", "À côté",
        agents.filter { $0.account != agenda.agent }.map { choice($0, isChosen: shown.contains($0.account)) },
        isInline: true, .optional)
    ]
  }
  let bar = FilterBar(
    address: "/agenda", fields: [whose], more: more ?? [], values: [HiddenValue(span.rawValue, day.description)])
  guard let unclear else { return [bar] }
  let links = unclear.named.prefix(6).map { agent in
    let address = Address("/agenda", [span.rawValue: day.description, "agent": agent.account.description])
    return Action(agent.label, address.text, weight: .plain)
  }
  let title = links.isEmpty ? "Aucun agenda au nom de" : "Plusieurs agendas répondent à"
  return [
    bar,
    Notice(
      "\(title) « \(unclear.typed) »", "Écrivez le début du nom et choisissez dans la liste proposée.", .waiting,
      actions: links),
  ]
}

/// A week: working days, and the week-end where something is in it.
private func weekPage(_ visit: Visit) async throws -> PageAnswer {
  // On a Saturday the week that interests is the next one.
  let today = visit.today.weekday > 5 ? visit.today.adding(days: 2) : visit.today
  let asked = visit.query["semaine"].flatMap { CalendarDate($0) } ?? today
  let monday = asked.adding(days: 1 - asked.weekday)
  let (agenda, agents) = try await loadAgenda(visit, from: monday, until: monday.adding(days: 6))
  let byDay = Dictionary(grouping: agenda.items, by: \.day)
  let shown = (0..<7).map { monday.adding(days: $0) }.filter { $0.weekday <= 5 || byDay[$0] != nil }
  let days = shown.map { day in
    agenda.column(
      "\(French.weekdays[day.weekday - 1].prefix(3)). \(dayNumber(day)) \(French.months[day.month - 1])", day,
      address: agenda.address(.day, day, visit), visit)
  }
  let hours = HourSpan(of: [agenda])
  let last = shown.last ?? monday
  let grid = WeekGrid(
    "Semaine du \(firstDay(monday, last)) au \(French.long(last))",
    previous: agenda.address(.week, monday.adding(days: -7), visit),
    current: agenda.address(.week, visit.today, visit),
    next: agenda.address(.week, monday.adding(days: 7), visit), firstHour: hours.first, lastHour: hours.last,
    days: days)
  return visit.page(
    agenda.head(visit), .agenda, title: "Agenda",
    [agenda.spans(.week, asked, visit)] + agentBar(agents, agenda, .week, asked, visit) + [grid])
}

/// How a period's first day is written before its last: without what both share, « 23 » or « 30 novembre ».
private func firstDay(_ first: CalendarDate, _ last: CalendarDate) -> String {
  if first.year != last.year { return French.long(first) }
  let day = dayNumber(first)
  return first.month == last.month ? day : "\(day) \(French.months[first.month - 1])"
}

private func dayNumber(_ day: CalendarDate) -> String { day.day == 1 ? "1er" : String(day.day) }

/// The hours that a grid shows: eight to eighteen, and what is earlier or later; fourteen at most.
struct HourSpan {
  let first: Int
  let last: Int

  init(of agendas: [Agenda]) {
    let items = agendas.flatMap(\.items)
    first = min(8, (items.map(\.minute).min() ?? 480) / 60)
    last = min(max(18, ((items.map(\.endMinute).max() ?? 1080) + 59) / 60), 24, first + 14)
  }
}

extension Agenda {
  /// A day's column of the grid.
  func column(_ title: String, _ day: CalendarDate, address: String, _ visit: Visit) -> WeekDay {
    let items = self.items.filter { $0.day == day }
    return WeekDay(
      title, address: address, isToday: day == visit.today, note: note(day),
      appointments: items.entries(at: visit.moment, otherwise: address),
      slots: mayWrite ? FreeHalfHours.of(day, in: self, items: items, at: visit.moment) : [])
  }
}
