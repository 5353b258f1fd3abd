import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// A transfer as it is kept with its batch.
struct TransferOrder: Codable, Sendable {
  let from: ID<Account>
  /// Days of step access that the former référent keeps; nil for none.
  let accessDays: Int?
  let reason: String?
}

/// A whole caseload given to others: a référent leaves, or is away for long (rule C9). Genesis
/// has the last word: what is not entered there too is taken back by the next feed.
struct TransferStore: Sendable {
  let postgres: PostgresClient
  let batches: BatchStore

  private struct Household: Decodable, Sendable {
    let dossiers: [ID<Dossier>]
    let standby: Int
  }

  private struct Plan: Sendable {
    let households: [Household]
    let receivers: [(row: CaseloadRow, organisation: ID<Organisation>?)]
    let assigned: [ID<Account>]

    var dossiers: [ID<Dossier>] { households.flatMap(\.dossiers) }
    var targets: [ID<Account>] { zip(households, assigned).flatMap { Array(repeating: $1, count: $0.dossiers.count) } }
  }

  /// - Throws: 404; 422 when nobody is named to take it, or somebody who cannot.
  private func plan(
    from account: ID<Account>, to targets: [ID<Account>], in transaction: Transaction
  ) async throws -> Plan {
    guard !targets.isEmpty else {
      throw Problem.invalid([
        Fault("targets", "obligatoire", "Choisissez au moins un collègue qui reprend les dossiers.")
      ])
    }
    struct Taker: Decodable, Sendable {
      let organisation: ID<Organisation>?
      let status: String
    }
    var receivers: [(row: CaseloadRow, organisation: ID<Organisation>?)] = []
    for (index, target) in targets.enumerated() where !targets[..<index].contains(target) {
      let taker = try await transaction.first(
        "select organisation, status from identity.v1_account where id = \(target)", as: Taker.self)
      guard let taker, taker.status != "closed" else {
        throw Problem.invalid([
          Fault("targets", "inconnu", "Cette personne n’a pas de compte ouvert. Choisissez-en une autre.")
        ])
      }
      guard target != account else {
        throw Problem.invalid([
          Fault("targets", "elle-meme", "La file active est déjà la sienne. Choisissez un collègue.")
        ])
      }
      receivers.append((try await CapacityStore.row(target, in: transaction), taker.organisation))
    }
    let households = try await transaction.query(
      """
      select array_agg(d.id order by d.family_name, d.given_name, d.id) as dossiers,
        count(*) filter (where d.state = 'standby')::int as standby
      from dossiers.dossier d join dossiers.referent r on r.dossier = d.id and r.kind = 'lead'
        and r.account = d.lead and r.until_date is null
      where d.lead = \(account) group by d.household order by min(d.family_name), min(d.given_name), min(d.id::text)
      """, as: Household.self)
    let assigned = CaseloadSpread.assign(
      households.map(\.dossiers.count),
      to: receivers.map {
        CaseloadSpread.Receiver(account: $0.row.account, load: $0.row.load, capacity: $0.row.capacity)
      })
    return Plan(households: households, receivers: receivers, assigned: assigned)
  }

  func preview(
    of account: ID<Account>, to targets: [ID<Account>], for caller: Caller, at moment: Date
  ) async throws -> TransferPreview {
    try await postgres.withTransaction(as: caller) { transaction in
      let row = try await CapacityStore.row(account, in: transaction)
      let plan = try await plan(from: account, to: targets, in: transaction)
      let dossiers = plan.dossiers
      let appointments = try await transaction.first(
        """
        select count(*)::int from scheduling.v1_appointment
        where dossier = any(\(dossiers)::uuid[]) and agent = \(account) and outcome = 'planned' and starts_at > \(moment)
        """, as: Int.self)
      let participations = try await transaction.first(
        """
        select count(*)::int from fse.v1_participation
        where dossier = any(\(dossiers)::uuid[]) and exit_completed_at is null and until_date >= \(caller.today)
        """, as: Int.self)
      let given = plan.targets
      return TransferPreview(
        dossiers: dossiers.count, households: plan.households.count,
        standby: plan.households.reduce(0) { $0 + $1.standby }, leaving: row.leaving, appointments: appointments ?? 0,
        participations: participations ?? 0,
        shares: plan.receivers.map { receiver in
          TransferPreview.Share(
            account: receiver.row.account, name: receiver.row.name,
            receives: given.count { $0 == receiver.row.account }, load: receiver.row.load,
            capacity: receiver.row.capacity)
        })
    }
  }

