import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

/// One look at a page is one act of the audit log, and nothing is shown that is not in it.
@Suite("A look", .database) struct LookTests {
  private struct Kept: Decodable, Sendable, Equatable {
    let name: String
    let object: String?
  }

  private static func acts(_ service: ServiceUnderTest) async throws -> [Kept] {
    try await service.database.owner {
      try await $0.query(
        """
        select data->'act'->>'name' as name, data->'act'->>'object' as object
        from dossiers.outbox where stream = 'audit' order by position
        """, as: Kept.self)
    }
  }

  @Test("is one act that names the reads it announces, and they leave none under its pass")
  func one() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let client = try await service.client(as: .someone(.referent, account: scene.lead))
      let notes = DossiersAPI.listNotes.fullName
      let reply = try await client.announcing([notes]).reply(
        DossiersAPI.showDossier, ["dossier": scene.dossier], NoInput())
      let pass: String = try #require(reply.look)
      let under = client.under(look: pass)
      _ = try await under.call(DossiersAPI.listNotes, ["dossier": scene.dossier])
      #expect(try await Self.acts(service) == [Kept(name: "dossiers.showDossier", object: notes)])
      // What was not announced leaves its own act.
      _ = try await under.call(DossiersAPI.listTimeline, ["dossier": scene.dossier])
      _ = try await client.call(DossiersAPI.listNotes, ["dossier": scene.dossier])
      #expect(
        try await Self.acts(service).dropFirst() == [
          Kept(name: "dossiers.listTimeline", object: nil), Kept(name: notes, object: nil),
        ])
    }
  }

  @Test("stands for no other dossier, no other caller, and no pass that no service made")
  func narrow() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let other = try await Scene.one(in: service.database)
      let whole = try await service.client(as: .someone(.siege))
      let reply = try await whole.announcing([DossiersAPI.listNotes.fullName]).reply(
        DossiersAPI.showDossier, ["dossier": scene.dossier], NoInput())
      let pass: String = try #require(reply.look)
      _ = try await whole.under(look: pass).call(DossiersAPI.listNotes, ["dossier": other.dossier])
      let colleague = try await service.client(as: .someone(.siege))
      _ = try await colleague.under(look: pass).call(DossiersAPI.listNotes, ["dossier": scene.dossier])
      _ = try await whole.under(look: String(pass.reversed())).call(DossiersAPI.listNotes, ["dossier": scene.dossier])
      #expect(try await Self.acts(service).count == 4)
    }
  }

  @Test("that announces nonsense is refused")
  func nonsense() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let client = try await service.client(as: .someone(.referent, account: scene.lead))
      for reads in [["not a name"], Array(repeating: "dossiers.listNotes", count: 25)] {
        let refused = await #expect(throws: Problem.self) {
          try await client.announcing(reads).call(DossiersAPI.showDossier, ["dossier": scene.dossier])
        }
        #expect(refused?.status == 400)
      }
    }
  }
}
