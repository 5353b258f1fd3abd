import API
import Domain
import Foundation
import Messaging
import Postgres

/// One's own jobs, in every queue of the service.
public func addJobRoutes(to routes: Routes, of service: ServiceName, postgres: PostgresClient, queues: [JobQueue]) {
  let jobs = service.jobs
  routes.handle(jobs.all) { query, request in
    let limit = query.limit ?? 50
    return try await postgres.withTransaction(as: request.caller.looking) { transaction in
      var found: [OwnJob] = []
      for queue in queues {
        found += try await queue.own(before: query.before, limit: limit, in: transaction)
      }
      return Array(found.sorted { $0.createdAt > $1.createdAt }.prefix(limit))
    }
  }
  routes.handle(jobs.cancel) { _, request in
    let id = try request.id("job", of: OwnJob.self)
    return try await postgres.withTransaction(as: request.caller) { transaction in
      for queue in queues {
        guard try await queue.own(id, in: transaction) != nil else { continue }
        _ = try await queue.cancel(id.value, in: transaction)
        if let job = try await queue.own(id, in: transaction) { return job }
      }
      throw Problem.notFound("Ce traitement")
    }
  }
}
