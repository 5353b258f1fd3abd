import API
import Domain
import Foundation
import Postgres
import Service

/// A field that changed, in words.
struct ChangedField: Sendable, Equatable {
  var field: ContractField
  var before: String?
  var after: String?
}

extension ContractRecord {
  /// The fields that `after` has otherwise. The objectives are not part of the record: they are told apart.
  func changes(into after: ContractRecord) -> [ChangedField] {
    ContractField.allCases.compactMap { field in
      let (old, new) = (words(of: field), after.words(of: field))
      return old == new ? nil : ChangedField(field: field, before: old, after: new)
    }
  }

  private func words(of field: ContractField) -> String? {
    let text: String? =
      switch field {
      case .kind: kind.label
      case .number: String(number)
      case .startsOn: French.long(startsOn)
      case .endsOn: endsOn.map { French.long($0) }
      case .signedOn: signedOn.map { French.long($0) }
      case .lastContract: lastContract ? "oui" : "non"
      case .priority: priority
      case .comment: comment
      case .situation: situation
      case .evaluation: evaluation
      case .expression: expression
      case .consent: consent.label
      case .targetHours: targetHours.map { String($0) }
      case .objectives: nil
      case .decision: decision?.label
      case .decisionComment: decisionComment
      case .decidedOn: decidedOn.map { French.long($0) }
      case .noteForReferent: noteForReferent
      }
    return text.flatMap { $0.isEmpty ? nil : $0 }
  }
}

extension Transaction {
  /// Lines of the history of fields. A priority is told by the label that it has now.
  /// - Parameter contract: as it was before.
  func remember(_ changes: [ChangedField], of contract: ContractRecord, at moment: Date) async throws {
    for change in changes {
      let isPriority = change.field == .priority
      let isService = change.field == .endsOn && contract.state != .proposition
      try await execute(
        """
        insert into contracts.field_change (contract, dossier, field, before, after, by_account, by_name, at, by_service)
        values (\(contract.id), \(contract.dossier), \(change.field),
          coalesce((select label from contracts.priority where \(isPriority)::bool and code = \(change.before)::text),
            \(change.before)::text),
          coalesce((select label from contracts.priority where \(isPriority)::bool and code = \(change.after)::text),
            \(change.after)::text),
          \(caller.account), \(caller.name), \(moment), \(isService))
        """)
    }
  }

  /// The objectives of a contract as its history tells them, one a line.
  func objectiveWords(of contract: ID<Contract>) async throws -> String? {
    let lines = try await query(
      """
      select o.position || '. ' || t.label || ' : ' || o.person_does
        || case when o.referent_does = '' then '' else ' / Référent : ' || o.referent_does end
        || coalesce(' / Échéance : ' || to_char(o.due_on, 'DD/MM/YYYY'), '')
        || coalesce(' / Étape : ' || s.offer_name, case when o.step is null then '' else ' / Étape liée' end)
      from contracts.objective o join contracts.theme t on t.code = o.theme
      left join fse.v1_step s on s.id = o.step
      where o.contract = \(contract) order by o.position, o.id
      """, as: String.self)
    return lines.isEmpty ? nil : lines.joined(separator: "\n")
  }
}

extension ContractStore {
  /// Changes the objectives of the contract that the request's address names, and keeps how they were.
  /// - Parameter zone: as in `change`.
  func changeObjectives(
    _ request: EndpointRequest, of zone: ContractZone?,
    _ body: @escaping @Sendable (inout HeldContract, Transaction) async throws -> Void
  ) async throws -> ContractSheet {
    try await change(request, of: zone) { held, transaction in
      let before = try await transaction.objectiveWords(of: held.record.id)
      try await body(&held, transaction)
      let after = try await transaction.objectiveWords(of: held.record.id)
      if before != after { held.changed.append(ChangedField(field: .objectives, before: before, after: after)) }
    }
  }

  /// The newest first; what was first intended is the deciders' alone (rule K11).
  /// - Throws: 404.
  func changes(
    of contract: ID<Contract>, _ query: ListChangeQuery, for caller: Caller
  ) async throws -> Page<ContractFieldChange> {
    try await postgres.withTransaction(as: caller) { transaction -> Page<ContractFieldChange> in
      let record = try await transaction.contract(contract)
      let isDecider = caller.decidesContracts
      let hidden = isDecider ? [] : ContractField.allCases.filter(\.isDeciders)
      let showsService = isDecider || record.state.isDecided
      return try await transaction.changes(
        "position, field, before, after, by_name, at", of: "contracts.field_change",
        where: "contract = \(contract) and not field = any(\(hidden)) and (\(showsService)::bool or not by_service)",
        after: query, limit: query.limit)
    }
  }
}

func addHistoryRoutes(to routes: Routes, store: ContractStore) {
  routes.handle(ContractsAPI.listContractChanges) { query, request in
    try await store.changes(of: request.id("contract"), query, for: request.caller)
  }
}
