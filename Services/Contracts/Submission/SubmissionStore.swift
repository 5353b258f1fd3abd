import API
import Domain
import Foundation
import Postgres
import Service

extension SubmissionItem {
  /// Whether the contract has it.
  func isMet(by contract: ContractRecord, objectives: Int) -> Bool {
    switch self {
    case .agreement: contract.consent != .none
    case .situation: !contract.situation.trimmingCharacters(in: .whitespacesAndNewlines).isEmpty
    case .end: contract.endsOn != nil
    case .objective: objectives > 0
    }
  }

  /// What is said of it where it is missing.
  var fault: Fault {
    switch self {
    case .agreement:
      Fault("consent", "obligatoire", "Recueillez l’accord de la personne, oui ou non, avant de soumettre le contrat.")
    case .situation:
      Fault("situation", "obligatoire", "Décrivez la situation de la personne avant de soumettre le contrat.")
    case .end: Fault("endsOn", "obligatoire", "Indiquez la fin du contrat avant de le soumettre.")
    case .objective:
      Fault("objectives", "obligatoire", "Ajoutez au moins un objectif avant de soumettre le contrat.")
    }
  }
}

extension Transaction {
  /// What the county asks for (rule K15); everything as long as it has decided nothing.
  func submissionTerms() async throws -> SubmissionTerms {
    struct Stored: Decodable, Sendable {
      let position: Int
      let required: [SubmissionItem]
    }
    let stored = try await first(
      """
      select position, required from contracts.submission_terms order by position desc limit 1
      """, as: Stored.self)
    let required = stored?.required ?? SubmissionItem.allCases
    return SubmissionTerms(
      required: SubmissionItem.allCases.filter { $0 == .objective || required.contains($0) },
      version: stored?.position ?? 0)
  }

  /// What the contract lacks to be submitted.
  func missing(of contract: ContractRecord) async throws -> [SubmissionItem] {
    guard contract.state == .proposition else { return [] }
    let objectives = try await countObjectives(of: contract.id)
    return try await submissionTerms().required.filter { !$0.isMet(by: contract, objectives: objectives) }
  }
}

/// What the county asks for before a contract is submitted.
struct SubmissionStore: Sendable {
  let postgres: PostgresClient

  func terms(for caller: Caller) async throws -> SubmissionTerms {
    try await postgres.withTransaction(as: caller) { try await $0.submissionTerms() }
  }

  /// The same again changes nothing.
  /// - Throws: 412 with the terms as they are now.
  func change(
    _ draft: SubmissionDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> SubmissionTerms {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext('contracts.submission'))")
      let before = try await transaction.submissionTerms().held(version: version)
      let required = SubmissionItem.allCases.filter { $0 == .objective || draft.required.contains($0) }
      if required == before.required { return before }
      try await transaction.execute(
        """
        insert into contracts.submission_terms (required, at, account, account_name)
        values (\(required), \(moment), \(caller.account), \(caller.name))
        """)
      return try await transaction.submissionTerms()
    }
  }

  /// The newest first.
  func changes(_ query: ListChangeQuery, for caller: Caller) async throws -> Page<SubmissionChange> {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.changes(
        "position, required, at, account_name", of: "contracts.submission_terms", after: query,
        limit: query.limit)
    }
  }
}

func addSubmissionRoutes(to routes: Routes, store: SubmissionStore) {
  routes.handle(ContractsAPI.showSubmissionTerms) { _, request in try await store.terms(for: request.caller) }
  routes.handle(ContractsAPI.changeSubmissionTerms) { draft, request in
    try await store.change(draft, version: request.version, for: request.caller, at: request.now)
  }
  routes.handle(ContractsAPI.listSubmissionChanges) { query, request in
    try await store.changes(query, for: request.caller)
  }
}
