import Documents
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import ServiceLifecycle

/// Erases contents to which nothing refers any more: of documents that were deleted, of dossiers that were erased, of
/// deposits that broke off.
struct DocumentSweep: ServiceLifecycle.Service {
  let postgres: PostgresClient
  let files: any FileStore
  let now: Now
  let logger: Logger

  func run() async throws {
    await repeating(every: .seconds(60), logger: logger, complaint: "loose contents could not be erased") {
      try await sweep(olderThan: 3600)
    }
  }

  /// - Parameter seconds: a deposit that has begun since then may still be going on.
  func sweep(olderThan seconds: Int) async throws {
    let loose = try await postgres.withTransaction(as: system) { transaction in
      try await transaction.query(
        """
        select digest from dossiers.loose_content
        where noted_at <= clock_timestamp() - make_interval(secs => \(seconds)) order by noted_at limit 200
        """, as: String.self)
    }
    for digest in loose { try await erase(digest) }
  }

  private func erase(_ digest: String) async throws {
    try await postgres.withTransaction(as: system) { [files] transaction in
      try await DocumentStore.hold(content: digest, in: transaction)
      let isUsed = try await transaction.first(
        """
        select exists (select from dossiers.document where digest = \(digest))
          or exists (select from dossiers.model_file where digest = \(digest))
          or exists (select from dossiers.letter where result = \(digest))
          or exists (select from dossiers.list_export where result = \(digest))
        """, as: Bool.self)
      if isUsed == false { try await files.remove(digest) }
      try await transaction.execute("delete from dossiers.loose_content where digest = \(digest)")
    }
  }

  private var system: Caller { .system("documents", today: CalendarDate(now())) }
}
