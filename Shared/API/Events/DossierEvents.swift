import Domain
import Foundation

/// A person entered the caseload for the first time, or again after an exit.
public struct DossierEntered: Event {
  public static let type = "dossiers.entered.v1"
  public var dossier: ID<Dossier>
  public var lead: ID<Account>
  public var organisation: ID<Organisation>?
  public var territory: ID<Territory>?
  public var on: CalendarDate
  /// The right as it stood then, and since when; absent from what was told before it was added.
  public var entitlement: EntitlementState?
  public var rightSince: CalendarDate?
  public var key: String { dossier.description }
  public init(
    dossier: ID<Dossier>, lead: ID<Account>, organisation: ID<Organisation>?, territory: ID<Territory>?,
    on: CalendarDate, entitlement: EntitlementState? = nil, rightSince: CalendarDate? = nil
  ) {
    self.entitlement = entitlement
    self.rightSince = rightSince
    self.dossier = dossier
    self.lead = lead
    self.organisation = organisation
    self.territory = territory
    self.on = on
  }
}

/// Réorientation: another lead référent from this day on. The former keeps step access for some days.
public struct ReferentChanged: Event {
  public static let type = "dossiers.referent-changed.v1"
  public var dossier: ID<Dossier>
  public var former: ID<Account>?
  public var formerOrganisation: ID<Organisation>?
  public var lead: ID<Account>
  public var organisation: ID<Organisation>?
  public var on: CalendarDate
  /// The last day of the former référent's step access.
  public var accessUntil: CalendarDate?
  /// The transfer of a whole caseload that it is part of: both sides are told of it as a whole.
  public var batch: UUID?
  /// Whether it takes such a transfer back.
  public var takenBack: Bool?
  public var key: String { dossier.description }
  public init(
    dossier: ID<Dossier>, former: ID<Account>?, formerOrganisation: ID<Organisation>?, lead: ID<Account>,
    organisation: ID<Organisation>?, on: CalendarDate, accessUntil: CalendarDate?, batch: UUID? = nil,
    takenBack: Bool? = nil
  ) {
    self.batch = batch
    self.takenBack = takenBack
    self.dossier = dossier
    self.former = former
    self.formerOrganisation = formerOrganisation
    self.lead = lead
    self.organisation = organisation
    self.on = on
    self.accessUntil = accessUntil
  }
}

/// A caseload, or a part of it, was given to somebody as a whole, or that was taken back; each dossier has told its own.
public struct CaseloadTransferred: Event {
  public static let type = "dossiers.caseload-transferred.v1"
  public var batch: UUID
  public var former: ID<Account>
  public var lead: ID<Account>
  public var dossiers: Int
  public var takenBack: Bool
  public var key: String { lead.description }
  public init(batch: UUID, former: ID<Account>, lead: ID<Account>, dossiers: Int, takenBack: Bool) {
    self.batch = batch
    self.former = former
    self.lead = lead
    self.dossiers = dossiers
    self.takenBack = takenBack
  }
}

/// An exit from the caseload was entered, or taken back (`until` absent).
public struct ExitRecorded: Event {
  public static let type = "dossiers.exit-recorded.v1"
  public var dossier: ID<Dossier>
  public var account: ID<Account>
  public var until: CalendarDate?
  /// Why, as it was written; absent for a cancellation.
  public var reason: String?
  /// What becomes of the appointments after the last day; as the county has decided where it is absent.
  public var appointments: ComingAppointments?
  public var key: String { dossier.description }
  public init(
    dossier: ID<Dossier>, account: ID<Account>, until: CalendarDate?, reason: String? = nil,
    appointments: ComingAppointments? = nil
  ) {
    self.appointments = appointments
    self.dossier = dossier
    self.account = account
    self.until = until
    self.reason = reason
  }
}

