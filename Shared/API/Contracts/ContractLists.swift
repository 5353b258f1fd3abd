import Domain
import Foundation

/// A line of a list of contracts.
public struct ContractRow: Payload {
  public var id: ID<Contract>
  public var dossier: ID<Dossier>
  public var dossierNumber: Int
  public var familyName: String
  public var givenName: String
  public var kind: ContractRecord.Kind
  public var number: Int
  public var state: ContractState
  /// Since when it has been in this state.
  public var stateSince: Date
  /// Whole days since then, in France.
  public var waitingDays: Int
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate?
  public var signedOn: CalendarDate?
  public var decidedOn: CalendarDate?
  public var lastContract: Bool
  public var consent: ContractRecord.Consent
  public var priority: String?
  public var priorityLabel: String?
  public var author: ID<Account>
  public var authorName: String

  /// As `MARTIN Léa`.
  public var beneficiary: String { French.name(familyName, givenName) }

  public init(
    id: ID<Contract>, dossier: ID<Dossier>, dossierNumber: Int, familyName: String, givenName: String,
    kind: ContractRecord.Kind = .cer, number: Int, state: ContractState, stateSince: Date, waitingDays: Int,
    startsOn: CalendarDate, endsOn: CalendarDate? = nil, signedOn: CalendarDate? = nil,
    decidedOn: CalendarDate? = nil, lastContract: Bool = false, consent: ContractRecord.Consent = .none,
    priority: String? = nil, priorityLabel: String? = nil, author: ID<Account>, authorName: String
  ) {
    self.id = id
    self.dossier = dossier
    self.dossierNumber = dossierNumber
    self.familyName = familyName
    self.givenName = givenName
    self.kind = kind
    self.number = number
    self.state = state
    self.stateSince = stateSince
    self.waitingDays = waitingDays
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.signedOn = signedOn
    self.decidedOn = decidedOn
    self.lastContract = lastContract
    self.consent = consent
    self.priority = priority
    self.priorityLabel = priorityLabel
    self.author = author
    self.authorName = authorName
  }
}

/// The contracts of one dossier, and what a new one would begin with.
public struct DossierContracts: Payload {
  /// The latest start first.
  public var items: [ContractRow]
  /// Whether the caller may draft one: the person's lead référent.
  public var mayDraft: Bool
  public var proposedNumber: Int
  public var proposedStart: CalendarDate
  /// What a renewal starts from: the latest contract that was not refused.
  public var previous: PreviousContract?

  public init(
    items: [ContractRow], mayDraft: Bool, proposedNumber: Int, proposedStart: CalendarDate,
    previous: PreviousContract? = nil
  ) {
    self.previous = previous
    self.items = items
    self.mayDraft = mayDraft
    self.proposedNumber = proposedNumber
    self.proposedStart = proposedStart
  }
}

/// What a list of contracts is narrowed to.
public struct ContractFilter: PageQuery, Constrained {
  /// Any of these; every state when absent.
  public var state: [ContractState]?
  /// Part of the person's name, accents and case apart.
  public var q: String?
  /// In their state since this day, or later.
  public var since: CalendarDate?
  /// Worked out with the person on one of these days, both included.
  public var signedFrom: CalendarDate?
  public var signedUntil: CalendarDate?
  /// Decided on one of these days, both included.
  public var decidedFrom: CalendarDate?
  public var decidedUntil: CalendarDate?
  /// Of the people whom this account leads now, or this structure, or this territory.
  public var lead: ID<Account>?
  public var organisation: ID<Organisation>?
  public var territory: ID<Territory>?
  public var after: String?
  public var limit: Int?

  public static let constraints: [String: Constraint] = [
    "q": .text(0...80), "after": .cursor, "limit": .range(1...200), "state": .items(6),
  ]

