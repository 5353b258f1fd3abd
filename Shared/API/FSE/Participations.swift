import Domain
import Foundation

/// Which of a participant's two forms: at the first interview, and on leaving (rule S6).
public enum FSEForm: String, Payload, CaseIterable { case entry, exit }

/// A form's dot: grey and locked with the reason, red while it is to be filled in, green once complete.
public struct FormStatus: Payload {
  public enum State: String, Payload, CaseIterable { case locked, red, green }
  public var state: State
  /// What is missing before the form opens, in French.
  public var lockedBecause: String?
  /// The last day to complete it without being late; absent while it is not due.
  public var dueOn: CalendarDate?
  public var completedAt: Date?

  public init(state: State, lockedBecause: String?, dueOn: CalendarDate?, completedAt: Date?) {
    self.state = state
    self.lockedBecause = lockedBecause
    self.dueOn = dueOn
    self.completedAt = completedAt
  }
}

/// A person in an FSE operation (passage en convention), counted once however often the person comes back.
public struct Participation: Payload, Versioned {
  public var id: ID<Participation>
  public var dossier: ID<Dossier>
  /// The step on which the person is, or was last.
  public var step: ID<Step>
  public var operation: ID<FSEOperation>
  public var operationName: String
  /// The first entry.
  public var from: CalendarDate
  /// The last exit; by default the operation's last day.
  public var until: CalendarDate
  public var entries: Int
  /// Whether its real end was entered, on the same day as its step's.
  public var isEnded: Bool
  /// An end that a réorientation or an exit suggests; nothing is ended by it.
  public var proposedUntil: CalendarDate?
  public var entry: FormStatus
  public var exit: FormStatus
  public var version: Int

  public init(
    id: ID<Participation>, dossier: ID<Dossier>, step: ID<Step>, operation: ID<FSEOperation>, operationName: String,
    from: CalendarDate, until: CalendarDate, entries: Int, isEnded: Bool, proposedUntil: CalendarDate?,
    entry: FormStatus, exit: FormStatus, version: Int
  ) {
    self.id = id
    self.dossier = dossier
    self.step = step
    self.operation = operation
    self.operationName = operationName
    self.from = from
    self.until = until
    self.entries = entries
    self.isEnded = isEnded
    self.proposedUntil = proposedUntil
    self.entry = entry
    self.exit = exit
    self.version = version
  }
}

/// The dates of a participation.
public struct ParticipationChange: Payload {
  public var from: CalendarDate
  public var until: CalendarDate

  public init(from: CalendarDate, until: CalendarDate) {
    self.from = from
    self.until = until
  }
}

/// The last day of a participation and of its step, entered once for both.
public struct ParticipationEnd: Payload, Constrained {
  public var until: CalendarDate
  public var endReason: String?
  public static let constraints: [String: Constraint] = ["endReason": .text(1...40)]

  public init(until: CalendarDate, endReason: String? = nil) {
    self.until = until
    self.endReason = endReason
  }
}

/// A form as it is filled in: the questions, the answers, and what is still missing.
public struct FormSheet: Payload, Versioned {
  public var participation: ID<Participation>
  public var dossier: ID<Dossier>
  public var form: FSEForm
  public var questionnaire: Questionnaire
  /// By the question's code: a text, or a list of texts where several may be chosen.
  public var answers: [String: JSONValue]
  /// What the county suggests where nothing was answered yet.
  public var suggested: [String: JSONValue]
  /// The codes of the questions that these answers call for; before the first save, that the suggestions do.
  public var visible: [String]
  /// The required questions that have no answer yet.
  public var missing: [String]
  public var status: FormStatus
  /// 0 until it is first saved.
  public var version: Int

  public init(
    participation: ID<Participation>, dossier: ID<Dossier>, form: FSEForm, questionnaire: Questionnaire,
    answers: [String: JSONValue], suggested: [String: JSONValue], visible: [String], missing: [String],
    status: FormStatus, version: Int
  ) {
    self.participation = participation
    self.dossier = dossier
    self.form = form
    self.questionnaire = questionnaire
    self.answers = answers
    self.suggested = suggested
    self.visible = visible
    self.missing = missing
    self.status = status
    self.version = version
  }
}

/// Answers to save. What is missing leaves the form red; what cannot be is refused.
public struct FormAnswers: Payload {
  public var answers: [String: JSONValue]

  public init(answers: [String: JSONValue]) {
    self.answers = answers
  }
}

/// A form that somebody has to fill in.
public struct DueForm: Payload {
  public var participation: ID<Participation>
  public var dossier: ID<Dossier>
  public var number: Int
  public var name: String
  public var operation: ID<FSEOperation>
  public var operationName: String
  public var form: FSEForm
  public var since: CalendarDate
  public var dueOn: CalendarDate
  /// Negative once it is late.
  public var daysLeft: Int
  /// `referent_changed` or `exit_recorded` where an end is proposed.
  public var reason: String?
  public var proposedUntil: CalendarDate?

  public init(
    participation: ID<Participation>, dossier: ID<Dossier>, number: Int, name: String, operation: ID<FSEOperation>,
    operationName: String, form: FSEForm, since: CalendarDate, dueOn: CalendarDate, daysLeft: Int, reason: String?,
    proposedUntil: CalendarDate?
  ) {
    self.participation = participation
    self.dossier = dossier
    self.number = number
    self.name = name
    self.operation = operation
    self.operationName = operationName
    self.form = form
    self.since = since
    self.dueOn = dueOn
    self.daysLeft = daysLeft
    self.reason = reason
    self.proposedUntil = proposedUntil
  }
}

/// Which due forms to list.
public struct DueFormQuery: PageQuery, Constrained {
  public var form: FSEForm?
  public var operation: ID<FSEOperation>?
  /// Those with so many days left at most; below zero they are late.
  public var daysLeft: Int?
  public var limit: Int?
  public var after: String?
  public static let constraints: [String: Constraint] = [
    "daysLeft": .range(-3660...366), "limit": .range(1...200), "after": .cursor,
  ]

  public init(
    form: FSEForm? = nil, operation: ID<FSEOperation>? = nil, daysLeft: Int? = nil, limit: Int? = nil,
    after: String? = nil
  ) {
    self.form = form
    self.operation = operation
    self.daysLeft = daysLeft
    self.limit = limit
    self.after = after
  }
}
