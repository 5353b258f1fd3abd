import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Dead numbers", .database) struct DeadNumberTests {
  @Test("a number that no SMS reaches is one task on the dossier, until its référent closes it")
  func task() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          "update dossiers.dossier set phone = '06 12 34 56 78' where id = \(scene.dossier)")
      }
      try service.publish(NumberRefused(dossier: scene.dossier))
      try service.publish(NumberRefused(dossier: scene.dossier))
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let notes = try await service.eventually("the task stands") {
        let notes = try await lead.call(DossiersAPI.listNotes, ["dossier": scene.dossier]).items
        return notes.isEmpty ? nil : notes
      }
      let task = try #require(notes.first)
      #expect(task.audience == .assigned && task.assignee == scene.lead && task.authorName == "Jalons")
      #expect(task.text.contains("06 12 34 56 78"))
      _ = try await service.eventually("both events are taken") {
        try await service.database.owner { transaction in
          try await transaction.first(
            "select count(*) from dossiers.inbox where consumer = 'numbers' having count(*) >= 2", as: Int.self)
        }
      }
      #expect(try await lead.call(DossiersAPI.listNotes, ["dossier": scene.dossier]).items.count == 1)
      let closed = try await lead.call(
        DossiersAPI.closeNote, ["dossier": scene.dossier, "note": task.id], version: task.version)
      #expect(closed.closedAt != nil)
    }
  }
}
