import API
import Domain
import Postgres
import Service

/// The objectives of a contract that is held for a change.
extension Transaction {
  /// - Throws: 422 for a theme that is not offered, and for a step that is not the person's.
  func addObjective(_ draft: ObjectiveDraft, to contract: ContractRecord) async throws {
    try await check(draft, keeping: StoredObjective(dossier: contract.dossier, theme: nil, step: nil))
    let id = ID<Objective>.new()
    try await execute(
      """
      insert into contracts.objective (id, contract, dossier, position, theme, person_does, referent_does, due_on, step)
      select \(id), \(contract.id), \(contract.dossier), coalesce(max(position), 0) + 1, \(draft.theme),
        \(draft.personDoes), \(draft.referentDoes ?? ""), \(draft.dueOn), \(draft.step)
      from contracts.objective where contract = \(contract.id)
      """)
    if let position = draft.position { try await place(id, at: position, in: contract.id) }
  }

  /// - Returns: whether what the person agreed to has changed.
  /// - Throws: 404 when the contract has no such objective; 422 as `addObjective`.
  func reviseObjective(_ id: ID<Objective>, _ draft: ObjectiveDraft, of contract: ID<Contract>) async throws -> Bool {
    struct Agreed: Decodable, Sendable, Equatable {
      var theme: String
      var personDoes: String
      var referentDoes: String
      var dueOn: CalendarDate?
    }
    try await check(draft, keeping: objective(id, of: contract))
    let before = try await first(
      "select theme, person_does, referent_does, due_on from contracts.objective where id = \(id)", as: Agreed.self)
    try await execute(
      """
      update contracts.objective set theme = \(draft.theme), person_does = \(draft.personDoes),
        referent_does = \(draft.referentDoes ?? ""), due_on = \(draft.dueOn), step = \(draft.step)
      where id = \(id)
      """)
    if let position = draft.position { try await place(id, at: position, in: contract) }
    let after = Agreed(
      theme: draft.theme, personDoes: draft.personDoes, referentDoes: draft.referentDoes ?? "", dueOn: draft.dueOn)
    return before != after
  }

  /// - Throws: 404 when the contract has no such objective.
  func removeObjective(_ id: ID<Objective>, of contract: ID<Contract>) async throws {
    let removed = try await execute("delete from contracts.objective where id = \(id) and contract = \(contract)")
    guard removed == 1 else { throw Problem.notFound("Cet objectif") }
    try await renumber(contract)
  }

  /// - Throws: 404 when the contract has no such objective; 422 for a step that is not the person's.
  func linkObjective(_ id: ID<Objective>, to step: ID<Step>?, of contract: ID<Contract>) async throws {
    let before = try await objective(id, of: contract)
    try await check(before.reference(to: step))
    try await execute("update contracts.objective set step = \(step) where id = \(id)")
  }

  func countObjectives(of contract: ID<Contract>) async throws -> Int {
    try await first("select count(*) from contracts.objective where contract = \(contract)", as: Int.self) ?? 0
  }

  private func objective(_ id: ID<Objective>, of contract: ID<Contract>) async throws -> StoredObjective {
    let found = try await first(
      "select dossier, theme, step from contracts.objective where id = \(id) and contract = \(contract)",
      as: StoredObjective.self)
    guard let found else { throw Problem.notFound("Cet objectif") }
    return found
  }

  private func check(_ draft: ObjectiveDraft, keeping stored: StoredObjective) async throws {
    let faults =
      try await KeptList.themes.faults(draft.theme, at: "theme", keeping: stored.theme, in: self)
      + self.faults(of: [stored.reference(to: draft.step)])
    guard faults.isEmpty else { throw Problem.invalid(faults) }
  }

  /// Puts an objective at a place from 1 and moves the others along.
  private func place(_ id: ID<Objective>, at position: Int, in contract: ID<Contract>) async throws {
    // Doubled places leave room on both sides of every other objective.
    try await execute("update contracts.objective set position = position * 2 where contract = \(contract)")
    try await execute(
      """
      update contracts.objective set position = \(position * 2)
        + case when position < \(position * 2) then 1 else -1 end
      where id = \(id)
      """)
    try await renumber(contract)
  }

  private func renumber(_ contract: ID<Contract>) async throws {
    try await execute(
      """
      update contracts.objective o set position = placed.position
      from (select id, row_number() over (order by position, id) as position from contracts.objective
        where contract = \(contract)) placed
      where placed.id = o.id
      """)
  }
}

/// What an objective has that may stay though it could no longer be chosen.
private struct StoredObjective: Decodable, Sendable {
  let dossier: ID<Dossier>
  let theme: String?
  let step: ID<Step>?

  func reference(to chosen: ID<Step>?) -> BodyReference? {
    chosen == step ? nil : chosen.map { BodyReference.step($0, of: dossier, at: "step") }
  }
}
