import API
import Crypto
import Domain
import Foundation
import Postgres
import Service

/// Looks whether the audit log is as it was written: each line's hash covers its fields and the hash of the one before, and
/// its mark shows that who wrote it had identity's key.
struct AuditChain: Sendable {
  let postgres: PostgresClient
  /// Without it marks are not looked at.
  var marks: KeySeal?
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
    /// How many of the last lines bear no mark, so that anybody who may write the database could have added them.
    var unmarked = 0
    /// What became of the line that was noted elsewhere.
    var noted: Noted?
  }

  /// A line as an earlier check printed it, kept outside the reach of the administrators of the database.
  struct Note: Sendable {
    let position: Int
    let hash: Data
  }

  enum Noted: Sendable, Equatable {
    case found, changed
    /// The log ends before it: its end was cut off.
    case cut
    /// It was taken out for its age: nothing can be said.
    case removed
  }

  private struct Line: Decodable, Sendable {
    let entry: AuditEntry
    let hash: Data
    let mark: Data?

    enum Key: CodingKey { case hash, mark }

    init(from decoder: any Decoder) throws {
      entry = try AuditEntry(from: decoder)
      let own = try decoder.container(keyedBy: Key.self)
      hash = try own.decode(Data.self, forKey: .hash)
      mark = try own.decodeIfPresent(Data.self, forKey: .mark)
    }
  }

  /// Reads the whole log once, in constant memory, and stops at the first line that is not sound.
  /// - Parameter note: a line that was there once.
  /// - Throws: `PostgresError`.
  func verify(_ note: Note? = nil) async throws -> Finding {
    var finding = try await start()
    if let note, let first = finding.last, note.position <= first {
      finding.noted = note.position < first ? .removed : note.hash == finding.lastHash ? .found : .changed
    }
    while true {
      let lines = try await lines(after: finding.last ?? 0)
      for line in lines {
        guard try isSound(line, after: finding.lastHash) else {
          finding.brokenAt = line.entry.position
          return finding
        }
        finding.entries += 1
        finding.last = line.entry.position
        finding.lastHash = line.hash
        finding.unmarked = line.mark == nil && marks != nil ? finding.unmarked + 1 : 0
        if note?.position == line.entry.position { finding.noted = note?.hash == line.hash ? .found : .changed }
      }
      if lines.count < step { break }
    }
    if let note, finding.noted == nil { finding.noted = note.position > finding.last ?? 0 ? .cut : .changed }
    return finding
  }

  private func isSound(_ line: Line, after hash: Data) throws -> Bool {
    guard line.hash == Data(SHA256.hash(data: hash + (try line.entry.canonical()))) else { return false }
    guard let marks, let mark = line.mark else { return true }
    return mark == marks.auditMark(of: line.hash)
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
          hash, mark
        from identity.audit_entry where position > \(position) order by position limit \(step)
        """, as: Line.self)
    }
  }
}
