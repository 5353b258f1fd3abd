import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Notes", .database) struct NoteTests {
  @Test("a line break counts once, however it is written, and what a word processor pastes is a line")
  func lines() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let author = try await service.client(as: .someone(.referent, account: scene.lead))
      let whole = (1...380).map { _ in "neuf mots" }.joined(separator: "\r\n") + "\u{0B}" + "fin"
      let note = try await author.call(
        DossiersAPI.addNote, ["dossier": scene.dossier], NoteDraft(text: whole, audience: .public))
      #expect(note.text.split(separator: "\n").count == 381 && !note.text.unicodeScalars.contains("\r"))
      let lines = String(repeating: "à\r\n", count: 2000)
      let full = try await author.call(
        DossiersAPI.addNote, ["dossier": scene.dossier], NoteDraft(text: lines, audience: .public))
      #expect(full.text.unicodeScalars.count <= 4000)
      await #expect(throws: Problem.self) {
        try await author.call(
          DossiersAPI.addNote, ["dossier": scene.dossier], NoteDraft(text: "un\u{01}deux", audience: .public))
      }
    }
  }

  @Test("a private note exists for its author alone, administrators included; a dossier out of reach is not found")
  func audience() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let author = try await service.client(as: .someone(.referent, account: scene.lead))
      let note = try await author.call(
        DossiersAPI.addNote, ["dossier": scene.dossier], NoteDraft(text: "À rappeler", audience: .private))
      #expect(note.version == 1)
      #expect(try await author.call(DossiersAPI.listNotes, ["dossier": scene.dossier]).items.map(\.id) == [note.id])

      let administrator = try await service.client(as: .someone(.administrateur))
      #expect(try await administrator.call(DossiersAPI.listNotes, ["dossier": scene.dossier]).items.isEmpty)

      let stranger = try await service.client(as: .someone(.referent))
      await #expect(throws: Problem.notFound("Ce dossier")) {
        try await stranger.call(DossiersAPI.listNotes, ["dossier": scene.dossier])
      }
      let acts = try await service.database.owner {
        try await $0.query(
          "select data->'act'->>'name' from dossiers.outbox where stream = 'audit' order by position", as: String.self)
      }
      #expect(acts == ["dossiers.addNote", "dossiers.listNotes", "dossiers.listNotes"])
      _ = try await service.eventually("the note's event is published") {
        try await service.database.owner {
          try await $0.first(
            "select true from dossiers.outbox where stream = 'dossiers' and published_at is not null", as: Bool.self)
        }
      }
    }
  }
}
