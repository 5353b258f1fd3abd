import Domain
import Foundation

/// The state of a dossier in the scheme « Accompagnement RSA » (rule C1).
public enum DossierState: String, Payload, CaseIterable {
  case entered, standby, left
}

/// The state of the right, in the national codes (ETATDOSRSA).
public enum EntitlementState: String, Payload, CaseIterable {
  case pending = "0"
  case refused = "1"
  case open = "2"
  case suspended = "3"
  case paymentSuspended = "4"
  case closed = "5"
  case closedEarlier = "6"
  case undefined = "Z"

  /// As the feed and the guide word it.
  public var label: String {
    switch self {
    case .pending: "Demande en attente de décision"
    case .refused: "Droit refusé"
    case .open: "Droit ouvert et versable"
    case .suspended: "Droit ouvert et suspendu"
    case .paymentSuspended: "Droit ouvert mais versement suspendu"
    case .closed: "Droit clos"
    case .closedEarlier: "Droit clos sur mois antérieur"
    case .undefined: "Non défini"
    }
  }
}

/// A line of a list of dossiers.
public struct DossierRow: Payload {
  public var id: ID<Dossier>
  public var number: Int
  public var title: String?
  public var familyName: String
  public var givenName: String
  public var birthDate: CalendarDate?
  /// How much of it is known; the rest of the date is its first day. Nil: all of it.
  public var birthPrecision: BirthPrecision?
  public var commune: String?
  public var postalCode: String?
  public var state: DossierState
  public var entitlement: EntitlementState
  /// Subject to rights and duties (SDD); nil when the feed does not say.
  public var duties: Bool?
  public var lead: ID<Account>?
  public var leadName: String?
  public var leadOrganisation: String?
  public var leadSince: CalendarDate?
  public var territory: ID<Territory>?
  public var partner: ID<Dossier>?
  public var refreshedOn: CalendarDate?
  public var proposedExit: Bool

  public init(
    id: ID<Dossier>, number: Int, title: String? = nil, familyName: String, givenName: String,
    birthDate: CalendarDate? = nil, birthPrecision: BirthPrecision? = nil, commune: String? = nil,
    postalCode: String? = nil, state: DossierState, entitlement: EntitlementState, duties: Bool? = nil,
    lead: ID<Account>? = nil, leadName: String? = nil,
    leadOrganisation: String? = nil, leadSince: CalendarDate? = nil, territory: ID<Territory>? = nil,
    partner: ID<Dossier>? = nil, refreshedOn: CalendarDate? = nil, proposedExit: Bool
  ) {
    self.id = id
    self.number = number
    self.title = title
    self.familyName = familyName
    self.givenName = givenName
    self.birthDate = birthDate
    self.birthPrecision = birthPrecision
    self.commune = commune
    self.postalCode = postalCode
    self.state = state
    self.entitlement = entitlement
    self.duties = duties
    self.lead = lead
    self.leadName = leadName
    self.leadOrganisation = leadOrganisation
    self.leadSince = leadSince
    self.territory = territory
    self.partner = partner
    self.refreshedOn = refreshedOn
    self.proposedExit = proposedExit
  }
}

public struct DossierSearch: PageQuery, Constrained {
  /// By name; those that the caller opened last first, then the others by name; those entered last first.
  public enum Sort: String, Payload, CaseIterable { case name, recent, entered }
  /// Words of the name, each anywhere in it, a number or a telephone, or a NIR for those who may reveal it; case and
  /// accents do not matter.
  public var q: String?
  /// Also names that are written nearly so. Left out, they are looked for where nothing is written exactly so.
  public var close: Bool?
  public var state: DossierState?
  public var entitlement: EntitlementState?
  public var duties: Bool?
  public var lead: ID<Account>?
  public var organisation: ID<Organisation>?
  public var territory: ID<Territory>?
  public var commune: String?
  /// Whether the last full feed still held the person.
  public var refreshed: Bool?
  /// What is asked of their characteristics, all at once: `CharacteristicCriterion` as text.
  public var criteria: [String]?
  /// Whether the caller ever opened the dossier.
  public var opened: Bool?
  public var sort: Sort?
  public var limit: Int?
  public var after: String?

  public init(
    q: String? = nil, close: Bool? = nil, state: DossierState? = nil, entitlement: EntitlementState? = nil,
    duties: Bool? = nil,
    lead: ID<Account>? = nil, organisation: ID<Organisation>? = nil, territory: ID<Territory>? = nil,
    commune: String? = nil, refreshed: Bool? = nil, criteria: [String]? = nil, opened: Bool? = nil, sort: Sort? = nil,
    limit: Int? = nil,
    after: String? = nil
  ) {
    self.q = q
    self.close = close
    self.state = state
    self.entitlement = entitlement
    self.duties = duties
    self.lead = lead
    self.organisation = organisation
    self.territory = territory
    self.commune = commune
    self.refreshed = refreshed
    self.criteria = criteria
    self.opened = opened
    self.sort = sort
    self.limit = limit
    self.after = after
  }

  public static let constraints: [String: Constraint] = [
    "q": .text(0...100), "commune": .text(0...60), "criteria": .text(1...2000), "limit": .range(1...200),
    "after": .cursor,
  ]
}

