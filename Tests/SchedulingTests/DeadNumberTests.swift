import API
import Domain
import Foundation
import Logging
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Dead numbers", .database) struct DeadNumberTests {
  @Test("a number that the provider rejected is not tried again until it is corrected")
  func deadNumber() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ReminderTests.still
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      var booked: [AppointmentDetail] = []
      for days in [5, 6, 7] {
        booked.append(
          try await lead.call(
            SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(days: days, reminder: true)))
      }
      let rejecting = ReminderTests.worker(
        service, SMSProvider(name: "essai", knowsKeys: false) { _ in .rejected("invalid_parameter") })
      service.clock.travel(to: booked[0].startsAt.addingTimeInterval(-48 * 3600))
      try await rejecting.sendDue()
      // The provider would take it now; nobody asks it.
      service.clock.travel(to: booked[1].startsAt.addingTimeInterval(-48 * 3600))
      try await ReminderTests.worker(service).sendDue()
      #expect(try await service.texts().isEmpty)
      let second = try await lead.call(SchedulingAPI.showAppointment, ["appointment": booked[1].id])
      #expect(second.reminderStatus == .failed && second.reminderFault?.contains("refuse ce numéro") == true)
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          "update dossiers.dossier set phone = '0698765432' where id = \(scene.dossier)")
      }
      service.clock.travel(to: booked[2].startsAt.addingTimeInterval(-48 * 3600))
      try await ReminderTests.worker(service).sendDue()
      #expect(try await service.texts().count == 1)
    }
  }
}
