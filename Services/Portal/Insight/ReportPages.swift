import API
import Domain
import Foundation
import Service

/// The report that the address names.
/// - Throws: 404 for one that does not exist.
func reportEntry(_ visit: Visit) async throws -> ReportEntry {
  let code = visit.parameters["report"] ?? ""
  guard let entry = try await visit.services.call(InsightAPI.listReports).items.first(where: { $0.code == code })
  else { throw Problem.notFound("Ce rapport") }
  return entry
}

/// A report with its filters, its drawing where it has one, and its files. A wrong value is said, and nothing is listed.
func reportPage(_ visit: Visit) async throws -> PageAnswer {
  let address = ReportAddress(try await reportEntry(visit), visit.query, today: visit.today)
  guard address.faults.isEmpty else { return try await refusedReport(address, visit) }
  do {
    async let asking = visit.services.call(
      InsightAPI.showReport, ["report": address.entry.code], address.query)
    async let knowing = structures(address.entry, visit)
    let (report, directory) = try await (asking, knowing)
    return show(report, address, directory, visit)
  } catch let problem as Problem where problem.status == 422 {
    return try await refusedReport(address.refused(problem), visit)
  }
}

/// The filters with what is wrong with them.
func refusedReport(_ address: ReportAddress, _ visit: Visit) async throws -> PageAnswer {
  let directory = try await structures(address.entry, visit)
  return visit.page(
    head(address.entry), .insight,
    address.faults.general + [
      address.bar(days: nil, structures: directory),
      Notice("Le rapport n’est pas affiché", "Corrigez le filtre signalé, puis « Filtrer ».", .waiting),
    ]
  ).with(address.faults)
}

private func structures(_ entry: ReportEntry, _ visit: Visit) async throws -> Directory? {
  entry.filters.contains(.structure) ? try await Directory.load(visit) : nil
}

private func head(_ entry: ReportEntry, actions: [Action] = []) -> PageHead {
  PageHead(entry.label, lead: entry.summary, back: Link("Infocentre", "/infocentre"), actions: actions)
}

private func show(
  _ report: Report, _ address: ReportAddress, _ directory: Directory?, _ visit: Visit
) -> PageAnswer {
  let entry = report.entry
  var body: [any Piece] = [address.bar(days: report.days, structures: directory)]
  if !report.figures.isEmpty { body.append(contractChart(report.figures, address)) }
  let count =
    report.total > 1000 ? "Plus de 1 000 lignes" : French.count(report.total, "ligne")
  body.append(
    datasetTable(
      report.rows, columns: entry.columns, subject: entry.subject, caption: entry.label, order: address.order,
      sorted: address.sorted, count: count,
      empty: EmptyState(
        "Aucun dossier", "Rien ne correspond dans votre périmètre. Élargissez les filtres.", icon: .check),
      pager: Pager(
        first: address.query.after == nil ? nil : address.address(),
        next: report.next.map { address.address(after: $0, printing: address.query.limit == 200) })))
  if !report.rows.isEmpty { body.append(PrintButton("Imprimer cette page")) }
  func export(_ label: String, _ format: ReportQuery.Format) -> Action {
    Action(
      label, "\(address.page)/export", icon: .download, posts: true,
      values: address.values + [HiddenValue("format", format.rawValue), Visit.freshKey])
  }
  let actions =
    report.rows.isEmpty
    ? []
    : [export("Exporter (.xlsx)", .xlsx), export("Exporter (.csv)", .csv)]
      + (report.next != nil && address.query.limit != 200
        ? [Action("200 lignes par page", address.address(printing: true), weight: .plain)] : [])
  return visit.page(head(entry, actions: actions), .insight, body)
}

/// The contracts by state, in the order in which they pass through them; each leads to its rows.
func contractChart(_ figures: [ReportFigure], _ report: ReportAddress) -> Panel {
  contractChart(figures) { state in report.address { $0.narrow(to: state) } }
}

/// The same beside other panels: each leads to the rows of the report, whatever their days.
func contractChart(_ figures: [ReportFigure]) -> Panel {
  contractChart(figures) { state in
    queried("/infocentre/rapports/etats-contrats", [("du", ""), ("au", ""), ("etat", state.word)])
  }
}

private func contractChart(_ figures: [ReportFigure], address: (ContractState) -> String) -> Panel {
  let counts = Dictionary(figures.map { ($0.code, $0.count) }, uniquingKeysWith: { first, _ in first })
  let chart = Chart(
    bars: ContractState.allCases.map { state in
      let count = counts[state.rawValue] ?? 0
      return ChartFigure(state.label, Double(count), shown: String(count), address: address(state))
    }, title: "CER par état", unit: "contrats", labelTitle: "État")
  return Panel("Répartition", [chart])
}
