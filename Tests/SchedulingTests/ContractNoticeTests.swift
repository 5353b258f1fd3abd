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

  @Test("the person is told of a decision by SMS where the county wants it, and not where they refuse SMS")
  func person() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ["JALONS_REMINDER_PAUSE": "20"]
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      func moved(_ number: Int, to state: ContractState) -> ContractMoved {
        ContractMoved(
          contract: .new(), dossier: scene.dossier, territory: scene.territory, from: .awaiting, to: state,
          author: scene.lead, number: number, endsOn: nil)
      }
      let sent: @Sendable () async throws -> [String] = {
        try await service.database.owner {
          try await $0.query("select body from scheduling.sent_by_outbox order by taken_at, key", as: String.self)
        }
      }
      // Nothing is decided yet: the référent tells it.
      let first = try service.publish(moved(1, to: .accepted))
      _ = try await service.eventually("it is looked at") {
        try await service.database.owner {
          try await $0.first(
            "select true from scheduling.inbox where event = \(first) and consumer like '%text-messages%'",
            as: Bool.self)
        }
      }
      let administrator = try await service.client(as: .someone(.administrateur))
      _ = try await administrator.call(
        ServiceName.scheduling.delays.change, ["delay": CountyDelay.decisionTold.rawValue], DelayDraft(value: 1),
        version: 0)
      try service.publish(moved(2, to: .studied))
      try service.publish(moved(3, to: .refused))
      let told = try await service.eventually("the person is told") {
        let found = try await sent()
        return found.isEmpty ? nil : found
      }
      #expect(told.count == 1 && told[0].hasPrefix("Une décision"))
      #expect(!told[0].contains("RSA"))
      try await service.database.owner { transaction in
        _ = try await transaction.execute("update dossiers.dossier set sms_refused = true where id = \(scene.dossier)")
      }
      try service.publish(moved(4, to: .accepted))
      _ = try await service.eventually("the référent is told again") {
        try await service.titles(of: scene.lead).contains("CER n° 4 validé") ? true : nil
      }
      #expect(try await sent().count == 1)
    }
  }
}
