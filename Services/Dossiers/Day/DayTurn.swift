import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Service
import ServiceLifecycle

/// What a new day does by itself, once: standbys begin and end (rule C6), a lead référent whose exit has
/// passed is no longer shown as the current one, who left long enough ago is archived (rule C22), and what became of old
/// batches is forgotten.
struct DayTurn: ServiceLifecycle.Service {
  let postgres: PostgresClient
  let now: Now
  let logger: Logger

  func run() async throws {
    await repeatingEachDay(now: now, logger: logger, complaint: "day rollover failed") { try await turn(to: $0) }
  }

  private struct Ended: Decodable, Sendable {
    let id: UUID
    let dossier: ID<Dossier>
    let fromDate: CalendarDate
    let untilDate: CalendarDate?
    let reason: String
  }

  /// Dossiers that were left longer ago than the county's delay.
  private func archive(in transaction: Transaction, today: CalendarDate) async throws {
    let delay = try await transaction.value(of: .archive)
    let before = today.adding(days: -delay)
    try await transaction.execute(
      """
      update dossiers.dossier d set archived_on = \(today), state = 'left', version = version + 1
      where d.archived_on is null and d.lead is null
        and (select max(r.until_date) from dossiers.referent r where r.dossier = d.id and r.kind = 'lead') < \(before)
        and not exists (select from dossiers.referent r where r.dossier = d.id
          and (r.until_date is null or r.until_date >= \(today)))
      """)
  }

  func turn(to moment: Date) async throws {
    let today = CalendarDate(moment)
    try await postgres.withTransaction(as: .system("day", today: today)) { transaction in
      let isNew = try await transaction.execute(
        "insert into dossiers.day_turned (day) values (\(today)) on conflict do nothing")
      guard isNew == 1 else { return }
      let traced = try await transaction.value(of: .batchTrace)
      try await BatchStore(postgres: postgres).queue.forget(
        endedBefore: today.adding(days: -traced).moment(), in: transaction)
      try await JobQueue(postgres: postgres, schema: "dossiers", name: "letter").forget(
        endedBefore: today.adding(days: -traced).moment(), in: transaction)
      try await JobQueue(postgres: postgres, schema: "dossiers", name: "list_export").forget(
        endedBefore: today.adding(days: -ListExportStore.keptDays).moment(), in: transaction)
      try await TriedFile.forgetOld(at: moment, in: transaction)
      try await SampleStore.forgetOld(at: moment, in: transaction)
      try await transaction.execute(
        """
        update dossiers.dossier d set lead = null, lead_organisation = null, lead_since = null, version = version + 1
        where d.lead is not null and not exists (
          select from dossiers.referent r where r.dossier = d.id and r.kind = 'lead' and r.account = d.lead
            and (r.until_date is null or r.until_date >= \(today)))
        """)
      try await transaction.execute(
        """
        update dossiers.dossier d set state = 'standby', version = version + 1
        where d.state = 'entered' and exists (
          select from dossiers.standby w where w.dossier = d.id and w.removed_at is null and w.from_date <= \(today)
            and (w.until_date is null or w.until_date >= \(today)))
        """)
      try await archive(in: transaction, today: today)
      // The county may keep the guide's return by hand: a save of the standby then settles the state.
      guard try await transaction.value(of: .standbyReturn) == 0 else { return }
      let ended = try await transaction.query(
        """
        with woken as (
          update dossiers.dossier d set state = 'entered', version = version + 1
          where d.state = 'standby' and not exists (
            select from dossiers.standby w where w.dossier = d.id and w.removed_at is null and w.from_date <= \(today)
              and (w.until_date is null or w.until_date >= \(today)))
          returning d.id)
        select distinct on (w.dossier) w.id, w.dossier, w.from_date, w.until_date, w.reason
        from dossiers.standby w join woken on woken.id = w.dossier where w.removed_at is null
        order by w.dossier, w.from_date desc
        """, as: Ended.self)
      try await transaction.announce(
        ended.map {
          StandbyChanged(
            dossier: $0.dossier, change: .ended, from: $0.fromDate, until: $0.untilDate, reason: $0.reason,
            standby: $0.id)
        }, at: moment)
    }
  }
}
