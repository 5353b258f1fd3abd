import API
import Documents
import Domain
import Foundation
import Messaging
import Service

@main enum FSEProcess {
  static let process = ServiceProcess(.fse, resources: .module) { parts in
    let postgres = parts.postgres
    let steps = StepStore(postgres: postgres)
    let files = try openFileStore(of: "fse") { parts.settings.optional($0) }
    let answers = AnswerStore(postgres: postgres)
    let enrolments = EnrolmentStore(postgres: postgres)
    let guests = GuestStore(postgres: postgres, enrolments: enrolments)
    let runner = EnrolmentRunner(queue: enrolments.queue, now: parts.now, logger: parts.logger, act: \.act) {
      task, target, transaction, moment in
      guard let dossier = target.dossier else { throw Problem.notFound("Ce dossier") }
      switch task {
      case .step(let draft, _):
        try await steps.register(draft, dossier: dossier, inBatch: transaction, at: moment)
      case .gathering(let gathering, _):
        try await guests.invite(dossier, to: gathering, inBatch: transaction, at: moment)
      }
    }
    return Assembly(
      consumers: [CaseloadConsumer.name: CaseloadConsumer.handlers],
      background: [
        FormsDueWatch(postgres: postgres, now: parts.now, logger: parts.logger), runner,
        AnswerWatch(store: answers, now: parts.now, logger: parts.logger),
        EnrolmentForgetting(queue: enrolments.queue, now: parts.now, logger: parts.logger),
      ]
    ) { routes in
      addOperatorRoutes(to: routes, store: OperatorStore(postgres: postgres))
      addOfferRoutes(to: routes, store: OfferStore(postgres: postgres))
      addListRoutes(to: routes, of: .fse, store: .fse(postgres))
      addOperationRoutes(to: routes, store: OperationStore(postgres: postgres))
      addAgreementRoutes(to: routes, store: AgreementStore(postgres: postgres))
      addDelayRoutes(to: routes, store: DelayStore(postgres: postgres, service: .fse))
      addStepRoutes(to: routes, store: steps)
      addAnswerRoutes(to: routes, store: answers)
      addEvidenceRoutes(to: routes, store: EvidenceStore(postgres: postgres, files: files))
      addEnrolmentRoutes(to: routes, store: enrolments, runner: runner)
      addGatheringRoutes(to: routes, store: GatheringStore(postgres: postgres))
      addGuestRoutes(to: routes, store: guests, runner: runner)
      addAttendanceRoutes(to: routes, store: AttendanceStore(postgres: postgres))
      addParticipationRoutes(to: routes, store: ParticipationStore(postgres: postgres))
      addExportRoutes(to: routes, store: ExportStore(postgres: postgres))
      addFormRoutes(to: routes, store: FormStore(postgres: postgres))
    }
  }

  static func main() async throws { try await process.run() }
}