  public init(
    state: [ContractState]? = nil, q: String? = nil, since: CalendarDate? = nil, signedFrom: CalendarDate? = nil,
    signedUntil: CalendarDate? = nil, decidedFrom: CalendarDate? = nil, decidedUntil: CalendarDate? = nil,
    lead: ID<Account>? = nil, organisation: ID<Organisation>? = nil, territory: ID<Territory>? = nil,
    after: String? = nil, limit: Int? = nil
  ) {
    self.state = state
    self.q = q
    self.since = since
    self.signedFrom = signedFrom
    self.signedUntil = signedUntil
    self.decidedFrom = decidedFrom
    self.decidedUntil = decidedUntil
    self.lead = lead
    self.organisation = organisation
    self.territory = territory
    self.after = after
    self.limit = limit
  }
}

/// How many contracts of the caller's scope are in one state.
public struct ContractCount: Payload {
  public var state: ContractState
  public var label: String
  public var count: Int

  public init(state: ContractState, label: String, count: Int) {
    self.state = state
    self.label = label
    self.count = count
  }
}

public struct ContractCounts: Payload {
  /// Every state, in order, also those without a contract.
  public var items: [ContractCount]
  public init(items: [ContractCount]) { self.items = items }
}

public struct RenewalFilter: PageQuery, Constrained {
  /// Those that end within this many days, beside those overdue; the county's delay when absent.
  public var days: Int?
  /// Only those whose end has passed.
  public var overdue: Bool?
  /// Of the people whom this account leads now, or this structure, or this territory.
  public var lead: ID<Account>?
  public var organisation: ID<Organisation>?
  public var territory: ID<Territory>?
  public var after: String?
  public var limit: Int?

  public static let constraints: [String: Constraint] = [
    "days": .range(0...366), "after": .cursor, "limit": .range(1...200),
  ]

  public init(
    days: Int? = nil, overdue: Bool? = nil, lead: ID<Account>? = nil, organisation: ID<Organisation>? = nil,
    territory: ID<Territory>? = nil, after: String? = nil, limit: Int? = nil
  ) {
    self.days = days
    self.overdue = overdue
    self.lead = lead
    self.organisation = organisation
    self.territory = territory
    self.after = after
    self.limit = limit
  }
}

/// A contract that ends soon or has ended, and that no newer valid one follows (rule K7).
public struct ContractRenewal: Payload {
  public var id: ID<Contract>
  public var dossier: ID<Dossier>
  public var dossierNumber: Int
  public var familyName: String
  public var givenName: String
  public var number: Int
  public var startsOn: CalendarDate
  public var endsOn: CalendarDate
  /// Negative when it is overdue (rule K7).
  public var daysLeft: Int
  /// The person's current lead référent, and their structure.
  public var lead: ID<Account>?
  public var leadName: String?
  public var organisation: ID<Organisation>?
  public var organisationName: String?
  /// The state of a newer contract that is on its way, if there is one.
  public var inProgress: ContractState?

  /// As `MARTIN Léa`.
  public var beneficiary: String { French.name(familyName, givenName) }

  public init(
    id: ID<Contract>, dossier: ID<Dossier>, dossierNumber: Int, familyName: String, givenName: String, number: Int,
    startsOn: CalendarDate, endsOn: CalendarDate, daysLeft: Int, lead: ID<Account>? = nil, leadName: String? = nil,
    organisation: ID<Organisation>? = nil, organisationName: String? = nil, inProgress: ContractState? = nil
  ) {
    self.id = id
    self.dossier = dossier
    self.dossierNumber = dossierNumber
    self.familyName = familyName
    self.givenName = givenName
    self.number = number
    self.startsOn = startsOn
    self.endsOn = endsOn
    self.daysLeft = daysLeft
    self.lead = lead
    self.leadName = leadName
    self.organisation = organisation
    self.organisationName = organisationName
    self.inProgress = inProgress
  }
}

/// Which document to make of a contract.
public struct ContractPrint: Payload {
  /// The code of a model; the usual one of the state when absent.
  public var model: String?
  /// PDF when absent.
  public var format: LetterFormat?

  public init(model: String? = nil, format: LetterFormat? = nil) {
    self.model = model
    self.format = format
  }
}
