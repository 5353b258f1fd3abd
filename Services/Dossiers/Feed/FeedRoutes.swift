import API
import Crypto
import Domain
import Foundation
import Hummingbird
import NIOCore
import Service

func addFeedRoutes(
  to routes: Routes, importer: FeedImporter, queue: FeedQueue, runs: FeedRunStore, effects: FeedEffectStore,
  mappings: MappingStore
) {
  routes.handle(DossiersAPI.importFeed) { query, request in
    let name = query.name.map { String($0.prefix(120)) }
    let mapping = try await mappings.chosen(query.mapping, fileName: name, for: request.caller.looking)
    let upload = try await FeedUpload.receive(request.body, limit: DossiersAPI.importFeed.limit)
    let run: FeedRun
    do {
      run = try await runs.open(
        mode: query.mode?.ofRun ?? .apply, origin: "http", fileName: name, digest: upload.digest,
        extent: FeedExtent(of: upload.file),
        mapping: mapping, for: request.caller, at: importer.now())
    } catch {
      upload.discard()
      throw error
    }
    if query.wait == false {
      do {
        // Before anything can interrupt it.
        try await importer.files.keep(upload.file, of: run.id)
      } catch {
        upload.discard()
        throw error
      }
      try queue.add(run, source: .file(upload.file))
      return run
    }
    defer { upload.discard() }
    return try await importer.carryOut(run, source: .file(upload.file))
  }
  addFeedReading(to: routes, runs: runs, effects: effects)
}

/// What became of the runs.
private func addFeedReading(to routes: Routes, runs: FeedRunStore, effects: FeedEffectStore) {
  routes.handle(DossiersAPI.showFeedEffects) { _, request in
    try await effects.effects(of: request.id("feed", of: FeedRun.self).value, for: request.caller)
  }
  routes.handle(DossiersAPI.listFeedGaps) { query, request in
    try await effects.gaps(of: request.id("feed", of: FeedRun.self).value, query, for: request.caller)
  }
  routes.handle(DossiersAPI.listAbsentees) { query, request in
    try await effects.absentees(of: request.id("account"), query, for: request.caller)
  }
  routes.handle(DossiersAPI.listFeeds) { _, request in
    Page(items: try await runs.list(for: request.caller))
  }
  routes.handle(DossiersAPI.showFeed) { _, request in
    try await runs.run(request.id("feed", of: FeedRun.self).value, for: request.caller)
  }
  routes.handle(DossiersAPI.withdrawFeedDate) { _, request in
    try await runs.withdrawDate(
      of: request.id("feed", of: FeedRun.self).value, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.listFeedRows) { query, request in
    try await runs.rows(of: request.id("feed", of: FeedRun.self).value, query, for: request.caller)
  }
}

/// A file received whole before anything is opened in the database: a slow line holds no transaction.
struct FeedUpload {
  let file: URL
  let digest: String

  /// - Throws: 413 past `limit` bytes.
  static func receive(_ body: RequestBody, limit: Int) async throws -> FeedUpload {
    let file = try FeedScratch.file()
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    do {
      var hash = SHA256()
      var size = 0
      for try await buffer in body {
        size += buffer.readableBytes
        guard size <= limit else {
          throw Problem("trop-volumineux", 413, "Le fichier dépasse \(limit / 1_048_576) Mio.")
        }
        let bytes = Data(buffer.readableBytesView)
        hash.update(data: bytes)
        try handle.write(contentsOf: bytes)
      }
      return FeedUpload(file: file, digest: hash.finalize().hexadecimal)
    } catch {
      try? FileManager.default.removeItem(at: file)
      throw error
    }
  }

  func discard() { try? FileManager.default.removeItem(at: file) }
}
