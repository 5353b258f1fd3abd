import API
import Domain
import Foundation
import Postgres

struct AgendaStore: Sendable {
  let postgres: PostgresClient

  // MARK: Whose agenda

  /// The name of somebody in whose agenda the caller may write (rule A5).
  /// - Throws: 404 for an agenda that is not open; 403 for one that is only shown.
  static func nameOfWritable(_ agent: ID<Account>, in transaction: Transaction) async throws -> String {
    let (name, open) = try await opening(of: agent, in: transaction)
    guard open == "write" else {
      throw Problem.forbidden("Cet agenda est partagé avec vous en lecture seule : demandez l’écriture à \(name).")
    }
    return name
  }

  /// The same for the agent that a body names.
  /// - Throws: 422 at `agent` for an agenda that is not open for writing.
  static func nameOfChosen(_ agent: ID<Account>, in transaction: Transaction) async throws -> String {
    do {
      return try await nameOfWritable(agent, in: transaction)
    } catch let problem as Problem where problem.status == 404 || problem.status == 403 {
      throw Problem.invalid([
        Fault(
          "agent", "inconnu",
          problem.detail.flatMap { problem.status == 403 ? $0 : nil }
            ?? "Cet agenda ne vous est pas ouvert. Choisissez-en un de la liste.")
      ])
    }
  }

  private struct OpenAgenda: Decodable, Sendable {
    let name: String?
    let open: String?
  }

  /// Somebody's name and what their agenda is to the caller: `write` or `read`.
  /// - Throws: 404 when it is nothing to the caller.
  private static func opening(
    of agent: ID<Account>, in transaction: Transaction
  ) async throws -> (name: String, open: String) {
    let found = try await transaction.first(
      """
      select (select name from identity.v1_account where id = \(agent)) as name,
        scheduling.open_agenda(\(agent)) as open
      """, as: OpenAgenda.self)
    let ownName = agent == transaction.caller.account ? transaction.caller.name : nil
    guard let open = found?.open, let name = found?.name ?? ownName else { throw Problem.notFound("Cet agenda") }
    return (name, open)
  }

  /// Those who book for one agent or one person do it one after the other; otherwise two of them could wait for each
  /// other inside the exclusion constraints until the server ends one.
  static func takeTurn(agent: ID<Account>, dossier: ID<Dossier>, in transaction: Transaction) async throws {
    let names = [agent.description, dossier.description].sorted()
    try await transaction.execute(
      "select pg_advisory_xact_lock(hashtext('scheduling.agenda'), hashtext(name)) from unnest(\(names)::text[]) name")
  }

  // MARK: Hours

  /// What an agent and a person have in their agendas, and when appointments are offered.
  struct Taken: Sendable {
    var agentName: String
    var agent: [Hours]
    var person: [Hours]
    var openings: [Opening]
  }

  static func hoursTaken(
    agent: ID<Account>, dossier: ID<Dossier>, except id: ID<Appointment>?, from: Date, until: Date,
    in transaction: Transaction
  ) async throws -> Taken {
    let away = try await WorkingTimeStore.absences(
      of: agent, from: CalendarDate(from), until: CalendarDate(until), in: transaction)
    return Taken(
      agentName: try await opening(of: agent, in: transaction).name,
      agent: try await transaction.query(
        """
        select starts_at, ends_at from scheduling.busy(\(agent), \(from), \(until)) where id is distinct from \(id)
        """, as: Hours.self)
        + away.map { Hours(startsAt: $0.from.moment(), endsAt: $0.until.adding(days: 1).moment()) },
      person: try await transaction.query(
        """
        select starts_at, ends_at from scheduling.appointment
        where dossier = \(dossier) and outcome in ('planned', 'held') and id is distinct from \(id)
          and starts_at < \(until) and ends_at > \(from)
        """, as: Hours.self),
      openings: try await WorkingTimeStore.periods(of: agent, in: transaction).map {
        Opening(weekday: $0.weekday, opens: $0.opens, closes: $0.closes)
      })
  }

