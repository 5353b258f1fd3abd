import API
import Domain
import Letters
import Postgres

/// What is around a contract: whose it is, and whether the caller leads the person's course.
struct Standing: Codable, Sendable {
  var territory: ID<Territory>?
  var isLead: Bool
  var familyName: String
  var givenName: String
  var dossierNumber: Int
}

extension Transaction {
  static let contractColumns: SQL = """
    id, dossier, kind, number, state, state_since, submitted_at, starts_on, ends_on, signed_on, last_contract,
    priority, comment, situation, evaluation, expression, consent, consent_at, target_hours, author, author_name,
    author_organisation, decision, decision_comment, decided_on, decided_by, decided_by_name, note_for_referent,
    proposed_end, end_changed_by_name, end_changed_at, version, created_at
    """

  /// The contract, for as long as the transaction lasts when it is to be changed.
  /// - Throws: 404 when it does not exist for the caller.
  func contract(_ id: ID<Contract>, toChange: Bool = false) async throws -> ContractRecord {
    let found = try await first(
      """
      select \(Self.contractColumns) from contracts.contract
      where id = \(id)\(unsafeSQL: toChange ? " for update" : "")
      """, as: ContractRecord.self)
    guard let found else { throw Problem.notFound("Ce contrat") }
    return found
  }

  /// - Throws: 404 when the dossier does not exist for the caller.
  func standing(of dossier: ID<Dossier>) async throws -> Standing {
    let found = try await first(
      """
      select d.territory, d.family_name, d.given_name, d.number as dossier_number, exists (
        select from dossiers.v1_referent r
        where r.dossier = d.id and r.account = \(caller.seat) and r.kind = 'lead' and r.from_date <= \(caller.today)
          and (r.until_date is null or r.until_date >= \(caller.today))) as is_lead
      from dossiers.v1_dossier d where d.id = \(dossier)
      """, as: Standing.self)
    guard let found else { throw Problem.notFound("Ce dossier") }
    return found
  }

  /// The county's passages.
  func workflow() async throws -> Workflow {
    Workflow(
      transitions: try await query(
        """
        select from_state, to_state, label, profiles, entitled, lead_only, needs_reason, enabled
        from contracts.transition order by position
        """, as: Transition.self))
  }

  /// The contract's page for the caller.
  /// - Throws: 404.
  func sheet(of id: ID<Contract>) async throws -> ContractSheet {
    let contract = try await contract(id)
    let standing = try await standing(of: contract.dossier)
    let workflow = try await workflow()
    let mover = Mover(caller, isLead: standing.isLead)
    let offered = try await models(of: "contracts").map(\.offered)
    return ContractSheet(
      contract: contract.shown(to: caller.rights), beneficiary: French.name(standing.familyName, standing.givenName),
      dossierNumber: standing.dossierNumber, objectives: try await objectives(of: id),
      history: try await history(of: id),
      allowedMoves: workflow.moves(from: contract.state, by: mover).map {
        ContractMove(to: $0.toState, label: $0.label, needsReason: $0.needsReason)
      },
      editable: workflow.editable(in: contract.state, by: mover),
      models: contract.state.models(among: offered).filter { $0.isPrintable(by: caller) },
      missing: try await missing(of: contract))
  }

  /// What a new contract of the dossier starts from: the latest one that was not refused.
  func previousContract(of dossier: ID<Dossier>) async throws -> PreviousContract? {
    let found = try await first(
      """
      select \(Self.contractColumns) from contracts.contract
      where dossier = \(dossier) and state <> 'non_valide' order by starts_on desc, created_at desc limit 1
      """, as: ContractRecord.self)
    guard let found = found?.shown(to: caller.rights) else { return nil }
    return PreviousContract(
      id: found.id, kind: found.kind, number: found.number, startsOn: found.startsOn, endsOn: found.endsOn,
      situation: found.situation, targetHours: found.targetHours, objectives: try await objectives(of: found.id))
  }

  private func objectives(of contract: ID<Contract>) async throws -> [Objective] {
    try await query(
      """
      select o.id, o.position, o.theme, t.label as theme_label, o.person_does, o.referent_does, o.due_on, o.step,
        s.offer_name as step_name
      from contracts.objective o join contracts.theme t on t.code = o.theme
      left join fse.v1_step s on s.id = o.step
      where o.contract = \(contract) order by o.position, o.id
      """, as: Objective.self)
  }

  private func history(of contract: ID<Contract>) async throws -> [ContractStateChange] {
    try await query(
      """
      select from_state as "from", to_state as "to", by_name, at, reason from contracts.state_change
      where contract = \(contract) order by position
      """, as: ContractStateChange.self)
  }
}
