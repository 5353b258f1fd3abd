import API
import Domain
import Foundation
import Service

func addActivityPages(to pages: Pages) {
  pages.get("tableau-de-bord", rights: [.readDossiers]) { visit in try await activityPage(visit) }
  pages.get("tableau-de-bord/equipe", rights: teamRights) { visit in try await teamPage(visit) }
  pages.get("tableau-de-bord/{code}", rights: [.readDossiers]) { visit in try await activityListPage(visit) }
}

/// What the address says: whose activity, by week or by month.
private struct ActivityAddress: Sendable {
  var of: ActivityOwner
  var step: ActivityQuery.Step

  init(_ visit: Visit) {
    of = visit.query["qui"] == "perimetre" ? .scope : .mine
    step = visit.query["par"] == "semaine" ? .week : .month
  }

  private var query: KeyValuePairs<String, String?> {
    ["qui": of == .scope ? "perimetre" : nil, "par": step == .week ? "semaine" : nil]
  }

  var page: String { Address("/tableau-de-bord", query).text }

  func with(of owner: ActivityOwner? = nil, step: ActivityQuery.Step? = nil) -> String {
    var copy = self
    copy.of = owner ?? of
    copy.step = step ?? self.step
    return copy.page
  }

  /// What stands behind a figure of a period.
  func list(_ code: String, from: CalendarDate, until: CalendarDate, after: String? = nil) -> String {
    Address(
      "/tableau-de-bord/\(code)",
      [
        "qui": of == .scope ? "perimetre" : nil, "du": from.description, "au": until.description, "apres": after,
      ]
    ).text
  }

  func last(of first: CalendarDate) -> CalendarDate {
    step == .week ? first.adding(days: 6) : first.adding(months: 1).adding(days: -1)
  }

  func name(_ first: CalendarDate) -> String {
    step == .week ? French.short(first) : "\(French.months[first.month - 1]) \(first.year)"
  }

  /// The same under a column of a drawing: January gives its year.
  func mark(_ first: CalendarDate) -> String {
    if step == .week { return String(French.short(first).prefix(5)) }
    return first.month == 1 ? String(first.year) : TimelineScale.months[first.month - 1]
  }
}

/// The person's own figures, each of which opens what it counts.
private func activityPage(_ visit: Visit) async throws -> PageAnswer {
  let address = ActivityAddress(visit)
  let report = try await visit.services.call(
    InsightAPI.showActivity, [:], ActivityQuery(step: address.step, of: address.of))
  let tabs = Tabs(
    "De qui",
    [
      Link("Mon activité", address.with(of: .mine), isCurrent: address.of == .mine),
      Link("Tout mon périmètre", address.with(of: .scope), isCurrent: address.of == .scope),
    ])
  let current = report.periods.last
  let counters = report.measures.map { measure in
    Counter(
      measure.values.last ?? 0, measure.counterLabel, detail: measure.counterUnit,
      address: current.map { address.list(measure.code, from: $0, until: address.last(of: $0)) } ?? address.page)
  }
  let charts = report.measures.filter { ($0.values + $0.before).contains { $0 > 0 } }.map { measure in
    Panel(measure.label, [chart(measure, report.periods, address)])
  }
  let step =
    address.step == .month
    ? Action("Voir par semaine", address.with(step: .week), icon: .calendar)
    : Action("Voir par mois", address.with(step: .month), icon: .calendar)
  let actions =
    visit.person.may(anyOf: teamRights)
    ? [step, Action("Par référent et structure", teamAddress, icon: .users, weight: .plain)] : [step]
  let head = PageHead(
    "Mon tableau de bord", lead: "Sur les dossiers que vous atteignez aujourd’hui, \(period(current, address))",
    actions: actions)
  var body: [any Piece] = [tabs, Counters("La période en cours", counters)]
  if charts.count > 1 {
    let halves = Dictionary(grouping: charts.enumerated()) { $0.offset % 2 }.mapValues { $0.map(\.element) }
    body.append(SideBySide(left: halves[0] ?? [], right: halves[1] ?? []))
  } else {
    body += charts as [any Piece]
  }
  if charts.isEmpty {
    body.append(
      EmptyState(
        "Aucune activité", "Ce que vous saisissez se compte ici : rendez-vous, contrats, inscriptions.", icon: .chart))
  }
  return visit.page(head, .insight, body)
}

private func period(_ first: CalendarDate?, _ address: ActivityAddress) -> String {
  guard let first else { return "" }
  return address.step == .week ? "semaine du \(French.long(first))" : address.name(first)
}

extension ActivityMeasure {
  /// « rendez-vous tenus », « CER soumis ».
  fileprivate var counterLabel: String {
    label.dropFirst().first?.isLowercase == true ? label.prefix(1).lowercased() + label.dropFirst() : label
  }

  /// What is counted, where the label does not say it.
  fileprivate var counterUnit: String? { label.localizedCaseInsensitiveContains(unit) ? nil : unit }
}

/// The numbers of the periods, those of the year before as a line over them.
private func chart(_ measure: ActivityMeasure, _ periods: [CalendarDate], _ address: ActivityAddress) -> Chart {
  let figures = zip(periods, measure.values).map { first, value in
    ChartFigure(
      address.name(first), Double(value), mark: address.mark(first), shown: French.number(value),
      address: address.list(measure.code, from: first, until: address.last(of: first)))
  }
  return Chart(
    columns: figures, title: address.step == .week ? "Par semaine" : "Par mois", unit: measure.unit,
    labelTitle: address.step == .week ? "Semaine du" : "Mois", line: measure.before.map(Double.init),
    lineLabel: "Un an avant")
}

/// What a figure counts; each row leads to its page.
private func activityListPage(_ visit: Visit) async throws -> PageAnswer {
  let address = ActivityAddress(visit)
  let code = visit.parameters["code"] ?? ""
  let (from, until) = (visit.query["du"].flatMap { CalendarDate($0) }, visit.query["au"].flatMap { CalendarDate($0) })
  let query = ActivityListQuery(of: address.of, from: from, until: until, after: visit.query["apres"], limit: 50)
  let found = try await visit.services.call(InsightAPI.listActivity, ["code": code], query)
  func here(after: String? = nil) -> String {
    guard let from, let until else { return Address(visit.path, ["apres": after]).text }
    return address.list(code, from: from, until: until, after: after)
  }
  let rows = found.rows.map { row in
    Row(
      id: row.key, address: row.address(of: found.subject), name: row.cells.first?.shown ?? "ce dossier",
      row.cells(under: found.columns))
  }
  let table = Table(
    id: "liste", caption: found.label,
    columns: found.columns.map { Column($0.label, isNumber: $0.isQuantity, isSecondary: $0.isSecondary) },
    rows: rows, empty: EmptyState("Rien sur cette période", "Choisissez un autre chiffre.", icon: .check),
    pager: Pager(first: query.after == nil ? nil : here(), next: found.next.map { here(after: $0) }))
  let days =
    from.map { from in "Du \(French.long(from))\(until.map { " au \(French.long($0))" } ?? "")" }
  return visit.page(
    PageHead(found.label, lead: days, back: Link("Mon tableau de bord", address.page)), .insight, [table])
}
