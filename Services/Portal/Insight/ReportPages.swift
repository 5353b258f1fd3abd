import API
import Domain
import Foundation
import Service

/// What the address of a report narrows it to. A day that cannot be read is left out, as if it were not there.
private struct ReportAddress {
  let report: String
  let query: ReportQuery

  init(_ visit: Visit) {
    report = visit.parameters["report"] ?? ""
    let days = visit.query.int("jours").flatMap { (0...366).contains($0) ? $0 : nil }
    query = ReportQuery(
      from: visit.query["du"].flatMap { CalendarDate($0) ?? FrenchDate.read($0, today: visit.today) },
      until: visit.query["au"].flatMap { CalendarDate($0) ?? FrenchDate.read($0, today: visit.today) },
      state: visit.query["etat"].flatMap(ContractState.init(rawValue:)), days: days)
  }

  var page: String { "/infocentre/rapports/\(report)" }

  /// The file of the same rows.
  var file: String {
    Address(
      "\(page)/fichier",
      [
        "du": query.from?.description, "au": query.until?.description, "etat": query.state?.rawValue,
        "jours": query.days.map(String.init),
      ]
    ).text
  }

  func bar(_ filters: [ReportEntry.Filter], days: Int?) -> FilterBar {
    let fields = filters.map { filter -> Field in
      switch filter {
      case .from: .date("du", "Du", value: query.from.map(French.short), .optional)
      case .until: .date("au", "Au", value: query.until.map(French.short), .optional)
      case .days: .text("jours", "Dans les jours qui viennent", value: days.map(String.init), .optional)
      case .state:
        .select(
          "etat", "État",
          [Choice("", "Tous")]
            + ContractState.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == query.state) }, .optional)
      }
    }
    let isNarrowed = query.from != nil || query.until != nil || query.state != nil || query.days != nil
    let active = isNarrowed ? [Link("Tous les filtres", page)] : []
    return FilterBar(address: page, fields: fields, active: active, reset: page)
  }
}

/// A report with its filters, its drawing where it has one, and its file.
func reportPage(_ visit: Visit) async throws -> PageAnswer {
  let address = ReportAddress(visit)
  let report = try await visit.services.call(InsightAPI.showReport, ["report": address.report], address.query)
  var body: [any Piece] = [address.bar(report.entry.filters, days: report.days)]
  if !report.figures.isEmpty { body.append(contractChart(report.figures)) }
  if report.isCut {
    body.append(Notice("Les \(report.rows.count) premières lignes", "Le fichier exporté les contient toutes."))
  }
  body.append(insightTable(report.rows, caption: report.entry.label, dateLabel: report.entry.dateLabel))
  let export = Action("Exporter (.xlsx)", address.file, icon: .download)
  let head = PageHead(
    report.entry.label, lead: report.entry.summary, back: Link("Infocentre", "/infocentre"),
    actions: report.rows.isEmpty ? [] : [export])
  return visit.page(head, .insight, body)
}

/// The file of a report, as its page is narrowed.
func reportFile(_ visit: Visit) async throws -> PageAnswer {
  let address = ReportAddress(visit)
  let file = try await visit.services.open(InsightAPI.exportReport, ["report": address.report], address.query)
  return PageAnswer(.file(file, isShown: false))
}
