import Documents
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Service
import ServiceLifecycle

/// Removes the files of exports a week after they were asked for. That they were taken stays known.
struct ExportKeeping: ServiceLifecycle.Service {
  let store: ExportStore
  let now: Now
  let logger: Logger

  func run() async throws {
    await repeating(every: .seconds(3600), logger: logger, complaint: "old exports could not be removed") {
      try await clear()
    }
  }

  func clear() async throws {
    let moment = now()
    let end = moment.addingTimeInterval(-Double(ExportStore.keptDays) * 86_400)
    let queue = store.queue
    let gone = try await queue.postgres.withTransaction(
      as: .system("exports", today: CalendarDate(moment))
    ) { transaction in
      let old = try await transaction.query(
        """
        with old as (select id, digest from insight.export where digest is not null and at < \(end) for update),
          cleared as (update insight.export e set digest = null from old where e.id = old.id returning old.digest)
        select distinct c.digest from cleared c
        where not exists (select from insight.export k where k.digest = c.digest and k.at >= \(end))
        """, as: String.self)
      try await queue.forget(endedBefore: end, in: transaction)
      return old
    }
    for digest in gone { try await store.files.remove(digest) }
  }
}
