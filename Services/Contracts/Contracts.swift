import API
import Documents
import Foundation
import Letters
import Messaging
import Service

@main enum ContractsProcess {
  static let process = ServiceProcess(.contracts, resources: .module) { parts in
    let contracts = ContractStore(postgres: parts.postgres)
    let converter = try LibreOfficeConverter(
      workers: parts.settings.int("JALONS_PDF_WORKERS", default: 2),
      queue: parts.settings.int("JALONS_PDF_QUEUE", default: 20), timeout: .seconds(60))
    let files = try openFileStore(of: "contracts") { parts.settings.optional($0) }
    let models = CountyModelStore(
      postgres: parts.postgres, schema: "contracts", kinds: [ContractFields.models], files: files)
    let printing = Printing(
      store: contracts, models: models,
      converter: KeptConverter(converter: converter, postgres: parts.postgres, now: parts.now))
    let yousign = try Yousign.given(parts.settings)
    let filing = SignatureFiling(
      postgres: parts.postgres, files: files,
      identities: SigningIdentities(
        postgres: parts.postgres, seal: KeySeal(try parts.settings.key(.documentKey)),
        given: try SigningIdentities.given(parts.settings)),
      yousign: yousign, now: parts.now, logger: parts.logger)
    let signatures = SignatureStore(
      contracts: contracts, printing: printing, files: files,
      codes: KeySeal(try parts.settings.key(.signatureCode)), filing: filing, yousign: yousign)
    let movings = MovingStore(postgres: parts.postgres)
    let runner = movings.runner(contracts: contracts, now: parts.now, logger: parts.logger)
    let ahead = DocumentsAhead(printing: printing, logger: parts.logger)
    let day = ContractDay(postgres: parts.postgres, now: parts.now, logger: parts.logger)
    return Assembly(
      consumers: [
        "territory": [.territoryFollows], "review": ReviewCauses.handlers, "signatures": [SignatureEvents.delivery],
        "mailings": [MailingEvents.delivery],
      ], background: [runner, day, filing, ahead]
    ) { routes in
      addDraftingRoutes(to: routes, store: contracts)
      addObjectiveRoutes(to: routes, store: contracts)
      addHistoryRoutes(to: routes, store: contracts)
      addSubmissionRoutes(to: routes, store: SubmissionStore(postgres: parts.postgres))
      addMovingRoutes(to: routes, store: movings, runner: runner)
      addValidationRoutes(to: routes, store: contracts, documents: ahead)
      addFollowUpRoutes(
        to: routes, contracts: FollowUpStore(postgres: parts.postgres),
        renewals: RenewalStore(postgres: parts.postgres), missing: MissingStore(postgres: parts.postgres))
      addListRoutes(to: routes, of: .contracts, store: .contracts(parts.postgres))
      addDelayRoutes(to: routes, store: DelayStore(postgres: parts.postgres, service: .contracts))
      addTransitionRoutes(to: routes, store: TransitionStore(postgres: parts.postgres))
      addModelRoutes(to: routes, of: .contracts, store: models, converter: converter)
      addPrintingRoutes(to: routes, printing: printing)
      addDocumentRoutes(
        to: routes, store: DocumentStore(postgres: parts.postgres, files: files), printing: printing)
      addMailingRoutes(
        to: routes,
        store: MailingStore(
          printing: printing, files: files, seal: KeySeal(try parts.settings.key(.signatureCode))))
      addSignatureRoutes(to: routes, store: signatures)
      addYousignRoutes(to: routes, store: signatures)
    }
  }

  static func main() async throws { try await process.run() }
}
