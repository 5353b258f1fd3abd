import Domain
import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// Seals the claimant numbers that are NIRs and that earlier versions wrote in clear: once, at start.
struct ClaimantSealing: ServiceLifecycle.Service {
  let postgres: PostgresClient
  let seal: NIRSeal
  let logger: Logger

  private struct Clear: Decodable, Sendable {
    let id: UUID
    let claimantNumber: String
  }

  func run() async throws {
    do {
      let count = try await sealAll()
      if count > 0 { logger.notice("claimant numbers were sealed", metadata: ["count": "\(count)"]) }
    } catch {
      // The next start, or the next feed, does it.
      logger.error("claimant numbers could not be sealed", metadata: ["error": "\(error)"])
    }
    try await gracefulShutdown()
  }

  /// - Returns: how many were in clear.
  func sealAll() async throws -> Int {
    var (after, count) = (UUID(uuid: (0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0)), 0)
    while true {
      let batch = try await postgres.withTransaction(as: .system("claimant-sealing")) { [after] transaction in
        let batch = try await transaction.query(
          """
          select id, claimant_number from dossiers.household
          where id > \(after) and claimant_sealed is null and length(claimant_number) in (13, 15) order by id limit 500
          """, as: Clear.self)
        for row in batch {
          let number = ClaimantNumber(row.claimantNumber)
          guard let nir = number.nir else { continue }
          try await transaction.execute(
            """
            update dossiers.household set claimant_number = \(number.shown), claimant_sealed = \(seal.seal(nir)),
              claimant_hash = \(seal.hash(nir)) where id = \(row.id) and claimant_number = \(row.claimantNumber)
            """)
        }
        return batch
      }
      count += batch.count { ClaimantNumber($0.claimantNumber).nir != nil }
      guard let last = batch.last else { return count }
      after = last.id
    }
  }
}
