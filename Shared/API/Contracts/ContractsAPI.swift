import Domain

/// Everything that contracts serves. A write is versioned on the contract as a whole, objectives included, and answers
/// with the sheet as it is then.
public enum ContractsAPI {}

// MARK: Drafting

extension ContractsAPI {
  public static let dossierContracts = Endpoint<NoInput, DossierContracts>(
    .contracts, "dossierContracts", .get, "dossiers/{dossier}/contracts",
    allow: .having(.readDossiers, reaching: .dossier),
    summary: "List the contracts of a dossier, the latest first, and what a new one would begin with.")
  public static let draftContract = Endpoint<ContractDraft, ContractSheet>(
    .contracts, "draftContract", .post, "dossiers/{dossier}/contracts",
    allow: .having(.draftContracts, reaching: .dossier),
    summary: "Draft a contract; it begins on the first of next month unless said otherwise.", success: 201)
  public static let showContract = Endpoint<NoInput, ContractSheet>(
    .contracts, "showContract", .get, "contracts/{contract}", allow: .having(.readDossiers, reaching: .contract),
    summary: "Show a contract with its objectives, its history and what the caller may do about it.")
  public static let reviseContract = Endpoint<ContractDraft, ContractSheet>(
    .contracts, "reviseContract", .put, "contracts/{contract}", allow: .having(.draftContracts, reaching: .contract),
    summary: "Change what référent and person wrote, before it is submitted.", versioned: true)
  public static let removeContract = Endpoint<NoInput, NoOutput>(
    .contracts, "removeContract", .delete, "contracts/{contract}", allow: .having(.draftContracts, reaching: .contract),
    summary: "Remove a contract that was never submitted.", versioned: true)
  public static let addObjective = Endpoint<ObjectiveDraft, ContractSheet>(
    .contracts, "addObjective", .post, "contracts/{contract}/objectives",
    allow: .having(.draftContracts, reaching: .contract),
    summary: "Add an objective.", success: 201, versioned: true)
  public static let reviseObjective = Endpoint<ObjectiveDraft, ContractSheet>(
    .contracts, "reviseObjective", .put, "contracts/{contract}/objectives/{objective}",
    allow: .having(.draftContracts, reaching: .contract), summary: "Change an objective.", versioned: true)
  public static let removeObjective = Endpoint<NoInput, ContractSheet>(
    .contracts, "removeObjective", .delete, "contracts/{contract}/objectives/{objective}",
    allow: .having(.draftContracts, reaching: .contract), summary: "Remove an objective.", versioned: true)
  public static let linkObjective = Endpoint<ObjectiveStep, ContractSheet>(
    .contracts, "linkObjective", .put, "contracts/{contract}/objectives/{objective}/step",
    allow: .having(.draftContracts, .moveContracts, reaching: .contract),
    summary: "Link an objective to a step or positioning, whatever the contract's state.", versioned: true)
  public static let listObjectives = Endpoint<NoInput, Page<LinkableObjective>>(
    .contracts, "listObjectives", .get, "dossiers/{dossier}/objectives",
    allow: .having(.readDossiers, reaching: .dossier),
    summary: "List the objectives of the person's contracts, the latest contract first: what a step may be linked to.")
  public static let recordConsent = Endpoint<ContractConsentDraft, ContractSheet>(
    .contracts, "recordConsent", .post, "contracts/{contract}/consent",
    allow: .having(.draftContracts, reaching: .contract),
    summary: "Record that the person agrees or not, with what they want to have said.", versioned: true)
}

// MARK: Validation

extension ContractsAPI {
  public static let moveContract = Endpoint<ContractMoveRequest, ContractSheet>(
    .contracts, "moveContract", .post, "contracts/{contract}/moves",
    allow: .having(.draftContracts, .moveContracts, .decideContracts, reaching: .contract),
    summary: "Move a contract to another state; a decision may carry its comment and another end.", versioned: true)
  public static let reviseDecision = Endpoint<ContractDecisionDraft, ContractSheet>(
    .contracts, "reviseDecision", .put, "contracts/{contract}/decision",
    allow: .having(.moveContracts, .decideContracts, reaching: .contract),
    summary: "Fill in what the service answers: decision, comment, day, end, note for the référent.", versioned: true)
}

// MARK: Follow-up

extension ContractsAPI {
  public static let listContracts = Endpoint<ContractFilter, Page<ContractRow>>(
    .contracts, "listContracts", .get, "contracts", allow: .having(.readDossiers),
    summary: "List the contracts of the caller's scope, by priority, then by how long they have waited.",
    audit: .read)
  public static let countContracts = Endpoint<NoInput, ContractCounts>(
    .contracts, "countContracts", .get, "contracts/counts", allow: .having(.readDossiers),
    summary: "Count the contracts of the caller's scope by state.")
  public static let listRenewals = Endpoint<RenewalFilter, Page<ContractRenewal>>(
    .contracts, "listRenewals", .get, "contracts/renewals", allow: .having(.readDossiers),
    summary: "List the contracts to renew: ending within some days, or overdue.", audit: .read)
}

// MARK: Printing

extension ContractsAPI {
  public static let printContract = Endpoint<ContractPrint, FileOutput>(
    .contracts, "printContract", .get, "contracts/{contract}/document",
    allow: .having(.readDossiers, reaching: .contract),
    summary: "Make the document of a contract from the model that its state asks for.", audit: .download)
}
