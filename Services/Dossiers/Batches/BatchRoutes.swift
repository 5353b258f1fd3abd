import API
import Domain
import Service

func addBatchRoutes(to routes: Routes, batches: BatchStore, documents: DocumentStore, runner: BatchRunner) {
  routes.handle(DossiersAPI.showBatch) { _, request in
    try await batches.batch(request.id("batch"), for: request.caller)
  }
  routes.handle(DossiersAPI.listBatchRows) { query, request in
    try await batches.rows(of: request.id("batch"), query, for: request.caller)
  }
  routes.handle(DossiersAPI.fileDocuments) { draft, request in
    let deposit = DocumentDeposit(folder: draft.folder, type: draft.type, fileName: draft.fileName)
    let digest = try await documents.keep(try await depositedContent(of: request), deposit, for: request.caller)
    let id = try await batches.keep(
      .fileDocument(deposit, digest: digest), on: draft.dossiers, for: request.caller, at: request.now)
    return try await runner.begun(id, in: batches, for: request.caller)
  }
  routes.handle(DossiersAPI.addNotes) { draft, request in
    let id = try await batches.keep(
      .addNote(draft.note), on: draft.dossiers, for: request.caller, at: request.now)
    return try await runner.begun(id, in: batches, for: request.caller)
  }
  routes.handle(DossiersAPI.startStandbys) { draft, request in
    let id = try await batches.keep(
      .startStandby(draft.standby), on: draft.dossiers, for: request.caller, at: request.now)
    return try await runner.begun(id, in: batches, for: request.caller)
  }
  routes.handle(DossiersAPI.nameStepReferents) { draft, request in
    let id = try await batches.keep(
      .nameStepReferent(draft.referent), on: draft.dossiers, for: request.caller, at: request.now)
    return try await runner.begun(id, in: batches, for: request.caller)
  }
  routes.handle(DossiersAPI.undoBatch) { _, request in
    let id = try await batches.undo(request.id("batch"), for: request.caller, at: request.now)
    return try await runner.begun(id, in: batches, for: request.caller)
  }
}
