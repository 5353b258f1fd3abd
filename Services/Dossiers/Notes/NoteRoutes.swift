import API
import Domain
import Service

func addNoteRoutes(to routes: Routes, store: NoteStore) {
  routes.handle(DossiersAPI.listNotes) { _, request in
    Page(items: try await store.notes(of: request.dossier, for: request.caller))
  }
  routes.handle(DossiersAPI.listOwnNotes) { query, request in
    try await store.own(query, for: request.caller)
  }
  routes.handle(DossiersAPI.addNote) { draft, request in
    try await store.add(draft, to: request.dossier, for: request.caller, at: request.now)
  }
  routes.handle(DossiersAPI.closeNote) { _, request in
    try await store.close(
      request.id("note"), of: request.dossier, version: request.version, for: request.caller, at: request.now)
  }
}
