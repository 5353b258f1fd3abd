import Domain
import Foundation

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
  /// Whether both have the same telephone number, or e-mail address: a message to one may be read by the other. Said
  /// where the partner's dossier is in reach.
  public var sharesPhone: Bool
  public var sharesEmail: Bool

  public init(
    dossier: ID<Dossier>, familyName: String, givenName: String, reachable: Bool, sharesPhone: Bool = false,
    sharesEmail: Bool = false
  ) {
    self.dossier = dossier
    self.familyName = familyName
    self.givenName = givenName
    self.reachable = reachable
    self.sharesPhone = sharesPhone
    self.sharesEmail = sharesEmail
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
  /// Since when it is archived: read by the secretariats, and no longer changed (rule C22).
  public var archivedOn: CalendarDate?

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
    partner: PartnerLink? = nil, proposedExit: ProposedExit? = nil, version: Int,
    archivedOn: CalendarDate? = nil
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
    self.archivedOn = archivedOn
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

extension DossiersAPI {
  public static let showDossier = Endpoint<NoInput, DossierDetail>(
    .dossiers, "showDossier", .get, "dossiers/{dossier}", allow: .having(.readDossiers, reaching: .dossier),
    summary: "Show a dossier.")
  public static let showNIR = Endpoint<NoInput, RevealedNIR>(
    .dossiers, "showNIR", .get, "dossiers/{dossier}/nir", allow: .having(.revealNIR, reaching: .dossier),
    summary: "Show a person's NIR whole; each showing is in the audit log.")
  public static let listEntitlement = Endpoint<NoInput, Page<EntitlementRow>>(
    .dossiers, "listEntitlement", .get, "dossiers/{dossier}/entitlement",
    allow: .having(.readDossiers, reaching: .dossier), summary: "List the changes of the right and the duties.")
}
