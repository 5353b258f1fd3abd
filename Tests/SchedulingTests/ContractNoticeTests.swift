import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("What is told of contracts", .database) struct ContractNoticeTests {
  @Test("a contract that ends and one to look at again are told to the lead, a submitted one to the service")
  func followUp() async throws {
    try await ServiceUnderTest.run(SchedulingProcess.process, at: SchedulingScene.start) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try await scene.grant(.secretariatDispositif, to: scene.stranger, in: service.database)
      let day = CalendarDate(SchedulingScene.start)
      func review(_ state: ContractState, _ cause: ContractToReview.Cause) -> ContractToReview {
        ContractToReview(
          contract: .new(), dossier: scene.dossier, territory: scene.territory, number: 3, state: state, cause: cause)
      }
      let left = ID<Dossier>.new()
      try await scene.add(left, of: scene.lead, named: "Parti", in: service.database)
      try await service.database.owner {
        _ = try await $0.execute("update dossiers.dossier set state = 'left' where id = \(left)")
      }
      for (dossier, number) in [(left, 2), (scene.dossier, 3)] {
        try service.publish(
          ContractEnding(
            contract: .new(), dossier: dossier, territory: scene.territory, author: scene.colleague, number: number,
            endsOn: day.adding(days: 30), change: .expiring))
      }
      try service.publish(review(.proposition, .referent))
      try service.publish(review(.accepted, .step))
      try service.publish(review(.submitted, .entitlement))
      let told = try await service.eventually("the service is told") {
        let titles = try await service.titles(of: scene.stranger)
        return titles.isEmpty ? nil : titles
      }
      #expect(told == ["CER n° 3, « Soumis à l’étude » : le droit de la personne est clos"])
      #expect(
        Set(try await service.titles(of: scene.lead)) == [
          "CER n° 3 à renouveler avant le 11 avril 2026",
          "CER n° 3, « CER proposition » : vous en êtes désormais le référent",
          "CER n° 3 : une étape liée à un objectif est terminée",
        ])
    }
  }
}
