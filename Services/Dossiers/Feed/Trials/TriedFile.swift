import API
import Crypto
import Domain
import Foundation
import Postgres
import Service

/// The files of dry runs, kept sealed so that what is applied is byte for byte what was looked at; and those under way, which
/// are started again after an interruption.
struct TriedFile: Sendable {
  let postgres: PostgresClient
  let seal: FeedSeal

  /// A piece's size in bytes: what is held in memory at once.
  private static let size = 1 << 20

  /// Keeps the file of a run. Keeping it twice is keeping it once.
  func keep(_ file: URL, of run: UUID) async throws {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    try await postgres.withTransaction(as: .system("feed")) { transaction in
      let isKept = try await transaction.first(
        "select is_kept from dossiers.feed_run where id = \(run) for update", as: Bool.self)
      guard isKept == false else { return }
      var piece = 0
      while let chunk = try handle.read(upToCount: Self.size), !chunk.isEmpty {
        let sealed = try seal.seal(chunk, place: "\(run)/\(piece)")
        try await transaction.execute(
          "insert into dossiers.feed_file (run, piece, bytes) values (\(run), \(piece), \(sealed))")
        piece += 1
      }
      try await transaction.execute("update dossiers.feed_run set is_kept = true where id = \(run)")
    }
  }

  /// Forgets the file of one run, which is of no more use.
  func forget(_ run: UUID) async throws {
    try await postgres.withTransaction(as: .system("feed")) { transaction in
      try await transaction.execute("delete from dossiers.feed_file where run = \(run)")
      try await transaction.execute("update dossiers.feed_run set is_kept = false where id = \(run) and is_kept")
    }
  }

  /// Writes the file of a run out again; whoever asks deletes it.
  /// - Throws: 409 when it is no longer there, or is not what was brought.
  func fetch(_ run: UUID, digest: String) async throws -> URL {
    let file = try FeedScratch.file()
    do {
      let handle = try FileHandle(forWritingTo: file)
      defer { try? handle.close() }
      var hash = SHA256()
      var piece = 0
      while let sealed = try await self.piece(piece, of: run) {
        let bytes = try seal.open(sealed, place: "\(run)/\(piece)")
        hash.update(data: bytes)
        try handle.write(contentsOf: bytes)
        piece += 1
      }
      guard hash.finalize().hexadecimal == digest else {
        throw Problem.conflict(
          "fichier-absent", "Le fichier de ce déversement n’est plus disponible.", detail: "Déposez-le à nouveau.")
      }
      return file
    } catch {
      try? FileManager.default.removeItem(at: file)
      throw error
    }
  }

  private func piece(_ piece: Int, of run: UUID) async throws -> Data? {
    try await postgres.withTransaction(as: .system("feed")) { transaction in
      try await transaction.first(
        "select bytes from dossiers.feed_file where run = \(run) and piece = \(piece)", as: Data.self)
    }
  }

  /// What can never be applied any more: everything tried before something was applied. Runs that wait their turn keep theirs.
  static let forget = """
    with useless as (
      update dossiers.feed_run set is_kept = false
      where is_kept and (status <> 'running' or id = current_setting('jalons.feed_run')::uuid) returning id)
    delete from dossiers.feed_file f using useless where f.run = useless.id;
    """

  /// Forgets what was tried more than a week ago, and what was interrupted more than a day ago.
  static func forgetOld(at moment: Date, in transaction: Transaction) async throws {
    let limit = moment.addingTimeInterval(-Double(try await transaction.value(of: .feedTrial)) * 86_400)
    try await transaction.execute(
      """
      with old as (
        update dossiers.feed_run set is_kept = false where is_kept and (started_at < \(limit)
          or (status in ('failed', 'refused') and started_at < \(moment.addingTimeInterval(-86_400)))) returning id)
      delete from dossiers.feed_file f using old where f.run = old.id
      """)
  }
}