/// The dossier belongs to another territory: tables that carry it follow.
public struct TerritoryChanged: Event {
  public static let type = "dossiers.territory-changed.v1"
  public var dossier: ID<Dossier>
  public var former: ID<Territory>?
  public var territory: ID<Territory>?
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>, former: ID<Territory>?, territory: ID<Territory>?) {
    self.dossier = dossier
    self.former = former
    self.territory = territory
  }
}

/// A step référent was named.
public struct StepReferentNamed: Event {
  public static let type = "dossiers.step-referent-named.v1"
  public var dossier: ID<Dossier>
  public var account: ID<Account>
  public var from: CalendarDate
  public var until: CalendarDate?
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>, account: ID<Account>, from: CalendarDate, until: CalendarDate?) {
    self.dossier = dossier
    self.account = account
    self.from = from
    self.until = until
  }
}

/// A step référent's days changed, or the access ended before its last day.
public struct StepReferentChanged: Event {
  public static let type = "dossiers.step-referent-changed.v1"
  public var dossier: ID<Dossier>
  public var account: ID<Account>
  public var from: CalendarDate
  public var until: CalendarDate
  public var ended: Bool
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>, account: ID<Account>, from: CalendarDate, until: CalendarDate, ended: Bool) {
    self.dossier = dossier
    self.account = account
    self.from = from
    self.until = until
    self.ended = ended
  }
}

/// The state of the right or the duties changed.
public struct EntitlementChanged: Event {
  public static let type = "dossiers.entitlement-changed.v1"
  public var dossier: ID<Dossier>
  public var entitlement: EntitlementState
  public var duties: Bool?
  public var on: CalendarDate
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>, entitlement: EntitlementState, duties: Bool?, on: CalendarDate) {
    self.dossier = dossier
    self.entitlement = entitlement
    self.duties = duties
    self.on = on
  }
}

/// Phone or e-mail was corrected here; the values themselves do not travel.
public struct ContactChanged: Event {
  public static let type = "dossiers.contact-changed.v1"
  public var dossier: ID<Dossier>
  public enum Field: String, Payload, CaseIterable { case phone, email }
  public var fields: [Field]
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>, fields: [Field]) {
    self.dossier = dossier
    self.fields = fields
  }
}

/// A standby began, was changed, or ended (`until` is its last day).
public struct StandbyChanged: Event {
  public static let type = "dossiers.standby-changed.v1"
  public enum Change: String, Payload, CaseIterable { case started, changed, ended, removed }
  public var dossier: ID<Dossier>
  public var change: Change
  public var from: CalendarDate
  public var until: CalendarDate?
  public var reason: String
  /// Which one; absent from what was told before it was added.
  public var standby: UUID?
  public var key: String { dossier.description }
  public init(
    dossier: ID<Dossier>, change: Change, from: CalendarDate, until: CalendarDate?, reason: String,
    standby: UUID? = nil
  ) {
    self.standby = standby
    self.dossier = dossier
    self.change = change
    self.from = from
    self.until = until
    self.reason = reason
  }
}

/// A note was written; its text stays where it is.
public struct NoteAdded: Event {
  public static let type = "dossiers.note-added.v1"
  public var dossier: ID<Dossier>
  public var audience: Note.Audience
  public var assignee: ID<Account>?
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>, audience: Note.Audience, assignee: ID<Account>?) {
    self.dossier = dossier
    self.audience = audience
    self.assignee = assignee
  }
}

/// A document was filed in a dossier, or deleted from it; its content stays where it is.
public struct DocumentFiled: Event {
  public static let type = "dossiers.document-filed.v1"
  public enum Change: String, Payload { case deposited, removed }
  public var dossier: ID<Dossier>
  public var document: ID<DossierDocument>
  public var change: Change
  public var name: String
  public var key: String { dossier.description }
  public init(dossier: ID<Dossier>, document: ID<DossierDocument>, change: Change, name: String) {
    self.dossier = dossier
    self.document = document
    self.change = change
    self.name = name
  }
}
