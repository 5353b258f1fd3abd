import API
import Documents
import Domain
import Foundation
import Letters
import Messaging
import Service
import ServiceLifecycle

@main enum DossiersProcess {
  static let process = ServiceProcess(.dossiers, resources: .module) { parts in
    let postgres = parts.postgres
    let seal = try NIRSeal(parts.settings)
    let dossiers = DossierStore(postgres: postgres, seal: seal)
    let batches = BatchStore(postgres: postgres)
    let referents = ReferentStore(postgres: postgres, batches: batches)
    let proposals = ProposedExitStore(postgres: postgres, referents: referents, batches: batches)
    let capacities = CapacityStore(postgres: postgres)
    let transfers = TransferStore(postgres: postgres, batches: batches)
    let documentFiles = try openFileStore(of: "dossiers") { parts.settings.optional($0) }
    let documents = DocumentStore(postgres: postgres, files: documentFiles)
    let runner = BatchRunner(queue: batches.queue, now: parts.now, logger: parts.logger, act: \.act) {
      task, target, transaction, moment in
      guard let row = BatchWork(target) else { throw Problem.notFound("Ce dossier") }
      switch task {
      case .decideExits(let decision):
        try await proposals.decide(decision, of: row.dossier, in: transaction, at: moment)
      case .reopenExits: try await proposals.reopen(row.dossier, in: transaction, at: moment)
      case .cancelExits: try await referents.cancelExit(of: row.dossier, in: transaction, at: moment)
      case .transfer(let order): try await transfers.give(row, order, in: transaction, at: moment)
      case .takeBack: try await transfers.takeBack(row, in: transaction, at: moment)
      case .addNote(let draft): _ = try await NoteStore.add(draft, to: row.dossier, in: transaction, at: moment)
      case .startStandby(let draft):
        _ = try await StandbyStore.start(draft, of: row.dossier, in: transaction, at: moment)
      case .nameStepReferent(let draft):
        _ = try await StepReferentStore.name(draft, in: row.dossier, transaction, at: moment)
      case .fileDocument(let deposit, let digest):
        _ = try await documents.deposit(
          try await documents.files.data(digest, limit: DossierDocument.mostBytes), digest, deposit, in: row.dossier,
          transaction, at: moment)
      }
    } ending: { task, job, transaction, moment in
      let batch = ID<Batch>(job)
      switch task {
      case .transfer(let order):
        try await transfers.tell(batch, from: order.from, takenBack: false, in: transaction, at: moment)
      case .takeBack(let order):
        try await transfers.tell(batch, from: order.from, takenBack: true, in: transaction, at: moment)
      case .decideExits, .reopenExits, .cancelExits, .addNote, .startStandby, .nameStepReferent, .fileDocument: break
      }
    }
    let converter = try LibreOfficeConverter(
      workers: parts.settings.int("JALONS_PDF_WORKERS", default: 2),
      queue: parts.settings.int("JALONS_PDF_QUEUE", default: 20), timeout: .seconds(180))
    let models = CountyModelStore(
      postgres: postgres, schema: "dossiers", kinds: [LetterFields.models], files: documentFiles)
    let letters = LetterStore(
      postgres: postgres, models: models, documents: documents, converter: converter)
    let letterJobs = LetterJobs(letters: letters)
    let letterRunner = LetterRunner(queue: letterJobs.queue, now: parts.now, logger: parts.logger, act: \.act) {
      try await letterJobs.write($0, to: $1, in: $2, at: $3)
    } ending: {
      try await letterJobs.end($0, job: $1, in: $2, at: $3)
    }
    let listExports = ListExportStore(postgres: postgres, documents: documents)
    let listExportRunner = ListExportRunner(
      queue: listExports.queue, now: parts.now, logger: parts.logger,
      act: { _ in DossiersAPI.exportDossiers.fullName }
    ) {
      try await listExports.write($0, $1, in: $2, at: $3)
    }
    let runs = FeedRunStore(postgres: postgres)
    let feedSeal = try FeedSeal(parts.settings)
    let keeper = AsideKeeper(seal: feedSeal, nirs: seal)
    let files = TriedFile(postgres: postgres, seal: feedSeal)
    let mappings = MappingStore(postgres: postgres)
    let importer = FeedImporter(
      postgres: postgres, runs: runs, seal: seal, asides: keeper, files: files, mappings: mappings,
      now: parts.now, logger: parts.logger)
    let queue = FeedQueue(importer: importer, runs: runs, now: parts.now, logger: parts.logger)
    var background: [any ServiceLifecycle.Service] = [
      DayTurn(postgres: postgres, now: parts.now, logger: parts.logger), queue, runner, letterRunner, listExportRunner,
      ClaimantSealing(postgres: postgres, seal: seal, logger: parts.logger),
      FeedWatch(postgres: postgres, now: parts.now, logger: parts.logger),
      DocumentSweep(postgres: postgres, files: documentFiles, now: parts.now, logger: parts.logger),
    ]
    if let folder = parts.settings.optional("JALONS_FEED_FOLDER") {
      background.append(
        FeedFolder(
          folder: URL(filePath: folder), importer: importer, runs: runs, mappings: mappings, now: parts.now,
          logger: parts.logger))
    }
    let consumers = [
      "timeline": Timeline.handlers, "frise": Frise.handlers, "exits": ExitCauses.handlers,
      "numbers": [DeadNumbers.handling],
    ]
    return Assembly(consumers: consumers, background: background) { routes in
      addFeedRoutes(
        to: routes, importer: importer, queue: queue, runs: runs, effects: FeedEffectStore(postgres: postgres),
        mappings: mappings)
      addMappingRoutes(
        to: routes, samples: SampleStore(postgres: postgres, seal: feedSeal), mappings: mappings)
      addDeadlineRoutes(to: routes, store: DeadlineStore(postgres: postgres))
      addTrialRoutes(to: routes, importer: importer, queue: queue, runs: runs, files: files)
      addAsideRoutes(
        to: routes,
        store: AsideStore(
          postgres: postgres, keeper: keeper, importer: importer, runs: runs))
      addCaseloadRoutes(
        to: routes, caseload: CaseloadStore(postgres: postgres, seal: seal), dossiers: dossiers,
        history: HistoryStore(postgres: postgres))
      addDocumentSearchRoutes(to: routes, store: DocumentSearchStore(postgres: postgres))
      addContactRoutes(to: routes, store: ContactStore(postgres: postgres, dossiers: dossiers))
      addExitRoutes(to: routes, referents: referents, proposals: proposals, batches: batches, runner: runner)
      addStepReferentRoutes(to: routes, store: StepReferentStore(postgres: postgres))
      addBatchRoutes(to: routes, batches: batches, documents: documents, runner: runner)
      addJobRoutes(to: routes, of: .dossiers, postgres: postgres, queues: [batches.queue])
      addTransferRoutes(
        to: routes, capacities: capacities, transfers: transfers, batches: batches, runner: runner)
      addListRoutes(to: routes, of: .dossiers, store: .dossiers(postgres))
      addDelayRoutes(to: routes, store: DelayStore(postgres: postgres, service: .dossiers))
      addStandbyRoutes(to: routes, store: StandbyStore(postgres: postgres))
      addDocumentRoutes(
        to: routes, store: documents, folders: DocumentFolderStore(postgres: postgres),
        types: DocumentTypeStore(postgres: postgres))
      addModelRoutes(to: routes, of: .dossiers, store: models, converter: converter)
      addModelFilingRoutes(to: routes, store: ModelFilingStore(postgres: postgres))
      addLetterRoutes(to: routes, letters: letters, jobs: letterJobs, runner: letterRunner)
      addListExportRoutes(to: routes, store: listExports, runner: listExportRunner)
      addNoteRoutes(to: routes, store: NoteStore(postgres: postgres))
      addCharacteristicRoutes(
        to: routes, store: CharacteristicStore(postgres: postgres),
        sheets: CharacteristicSheetStore(postgres: postgres), missing: MissingCharacteristicStore(postgres: postgres))
      addFormalNoticeRoutes(to: routes, store: FormalNoticeStore(postgres: postgres))
      addSideDataRoutes(to: routes, store: SideDataStore(postgres: postgres))
      addSavedSearchRoutes(to: routes, store: SavedSearchStore(postgres: postgres))
    }
  }

  static func main() async throws { try await process.run() }
}
