import API
import Service

@main enum DossiersProcess {
  static let process = ServiceProcess(.dossiers, schemaVersion: 1) { parts in
    let notes = NoteStore(postgres: parts.postgres)
    return Assembly { routes in
      addNoteRoutes(to: routes, store: notes)
    }
  }

  static func main() async throws { try await process.run() }
}
