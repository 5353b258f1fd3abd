import API
import Domain
import Foundation
import Messaging
import Postgres

/// What is to be done to each dossier of a batch.
enum BatchTask: Codable, Sendable {
  case decideExits(ProposedExitDecision)
  /// A proposal that was declined is open again.
  case reopenExits
  /// An exit is taken back, and its proposal open again.
  case cancelExits

  var kind: Batch.Kind {
    switch self {
    case .decideExits(let decision): decision.accepted ? .exitsAccepted : .exitsDeclined
    case .reopenExits: .exitsReopened
    case .cancelExits: .exitsCancelled
    }
  }

  /// Under which name the audit log keeps the act on each dossier: the one it has when it is done alone.
  var act: String {
    switch self {
    case .decideExits: DossiersAPI.decideProposedExit.auditName
    case .reopenExits: DossiersAPI.undoBatch.auditName
    case .cancelExits: DossiersAPI.cancelExit.auditName
    }
  }
}

extension Batch.Kind {
  /// The task that takes a batch of this kind back.
  var undoing: BatchTask? {
    switch self {
    case .exitsAccepted: .cancelExits
    case .exitsDeclined: .reopenExits
    case .exitsReopened, .exitsCancelled: nil
    }
  }

  /// Whether this caller may take it back now. An exit is taken back by the secretariats alone (guide, *Comment annuler
  /// une sortie ?*): the référent no longer reaches the dossier.
  func mayUndo(_ caller: Caller) -> Bool {
    switch self {
    case .exitsAccepted: caller.may(.cancelExit)
    case .exitsDeclined: true
    case .exitsReopened, .exitsCancelled: false
    }
  }
}

extension Endpoint {
  var auditName: String { "\(service.rawValue).\(name)" }
}
