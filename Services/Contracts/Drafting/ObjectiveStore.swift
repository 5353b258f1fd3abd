import API
import Domain
import Postgres
import Service

/// The objectives of a contract that is held for a change.
extension Transaction {
  /// - Throws: 422 for a theme that is not offered, a step that is not the person's, and a day before the contract.
  func addObjective(_ draft: ObjectiveDraft, to contract: ContractRecord) async throws {
    try await check(draft, keeping: StoredObjective(dossier: contract.dossier, theme: nil, step: nil), in: contract)
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
  func reviseObjective(_ id: ID<Objective>, _ draft: ObjectiveDraft, of held: ContractRecord) async throws -> Bool {
    let contract = held.id
    struct Agreed: Decodable, Sendable, Equatable {
      var theme: String
      var personDoes: String
      var referentDoes: String
      var dueOn: CalendarDate?
    }
    try await check(draft, keeping: objective(id, of: contract), in: held)
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

  /// - Returns: what happened, where another step serves the objective from now on.
  /// - Throws: 404 when the contract has no such objective; 422 for a step that is not the person's.
  func linkObjective(
    _ id: ID<Objective>, to step: ID<Step>?, of contract: ContractRecord
  ) async throws -> ObjectiveLinked? {
    struct Names: Decodable, Sendable {
      let themeLabel: String
      let offerName: String
    }
    let before = try await objective(id, of: contract.id)
    try await check(before.reference(to: step))
    try await execute("update contracts.objective set step = \(step) where id = \(id)")
    guard let step, step != before.step else { return nil }
    let names = try await first(
      """
      select t.label as theme_label, s.offer_name from contracts.objective o
      join contracts.theme t on t.code = o.theme join fse.v1_step s on s.id = o.step where o.id = \(id)
      """, as: Names.self)
    return names.map {
      ObjectiveLinked(
        contract: contract.id, dossier: contract.dossier, kind: contract.kind, number: contract.number,
        themeLabel: $0.themeLabel, step: step, offerName: $0.offerName)
    }
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

  private func check(
    _ draft: ObjectiveDraft, keeping stored: StoredObjective, in contract: ContractRecord
  ) async throws {
    var faults =
      try await KeptList.themes.faults(draft.theme, at: "theme", keeping: stored.theme, in: self)
      + self.faults(of: [stored.reference(to: draft.step)])
    if let dueOn = draft.dueOn, dueOn < contract.startsOn {
      faults.append(
        Fault(
          "dueOn", "ordre",
          "L’échéance (\(French.short(dueOn))) précède le début du contrat (\(French.short(contract.startsOn))). "
            + "Corrigez l’une des deux dates."))
    }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
  }

  /// A start after the day on which an objective of the contract is due.
  func startFaults(_ start: CalendarDate?, of contract: ID<Contract>) async throws -> [Fault] {
    guard let start else { return [] }
    let due = try await first(
      """
      select due_on from contracts.objective where contract = \(contract) and due_on < \(start) order by due_on limit 1
      """, as: CalendarDate.self)
    guard let due else { return [] }
    return [
      Fault(
        "startsOn", "ordre",
        "Un objectif a son échéance le \(French.short(due)), avant ce début. Corrigez l’une des deux dates.")
    ]
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

extension ContractStore {
  /// The latest contract first.
  func objectives(of dossier: ID<Dossier>, for caller: Caller) async throws -> Page<LinkableObjective> {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await transaction.standing(of: dossier)
      return Page(
        items: try await transaction.query(
          """
          select o.id, o.contract, c.kind, c.number, c.state, c.version as contract_version, t.label as theme_label,
            o.person_does, o.step
          from contracts.objective o join contracts.contract c on c.id = o.contract
          join contracts.theme t on t.code = o.theme
          where o.dossier = \(dossier) order by c.starts_on desc, c.created_at desc, o.position, o.id limit 200
          """, as: LinkableObjective.self))
    }
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