/// A phone number or e-mail address with where it comes from; the feed's later value stays visible beside it.
public struct ContactValue: Payload {
  public var value: String?
  /// Written here (`local`), or by the feed at the dossier's creation.
  public var isLocal: Bool
  public var changedAt: Date?
  public var feedValue: String?

  public init(value: String?, isLocal: Bool, changedAt: Date?, feedValue: String?) {
    self.value = value
    self.isLocal = isLocal
    self.changedAt = changedAt
    self.feedValue = feedValue
  }
}

/// Somebody who follows, or followed, a dossier.
public struct ReferentEntry: Payload, Versioned {
  public enum Kind: String, Payload, CaseIterable { case lead, step }
  public enum Source: String, Payload, CaseIterable { case feed, local, handover }
  public var id: UUID
  public var account: ID<Account>
  public var name: String
  public var organisation: String?
  public var kind: Kind
  public var source: Source
  public var fromDate: CalendarDate
  public var untilDate: CalendarDate?
  public var reason: String?
  public var version: Int

  public init(
    id: UUID, account: ID<Account>, name: String, organisation: String? = nil, kind: Kind, source: Source,
    fromDate: CalendarDate, untilDate: CalendarDate? = nil, reason: String? = nil, version: Int
  ) {
    self.id = id
    self.account = account
    self.name = name
    self.organisation = organisation
    self.kind = kind
    self.source = source
    self.fromDate = fromDate
    self.untilDate = untilDate
    self.reason = reason
    self.version = version
  }

  /// Whether the designation is not over on `day`; its last day is included.
  public func isOpen(on day: CalendarDate) -> Bool { untilDate.map { $0 >= day } ?? true }
}

/// A NIR that is no longer masked (rule A4).
public struct RevealedNIR: Payload {
  /// With its key, in groups: `1 85 07 07 186 042 77`; absent where only the claimant's number is known.
  public var nir: String?
  /// The household's claimant number where it is a NIR, as MSA's are.
  public var claimantNumber: String?

  public init(nir: String?, claimantNumber: String? = nil) {
    self.nir = nir
    self.claimantNumber = claimantNumber
  }
}

/// The other half of a couple. Callers who reach the partner's dossier may open it; the name is shown to all.
public struct PartnerLink: Payload {
  public var dossier: ID<Dossier>
  public var familyName: String
  public var givenName: String
  public var reachable: Bool

  public init(dossier: ID<Dossier>, familyName: String, givenName: String, reachable: Bool) {
    self.dossier = dossier
    self.familyName = familyName
    self.givenName = givenName
    self.reachable = reachable
  }
}

/// A beneficiary's dossier, as its summary page shows it.
public struct DossierDetail: Payload, Versioned {
  public var id: ID<Dossier>
  public var number: Int
  public var genesisId: String
  public var role: String
  public var title: String?
  public var familyName: String
  public var birthName: String?
  public var givenName: String
  public var birthDate: CalendarDate?
  /// How much of it is known; the rest of the date is its first day. Nil: all of it.
  public var birthPrecision: BirthPrecision?
  public var nationality: String?
  /// The NIR with all but its first figures hidden.
  public var maskedNir: String?
  public var state: DossierState
  public var enteredOn: CalendarDate
  public var territory: ID<Territory>?
  public var territoryName: String?
  public var address: String?
  public var postalCode: String?
  public var commune: String?
  public var outsideCounty: Bool
  public var familySituation: String?
  public var familySince: CalendarDate?
  public var dependentChildren: Int?
  public var payer: String?
  /// Masked where it is a NIR, as MSA's are.
  public var claimantNumber: String?
  /// Whether `showNIR` tells the claimant's number.
  public var isClaimantMasked: Bool
  public var phone: ContactValue
  public var email: ContactValue
  public var smsRefused: Bool
  public var entitlement: EntitlementState
  public var entitlementOpenedOn: CalendarDate?
  public var suspendedOn: CalendarDate?
  public var suspensionReason: String?
  public var closedOn: CalendarDate?
  public var closureReason: String?
  public var duties: Bool?
  public var dutiesSince: CalendarDate?
  public var orientation: String?
  public var orientedOn: CalendarDate?
  public var formalNoticeOn: CalendarDate?
  public var formalNoticeReason: String?
  public var refreshedOn: CalendarDate?
  public var lead: ReferentEntry?
  public var referents: [ReferentEntry]
  public var partner: PartnerLink?
  public var proposedExit: ProposedExit?
  public var version: Int

