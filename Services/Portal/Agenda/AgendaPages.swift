import API
import Domain
import Foundation
import Service

let agendaRoom = Room(area: .agenda, rights: bookingRights, blocks: [dayBlock, pendingBlock]) { pages in
  pages.get("agenda", rights: bookingRights) { visit in
    if let day = visit.query["jour"].flatMap({ CalendarDate($0) }) { return try await dayPage(visit, day) }
    return try await weekPage(visit)
  }
  pages.get("agenda/prendre", rights: bookingRights) { visit in try await personPage(visit) }
  pages.get("agenda/a-saisir", rights: [.readDossiers]) { visit in try await pendingPage(visit) }
  addCalendarPages(to: pages)
}

/// An agenda between two days, and those whose agenda may be looked at, side by side.
private func load(
  _ visit: Visit, from: CalendarDate, until: CalendarDate
) async throws -> (agenda: Agenda, agents: [AgendaAgent]) {
  let query = AgendaQuery(agent: visit.query.id("agent"), from: from, until: until)
  async let showing = visit.services.call(SchedulingAPI.showAgenda, [:], query)
  async let naming = visit.services.call(SchedulingAPI.listAgendaAgents)
  return try await (showing, naming)
}

extension Agenda {
  /// Whose it is, as the address says; absent for one's own.
  fileprivate func word(_ visit: Visit) -> String? { agent == visit.person.account ? nil : agent.description }

  fileprivate func address(_ name: String, _ day: CalendarDate, _ visit: Visit) -> String {
    Address("/agenda", [name: day.description, "agent": word(visit)]).text
  }

  fileprivate func head(_ visit: Visit, _ title: String, back: Link? = nil) -> PageHead {
    let take = Action(
      "Prendre un rendez-vous", Address("/agenda/prendre", ["agent": word(visit)]).text, icon: .plus, weight: .primary)
    let owner = agent == visit.person.account ? "Mon agenda" : "Agenda de \(agentName)"
    return PageHead(
      title.isEmpty ? owner : title, lead: title.isEmpty ? nil : owner, back: back, actions: mayWrite ? [take] : [])
  }
}

/// Whose agenda to look at, where others are open to this person.
private func agentBar(_ agents: [AgendaAgent], _ agenda: Agenda, _ visit: Visit) -> [any Piece] {
  let others = agents.filter { $0.account != visit.person.account }
  guard !others.isEmpty else { return [] }
  let choices = others.map { agent in
    Choice(
      agent.account.description, [agent.name, agent.organisationName].compactMap { $0 }.joined(separator: " · "),
      isChosen: agent.account == agenda.agent)
  }
  return [
    FilterBar(
      address: "/agenda", fields: [.select("agent", "Agenda de", [Choice("", "Moi")] + choices, .optional)])
  ]
}

/// A week: working days, and the week-end where something is in it.
private func weekPage(_ visit: Visit) async throws -> PageAnswer {
  // On a Saturday the week that interests is the next one.
  let today = visit.today.weekday > 5 ? visit.today.adding(days: 2) : visit.today
  let asked = visit.query["semaine"].flatMap { CalendarDate($0) } ?? today
  let monday = asked.adding(days: 1 - asked.weekday)
  let (agenda, agents) = try await load(visit, from: monday, until: monday.adding(days: 6))
  let byDay = Dictionary(grouping: agenda.items, by: \.day)
  let shown = (0..<7).map { monday.adding(days: $0) }.filter { $0.weekday <= 5 || byDay[$0] != nil }
  let days = shown.map { day in
    let items = byDay[day] ?? []
    let address = agenda.address("jour", day, visit)
    return WeekDay(
      "\(French.weekdays[day.weekday - 1].prefix(3)). \(day.day) \(French.months[day.month - 1])", address: address,
      isToday: day == visit.today, appointments: items.map { $0.entry(at: visit.moment, otherwise: address) },
      slots: agenda.mayWrite
        ? FreeHalfHours.of(day, items: items, agent: agenda.agent, at: visit.moment) : [])
  }
  let firstHour = min(8, (agenda.items.map(\.minute).min() ?? 480) / 60)
  let lastHour = max(18, ((agenda.items.map(\.endMinute).max() ?? 1080) + 59) / 60)
  let last = shown.last ?? monday
  let grid = WeekGrid(
    "Semaine du \(firstDay(monday, last)) au \(French.long(last))",
    previous: agenda.address("semaine", monday.adding(days: -7), visit),
    current: agenda.address("semaine", visit.today, visit),
    next: agenda.address("semaine", monday.adding(days: 7), visit), firstHour: firstHour,
    // The grid is fourteen hours high at most.
    lastHour: min(lastHour, 24, firstHour + 14), days: days)
  return visit.page(
    agenda.head(visit, ""), .agenda, title: "Agenda", agentBar(agents, agenda, visit) + [grid])
}

