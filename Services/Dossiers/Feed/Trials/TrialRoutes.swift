import API
import Documents
import Domain
import Foundation
import Service

/// Applying what was tried, and taking the difference away as a file.
func addTrialRoutes(
  to routes: Routes, importer: FeedImporter, queue: FeedQueue, runs: FeedRunStore, files: TriedFile
) {
  /// The file of a run that has ended.
  @Sendable func keptFile(of run: FeedRun, for caller: Caller) async throws -> (file: URL, digest: String) {
    let digest = try await runs.digest(of: run.id, for: caller.looking)
    return (try await files.fetch(run.id, digest: digest), digest)
  }
  /// Reads the file at once where the caller waits for it, else in its turn.
  @Sendable func start(_ run: FeedRun, _ source: FeedSource, _ file: URL, isWaiting: Bool) async throws -> FeedRun {
    guard isWaiting else {
      try queue.add(run, source: source)
      return run
    }
    defer { try? FileManager.default.removeItem(at: file) }
    return try await importer.carryOut(run, source: source)
  }
  routes.handle(DossiersAPI.applyFeed) { input, request in
    let trial = try await runs.run(request.id("feed", of: FeedRun.self).value, for: request.caller.looking)
    try trial.checkApplicable()
    let (file, digest) = try await keptFile(of: trial, for: request.caller)
    let run = try await discarding(file) {
      try await runs.open(
        mode: .apply, origin: "dry_run", fileName: trial.fileName, digest: digest, extent: FeedExtent(of: file),
        basis: trial.id, mapping: trial.mapping, for: request.caller, at: request.now)
    }
    return try await start(run, .tried(file, trial: trial.id), file, isWaiting: input.wait != false)
  }
  routes.handle(DossiersAPI.restartFeed) { input, request in
    let former = try await runs.run(request.id("feed", of: FeedRun.self).value, for: request.caller.looking)
    guard former.isRestartable else {
      throw Problem.conflict(
        "pas-a-relancer", "Ce déversement n’est pas à relancer.", detail: "Déposez le fichier à nouveau.")
    }
    let (file, digest) = try await keptFile(of: former, for: request.caller)
    let run = try await discarding(file) {
      let run = try await runs.open(
        mode: former.mode, origin: "restart", fileName: former.fileName, digest: digest, extent: FeedExtent(of: file),
        basis: former.id, mapping: former.mapping, for: request.caller, at: request.now)
      try await files.keep(file, of: run.id)
      return run
    }
    return try await start(run, .file(file), file, isWaiting: input.wait != false)
  }
  addDifferences(to: routes, runs: runs)
}

/// The rows of a run as a file.
private func addDifferences(to routes: Routes, runs: FeedRunStore) {
  routes.handle(DossiersAPI.exportFeedRows) { query, request in
    let run = try await runs.run(request.id("feed", of: FeedRun.self).value, for: request.caller)
    let (day, caller) = (run.referenceDate?.description ?? "flux", request.caller.looking)
    return FileOutput(name: "differences-\(day).csv", contentType: CSV.mediaType, size: nil) { take in
      try await take(CSV.head(of: DifferenceSheet.sheet))
      var query = query
      query.limit = 2000
      repeat {
        let page = try await runs.rows(of: run.id, query, for: caller)
        var part = Data()
        for row in page.items { for line in DifferenceSheet.lines(of: row) { part += CSV.line(line) } }
        try await take(part)
        query.after = page.next
      } while query.after != nil
    }
  }
}

/// Deletes `file` where `body` throws.
private func discarding<R: Sendable>(_ file: URL, _ body: () async throws -> R) async throws -> R {
  do {
    return try await body()
  } catch {
    try? FileManager.default.removeItem(at: file)
    throw error
  }
}

extension FeedRun {
  /// - Throws: 409, with what stands in the way.
  func checkApplicable() throws {
    guard mode == .dryRun, status == .checked else {
      throw Problem.conflict(
        "pas-un-essai", "Ce déversement n’est pas un essai à blanc abouti.", detail: "Déposez le fichier à nouveau.")
    }
    guard isApplicable == true else { throw Self.overtaken }
  }

  static let overtaken = Problem.conflict(
    "essai-depasse", "Cet essai n’est plus à jour.",
    detail:
      "Un flux ou une correction a été appliqué depuis, ou l’essai est trop ancien : déposez le fichier à nouveau pour "
      + "voir ce qu’il changerait maintenant.")
}
