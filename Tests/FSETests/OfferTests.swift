import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("Offers", .database) struct OfferTests {
  @Test("an offer is deleted as long as nobody was registered on it, then it is deactivated and no longer proposed")
  func deletion() async throws {
    try await Scene.run { scene in
      let unused = try await Scene.offer("Saisie par erreur", nil, by: scene.chef)
      _ = try await scene.chef.call(FSEAPI.deleteOffer, ["offer": unused.id])
      await #expect(throws: Problem.notFound("Cette offre")) {
        try await scene.referent.call(FSEAPI.showOffer, ["offer": unused.id])
      }

      let dossier = try await scene.dossier()
      _ = try await scene.register(dossier, scene.draft(scene.first))
      let refused = try await refusal { try await scene.chef.call(FSEAPI.deleteOffer, ["offer": scene.first.id]) }
      #expect(refused.type == "/problemes/offre-utilisee")
      #expect(refused.status == 409)

      var draft = OfferDraft(
        name: "Renommée", classification: "fse", startsOn: scene.first.startsOn, endsOn: scene.first.endsOn,
        active: false, operation: scene.operation.id)
      let changed = try await scene.chef.call(
        FSEAPI.changeOffer, ["offer": scene.first.id], draft, version: scene.first.version)
      #expect(changed.active == false)
      // The name is at once the one that the dossier's path shows.
      let steps = try await scene.referent.call(FSEAPI.listSteps, ["dossier": dossier]).items
      #expect(steps.map(\.offerName) == ["Renommée"])
      let other = try await scene.dossier()
      let inactive = try await refusal { try await scene.register(other, scene.draft(scene.first)) }
      #expect(inactive.faults?.map(\.field) == ["offer"])

      draft.operation = nil
      let moved = try await refusal {
        try await scene.chef.call(FSEAPI.changeOffer, ["offer": scene.first.id], draft, version: changed.version)
      }
      #expect(moved.type == "/problemes/operation-utilisee")
      let stale = try await refusal {
        try await scene.chef.call(FSEAPI.changeOffer, ["offer": scene.first.id], draft, version: 1)
      }
      #expect(stale.status == 412)
      #expect(stale.current?["name"]?.text == "Renommée")
    }
  }

  @Test("offers are found without accents, by classification and activity, a page at a time")
  func listing() async throws {
    try await Scene.run { scene in
      _ = try await Scene.offer("Atelier Mobilité", nil, by: scene.chef)
      let found = try await scene.referent.call(FSEAPI.listOffers, [:], OfferQuery(q: "mobilite"))
      #expect(found.items.map(\.name) == ["Atelier Mobilité"])
      #expect(try await scene.referent.call(FSEAPI.listOffers, [:], OfferQuery(q: "%")).items.isEmpty)
      #expect(try await scene.chef.call(FSEAPI.listOperators, [:], OperatorQuery(q: "😀")).items.isEmpty)
      let page = try await scene.referent.call(FSEAPI.listOffers, [:], OfferQuery(limit: 2))
      #expect(page.items.count == 2)
      let rest = try await scene.referent.call(FSEAPI.listOffers, [:], OfferQuery(limit: 2, after: page.next))
      #expect(rest.items.count == 1)
      #expect(rest.next == nil)
      let funded = try await scene.referent.call(FSEAPI.listOffers, [:], OfferQuery(classification: "fse"))
      #expect(funded.items.count == 2)
      let refused = try await refusal {
        try await scene.referent.call(FSEAPI.listOffers, [:], OfferQuery(after: "zzz"))
      }
      #expect(refused.status == 422)
    }
  }

  @Test("a session is chosen where the offer has sessions, and one with registrations is not taken away")
  func sessions() async throws {
    try await Scene.run { scene in
      let offer = try await scene.chef.call(
        FSEAPI.addOffer, [:],
        OfferDraft(
          name: "Code de la route", classification: "mobilite", startsOn: Scene.day("2026-01-01"),
          endsOn: Scene.day("2026-12-31"), usesSessions: true,
          sessions: [
            OfferSession(
              id: nil, name: "Avril", startsOn: Scene.day("2026-04-01"), endsOn: Scene.day("2026-04-30"))
          ]))
      let session = try #require(offer.sessions.first)
      let dossier = try await scene.dossier()
      var draft = StepDraft(
        offer: offer.id, plannedFrom: Scene.day("2026-04-01"), plannedUntil: Scene.day("2026-04-30"))
      let missing = try await refusal { try await scene.register(dossier, draft) }
      #expect(missing.faults?.map(\.field) == ["session"])
      draft.session = session.id
      #expect(try await scene.register(dossier, draft).session == session.id)
      let taken = try await refusal {
        try await scene.chef.call(
          FSEAPI.changeOffer, ["offer": offer.id],
          OfferDraft(
            name: offer.name, classification: "mobilite", startsOn: offer.startsOn, endsOn: offer.endsOn,
            usesSessions: true), version: offer.version)
      }
      #expect(taken.type == "/problemes/session-utilisee")
    }
  }

  @Test("an operator that an offer names is deactivated, not deleted; a référent writes neither")
  func operators() async throws {
    try await Scene.run { scene in
      let provider = try await scene.chef.call(FSEAPI.addOperator, [:], OperatorDetails(name: "Diagnostics 07"))
      let twin = try await refusal {
        try await scene.chef.call(FSEAPI.addOperator, [:], OperatorDetails(name: "DIAGNOSTICS 07"))
      }
      #expect(twin.type == "/problemes/operateur-existant")
      _ = try await scene.chef.call(
        FSEAPI.addOffer, [:],
        OfferDraft(
          name: "Diagnostic formation", operator: provider.id, classification: "diagnostic",
          startsOn: Scene.day("2026-01-01"), endsOn: Scene.day("2026-12-31")))
      let used = try await refusal { try await scene.chef.call(FSEAPI.deleteOperator, ["operator": provider.id]) }
      #expect(used.type == "/problemes/operateur-utilise")
      let forbidden = try await refusal {
        try await scene.referent.call(FSEAPI.addOperator, [:], OperatorDetails(name: "Autre"))
      }
      #expect(forbidden.status == 403)
    }
  }
}
