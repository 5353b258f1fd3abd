import Domain
import Foundation

/// The kinds of thing that other services name in their events.
public enum Contract {}
public enum Appointment {}

/// A contract moved from one state to another (rule K1); `from` is absent when it was drafted.
public struct ContractMoved: Event {
  public static let type = "contracts.moved.v1"
  public var contract: ID<Contract>
  public var dossier: ID<Dossier>
  public var territory: ID<Territory>?
  public var from: ContractState?
  public var to: ContractState
  public var author: ID<Account>
  public var number: Int
  public var endsOn: CalendarDate?
  /// Absent from what was told before it was added.
  public var startsOn: CalendarDate?
  public var key: String { dossier.description }
  public init(
    contract: ID<Contract>, dossier: ID<Dossier>, territory: ID<Territory>?, from: ContractState?,
    to: ContractState,
    author: ID<Account>, number: Int, endsOn: CalendarDate?, startsOn: CalendarDate? = nil
  ) {
    self.startsOn = startsOn
    self.contract = contract
    self.dossier = dossier
    self.territory = territory
    self.from = from
    self.to = to
    self.author = author
    self.number = number
    self.endsOn = endsOn
  }
}

/// The person's consent to a contract was recorded.
public struct ConsentRecorded: Event {
  public static let type = "contracts.consent-recorded.v1"
  public var contract: ID<Contract>
  public var dossier: ID<Dossier>
  public var consent: ContractRecord.Consent
  public var key: String { dossier.description }
  public init(contract: ID<Contract>, dossier: ID<Dossier>, consent: ContractRecord.Consent) {
    self.contract = contract
    self.dossier = dossier
    self.consent = consent
  }
}

/// An appointment was booked, moved to another hour or agent, given an outcome, or cancelled.
public struct AppointmentChanged: Event {
  public static let type = "scheduling.appointment-changed.v1"
  public enum Change: String, Payload, CaseIterable { case booked, moved, outcome, handedOver }
  public var appointment: ID<Appointment>
  public var dossier: ID<Dossier>
  public var agent: ID<Account>
  public var change: Change
  public var startsAt: Date
  /// As the county's list names it.
  public var kind: String
  /// An `AppointmentOutcome`, or `deleted`.
  public var outcome: String
  public var key: String { dossier.description }
  public init(
    appointment: ID<Appointment>, dossier: ID<Dossier>, agent: ID<Account>, change: Change, startsAt: Date,
    kind: String, outcome: String
  ) {
    self.appointment = appointment
    self.dossier = dossier
    self.agent = agent
    self.change = change
    self.startsAt = startsAt
    self.kind = kind
    self.outcome = outcome
  }
}

/// A reminder left, was delivered, or failed.
public struct ReminderSent: Event {
  public static let type = "scheduling.reminder-sent.v1"
  public var appointment: ID<Appointment>
  public var dossier: ID<Dossier>
  public var channel: CountyText.Channel
  public var status: MessageStatus
  public var key: String { dossier.description }
  public init(appointment: ID<Appointment>, dossier: ID<Dossier>, channel: CountyText.Channel, status: MessageStatus) {
    self.appointment = appointment
    self.dossier = dossier
    self.channel = channel
    self.status = status
  }
}

/// No SMS reaches the person's number, as a provider says: it is to be corrected before another one is tried.
public struct NumberRefused: Event {
  public static let type = "scheduling.number-refused.v1"
  public var dossier: ID<Dossier>
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>) { self.dossier = dossier }
}

/// An account has something new to read: the gateway tells its open pages.
public struct NotificationMade: Event {
  public static let type = "scheduling.notification-made.v1"
  public var account: ID<Account>
  public var unread: Int
  public var kind: NoticeKind
  public var title: String
  public var subject: NoticeSubject?
  public var key: String { account.description }
  public init(account: ID<Account>, unread: Int, kind: NoticeKind, title: String, subject: NoticeSubject?) {
    self.account = account
    self.unread = unread
    self.kind = kind
    self.title = title
    self.subject = subject
  }
}

