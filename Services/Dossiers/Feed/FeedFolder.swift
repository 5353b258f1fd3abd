import API
import Crypto
import Domain
import Foundation
import Logging
import Service
import ServiceLifecycle

/// Watches the folder where the county's system drops its files, and imports each in the order of its name. A file is
/// taken by renaming it, so that two copies of this process never take the same.
struct FeedFolder: ServiceLifecycle.Service {
  let folder: URL
  let importer: FeedImporter
  let runs: FeedRunStore
  let mappings: MappingStore
  let now: Now
  let logger: Logger

  func run() async throws {
    await repeating(every: .seconds(2), logger: logger, complaint: "the feed's folder could not be read") {
      try await takeWhatIsThere()
    }
  }

  private func takeWhatIsThere() async throws {
    for place in ["en-cours", "integres", "refuses"] {
      try FileManager.default.createDirectory(at: folder.appending(path: place), withIntermediateDirectories: true)
    }
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { $0.hasSuffix(".xml") || $0.hasSuffix(".csv") || $0.hasSuffix(".txt") || $0.hasSuffix(".gz") }.sorted()
    for name in names where try isComplete(folder.appending(path: name)) {
      let taken = folder.appending(path: "en-cours/\(name)")
      do {
        try FileManager.default.moveItem(at: folder.appending(path: name), to: taken)
      } catch {
        continue  // Another copy was faster.
      }
      try await take(taken, name: name)
    }
  }

  /// A file that was written to in the last two seconds may still be arriving.
  private func isComplete(_ file: URL) throws -> Bool {
    let changed = try FileManager.default.attributesOfItem(atPath: file.path)[.modificationDate] as? Date
    return changed.map { Date().timeIntervalSince($0) > 2 } ?? false
  }

  private func take(_ file: URL, name: String) async throws {
    let moment = now()
    let caller = Caller.system("feed", today: CalendarDate(moment))
    let run = try await runs.open(
      mode: .apply, origin: "folder", fileName: name, digest: try Self.digest(of: file),
      extent: FeedExtent(of: file), mapping: try await mappings.chosen(nil, fileName: name, for: caller), for: caller,
      at: moment)
    let ended = try await importer.carryOut(run, source: .file(file))
    let place = ended.status == .applied ? "integres" : "refuses"
    try FileManager.default.moveItem(at: file, to: folder.appending(path: "\(place)/\(ended.id.uuidString)-\(name)"))
    logger.notice("a feed was read", metadata: ["status": "\(ended.status)", "read": "\(ended.counts.read)"])
  }

  private static func digest(of file: URL) throws -> String {
    let handle = try FileHandle(forReadingFrom: file)
    defer { try? handle.close() }
    var hash = SHA256()
    while let chunk = try handle.read(upToCount: 1 << 20), !chunk.isEmpty { hash.update(data: chunk) }
    return hash.finalize().map { String(format: "%02x", $0) }.joined()
  }
}
