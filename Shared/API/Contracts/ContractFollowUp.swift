import Domain
import Foundation

/// What the list of people without any contract is narrowed to.
public struct MissingFilter: PageQuery, Constrained {
  public var lead: ID<Account>?
  public var organisation: ID<Organisation>?
  public var territory: ID<Territory>?
  public var after: String?
  public var limit: Int?

  public static let constraints: [String: Constraint] = ["after": .cursor, "limit": .range(1...200)]

  public init(
    lead: ID<Account>? = nil, organisation: ID<Organisation>? = nil, territory: ID<Territory>? = nil,
    after: String? = nil, limit: Int? = nil
  ) {
    self.lead = lead
    self.organisation = organisation
    self.territory = territory
    self.after = after
    self.limit = limit
  }
}

/// A person of the active file for whom no contract was ever entered, in whatever state (rule K14).
public struct WithoutContract: Payload {
  public var dossier: ID<Dossier>
  public var dossierNumber: Int
  public var familyName: String
  public var givenName: String
  public var enteredOn: CalendarDate
  /// Whole days since then.
  public var days: Int
  public var lead: ID<Account>?
  public var leadName: String?
  public var organisationName: String?

  /// As `MARTIN Léa`.
  public var beneficiary: String { French.name(familyName, givenName) }

  public init(
    dossier: ID<Dossier>, dossierNumber: Int, familyName: String, givenName: String, enteredOn: CalendarDate,
    days: Int, lead: ID<Account>? = nil, leadName: String? = nil, organisationName: String? = nil
  ) {
    self.dossier = dossier
    self.dossierNumber = dossierNumber
    self.familyName = familyName
    self.givenName = givenName
    self.enteredOn = enteredOn
    self.days = days
    self.lead = lead
    self.leadName = leadName
    self.organisationName = organisationName
  }
}

extension ContractsAPI {
  public static let listWithoutContract = Endpoint<MissingFilter, Page<WithoutContract>>(
    .contracts, "listWithoutContract", .get, "without-contract", allow: .having(.readDossiers),
    summary: "List the people of the active file for whom no contract was ever entered.", audit: .read)
  public static let exportContracts = Endpoint<ContractFilter, FileOutput>(
    .contracts, "exportContracts", .get, "contracts/file", allow: .having(.reports),
    summary: "Give a list of contracts as a spreadsheet.", audit: .some(.export))
}
