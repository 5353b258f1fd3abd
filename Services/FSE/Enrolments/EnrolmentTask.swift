import API
import Domain
import Foundation
import Messaging

/// What is done for each person of a batch.
enum EnrolmentTask: Codable, Sendable {
  case step(StepDraft, name: String)
  case gathering(ID<Gathering>, name: String)

  var kind: Enrolment.Kind {
    switch self {
    case .step: .steps
    case .gathering: .gathering
    }
  }

  var name: String {
    switch self {
    case .step(_, let name), .gathering(_, let name): name
    }
  }

  var subject: UUID {
    switch self {
    case .step(let draft, _): draft.offer.value
    case .gathering(let gathering, _): gathering.value
    }
  }

  /// Under which name the audit log keeps the act on each dossier: the one it has when it is done alone.
  var act: String {
    switch self {
    case .step: "fse.\(FSEAPI.register.name)"
    case .gathering: "fse.\(FSEAPI.inviteToGathering.name)"
    }
  }
}

typealias EnrolmentRunner = JobRunner<EnrolmentTask>