/// A step or positioning was registered, its dates changed, it ended, or it was deleted as a mistake.
public struct StepChanged: Event {
  public static let type = "fse.step-changed.v1"
  public enum Change: String, Payload, CaseIterable { case registered, positioned, changed, ended, removed }
  public var step: ID<Step>
  public var dossier: ID<Dossier>
  public var offer: ID<Offer>
  public var offerName: String
  public var change: Change
  public var from: CalendarDate
  public var until: CalendarDate?
  /// The participation in an FSE operation that it is part of.
  public var participation: ID<Participation>?
  public var key: String { dossier.description }
  public init(
    step: ID<Step>, dossier: ID<Dossier>, offer: ID<Offer>, offerName: String, change: Change, from: CalendarDate,
    until: CalendarDate?, participation: ID<Participation>? = nil
  ) {
    self.participation = participation
    self.step = step
    self.dossier = dossier
    self.offer = offer
    self.offerName = offerName
    self.change = change
    self.from = from
    self.until = until
  }
}

/// A person was registered on an event or taken off it, or came or did not.
public struct GatheringChanged: Event {
  public static let type = "fse.gathering-changed.v1"
  public enum Change: String, Payload, CaseIterable { case invited, removed, present, absent, awaited }
  public var gathering: ID<Gathering>
  public var dossier: ID<Dossier>
  public var name: String
  public var on: CalendarDate
  public var change: Change
  public var key: String { dossier.description }
  public init(gathering: ID<Gathering>, dossier: ID<Dossier>, name: String, on: CalendarDate, change: Change) {
    self.gathering = gathering
    self.dossier = dossier
    self.name = name
    self.on = on
    self.change = change
  }
}

/// An FSE entry or exit form became due or was completed.
public struct FormChanged: Event {
  public static let type = "fse.form-changed.v1"
  public var participation: ID<Participation>
  public var dossier: ID<Dossier>
  public enum Status: String, Payload, CaseIterable { case due, completed }
  public var form: FSEForm
  public var status: Status
  public var key: String { dossier.description }
  public init(participation: ID<Participation>, dossier: ID<Dossier>, form: FSEForm, status: Status) {
    self.participation = participation
    self.dossier = dossier
    self.form = form
    self.status = status
  }
}

/// A session was closed: its tokens are refused from now on.
public struct SessionClosed: Event {
  public static let type = "identity.session-closed.v1"
  public var session: ID<Session>
  public var account: ID<Account>
  public var because: String
  public var key: String { account.description }
  public init(session: ID<Session>, account: ID<Account>, because: String) {
    self.session = session
    self.account = account
    self.because = because
  }
}

/// A colleague is to act in the place of somebody away, or is no longer to.
public struct DelegationChanged: Event {
  public static let type = "identity.delegation-changed.v1"
  public var delegation: ID<Delegation>
  public var absent: AccountReference
  public var replacement: AccountReference
  public var fromDate: CalendarDate
  public var untilDate: CalendarDate
  public var ended: Bool
  public var key: String { delegation.description }
  public init(_ delegation: Delegation, ended: Bool) {
    self.delegation = delegation.id
    absent = delegation.absent
    replacement = delegation.replacement
    fromDate = delegation.fromDate
    untilDate = delegation.untilDate
    self.ended = ended
  }
}

/// An account passed a threshold of its profile; the reviewers of use are notified.
public struct UseNoticed: Event {
  public static let type = "identity.use-noticed.v1"
  public var use: ID<AbnormalUse>
  public var profile: Profile
  public var kind: UsageKind
  public var suspends: Bool
  public var key: String { use.description }
  public init(use: ID<AbnormalUse>, profile: Profile, kind: UsageKind, suspends: Bool) {
    self.use = use
    self.profile = profile
    self.kind = kind
    self.suspends = suspends
  }
}
