import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Alerts by e-mail", .database) struct AlertMailTests {
  @Test("favourite alerts leave once a day with their counts and addresses, in the county's words")
  func told() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ["JALONS_REMINDER_PAUSE": "20"]
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lines = [
        AlertDigestDue.Line(code: "renouvellements", label: "CER à renouveler", count: 12),
        AlertDigestDue.Line(code: "sans-cer", label: "dossiers sans CER", count: 1001),
      ]
      let event = AlertDigestDue(account: scene.lead, day: CalendarDate(SchedulingScene.start), alerts: lines)
      for _ in 0..<2 { try service.publish(event) }
      let body = try await service.eventually("it leaves") {
        try await service.database.owner {
          try await $0.first("select subject || body from scheduling.sent_by_outbox", as: String.self)
        }
      }
      #expect(body.hasPrefix("Vos alertes Jalons du 12 mars 2026"))
      #expect(body.contains("– 12 CER à renouveler : http://localhost:8080/infocentre/alertes/renouvellements"))
      #expect(body.contains("– plus de 1 000 dossiers sans CER"))
      let count = try await service.database.owner {
        try await $0.first("select count(*) from scheduling.message where kind = 'alert-digest'", as: Int.self)
      }
      #expect(count == 1)
    }
  }
}
