import API
import Service

@main enum DossiersProcess {
  static let process = ServiceProcess(.dossiers, schemaVersion: 3) { parts in
    let postgres = parts.postgres
    let seal = try NIRSeal(secret: parts.settings.string("JALONS_SECRET"))
    let dossiers = DossierStore(postgres: postgres, seal: seal)
    let referents = ReferentStore(postgres: postgres)
    return Assembly(consumers: ["timeline": Timeline.handlers]) { routes in
      addCaseloadRoutes(
        to: routes, caseload: CaseloadStore(postgres: postgres), dossiers: dossiers,
        history: HistoryStore(postgres: postgres))
      addContactRoutes(to: routes, store: ContactStore(postgres: postgres, dossiers: dossiers))
      addExitRoutes(
        to: routes, referents: referents, proposals: ProposedExitStore(postgres: postgres, referents: referents))
      addStandbyRoutes(to: routes, store: StandbyStore(postgres: postgres))
      addNoteRoutes(to: routes, store: NoteStore(postgres: postgres))
    }
  }

  static func main() async throws { try await process.run() }
}
