import API
import Crypto
import Domain
import Foundation
import Logging
import Messaging
import Service
import ServiceLifecycle

/// Watches the folder where the county's system drops its files, and imports each in the order of its name. A file is
/// taken by renaming it, so that two copies of this process never take the same; it then bears the number of its run, by
/// which any copy knows what to do with one that was left behind.
struct FeedFolder: ServiceLifecycle.Service {
  let folder: URL
  let importer: FeedImporter
  let runs: FeedRunStore
  let mappings: MappingStore
  let now: Now
  let logger: Logger

  /// A file whose import was interrupted so often is set aside: it may be what ends the process.
  static let attempts = 3

  private enum Place: String, CaseIterable {
    case underWay = "en-cours"
    case applied = "integres"
    case refused = "refuses"
  }

  func run() async throws {
    await repeating(every: .seconds(2), logger: logger, complaint: "the feed's folder could not be read") {
      try await takeWhatIsThere()
    }
  }

  func takeWhatIsThere() async throws {
    for place in Place.allCases {
      try FileManager.default.createDirectory(at: address(of: place), withIntermediateDirectories: true)
    }
    for name in try names(in: address(of: .underWay)) { try await settleLeft(name) }
    for name in try names(in: folder) where try isComplete(folder.appending(path: name)) {
      try await take(folder.appending(path: name), name: name)
    }
  }

  private func address(of place: Place) -> URL { folder.appending(path: place.rawValue) }

  private func names(in folder: URL) throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".xml") || $0.hasSuffix(".csv") || $0.hasSuffix(".txt") || $0.hasSuffix(".gz") }.sorted()
  }

  /// A file that was written to in the last two seconds may still be arriving.
  private func isComplete(_ file: URL) throws -> Bool {
    let changed = try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
    return changed.map { Date().timeIntervalSince($0) > 2 } ?? false
  }

  // MARK: One file

  private func take(_ file: URL, name: String) async throws {
    let moment = now()
    let caller = Caller.system("feed", today: CalendarDate(moment))
    let mapping = try await mappings.chosen(nil, fileName: name, for: caller)
    let id = UUID.version7(at: moment)
    let taken = address(of: .underWay).appending(path: "\(id.uuidString)-\(name)")
    guard move(file, to: taken) else { return }
    let run = try await runs.open(
      id, mode: .apply, origin: "folder", fileName: name, digest: try Self.digest(of: taken),
      extent: FeedExtent(of: taken), mapping: mapping, for: caller, at: moment)
    let ended = try await importer.carryOut(run, source: .file(taken))
    logger.notice("a feed was read", metadata: ["status": "\(ended.status)", "read": "\(ended.counts.read)"])
    // What was interrupted stays where it is, for the next look.
    if ended.status != .failed { conclude(taken, applied: ended.status == .applied) }
  }

  /// What became of a file that was taken: whoever took it may have died, or lost the database, on the way. Its run then
  /// did nothing, and it is read again.
  private func settleLeft(_ taken: String) async throws {
    let file = address(of: .underWay).appending(path: taken)
    let name = String(taken.dropFirst(37))
    guard let run = UUID(uuidString: String(taken.prefix(36))), !name.isEmpty else { return }
    switch try await runs.standing(of: run) {
    case (.running, _)?: return
    case (.applied, _)?: conclude(file, applied: true)
    case (.failed, let interruptions)? where interruptions < Self.attempts: try await take(file, name: name)
    case (.failed, _)?:
      logger.error("a feed was interrupted again and again, and is set aside", metadata: ["run": "\(run)"])
      conclude(file, applied: false)
    case (.refused, _)?, (.checked, _)?: conclude(file, applied: false)
    case nil:
      // A run is opened right after its file was taken.
      if now().timeIntervalSince(Self.moment(of: run)) > 60 { try await take(file, name: name) }
    }
  }

  private func conclude(_ file: URL, applied: Bool) {
    _ = move(file, to: address(of: applied ? .applied : .refused).appending(path: file.lastPathComponent))
  }

  /// - Returns: false where another copy was faster.
  private func move(_ file: URL, to place: URL) -> Bool {
    do {
      try FileManager.default.moveItem(at: file, to: place)
      return true
    } catch {
      return false
    }
  }

  /// The moment that a UUID of version 7 begins with.
  private static func moment(of run: UUID) -> Date {
    let bytes = run.uuid
    let milliseconds = [bytes.0, bytes.1, bytes.2, bytes.3, bytes.4, bytes.5].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    return Date(timeIntervalSince1970: Double(milliseconds) / 1000)
  }

  private static func digest(of file: URL) throws -> String {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    var hash = SHA256()
    while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(data: chunk) }
    return hash.finalize().hexadecimal
  }
}