  /// Somebody's agenda between two days, both included.
  /// - Throws: 404 when it is not open to the caller.
  func agenda(
    of agent: ID<Account>, from: CalendarDate, until: CalendarDate, for caller: Caller
  ) async throws -> Agenda {
    let (start, end) = (from.moment(), until.adding(days: 1).moment())
    return try await postgres.withTransaction(as: caller) { transaction in
      let (name, open) = try await Self.opening(of: agent, in: transaction)
      let seen = try await transaction.query(
        """
        select a.id as appointment, a.starts_at, a.ends_at, a.dossier,
          upper(d.family_name) || ' ' || d.given_name as dossier_name, k.label as kind_label, t.label as theme_label,
          a.place_name, a.outcome, a.needs_attention, m.id as "group"
        from scheduling.appointment a join dossiers.v1_dossier d on d.id = a.dossier
          left join scheduling.meeting m on m.id = a.meeting
          join scheduling.appointment_kind k on k.code = a.kind
          left join scheduling.appointment_theme t on t.code = a.theme
        where a.agent = \(agent) and a.starts_at < \(end) and a.ends_at > \(start)
        order by a.starts_at limit 1000
        """, as: Agenda.Item.self)
      let busy = try await transaction.query(
        "select id, starts_at, ends_at from scheduling.busy(\(agent), \(start), \(end))", as: Busy.self)
      let known = Set(seen.map(\.appointment))
      let kept = Dictionary(
        uniqueKeysWithValues: try await transaction.query(
          "select id, name, kind_label, place_name from scheduling.kept(\(agent), \(start), \(end))", as: Kept.self
        ).map { ($0.id, $0) })
      let hidden = busy.filter { !known.contains($0.id) }.map { hours in
        let known = kept[hours.id]
        return Agenda.Item(
          appointment: hours.id, startsAt: hours.startsAt, endsAt: hours.endsAt, dossierName: known?.name,
          kindLabel: known?.kindLabel, placeName: known?.placeName)
      }
      return Agenda(
        agent: agent, agentName: name, mayWrite: open == "write", from: from, until: until,
        items: (seen + hidden).sorted { ($0.startsAt, $0.endsAt) < ($1.startsAt, $1.endsAt) },
        absences: try await WorkingTimeStore.absences(of: agent, from: from, until: until, in: transaction),
        hours: try await WorkingTimeStore.periods(of: agent, in: transaction))
    }
  }

  private struct Busy: Decodable, Sendable {
    let id: ID<Appointment>
    let startsAt: Date
    let endsAt: Date
  }

  /// What an exit kept in the caller's own agenda.
  private struct Kept: Decodable, Sendable {
    let id: ID<Appointment>
    let name: String
    let kindLabel: String
    let placeName: String?
  }

  // MARK: Agents and shares

  /// Those whose agenda is open to the caller, by name.
  func agents(for caller: Caller) async throws -> [AgendaAgent] {
    // Those of a secretariat's territory: `open_agenda` says which of the référents.
    let isOffice = caller.profile == .secretariatDispositif || caller.profile == .secretariatProximite
    let ofTerritory: SQL = isOffice ? "or scheduling.open_agenda(a.id) is not null" : ""
    return try await postgres.withTransaction(as: caller) { transaction in
      let found = try await transaction.query(
        """
        select a.id as account, a.name, o.name as organisation_name,
          scheduling.open_agenda(a.id) is not distinct from 'write' as may_write
        from identity.v1_account a left join identity.v1_organisation o on o.id = a.organisation
        where a.status <> 'closed' and (a.id in (\(caller.account), \(caller.seat)) or a.organisation = \(caller.organisation)
          or a.id = any(array(
            select account from identity.v1_account_profile where organisation = \(caller.organisation)))
          or a.id = any(array(
            select owner from scheduling.agenda_share where shared_with in (\(caller.account), \(caller.seat))))
          \(ofTerritory))
        order by a.name, a.id limit 1000
        """, as: AgendaAgent.self)
      if found.contains(where: { $0.account == caller.account }) { return found }
      return [AgendaAgent(account: caller.account, name: caller.name, organisationName: nil, mayWrite: true)] + found
    }
  }

  func shares(of caller: Caller) async throws -> [AgendaShare] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        """
        select s.shared_with, coalesce(a.name, '') as name, s.may_write
        from scheduling.agenda_share s left join identity.v1_account a on a.id = s.shared_with
        where s.owner = \(caller.account) order by name, s.shared_with limit 500
        """, as: AgendaShare.self)
    }
  }

  /// - Throws: 422 for oneself and for an account that does not exist.
  func share(_ draft: AgendaShareDraft, as caller: Caller, at moment: Date) async throws -> AgendaShare {
    try await postgres.withTransaction(as: caller) { transaction in
      let name = try await transaction.first(
        "select name from identity.v1_account where id = \(draft.sharedWith) and status <> 'closed'", as: String.self)
      guard let name, draft.sharedWith != caller.account else {
        throw Problem.invalid([Fault("sharedWith", "inconnu", "Choisissez un collègue de la liste.")])
      }
      try await transaction.execute(
        """
        insert into scheduling.agenda_share (owner, shared_with, may_write, shared_at)
        values (\(caller.account), \(draft.sharedWith), \(draft.mayWrite), \(moment))
        on conflict (owner, shared_with) do update set may_write = excluded.may_write
        """)
      return AgendaShare(sharedWith: draft.sharedWith, name: name, mayWrite: draft.mayWrite)
    }
  }

  /// Closing an agenda that was not shared changes nothing.
  func unshare(_ account: ID<Account>, as caller: Caller) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await transaction.execute(
        "delete from scheduling.agenda_share where owner = \(caller.account) and shared_with = \(account)")
    }
  }
}
