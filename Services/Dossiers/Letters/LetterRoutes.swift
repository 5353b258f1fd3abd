import API
import Domain
import Messaging
import Service

typealias LetterRunner = JobRunner<LetterTask>

func addLetterRoutes(to routes: Routes, letters: LetterStore, jobs: LetterJobs, runner: LetterRunner) {
  routes.handle(DossiersAPI.listLetterModels) { _, request in try await letters.models(for: request.caller) }
  routes.handle(DossiersAPI.produceLetter) { order, request in
    try await letters.letter(order, of: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.orderLetters) { order, request in
    let id = try await jobs.add(order, for: request.caller, at: request.now)
    await runner.begin(id.value, atMost: 25)
    return try await jobs.job(id, for: request.caller)
  }
  routes.handle(DossiersAPI.showLetters) { _, request in
    try await jobs.job(request.id("letterJob"), for: request.caller)
  }
  routes.handle(DossiersAPI.listLetterRows) { query, request in
    try await jobs.rows(of: request.id("letterJob"), query, for: request.caller)
  }
  routes.handle(DossiersAPI.downloadLetters) { _, request in
    try await jobs.file(of: request.id("letterJob"), for: request.caller)
  }
  routes.handle(DossiersAPI.downloadLetterTable) { _, request in
    try await jobs.table(of: request.id("letterJob"), for: request.caller)
  }
}
