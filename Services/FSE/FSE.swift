import API
import Foundation
import Service

@main enum FSEProcess {
  static let process = ServiceProcess(.fse, resources: .module) { parts in
    let postgres = parts.postgres
    return Assembly(
      consumers: [CaseloadConsumer.name: CaseloadConsumer.handlers],
      background: [FormsDueWatch(postgres: postgres, now: parts.now, logger: parts.logger)]
    ) { routes in
      addOperatorRoutes(to: routes, store: OperatorStore(postgres: postgres))
      addOfferRoutes(to: routes, store: OfferStore(postgres: postgres))
      addListRoutes(to: routes, of: .fse, store: .fse(postgres))
      addOperationRoutes(to: routes, store: OperationStore(postgres: postgres))
      addAgreementRoutes(to: routes, store: AgreementStore(postgres: postgres))
      addStepRoutes(to: routes, store: StepStore(postgres: postgres))
      addAttendanceRoutes(to: routes, store: AttendanceStore(postgres: postgres))
      addParticipationRoutes(to: routes, store: ParticipationStore(postgres: postgres))
      addFormRoutes(to: routes, store: FormStore(postgres: postgres))
    }
  }

  static func main() async throws { try await process.run() }
}
