import API
import Documents
import Foundation
import Messaging
import Service

@main enum InsightProcess {
  static let process = ServiceProcess(.insight, resources: .module) { parts in
    let postgres = parts.postgres
    let exports = ExportStore(
      postgres: postgres, files: try openFileStore(of: "insight") { parts.settings.optional($0) })
    let runner = ExportRunner(
      queue: exports.queue, now: parts.now, logger: parts.logger,
      act: { _ in InsightAPI.exportReport.fullName },
      work: { task, target, transaction, moment in
        try await exports.write(task, target, in: transaction, at: moment)
      })
    let keeping = ExportKeeping(store: exports, now: parts.now, logger: parts.logger)
    let digests = AlertDigests(postgres: postgres, now: parts.now, logger: parts.logger)
    return Assembly(background: [runner, keeping, digests]) { routes in
      addAlertRoutes(to: routes, store: AlertStore(postgres: postgres))
      addAlertMailRoutes(to: routes, store: AlertMailStore(postgres: postgres))
      addReportRoutes(to: routes, store: ReportStore(postgres: postgres))
      addExportRoutes(to: routes, store: exports, runner: runner)
      addActivityRoutes(to: routes, store: ActivityStore(postgres: postgres))
      addTeamActivityRoutes(to: routes, store: TeamActivityStore(postgres: postgres))
      addDelayRoutes(to: routes, store: DelayStore(postgres: postgres, service: .insight))
      addHomeRoutes(to: routes, store: HomeStore(postgres: postgres))
    }
  }

  static func main() async throws { try await process.run() }
}
