import API
import Crypto
import Domain
import Foundation
import Postgres

/// Looks whether the audit log is as it was written: each line's hash covers its fields and the hash of the one before.
struct AuditChain: Sendable {
  let postgres: PostgresClient
  /// Lines read at a time.
  var step = 5000

  struct Finding: Sendable, Equatable {
    var entries = 0
    /// The last line that is sound and its hash: noted elsewhere, they show later whether the end was cut off.
    var last: Int?
    var lastHash = Data()
    /// How many lines were taken out for their age before the first that is left.
    var removed = 0
    /// The first line that is not what it was, or before which a line is missing.
    var brokenAt: Int?
  }

  private struct Line: Decodable, Sendable {
    let entry: AuditEntry
    let hash: Data

    enum Key: CodingKey { case hash }

    init(from decoder: any Decoder) throws {
      entry = try AuditEntry(from: decoder)
      hash = try decoder.container(keyedBy: Key.self).decode(Data.self, forKey: .hash)
    }
  }

  /// Reads the whole log once, in constant memory, and stops at the first line that is not sound.
  /// - Throws: `PostgresError`.
  func verify() async throws -> Finding {
    var finding = try await start()
    while true {
      let lines = try await lines(after: finding.last ?? 0)
      for line in lines {
        let hash = Data(SHA256.hash(data: finding.lastHash + (try line.entry.canonical())))
        guard hash == line.hash else {
          finding.brokenAt = line.entry.position
          return finding
        }
        finding.entries += 1
        finding.last = line.entry.position
        finding.lastHash = hash
      }
      if lines.count < step { return finding }
    }
  }

  /// Where the chain begins: at its first line ever, or after what was taken out for its age.
  private func start() async throws -> Finding {
    struct Anchor: Decodable, Sendable {
      let position: Int
      let hash: Data
      let removed: Int
    }
    let anchor = try await postgres.withTransaction(as: .system("audit")) { transaction in
      try await transaction.first(
        """
        select position, hash, (select sum(removed) from identity.audit_anchor)::int as removed
        from identity.audit_anchor order by position desc limit 1
        """, as: Anchor.self)
    }
    guard let anchor else { return Finding() }
    return Finding(last: anchor.position, lastHash: anchor.hash, removed: anchor.removed)
  }

  private func lines(after position: Int) async throws -> [Line] {
    try await postgres.withTransaction(as: .system("audit")) { transaction in
      try await transaction.query(
        """
        select position, event, at, account, account_name, replaces, profile, scope, act, kind, dossier, object, address,
          hash
        from identity.audit_entry where position > \(position) order by position limit \(step)
        """, as: Line.self)
    }
  }
}
