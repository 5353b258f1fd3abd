import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import ServiceLifecycle

/// Announces the exit forms that fall due because a participation's last day has come: nobody does anything on that
/// day, so somebody has to look. Any number of copies may run; each participation is announced once.
struct FormsDueWatch: Service {
  let postgres: PostgresClient
  let now: Now
  let logger: Logger
  var interval: Duration = .seconds(30)

  func run() async throws {
    await repeating(every: interval, logger: logger, complaint: "due forms were not announced") {
      while try await announceSome() > 0 {}
    }
  }

  /// One batch.
  /// - Returns: how many were announced.
  func announceSome() async throws -> Int {
    let moment = now()
    let caller = Caller.system("fse.forms-due", today: CalendarDate(moment))
    return try await postgres.withTransaction(as: caller) { transaction in
      struct Due: Decodable, Sendable { let id: ID<Participation>, dossier: ID<Dossier> }
      let due = try await transaction.query(
        """
        update fse.participation set exit_announced_at = \(moment) where id in (
          select id from fse.participation
          where exit_completed_at is null and exit_announced_at is null and until_date <= caller.today()
          order by until_date limit 200 for update skip locked)
        returning id, dossier
        """, as: Due.self)
      try await transaction.announce(
        due.map {
          FormChanged(participation: $0.id, dossier: $0.dossier, form: .exit, status: .due)
        }, at: moment)
      return due.count
    }
  }
}
