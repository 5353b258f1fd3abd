import API
import Domain

/// How many of an operation's participants are at which point.
struct Counts: Decodable, Sendable {
  var participants = 0
  var entryComplete = 0
  var exitDue = 0
  var exitComplete = 0
  var incomplete = 0
  var awaited = 0
  var withoutContact = 0
}

extension FSEOperation {
  /// The meter: the share of incomplete sheets is rounded up, so that the line is never passed unseen.
  func completeness(_ counts: Counts) -> Completeness {
    let share =
      counts.participants == 0
      ? 0 : (counts.incomplete * 100 + counts.participants - 1) / counts.participants
    return Completeness(
      operation: id, participants: counts.participants, entryComplete: counts.entryComplete, exitDue: counts.exitDue,
      exitComplete: counts.exitComplete, incomplete: counts.incomplete, awaited: counts.awaited,
      withoutContact: counts.withoutContact,
      incompleteShare: share, limit: incompleteLimit,
      withinLimit: counts.incomplete * 100 <= counts.participants * incompleteLimit)
  }
}
