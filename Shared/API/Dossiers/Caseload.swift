import Domain
import Foundation

/// The state of a dossier in the scheme « Accompagnement RSA » (rule C1).
public enum DossierState: String, Payload, CaseIterable {
  case entered, standby, left

  /// As the guide words it.
  public var label: String {
    switch self {
    case .entered: "Entrée"
    case .standby: "Veille"
    case .left: "Sortie"
    }
  }
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
  /// One of these; so with every list of values.
  public var state: [DossierState]?
  public var entitlement: [EntitlementState]?
  public var duties: Bool?
  public var lead: [ID<Account>]?
  public var organisation: [ID<Organisation>]?
  public var territory: [ID<Territory>]?
  /// How a commune's name or a postal code begins.
  public var commune: [String]?
  /// Days between which the person entered the caseload of the référent, both included.
  public var enteredFrom: CalendarDate?
  public var enteredUntil: CalendarDate?
  /// Years of age, both included.
  public var ageFrom: Int?
  public var ageUntil: Int?
  /// Themes of an appointment: codes of the county's list. With days, of one on these days.
  public var theme: [String]?
  public var metFrom: CalendarDate?
  public var metUntil: CalendarDate?
  /// No contract that is under way or was decided.
  public var withoutContract: Bool?
  /// No appointment that took place, or is to come, since that day.
  public var withoutAppointmentSince: CalendarDate?
  /// Whether the last full feed still held the person.
  public var refreshed: Bool?
  /// What is asked of their characteristics, all at once: `CharacteristicCriterion` as text.
  public var criteria: [String]?
  /// Only those that are archived, which the secretariats alone reach; left out, none of them.
  public var archived: Bool?
  /// Those ticked and kept under this saved search.
  public var selection: ID<SavedSearch>?
  /// Whether the caller ever opened the dossier.
  public var opened: Bool?
  public var sort: Sort?
  public var limit: Int?
  public var after: String?

  public init(
    q: String? = nil, close: Bool? = nil, state: [DossierState]? = nil, entitlement: [EntitlementState]? = nil,
    duties: Bool? = nil, lead: [ID<Account>]? = nil, organisation: [ID<Organisation>]? = nil,
    territory: [ID<Territory>]? = nil, commune: [String]? = nil, refreshed: Bool? = nil, criteria: [String]? = nil,
    selection: ID<SavedSearch>? = nil, opened: Bool? = nil, sort: Sort? = nil, limit: Int? = nil, after: String? = nil,
    archived: Bool? = nil
  ) {
    self.archived = archived
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
    self.selection = selection
    self.opened = opened
    self.sort = sort
    self.limit = limit
    self.after = after
  }

  public static let constraints: [String: Constraint] = [
    "q": .text(0...100), "state": .items(10), "entitlement": .items(10), "lead": .items(20),
    "organisation": .items(20), "territory": .items(20), "commune": .text(1...60), "ageFrom": .range(0...130),
    "ageUntil": .range(0...130), "theme": .text(1...40), "criteria": .text(1...2000),
    "limit": .range(1...200), "after": .cursor,
  ]
}

extension DossiersAPI {
  public static let listDossiers = Endpoint<DossierSearch, Page<DossierRow>>(
    .dossiers, "listDossiers", .get, "dossiers", allow: .having(.readDossiers),
    summary: "List the dossiers that exist for the caller.")
}
