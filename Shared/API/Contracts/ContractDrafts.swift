import Domain
import Foundation

/// What the référent fills in with the person. An absent field is empty; when drafting, an absent start is the first of
/// next month and an absent number the next one (rule K4).
public struct ContractDraft: Payload, Constrained {
  public var kind: ContractRecord.Kind?
  public var number: Int?
  public var startsOn: CalendarDate?
  public var endsOn: CalendarDate?
  public var signedOn: CalendarDate?
  public var lastContract: Bool?
  public var priority: String?
  public var comment: String?
  public var situation: String?
  public var evaluation: String?
  public var expression: String?
  public var targetHours: Int?

  public static let constraints: [String: Constraint] = [
    "number": .range(1...999), "priority": .text(0...40), "comment": .text(0...4000), "situation": .text(0...20_000),
    "evaluation": .text(0...20_000), "expression": .text(0...10_000), "targetHours": .range(0...60),
  ]

  public init(
    kind: ContractRecord.Kind? = nil, number: Int? = nil, startsOn: CalendarDate? = nil, endsOn: CalendarDate? = nil,
    signedOn: CalendarDate? = nil, lastContract: Bool? = nil, priority: String? = nil, comment: String? = nil,
    situation: String? = nil, evaluation: String? = nil, expression: String? = nil, targetHours: Int? = nil
  ) {
    self.kind = kind
    self.number = number
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.signedOn = signedOn
    self.lastContract = lastContract
    self.priority = priority
    self.comment = comment
    self.situation = situation
    self.evaluation = evaluation
    self.expression = expression
    self.targetHours = targetHours
  }
}

/// What the service fills in (rule K6). An absent end keeps the proposed one; the other
/// absent fields are empty.
public struct ContractDecisionDraft: Payload, Constrained {
  public var decision: ContractRecord.Decision?
  public var decisionComment: String?
  public var decidedOn: CalendarDate?
  /// Another end than the proposed one.
  public var endsOn: CalendarDate?
  public var noteForReferent: String?

  public static let constraints: [String: Constraint] = [
    "decisionComment": .text(0...10_000), "noteForReferent": .text(0...10_000),
  ]

  public init(
    decision: ContractRecord.Decision? = nil, decisionComment: String? = nil, decidedOn: CalendarDate? = nil,
    endsOn: CalendarDate? = nil, noteForReferent: String? = nil
  ) {
    self.decision = decision
    self.decisionComment = decisionComment
    self.decidedOn = decidedOn
    self.endsOn = endsOn
    self.noteForReferent = noteForReferent
  }
}

/// A passage asked for. A comment, another end and the day of the decision go with a decision alone.
public struct ContractMoveRequest: Payload, Constrained {
  public var to: ContractState
  public var reason: String?
  public var comment: String?
  public var endsOn: CalendarDate?
  /// The day of the decision; today, or the one already filled in, when absent.
  public var decidedOn: CalendarDate?

  public static let constraints: [String: Constraint] = ["reason": .text(0...2000), "comment": .text(0...10_000)]

  public init(
    to: ContractState, reason: String? = nil, comment: String? = nil, endsOn: CalendarDate? = nil,
    decidedOn: CalendarDate? = nil
  ) {
    self.to = to
    self.reason = reason
    self.comment = comment
    self.endsOn = endsOn
    self.decidedOn = decidedOn
  }
}

public struct ObjectiveDraft: Payload, Constrained {
  public var theme: String
  public var personDoes: String
  public var referentDoes: String?
  public var dueOn: CalendarDate?
  public var step: ID<Step>?
  /// Its place in the list, from 1; at the end, or where it was, when absent.
  public var position: Int?

  public static let constraints: [String: Constraint] = [
    "theme": .text(1...40), "personDoes": .text(1...8000), "referentDoes": .text(0...8000), "position": .range(1...100),
  ]

  public init(
    theme: String, personDoes: String, referentDoes: String? = nil, dueOn: CalendarDate? = nil, step: ID<Step>? = nil,
    position: Int? = nil
  ) {
    self.theme = theme
    self.personDoes = personDoes
    self.referentDoes = referentDoes
    self.dueOn = dueOn
    self.step = step
    self.position = position
  }
}

/// The step or positioning that serves an objective; absent to undo the link.
public struct ObjectiveStep: Payload {
  public var step: ID<Step>?
  public init(step: ID<Step>?) { self.step = step }
}

/// The person's agreement, ticked in front of them; the one by SMS comes from the signature. `later` is the guide’s
/// « NC »: it waits to be given, by SMS or later.
public struct ContractConsentDraft: Payload, Constrained {
  public enum Answer: String, Payload, CaseIterable {
    case yes, no
    case later = "none"
  }
  public var consent: Answer
  /// What the person wants to have said; absent to keep what is there.
  public var expression: String?
  public static let constraints: [String: Constraint] = ["expression": .text(0...10_000)]

  public init(consent: Answer, expression: String? = nil) {
    self.consent = consent
    self.expression = expression
  }
}
