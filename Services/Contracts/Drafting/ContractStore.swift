import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// A contract held for a change: nobody else changes it meanwhile, and it is the version that the caller saw.
struct HeldContract: Sendable {
  var record: ContractRecord
  let territory: ID<Territory>?
  let workflow: Workflow
  let mover: Mover
  /// Why the state changes, for the history.
  var reason: String?
  var events: [any Event] = []
  /// What changed beside the record's own fields.
  var changed: [ChangedField] = []

  /// - Throws: 409 that says why this part cannot be changed now.
  func check(_ zone: ContractZone) throws {
    try workflow.check(zone, isEditableIn: record.state, by: mover)
  }

  func moved(from former: ContractState?) -> ContractMoved {
    ContractMoved(
      contract: record.id, dossier: record.dossier, territory: territory, from: former,
      to: record.state, author: record.author, number: record.number, endsOn: record.shown(to: []).endsOn,
      startsOn: record.startsOn)
  }
}

struct ContractStore: Sendable {
  let postgres: PostgresClient

  /// - Throws: 404.
  func sheet(of contract: ID<Contract>, for caller: Caller) async throws -> ContractSheet {
    try await postgres.withTransaction(as: caller) { try await $0.sheet(of: contract) }
  }

  /// - Throws: 403 to who is not the person's lead référent; 422.
  func draft(
    _ draft: ContractDraft, for dossier: ID<Dossier>, by caller: Caller, at moment: Date
  ) async throws -> ContractSheet {
    try await postgres.withTransaction(as: caller) { transaction in
      let standing = try await transaction.standing(of: dossier)
      let workflow = try await transaction.workflow()
      let mover = Mover(caller, isLead: standing.isLead)
      guard workflow.editable(in: .proposition, by: mover).contains(.draft) else {
        throw Problem.forbidden("Seul le référent de parcours actuel de la personne rédige son contrat.")
      }
      // Before the next number is read: two at once wait for one another here.
      let faults =
        try await KeptList.priorities.faults(draft.chosenPriority, at: "priority", in: transaction)
        + transaction.numberFaults(draft.number, of: dossier, besides: nil)
      let number = try await transaction.nextNumber(of: dossier)
      let record = try ContractRecord.drafted(
        draft, for: dossier, number: number, by: caller, at: moment, besides: faults)
      if let same = try await transaction.draft(like: record, numbered: draft.number) {
        return try await transaction.sheet(of: same)
      }
      let held = HeldContract(record: record, territory: standing.territory, workflow: workflow, mover: mover)
      try await transaction.insert(held)
      try await transaction.remember(held, from: nil, at: moment)
      let sheet = try await transaction.sheet(of: record.id)
      try await transaction.announce(held.moved(from: nil), at: moment)
      return sheet
    }
  }

  /// Changes a contract in one transaction: `body` checks and does the change, then the contract is saved with its
  /// next version, a change of state goes into the history, and what happened is announced.
  /// - Throws: 404; 412 with the sheet as it is now; what `body` throws.
  func change(
    _ contract: ID<Contract>, version: Int, for caller: Caller, at moment: Date,
    _ body: @escaping @Sendable (inout HeldContract, Transaction) async throws -> Void
  ) async throws -> ContractSheet {
    try await postgres.withTransaction(as: caller) { transaction in
      try await change(contract, version: version, in: transaction, at: moment, body)
      return try await transaction.sheet(of: contract)
    }
  }

  /// The same in a transaction at hand.
  /// - Parameter version: the one that the caller saw; nil where an act on many takes each contract as it is.
  func change(
    _ contract: ID<Contract>, version: Int?, in transaction: Transaction, at moment: Date,
    _ body: @escaping @Sendable (inout HeldContract, Transaction) async throws -> Void
  ) async throws {
    var held = try await hold(contract, version: version, in: transaction)
    let before = held.record
    try await body(&held, transaction)
    try await transaction.save(held.record, version: before.version + 1)
    try await transaction.remember(before.changes(into: held.record) + held.changed, of: before, at: moment)
    if held.record.state != before.state {
      try await transaction.remember(held, from: before.state, at: moment)
      held.events.append(held.moved(from: before.state))
    }
    try await transaction.announce(held.events, at: moment)
  }

  /// Removes a contract that is still a proposition, with its objectives and history.
  /// - Throws: 404; 409 once it was submitted; 412.
  func remove(_ contract: ID<Contract>, version: Int, for caller: Caller) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      let held = try await hold(contract, version: version, in: transaction)
      try held.check(.draft)
      guard try await !transaction.isSigned(contract) else {
        throw Problem.conflict(
          "contrat-signe", "Ce contrat est signé : il ne se supprime pas.",
          detail: "Modifiez-le avec la personne, puis recueillez à nouveau son accord.")
      }
      _ = try await transaction.execute("delete from contracts.contract where id = \(contract)")
    }
  }

  private func hold(_ contract: ID<Contract>, version: Int?, in transaction: Transaction) async throws -> HeldContract {
    let record = try await transaction.contract(contract, toChange: true)
    if let version, record.version != version {
      _ = try await transaction.sheet(of: contract).held(version: version)
    }
    let standing = try await transaction.standing(of: record.dossier)
    return HeldContract(
      record: record, territory: standing.territory, workflow: try await transaction.workflow(),
      mover: Mover(transaction.caller, isLead: standing.isLead))
  }
}

