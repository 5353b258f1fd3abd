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
  case transfer(TransferOrder)
  /// A transfer is taken back; the order is the one that is undone.
  case takeBack(TransferOrder)
  case addNote(NoteDraft)
  case startStandby(StandbyDraft)
  case nameStepReferent(StepReferentDraft)
  /// A content that is kept already.
  case fileDocument(DocumentDeposit, digest: String)

  var kind: Batch.Kind {
    switch self {
    case .decideExits(let decision): decision.accepted ? .exitsAccepted : .exitsDeclined
    case .reopenExits: .exitsReopened
    case .cancelExits: .exitsCancelled
    case .transfer: .transferred
    case .takeBack: .takenBack
    case .addNote: .notesAdded
    case .startStandby: .standbysStarted
    case .nameStepReferent: .stepReferentsNamed
    case .fileDocument: .documentsFiled
    }
  }

  /// Under which name the audit log keeps the act on each dossier: the one it has when it is done alone.
  var act: String {
    switch self {
    case .decideExits: DossiersAPI.decideProposedExit.fullName
    case .reopenExits: DossiersAPI.undoBatch.fullName
    case .cancelExits: DossiersAPI.cancelExit.fullName
    case .transfer: DossiersAPI.transferCaseload.fullName
    case .takeBack: DossiersAPI.undoBatch.fullName
    case .addNote: DossiersAPI.addNote.fullName
    case .startStandby: DossiersAPI.startStandby.fullName
    case .nameStepReferent: DossiersAPI.nameStepReferent.fullName
    case .fileDocument: DossiersAPI.depositDocument.fullName
    }
  }

  /// The task that takes this one back.
  var undoing: BatchTask? {
    switch self {
    case .decideExits(let decision): decision.accepted ? .cancelExits : .reopenExits
    case .transfer(let order): .takeBack(order)
    case .reopenExits, .cancelExits, .takeBack, .addNote, .startStandby, .nameStepReferent, .fileDocument: nil
    }
  }
}

extension Batch.Kind {
  /// Whether this caller may take it back now. An exit is taken back by the secretariats alone (rule C3):
  /// the référent no longer reaches the dossier. A transfer is on its day.
  func mayUndo(_ caller: Caller, madeAt moment: Date) -> Bool {
    switch self {
    case .exitsAccepted: caller.may(.cancelExit)
    case .exitsDeclined: true
    case .transferred: caller.may(.transferCaseloads) && CalendarDate(moment) == caller.today
    case .exitsReopened, .exitsCancelled, .takenBack, .notesAdded, .standbysStarted, .stepReferentsNamed,
      .documentsFiled:
      false
    }
  }
}
