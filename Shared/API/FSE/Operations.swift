import Domain
import Foundation

/// An operation that the ESF pays for (rule S5): « FSE 2025-2026 : Accompagnement… ».
public struct FSEOperation: Payload, Versioned {
  public var id: ID<FSEOperation>
  public var name: String
  public var code: String
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate
  /// The accounts that manage it and so reach its participants.
  public var managers: [ID<Account>]
  /// The specific objective, as 4(1)(l).
  public var objective: String?
  /// The version of the questionnaires that its participants answer.
  public var questionnaire: Int
  /// Days after the first day at which the entry form is late.
  public var entryDays: Int
  /// Days after the last day at which the exit form is late.
  public var exitDays: Int
  /// The share of incomplete sheets, in per cent, above which a financial correction threatens.
  public var incompleteLimit: Int
  public var version: Int

  public init(
    id: ID<FSEOperation>, name: String, code: String, startsOn: CalendarDate, endsOn: CalendarDate,
    managers: [ID<Account>], objective: String?, questionnaire: Int, entryDays: Int, exitDays: Int,
    incompleteLimit: Int, version: Int
  ) {
    self.id = id
    self.name = name
    self.code = code
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.managers = managers
    self.objective = objective
    self.questionnaire = questionnaire
    self.entryDays = entryDays
    self.exitDays = exitDays
    self.incompleteLimit = incompleteLimit
    self.version = version
  }
}

/// What is written of an operation. Whoever creates one manages it.
public struct FSEOperationDraft: Payload, Constrained {
  public var name: String
  public var code: String
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate
  public var managers: [ID<Account>]
  public var objective: String?
  /// The version of the questionnaires; nil: the newest for a new operation, and no change of another.
  public var questionnaire: Int?
  public var entryDays: Int
  public var exitDays: Int
  public var incompleteLimit: Int
  public static let constraints: [String: Constraint] = [
    "name": .text(1...200), "code": .text(1...60), "managers": .items(50), "objective": .text(0...200),
    "questionnaire": .range(1...10_000), "entryDays": .range(0...366), "exitDays": .range(0...366),
    "incompleteLimit": .range(0...100),
  ]

  public init(
    name: String, code: String, startsOn: CalendarDate, endsOn: CalendarDate, managers: [ID<Account>] = [],
    objective: String? = nil, questionnaire: Int? = nil, entryDays: Int = 28, exitDays: Int = 28,
    incompleteLimit: Int = 35
  ) {
    self.name = name
    self.code = code
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.managers = managers
    self.objective = objective
    self.questionnaire = questionnaire
    self.entryDays = entryDays
    self.exitDays = exitDays
    self.incompleteLimit = incompleteLimit
  }
}

/// How complete an operation's participants' sheets are, against the line above which the county pays back.
public struct Completeness: Payload {
  public var operation: ID<FSEOperation>
  public var participants: Int
  public var entryComplete: Int
  /// Participants who have left, or whose end is proposed.
  public var exitDue: Int
  public var exitComplete: Int
  /// Participants of whom a form is missing past its last day: those alone are warned of.
  public var incomplete: Int
  /// Participants of whom a form is to be filled in, and none is late.
  public var awaited: Int
  /// Participants with neither telephone nor e-mail, whom the survey at six months cannot reach.
  public var withoutContact: Int
  /// Per cent, rounded up; 0 without participants.
  public var incompleteShare: Int
  public var limit: Int
  public var withinLimit: Bool

  public init(
    operation: ID<FSEOperation>, participants: Int, entryComplete: Int, exitDue: Int, exitComplete: Int,
    incomplete: Int, awaited: Int, withoutContact: Int, incompleteShare: Int, limit: Int, withinLimit: Bool
  ) {
    self.operation = operation
    self.participants = participants
    self.entryComplete = entryComplete
    self.exitDue = exitDue
    self.exitComplete = exitComplete
    self.incomplete = incomplete
    self.awaited = awaited
    self.withoutContact = withoutContact
    self.incompleteShare = incompleteShare
    self.limit = limit
    self.withinLimit = withinLimit
  }
}

extension FSEAPI {
  public static let listOperations = Endpoint<NoInput, Page<FSEOperation>>(
    .fse, "listOperations", .get, "operations", allow: .signedIn, summary: "List the FSE operations, newest first.")
  public static let showOperation = Endpoint<NoInput, FSEOperation>(
    .fse, "showOperation", .get, "operations/{operation}", allow: .signedIn, summary: "Show an FSE operation.")
  public static let addOperation = Endpoint<FSEOperationDraft, FSEOperation>(
    .fse, "addOperation", .post, "operations", allow: .having(.manageOperations), summary: "Add an FSE operation.",
    success: 201)
  public static let changeOperation = Endpoint<FSEOperationDraft, FSEOperation>(
    .fse, "changeOperation", .put, "operations/{operation}", allow: .having(.manageOperations),
    summary: "Change an operation that one manages.", versioned: true)
  public static let deleteOperation = Endpoint<NoInput, NoOutput>(
    .fse, "deleteOperation", .delete, "operations/{operation}", allow: .having(.manageOperations),
    summary: "Delete an operation that one manages and that nothing names.")
  public static let showCompleteness = Endpoint<NoInput, Completeness>(
    .fse, "showCompleteness", .get, "operations/{operation}/completeness", allow: .having(.manageOperations),
    summary: "Say how complete the sheets of an operation's participants are.")
}
