import API
import Documents
import Domain
import Foundation
import Service

/// Applying what was tried, and taking the difference away as a file.
func addTrialRoutes(
  to routes: Routes, importer: FeedImporter, queue: FeedQueue, runs: FeedRunStore, files: TriedFile
) {
  routes.handle(DossiersAPI.applyFeed) { input, request in
    let trial = try await runs.run(request.id("feed", of: FeedRun.self).value, for: request.caller.looking)
    try trial.checkApplicable()
    let digest = try await runs.digest(of: trial.id, for: request.caller.looking)
    let file = try await files.fetch(trial.id, digest: digest)
    let run: FeedRun
    do {
      run = try await runs.open(
        mode: .apply, origin: "dry_run", fileName: trial.fileName, digest: digest, extent: FeedExtent(of: file),
        basis: trial.id, mapping: trial.mapping, for: request.caller, at: request.now)
    } catch {
      try? FileManager.default.removeItem(at: file)
      throw error
    }
    let source = FeedSource.tried(file, trial: trial.id)
    if input.wait == false {
      try queue.add(run, source: source)
      return run
    }
    defer { try? FileManager.default.removeItem(at: file) }
    return try await importer.carryOut(run, source: source)
  }
  routes.handle(DossiersAPI.restartFeed) { input, request in
    let former = try await runs.run(request.id("feed", of: FeedRun.self).value, for: request.caller.looking)
    guard former.isRestartable else {
      throw Problem.conflict(
        "pas-a-relancer", "Ce déversement n’est pas à relancer.", detail: "Déposez le fichier à nouveau.")
    }
    let digest = try await runs.digest(of: former.id, for: request.caller.looking)
    let file = try await files.fetch(former.id, digest: digest)
    let run: FeedRun
    do {
      run = try await runs.open(
        mode: former.mode, origin: "restart", fileName: former.fileName, digest: digest, extent: FeedExtent(of: file),
        basis: former.id, mapping: former.mapping, for: request.caller, at: request.now)
      try await files.keep(file, of: run.id)
    } catch {
      try? FileManager.default.removeItem(at: file)
      throw error
    }
    if input.wait == false {
      try queue.add(run, source: .file(file))
      return run
    }
    defer { try? FileManager.default.removeItem(at: file) }
    return try await importer.carryOut(run, source: .file(file))
  }
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