/// How a period's first day is written before its last: without what both share, « 23 » or « 30 novembre ».
private func firstDay(_ first: CalendarDate, _ last: CalendarDate) -> String {
  if first.year != last.year { return French.long(first) }
  let day = first.day == 1 ? "1er" : String(first.day)
  return first.month == last.month ? day : "\(day) \(French.months[first.month - 1])"
}

/// A day as a list, which a phone shows better than a grid.
private func dayPage(_ visit: Visit, _ day: CalendarDate) async throws -> PageAnswer {
  let (agenda, agents) = try await load(visit, from: day, until: day)
  let address = agenda.address("jour", day, visit)
  let list = DayAgenda(
    "Rendez-vous du \(French.long(day))", agenda.items.map { $0.entry(at: visit.moment, otherwise: address) },
    empty: EmptyState("Aucun rendez-vous", "La journée est libre.", icon: .calendar))
  let full = French.full(day)
  let days = Tabs(
    "Jours",
    [
      Link("Veille", agenda.address("jour", day.adding(days: -1), visit)),
      Link("Aujourd’hui", agenda.address("jour", visit.today, visit), isCurrent: day == visit.today),
      Link("Lendemain", agenda.address("jour", day.adding(days: 1), visit)),
    ])
  let head = agenda.head(
    visit, full.prefix(1).uppercased() + full.dropFirst(),
    back: Link("Semaine", agenda.address("semaine", day, visit)))
  return visit.page(
    head, .agenda, title: "Agenda", agentBar(agents, agenda, visit) + [days, Panel("Rendez-vous", [list])])
}

/// With whom: a free slot of the agenda leads here, and the person chosen leads to the form with that hour in it.
private func personPage(_ visit: Visit) async throws -> PageAnswer {
  let query = visit.query
  let isCaseload = visit.person.hasCaseload
  let isAsked = isCaseload || query["q"] != nil
  let search = DossierSearch(q: query["q"], sort: .recent, limit: 20)
  async let naming = visit.services.call(SchedulingAPI.listAgendaAgents)
  async let finding = isAsked ? visit.services.call(DossiersAPI.listDossiers, [:], search).items : []
  let (agents, found) = try await (naming, finding)
  let bar = FilterBar(
    address: "/agenda/prendre",
    fields: [
      .text("q", "Nom, prénom ou numéro", value: query["q"], maximumLength: 100, .optional),
      .date("jour", "Jour", value: query["jour"].map { CalendarDate($0).map(French.short) ?? $0 }, .optional),
      .time("heure", "Heure", value: query["heure"], .optional),
      .select("agent", "Agenda de", agendaChoices(agents, visit, chosen: query["agent"]), .optional),
    ])
  let items = found.map { dossier in
    let form = Address(
      "/dossiers/\(dossier.id)/entretiens/nouveau",
      ["jour": query["jour"], "heure": query["heure"], "agent": query["agent"]])
    return Item(dossier.name, address: form.text, meta: dossier.detail(today: visit.today), icon: .user)
  }
  let empty =
    isAsked
    ? EmptyState("Personne ne correspond", "Vérifiez l’orthographe du nom.")
    : EmptyState("Recherchez une personne", "Écrivez un nom, un prénom ou un numéro de dossier.")
  let head = PageHead(
    "Prendre un rendez-vous", lead: "Choisissez la personne.", back: Link("Agenda", "/agenda"))
  return visit.page(head, .agenda, [bar, ItemList("Personnes", items, empty: empty)])
}
