import API
import Foundation
import Service

@main enum InsightProcess {
  static let process = ServiceProcess(.insight, resources: .module) { parts in
    let postgres = parts.postgres
    return Assembly { routes in
      addAlertRoutes(to: routes, store: AlertStore(postgres: postgres))
      addReportRoutes(to: routes, store: ReportStore(postgres: postgres))
    }
  }

  static func main() async throws { try await process.run() }
}