  /// Keeps the transfer, to be done row by row.
  /// - Throws: 409 when there is nothing to give.
  func keep(
    _ draft: TransferDraft, from account: ID<Account>, for caller: Caller, at moment: Date
  ) async throws -> ID<Batch> {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await CapacityStore.row(account, in: transaction)
      let plan = try await plan(from: account, to: draft.targets, in: transaction)
      guard !plan.households.isEmpty else {
        throw Problem.conflict("file-vide", "Cette file active n’a aucun dossier à transférer.")
      }
      let order = TransferOrder(
        from: account, accessDays: draft.keepsAccess ? try await transaction.value(of: .handover) : nil,
        reason: draft.reason)
      return try await batches.add(
        .transfer(order),
        to: .query(
          """
          select n.dossier, \(BatchStore.name) as name, n.target, n.place
          from unnest(\(plan.dossiers)::uuid[], \(plan.targets)::uuid[]) with ordinality n (dossier, target, place)
          join dossiers.dossier d on d.id = n.dossier
          """), in: transaction, at: moment)
    }
  }

  private struct Lead: Decodable, Sendable {
    let id: UUID
    let account: ID<Account>
    let organisation: ID<Organisation>?
    let fromDate: CalendarDate
    let untilDate: CalendarDate?
  }

  private func leads(of dossier: ID<Dossier>, in transaction: Transaction) async throws -> [Lead] {
    try await transaction.query(
      """
      select id, account, organisation, from_date, until_date from dossiers.referent
      where dossier = \(dossier) and kind = 'lead' order by from_date desc limit 2 for update
      """, as: Lead.self)
  }

  /// Gives one dossier, from today on.
  /// - Throws: 409 when it left that caseload meanwhile, or entered it today.
  func give(_ row: BatchWork, _ order: TransferOrder, in transaction: Transaction, at moment: Date) async throws {
    let today = transaction.caller.today
    guard let target = row.target, let former = try await leads(of: row.dossier, in: transaction).first,
      former.account == order.from, former.untilDate == nil
    else {
      throw Problem.conflict("plus-dans-la-file", "Ce dossier n’est plus dans cette file active.")
    }
    guard former.fromDate < today else {
      throw Problem.conflict(
        "entre-aujourd-hui", "Ce dossier est entré aujourd’hui dans la file active.",
        detail: "Transférez-le demain.")
    }
    let organisation = try await transaction.first(
      "select organisation from identity.v1_account where id = \(target) and organisation is not null",
      as: ID<Organisation>.self)
    let until = order.accessDays.map(today.adding(days:))
    let reason = order.reason ?? "Transfert de file active"
    _ = try await transaction.batch(
      Reorientation.statements(
        of: """
          select \(row.dossier)::uuid as dossier, false as is_new, \(moment)::timestamptz as at, 1::bigint as place,
            \(former.id)::uuid as former_entry, \(order.from)::uuid as former,
            \(former.organisation)::uuid as former_organisation, \(today.adding(days: -1))::date as last_day,
            \(reason)::text as ended_because, \(target)::uuid as lead, \(organisation)::uuid as lead_organisation,
            \(today)::date as first_day, \(reason)::text as begun_because, 'local' as source,
            \(today)::date as access_from, \(until)::date as access_until,
            'Fin des saisies après transfert' as access_because
          """))
    try await transaction.announce(
      ReferentChanged(
        dossier: row.dossier, former: order.from, formerOrganisation: former.organisation, lead: target,
        organisation: organisation, on: today, accessUntil: until, batch: row.batch.value), at: moment)
  }

  /// Gives one dossier back to whoever followed it before, on the day of the transfer.
  /// - Throws: 409 when it changed hands since.
  func takeBack(_ row: BatchWork, in transaction: Transaction, at moment: Date) async throws {
    let today = transaction.caller.today
    let leads = try await leads(of: row.dossier, in: transaction)
    guard leads.count == 2, leads[0].account == row.target, leads[0].fromDate == today, leads[0].untilDate == nil,
      leads[1].untilDate == today.adding(days: -1)
    else {
      throw Problem.conflict("deja-change", "Ce dossier a de nouveau changé de référent depuis le transfert.")
    }
    let former = leads[1]
    try await transaction.execute(
      """
      delete from dossiers.referent where id = \(leads[0].id) or (dossier = \(row.dossier) and kind = 'step'
        and account = \(former.account) and source = 'handover' and from_date = \(today))
      """)
    try await transaction.execute(
      """
      update dossiers.referent set until_date = null, ended_by = null, reason = null, version = version + 1
      where id = \(former.id)
      """)
    try await lead(
      row.dossier, former.account, former.organisation, since: former.fromDate, in: transaction, at: moment)
    try await transaction.announce(
      ReferentChanged(
        dossier: row.dossier, former: leads[0].account, formerOrganisation: leads[0].organisation,
        lead: former.account, organisation: former.organisation, on: today, accessUntil: nil, batch: row.batch.value,
        takenBack: true), at: moment)
  }

  private func lead(
    _ dossier: ID<Dossier>, _ account: ID<Account>, _ organisation: ID<Organisation>?, since day: CalendarDate,
    in transaction: Transaction, at moment: Date
  ) async throws {
    try await transaction.execute(
      """
      update dossiers.dossier set lead = \(account), lead_organisation = \(organisation), lead_since = \(day),
        version = version + 1, updated_at = \(moment) where id = \(dossier)
      """)
  }

  private struct Given: Decodable, Sendable {
    let target: ID<Account>
    let count: Int
  }

  /// Tells both sides once what a whole transfer did, or took back.
  func tell(
    _ batch: ID<Batch>, from account: ID<Account>, takenBack: Bool, in transaction: Transaction, at moment: Date
  ) async throws {
    let given = try await transaction.query(
      """
      select target, count(*)::int as count from dossiers.batch_row
      where batch = \(batch) and outcome = 'done' and target is not null group by target order by target
      """, as: Given.self)
    try await transaction.announce(
      given.map {
        CaseloadTransferred(
          batch: batch.value, former: account, lead: $0.target, dossiers: $0.count, takenBack: takenBack)
      }, at: moment)
  }
}
