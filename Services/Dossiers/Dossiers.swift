import API
import Foundation
import Service
import ServiceLifecycle

@main enum DossiersProcess {
  static let process = ServiceProcess(.dossiers, schemaVersion: 4) { parts in
    let postgres = parts.postgres
    let seal = try NIRSeal(secret: parts.settings.string("JALONS_SECRET"))
    let dossiers = DossierStore(postgres: postgres, seal: seal)
    let referents = ReferentStore(postgres: postgres)
    let runs = FeedRunStore(postgres: postgres)
    let importer = FeedImporter(
      postgres: postgres, runs: runs, seal: seal,
      department: parts.settings.string("JALONS_DEPARTMENT", default: "07"),
      handoverDays: try parts.settings.int("JALONS_HANDOVER_DAYS", default: 30), now: parts.now, logger: parts.logger)
    let queue = FeedQueue(importer: importer, runs: runs, now: parts.now, logger: parts.logger)
    var background: [any ServiceLifecycle.Service] = [
      DayTurn(postgres: postgres, now: parts.now, logger: parts.logger), queue,
    ]
    if let folder = parts.settings.optional("JALONS_FEED_FOLDER") {
      background.append(
        FeedFolder(
          folder: URL(filePath: folder), importer: importer, runs: runs, now: parts.now, logger: parts.logger))
    }
    return Assembly(consumers: ["timeline": Timeline.handlers], background: background) { routes in
      addFeedRoutes(
        to: routes, importer: importer, queue: queue, runs: runs, effects: FeedEffectStore(postgres: postgres))
      addCaseloadRoutes(
        to: routes, caseload: CaseloadStore(postgres: postgres), dossiers: dossiers,
        history: HistoryStore(postgres: postgres))
      addContactRoutes(to: routes, store: ContactStore(postgres: postgres, dossiers: dossiers))
      addExitRoutes(
        to: routes, referents: referents, proposals: ProposedExitStore(postgres: postgres, referents: referents))
      addStandbyRoutes(to: routes, store: StandbyStore(postgres: postgres))
      addNoteRoutes(to: routes, store: NoteStore(postgres: postgres))
    }
  }

  static func main() async throws { try await process.run() }
}
