import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("Places of a session", .database) struct PlaceTests {
  private static func offer(_ scene: Scene, places: Int?, partners: [ID<Operator>] = []) async throws -> Offer {
    try await scene.chef.call(
      FSEAPI.addOffer, [:],
      OfferDraft(
        name: "Code de la route", classification: "mobilite", startsOn: Scene.day("2026-01-01"),
        endsOn: Scene.day("2026-12-31"), needsPartner: !partners.isEmpty, usesSessions: true,
        sessions: [
          OfferSession(
            id: nil, name: "Avril", startsOn: Scene.day("2026-04-01"), endsOn: Scene.day("2026-04-30"), places: places)
        ], partners: partners))
  }

  private static func draft(_ offer: Offer, _ kind: Step.Kind = .step) -> StepDraft {
    StepDraft(
      offer: offer.id, session: offer.sessions.first?.id, kind: kind, plannedFrom: Scene.day("2026-04-01"),
      plannedUntil: Scene.day("2026-04-30"))
  }

  @Test("the last place of a session taken by ten at once: one wins, the others are told that it is full")
  func lastPlace() async throws {
    try await Scene.run { scene in
      let offer = try await Self.offer(scene, places: 1)
      var dossiers: [ID<Dossier>] = []
      for _ in 0..<10 { dossiers.append(try await scene.dossier()) }
      let outcomes = await withTaskGroup(of: String.self) { tasks in
        for dossier in dossiers {
          tasks.addTask {
            do {
              _ = try await scene.register(dossier, Self.draft(offer))
              return "registered"
            } catch let problem as Problem {
              return problem.type
            } catch {
              return "\(error)"
            }
          }
        }
        return await tasks.reduce(into: [:]) { $0[$1, default: 0] += 1 }
      }
      #expect(outcomes == ["registered": 1, "/problemes/session-complete": 9])
      let after = try await scene.chef.call(FSEAPI.showOffer, ["offer": offer.id])
      #expect(after.sessions.first?.taken == 1)
      #expect(after.sessions.first?.placesLeft == 0)
    }
  }

  @Test("a positioning takes no place, its confirmation does, and a deletion gives it back")
  func positioning() async throws {
    try await Scene.run { scene in
      let offer = try await Self.offer(scene, places: 1)
      let (first, second) = (try await scene.dossier(), try await scene.dossier("DUPONT"))
      let step = try await scene.register(first, Self.draft(offer))
      let wish = try await scene.register(second, Self.draft(offer, .positioning))
      let conversion = StepConversion(
        session: offer.sessions.first?.id, plannedFrom: wish.plannedFrom, plannedUntil: wish.plannedUntil)
      let full = try await refusal {
        try await scene.referent.call(
          FSEAPI.convertPositioning, ["step": wish.id], conversion, version: wish.version)
      }
      #expect(full.type == "/problemes/session-complete")
      _ = try await scene.referent.call(FSEAPI.deleteStep, ["step": step.id], version: step.version)
      let confirmed = try await scene.referent.call(
        FSEAPI.convertPositioning, ["step": wish.id], conversion, version: wish.version)
      #expect(confirmed.kind == .step)
      let fewer = try await scene.chef.call(FSEAPI.showOffer, ["offer": offer.id])
      #expect(fewer.sessions.first?.taken == 1)
    }
  }

  @Test("the catalogue is narrowed by territory, days, operator and places left")
  func catalogue() async throws {
    try await Scene.run { scene in
      let carrier = try await scene.chef.call(FSEAPI.addOperator, [:], OperatorDetails(name: "Tremplin"))
      let offer = try await Self.offer(scene, places: 1, partners: [carrier.id])
      func found(_ query: OfferQuery) async throws -> [ID<Offer>] {
        try await scene.referent.call(FSEAPI.listOffers, [:], query).items.map(\.id)
      }
      #expect(try await found(OfferQuery(operator: carrier.id)) == [offer.id])
      #expect(try await found(OfferQuery(territory: .new(), hasPlaces: true)).contains(offer.id))
      #expect(try await found(OfferQuery(from: Scene.day("2027-01-01"))).isEmpty)
      #expect(try await found(OfferQuery(until: Scene.day("2025-06-01"))).contains(offer.id) == false)
      var draft = Self.draft(offer)
      let missing = try await refusal { try await scene.register(try await scene.dossier(), draft) }
      #expect(missing.faults?.map(\.field) == ["partner"])
      let other = try await scene.chef.call(FSEAPI.addOperator, [:], OperatorDetails(name: "Autre"))
      draft.partner = other.id
      let wrong = try await refusal { try await scene.register(try await scene.dossier(), draft) }
      #expect(wrong.faults?.map(\.field) == ["partner"])
      draft.partner = carrier.id
      let dossier = try await scene.dossier()
      _ = try await scene.register(dossier, draft)
      #expect(try await found(OfferQuery(hasPlaces: true)).contains(offer.id) == false)
      let listed = try await scene.referent.call(FSEAPI.listOperatorSteps, ["operator": carrier.id], OfferStepQuery())
      #expect(listed.items.map(\.dossier) == [dossier])
    }
  }

  @Test("an offer that is not deleted says how many registrations it has, out of reach or not")
  func counted() async throws {
    try await Scene.run { scene in
      let offer = try await Self.offer(scene, places: nil)
      _ = try await scene.register(try await scene.dossier(), Self.draft(offer))
      let elsewhere = try await scene.service.client(as: .someone(.chefDeService, territories: [.new()]))
      let refused = try await refusal { try await elsewhere.call(FSEAPI.deleteOffer, ["offer": offer.id]) }
      #expect(refused.detail?.contains("1 inscription est enregistrée") == true)
    }
  }
}