  public init(
    id: ID<Dossier>, number: Int, genesisId: String, role: String, title: String? = nil, familyName: String,
    birthName: String? = nil, givenName: String, birthDate: CalendarDate? = nil,
    birthPrecision: BirthPrecision? = nil, nationality: String? = nil,
    maskedNir: String? = nil, state: DossierState, enteredOn: CalendarDate, territory: ID<Territory>? = nil,
    territoryName: String? = nil, address: String? = nil, postalCode: String? = nil, commune: String? = nil,
    outsideCounty: Bool, familySituation: String? = nil, familySince: CalendarDate? = nil,
    dependentChildren: Int? = nil, payer: String? = nil, claimantNumber: String? = nil,
    isClaimantMasked: Bool = false, phone: ContactValue,
    email: ContactValue, smsRefused: Bool, entitlement: EntitlementState, entitlementOpenedOn: CalendarDate? = nil,
    suspendedOn: CalendarDate? = nil, suspensionReason: String? = nil, closedOn: CalendarDate? = nil,
    closureReason: String? = nil, duties: Bool? = nil, dutiesSince: CalendarDate? = nil, orientation: String? = nil,
    orientedOn: CalendarDate? = nil, formalNoticeOn: CalendarDate? = nil, formalNoticeReason: String? = nil,
    refreshedOn: CalendarDate? = nil, lead: ReferentEntry? = nil, referents: [ReferentEntry],
    partner: PartnerLink? = nil, proposedExit: ProposedExit? = nil, version: Int
  ) {
    self.id = id
    self.number = number
    self.genesisId = genesisId
    self.role = role
    self.title = title
    self.familyName = familyName
    self.birthName = birthName
    self.givenName = givenName
    self.birthDate = birthDate
    self.birthPrecision = birthPrecision
    self.nationality = nationality
    self.maskedNir = maskedNir
    self.state = state
    self.enteredOn = enteredOn
    self.territory = territory
    self.territoryName = territoryName
    self.address = address
    self.postalCode = postalCode
    self.commune = commune
    self.outsideCounty = outsideCounty
    self.familySituation = familySituation
    self.familySince = familySince
    self.dependentChildren = dependentChildren
    self.payer = payer
    self.claimantNumber = claimantNumber
    self.isClaimantMasked = isClaimantMasked
    self.phone = phone
    self.email = email
    self.smsRefused = smsRefused
    self.entitlement = entitlement
    self.entitlementOpenedOn = entitlementOpenedOn
    self.suspendedOn = suspendedOn
    self.suspensionReason = suspensionReason
    self.closedOn = closedOn
    self.closureReason = closureReason
    self.duties = duties
    self.dutiesSince = dutiesSince
    self.orientation = orientation
    self.orientedOn = orientedOn
    self.formalNoticeOn = formalNoticeOn
    self.formalNoticeReason = formalNoticeReason
    self.refreshedOn = refreshedOn
    self.lead = lead
    self.referents = referents
    self.partner = partner
    self.proposedExit = proposedExit
    self.version = version
  }
}

/// A change of the right or the duties (rule C12).
public struct EntitlementRow: Payload {
  public var entitlement: EntitlementState
  public var duties: Bool?
  public var orientation: String?
  public var closureReason: String?
  public var suspensionReason: String?
  public var fromDate: CalendarDate

  public init(
    entitlement: EntitlementState, duties: Bool? = nil, orientation: String? = nil, closureReason: String? = nil,
    suspensionReason: String? = nil, fromDate: CalendarDate
  ) {
    self.entitlement = entitlement
    self.duties = duties
    self.orientation = orientation
    self.closureReason = closureReason
    self.suspensionReason = suspensionReason
    self.fromDate = fromDate
  }
}

/// What happened, in the order of the timeline.
/// What a line of a dossier's timeline is about: its icon and its colour.
public enum TimelineKind: String, Payload, CaseIterable {
  case entered, referent, exit, entitlement, moved, contact, standby, contract, appointment, message, step, form, note
  case characteristic, notice, document
  case sideData = "side_data"
  case gathering
}

public struct TimelineEntry: Payload {
  public var event: UUID
  public var at: Date
  public var kind: TimelineKind
  public var title: String
  public var detail: JSONValue
  public var actorName: String?

  public init(event: UUID, at: Date, kind: TimelineKind, title: String, detail: JSONValue, actorName: String? = nil) {
    self.event = event
    self.at = at
    self.kind = kind
    self.title = title
    self.detail = detail
    self.actorName = actorName
  }
}

extension DossiersAPI {
  public static let listDossiers = Endpoint<DossierSearch, Page<DossierRow>>(
    .dossiers, "listDossiers", .get, "dossiers", allow: .having(.readDossiers),
    summary: "List the dossiers that exist for the caller.")
  public static let showDossier = Endpoint<NoInput, DossierDetail>(
    .dossiers, "showDossier", .get, "dossiers/{dossier}", allow: .having(.readDossiers, reaching: .dossier),
    summary: "Show a dossier.")
  public static let showNIR = Endpoint<NoInput, RevealedNIR>(
    .dossiers, "showNIR", .get, "dossiers/{dossier}/nir", allow: .having(.revealNIR, reaching: .dossier),
    summary: "Show a person's NIR whole; each showing is in the audit log.")
  public static let listEntitlement = Endpoint<NoInput, Page<EntitlementRow>>(
    .dossiers, "listEntitlement", .get, "dossiers/{dossier}/entitlement",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List the changes of the right and the duties.")
  public static let listTimeline = Endpoint<NoInput, Page<TimelineEntry>>(
    .dossiers, "listTimeline", .get, "dossiers/{dossier}/timeline",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List what happened to a dossier, newest first.")
}