extension Transaction {
  /// The number after the highest one of the dossier.
  func nextNumber(of dossier: ID<Dossier>) async throws -> Int {
    try await first(
      "select least(coalesce(max(number), 0) + 1, 999) from contracts.contract where dossier = \(dossier)",
      as: Int.self) ?? 1
  }

  /// A number is one contract's in a dossier; two who number at once wait for one another.
  func numberFaults(
    _ number: Int?, of dossier: ID<Dossier>, besides id: ID<Contract>?
  ) async throws -> [Fault] {
    try await execute(
      "select pg_advisory_xact_lock(hashtext('contracts.number'), hashtext(\(dossier.description)))")
    guard let number else { return [] }
    let taken = try await first(
      """
      select starts_on from contracts.contract
      where dossier = \(dossier) and number = \(number) and id is distinct from \(id)::uuid limit 1
      """, as: CalendarDate.self)
    guard let taken else { return [] }
    let next = try await nextNumber(of: dossier)
    return [
      Fault(
        "number", "deja-pris",
        "Le contrat n° \(number) de ce dossier existe déjà ; il commence le \(French.long(taken)). "
          + "Prenez par exemple le n° \(next).")
    ]
  }

  /// A draft with the same content, unchanged since it was made: a repeated click gets it back.
  /// - Parameter number: what was asked for; nil where the next one will do.
  fileprivate func draft(like record: ContractRecord, numbered number: Int?) async throws -> ID<Contract>? {
    let drafts = try await query(
      """
      select \(Self.contractColumns) from contracts.contract where dossier = \(record.dossier)
        and author = \(record.author) and state = \(record.state) and version = \(record.version)
      """, as: ContractRecord.self)
    for draft in drafts {
      var twin = record
      (twin.id, twin.number, twin.createdAt, twin.stateSince) = (
        draft.id, number ?? draft.number, draft.createdAt, draft.stateSince
      )
      if try JSONValue(encoding: twin) == JSONValue(encoding: draft),
        try await countObjectives(of: draft.id) == 0
      {
        return draft.id
      }
    }
    return nil
  }

  fileprivate func insert(_ held: HeldContract) async throws {
    let record = held.record
    try await execute(
      """
      insert into contracts.contract (id, dossier, territory, number, state, state_since, starts_on, author,
        author_name, author_organisation, created_at, version)
      values (\(record.id), \(record.dossier), \(held.territory), \(record.number), \(record.state),
        \(record.stateSince), \(record.startsOn), \(record.author), \(record.authorName), \(record.authorOrganisation),
        \(record.createdAt), \(record.version))
      """)
    try await save(record, version: record.version)
  }

  /// Writes what may change of a contract.
  func save(_ record: ContractRecord, version: Int) async throws {
    try await execute(
      """
      update contracts.contract set kind = \(record.kind), number = \(record.number), state = \(record.state),
        state_since = \(record.stateSince), submitted_at = \(record.submittedAt), starts_on = \(record.startsOn),
        ends_on = \(record.endsOn), signed_on = \(record.signedOn), last_contract = \(record.lastContract),
        priority = \(record.priority),
        urgency = coalesce((select position from contracts.priority where code = \(record.priority)), 1000),
        comment = \(record.comment), situation = \(record.situation), evaluation = \(record.evaluation),
        expression = \(record.expression), consent = \(record.consent), consent_at = \(record.consentAt),
        target_hours = \(record.targetHours), decision = \(record.decision),
        decision_comment = \(record.decisionComment), decided_on = \(record.decidedOn),
        decided_by = \(record.decidedBy), decided_by_name = \(record.decidedByName),
        note_for_referent = \(record.noteForReferent), proposed_end = \(record.proposedEnd),
        end_changed_by_name = \(record.endChangedByName),
        end_changed_at = \(record.endChangedAt), version = \(version)
      where id = \(record.id)
      """)
  }

  /// A line of the history.
  fileprivate func remember(_ held: HeldContract, from former: ContractState?, at moment: Date) async throws {
    try await execute(
      """
      insert into contracts.state_change (id, contract, dossier, from_state, to_state, by_account, by_name, at, reason)
      values (\(UUID.version7(at: moment)), \(held.record.id), \(held.record.dossier), \(former),
        \(held.record.state), \(caller.account), \(caller.name), \(moment), \(held.reason))
      """)
  }
}
