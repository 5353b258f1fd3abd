import API
import Service

@main enum InsightProcess {
  static let process = ServiceProcess(.insight, schemaVersion: 1) { parts in
    let postgres = parts.postgres
    return Assembly { routes in
      addAlertRoutes(to: routes, store: AlertStore(postgres: postgres))
      addReportRoutes(to: routes, store: ReportStore(postgres: postgres))
    }
  }

  static func main() async throws { try await process.run() }
}
