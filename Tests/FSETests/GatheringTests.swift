import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("Events", .database) struct GatheringTests {
  private static func add(_ scene: Scene, on day: String = "2026-03-02", capacity: Int? = nil) async throws -> Gathering
  {
    try await scene.referent.call(
      FSEAPI.addGathering, [:],
      GatheringDraft(
        name: "Forum de l’emploi", kind: "forum", onDay: Scene.day(day), half: .morning, place: "Privas",
        capacity: capacity))
  }

  @Test("a person registers once, the last place is given once, and each change is announced")
  func places() async throws {
    try await Scene.run { scene in
      let gathering = try await Self.add(scene, capacity: 1)
      let (first, second) = (try await scene.dossier(), try await scene.dossier("DUPONT"))
      let path = ["dossier": first.description, "gathering": gathering.id.description]
      let guest = try await scene.referent.call(
        FSEAPI.inviteToGathering, ["dossier": first], GuestDraft(gathering: gathering.id))
      #expect(guest.presence == .awaited && guest.half == .morning)
      let full = try await refusal {
        try await scene.referent.call(
          FSEAPI.inviteToGathering, ["dossier": second], GuestDraft(gathering: gathering.id))
      }
      #expect(full.type == "/problemes/evenement-complet")
      let came = try await scene.referent.call(FSEAPI.confirmGathering, path, GuestPresence(presence: .present))
      #expect(came.presence == .present && came.confirmedByName != nil)
      let used = try await refusal {
        try await scene.referent.call(FSEAPI.deleteGathering, ["gathering": gathering.id])
      }
      #expect(used.type == "/problemes/evenement-utilise")
      _ = try await scene.referent.call(FSEAPI.leaveGathering, path)
      #expect(try await scene.referent.call(FSEAPI.showGathering, ["gathering": gathering.id]).taken == 0)
      let changes = try await scene.announced(GatheringChanged.type, about: first).map { $0["change"]?.text }
      #expect(changes == ["invited", "present", "removed"])
    }
  }

  @Test("an event is changed and deleted by its organiser's structure and by the siège, by no other")
  func structure() async throws {
    try await Scene.run { scene in
      let (mine, other) = (ID<Organisation>.new(), ID<Organisation>.new())
      func client(_ profile: Profile, of organisation: ID<Organisation>) async throws -> APIClient {
        try await scene.service.client(as: .someone(profile, organisation: organisation))
      }
      let organiser = try await client(.referent, of: mine)
      let draft = GatheringDraft(name: "Salon", kind: "salon", onDay: Scene.day("2026-03-09"))
      let gathering = try await organiser.call(FSEAPI.addGathering, [:], draft)
      let path = ["gathering": gathering.id]
      let stranger = try await client(.chefDeService, of: other)
      #expect(try await stranger.call(FSEAPI.showGathering, path).mayChange == false)
      let refused = try await refusal {
        try await stranger.call(FSEAPI.changeGathering, path, draft, version: gathering.version)
      }
      #expect(refused.status == 403)
      #expect(try await refusal { try await stranger.call(FSEAPI.deleteGathering, path) }.status == 403)
      let colleague = try await client(.ali, of: mine)
      let changed = try await colleague.call(FSEAPI.changeGathering, path, draft, version: gathering.version)
      let siege = try await client(.siege, of: other)
      #expect(try await siege.call(FSEAPI.showGathering, path).mayChange)
      _ = try await siege.call(FSEAPI.changeGathering, path, draft, version: changed.version)
      _ = try await siege.call(FSEAPI.deleteGathering, path)
    }
  }

  @Test("a batch registers whom it can; a person who is registered already is refused in its row")
  func batch() async throws {
    try await Scene.run { scene in
      let gathering = try await Self.add(scene)
      let (first, second) = (try await scene.dossier(), try await scene.dossier("DUPONT"))
      _ = try await scene.referent.call(
        FSEAPI.inviteToGathering, ["dossier": first], GuestDraft(gathering: gathering.id))
      let batch = try await scene.referent.call(
        FSEAPI.enrolInGathering, ["gathering": gathering.id], GuestList(dossiers: [first, second]))
      #expect(batch.done == 1 && batch.refused == 1)
      let guests = try await scene.chef.call(FSEAPI.listGuests, ["gathering": gathering.id], GuestQuery())
      #expect(guests.items.map(\.name) == ["DUPONT Léa", "MARTIN Léa"])
      let stranger = try await scene.service.client(as: .someone(.referent))
      let none = try await stranger.call(FSEAPI.listGuests, ["gathering": gathering.id], GuestQuery())
      #expect(none.items.isEmpty)
    }
  }

  @Test("presence is confirmed from the day on, not before; events are found by words and days")
  func day() async throws {
    try await Scene.run { scene in
      let gathering = try await Self.add(scene, on: "2026-03-12")
      let dossier = try await scene.dossier()
      _ = try await scene.referent.call(
        FSEAPI.inviteToGathering, ["dossier": dossier], GuestDraft(gathering: gathering.id))
      let early = try await refusal {
        try await scene.referent.call(
          FSEAPI.confirmGathering, ["dossier": dossier.description, "gathering": gathering.id.description],
          GuestPresence(presence: .present))
      }
      #expect(early.faults?.map(\.field) == ["presence"])
      let found = try await scene.chef.call(
        FSEAPI.listGatherings, [:], GatheringQuery(q: "emploi", from: Scene.day("2026-03-03")))
      #expect(found.items.map(\.id) == [gathering.id])
      let wrong = try await refusal {
        try await scene.referent.call(
          FSEAPI.addGathering, [:], GatheringDraft(name: "X", kind: "bal", onDay: Scene.day("2026-03-12")))
      }
      #expect(wrong.faults?.map(\.field) == ["kind"])
    }
  }
}
