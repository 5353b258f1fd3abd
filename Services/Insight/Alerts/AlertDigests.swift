import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Service
import ServiceLifecycle

/// Counts the favourite alerts of those who want them by e-mail, once a day from seven o'clock on, whichever copy is first
/// (rule I6). A day without anything to tell leaves no e-mail.
struct AlertDigests: ServiceLifecycle.Service {
  let postgres: PostgresClient
  let now: Now
  let logger: Logger
  static let hour = 7

  func run() async throws {
    await repeating(every: .seconds(60), logger: logger, complaint: "alerts could not be counted for e-mails") {
      try await send(at: now())
    }
  }

  private struct Due: Decodable, Sendable {
    let account: ID<Account>
    let caller: JSONValue
  }

  /// Settles the day of everybody whose day it is.
  func send(at moment: Date) async throws {
    let today = CalendarDate(moment)
    guard today.weekday <= 5, moment >= today.moment(hour: Self.hour) else { return }
    let due = try await postgres.withTransaction(as: .system("alert mails", today: today)) { transaction in
      try await transaction.query(
        """
        select account, caller from insight.alert_mail
        where settled_on < \(today) and (rhythm = 'daily' or \(today.weekday == 1)) order by account
        """, as: Due.self)
    }
    for one in due {
      try Task.checkCancellation()
      do {
        let caller = try one.caller.decoded(as: Caller.self)
        try await settle(caller, at: moment)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        // Tried again in a minute; the others do not wait for it.
        logger.error(
          "alerts of one person could not be counted",
          metadata: ["account": "\(one.account)", "error": "\(String(reflecting: error))"])
      }
    }
  }

  /// Counts in the person's own scope of today: who lost the profile, or whose account is closed, is sent nothing.
  private func settle(_ asked: Caller, at moment: Date) async throws {
    var caller = asked
    caller.today = CalendarDate(moment)
    let territories = try await territories(of: caller)
    caller.territories = territories ?? []
    let store = AlertStore(postgres: postgres)
    let alerts =
      territories == nil ? [] : try await store.alerts(AlertQuery(favourites: true), for: caller, at: moment)
    let lines = alerts.filter { $0.count > 0 }.map {
      AlertDigestDue.Line(code: $0.code, label: $0.label, count: $0.count)
    }
    let (account, today) = (caller.account, caller.today)
    try await postgres.withTransaction(as: caller) { transaction in
      let isFirst = try await transaction.execute(
        "update insight.alert_mail set settled_on = \(today) where account = \(account) and settled_on < \(today)")
      guard isFirst == 1, !lines.isEmpty else { return }
      try await transaction.announce(AlertDigestDue(account: account, day: today, alerts: lines), at: moment)
    }
  }

  private struct Reach: Decodable, Sendable { let territories: [ID<Territory>] }

  /// The territories of the profile that the person asked under; nil where they no longer have it.
  private func territories(of caller: Caller) async throws -> [ID<Territory>]? {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        """
        select p.territories from identity.v1_account a join identity.v1_account_profile p on p.account = a.id
        where a.id = \(caller.account) and a.status = 'active' and p.profile = \(caller.profile?.rawValue ?? "")
          and coalesce(p.organisation, a.organisation) is not distinct from \(caller.organisation)::uuid
        limit 1
        """, as: Reach.self)?.territories
    }
  }
}
