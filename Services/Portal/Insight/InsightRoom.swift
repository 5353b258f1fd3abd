import API
import Domain
import Service

let insightRoom = Room(
  area: .insight, rights: [.reports],
  blocks: [HomeBlock("Alertes", rights: [.readDossiers], place: .right) { visit in try await alertBlock(visit) }]
) { pages in
  pages.get("infocentre", rights: [.reports]) { visit in try await insightPage(visit) }
  pages.get("infocentre/alertes/{code}", rights: [.readDossiers]) { visit in try await alertPage(visit) }
  pages.get("infocentre/rapports/{report}", rights: [.reports]) { visit in try await reportPage(visit) }
  pages.get("infocentre/rapports/{report}/fichier", rights: [.reports]) { visit in try await reportFile(visit) }
}

extension Counter {
  /// The service counts no further than 1,001.
  fileprivate init(_ alert: InsightAlert) {
    let tone: Tone =
      switch alert.tone {
      case .neutral: .neutral
      case .waiting: .waiting
      case .late: .late
      }
    self.init(
      alert.count, alert.label, detail: alert.count > 1000 ? "plus de 1 000" : nil, address: alert.link, tone)
  }
}

/// The home page's figures are insight's: counted in one place, in the scope of who looks.
private func alertBlock(_ visit: Visit) async throws -> HomeContent {
  HomeContent(counters: try await visit.services.call(InsightAPI.listAlerts).items.map { Counter($0) })
}

/// Everything that is counted, then the reports.
private func insightPage(_ visit: Visit) async throws -> PageAnswer {
  async let counting = visit.may(.readDossiers) ? visit.services.call(InsightAPI.listAlerts).items : []
  async let listing = visit.services.call(InsightAPI.listReports).items
  async let drawing = visit.services.call(InsightAPI.showReport, ["report": "etats-contrats"], ReportQuery())
  let (alerts, reports, states) = try await (counting, listing, drawing)
  let catalogue = reports.map { report in
    Item(report.label, address: "/infocentre/rapports/\(report.code)", text: report.summary, icon: .chart)
  }
  var body: [any Piece] = alerts.isEmpty ? [] : [Counters("Alertes", alerts.map { Counter($0) })]
  body.append(contractChart(states.figures))
  body.append(
    Panel("Rapports", [ItemList("Rapports", catalogue, empty: EmptyState("Aucun rapport", "Rien à montrer."))]))
  return visit.page(PageHead("Infocentre", lead: "Les chiffres de votre périmètre"), .insight, body)
}

/// The dossiers behind one figure.
private func alertPage(_ visit: Visit) async throws -> PageAnswer {
  let code = visit.parameters["code"] ?? ""
  let query = InsightPageQuery(after: visit.query["apres"], limit: 50)
  async let counting = visit.services.call(InsightAPI.listAlerts).items
  async let listing = visit.services.call(InsightAPI.listAlert, ["code": code], query)
  let (alerts, page) = try await (counting, listing)
  let label = alerts.first { $0.code == code }?.label ?? "alerte"
  let title = label.prefix(1).uppercased() + label.dropFirst()
  let table = insightTable(
    page.items, caption: title, dateLabel: "Date",
    pager: Pager(
      first: query.after == nil ? nil : visit.path,
      next: page.next.map { Address(visit.path, ["apres": $0]).text }))
  let back = visit.may(.reports) ? Link("Infocentre", "/infocentre") : Link("Aujourd’hui", "/")
  return visit.page(PageHead(title, back: back), visit.may(.reports) ? .insight : .today, [table])
}

/// Rows of a list across services: who, what, when.
func insightTable(_ rows: [InsightRow], caption: String, dateLabel: String, pager: Pager? = nil) -> Table {
  Table(
    id: "liste", caption: caption, columns: [Column("Personne"), Column("Détail"), Column(dateLabel, isNumber: true)],
    rows: rows.enumerated().map { index, row in
      let name = French.name(row.familyName, row.givenName)
      return Row(
        id: "\(row.dossier)-\(index)", address: row.link, name: name,
        [Cell(name), Cell(row.detail), Cell(row.date.map(French.short))])
    }, empty: EmptyState("Aucun dossier", "Rien ne correspond dans votre périmètre.", icon: .check), pager: pager)
}

/// The contracts by state, in the order in which they pass through them.
func contractChart(_ figures: [ReportFigure]) -> Chart {
  let counts = Dictionary(figures.map { ($0.code, $0.count) }, uniquingKeysWith: { first, _ in first })
  return Chart(
    bars: ContractState.allCases.map { state in
      let count = counts[state.rawValue] ?? 0
      return ChartFigure(
        state.label, Double(count), shown: String(count),
        address: Address("/infocentre/rapports/etats-contrats", ["etat": state.rawValue]).text)
    }, title: "CER par état", unit: "contrats", labelTitle: "État")
}
