import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Receipts of SMS", .database) struct ReceiptTests {
  private static let secret = "un-mot-tres-long"
  private static let number = "1511882900176220"

  /// As Brevo posts it.
  private static func told(_ status: String) -> Data {
    Data(
      """
      {"id":224389,"to":"33612345678","sms_count":1,"credits_used":1,"messageId":\(number),"remaining_credit":22,
       "msg_status":"\(status)","date":"2026-03-17 10:00:03","type":"transactional","reference":{"1":"ab1cde2f"},
       "status":"OK","description":"\(status)","ts_event":1773738003,"tag":"rappel"}
      """.utf8)
  }

  /// Runs `body` with an appointment whose reminder Brevo took.
  private static func run(
    _ body: @escaping @Sendable (ServiceUnderTest, SchedulingScene, AppointmentDetail) async throws -> Void
  ) async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start,
      environment: ReminderTests.still.merging(["JALONS_BREVO_RECEIPT_SECRET": secret]) { $1 }
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let lead = try await service.client(as: scene.leadCaller)
      let booked = try await lead.call(
        SchedulingAPI.bookAppointment, ["dossier": scene.dossier], scene.interview(reminder: true))
      service.clock.travel(to: booked.startsAt.addingTimeInterval(-48 * 3600))
      try await ReminderTests.worker(
        service, SMSProvider(name: "Brevo", knowsKeys: false) { _ in .accepted(id: number) }
      ).sendDue()
      try await body(service, scene, booked)
    }
  }

  @Test(
    "what became of a message after the provider took it stands on the appointment",
    arguments: [
      ("accepted", .sent, nil), ("delivered", .delivered, nil), ("soft_bounce", .failed, .undelivered),
      ("hard_bounce", .failed, .rejected), ("blacklisted", .failed, .stopped),
    ] as [(String, MessageStatus, ReminderFault?)])
  func outcomes(word: String, status: MessageStatus, fault: ReminderFault?) async throws {
    try await Self.run { service, scene, booked in
      let nobody = try await service.client(as: nil)
      for _ in 0..<2 {
        _ = try await nobody.upload(SchedulingAPI.takeReceipt, ["secret": Self.secret], bytes: Self.told(word))
      }
      let shown = try await service.client(as: scene.leadCaller).call(
        SchedulingAPI.showAppointment, ["appointment": booked.id])
      #expect(shown.reminderStatus == status && shown.reminderFault == fault?.label)
      #expect(try await service.titles(of: scene.lead).count == (fault == nil ? 0 : 1))
      let refused = try await service.database.owner {
        try await $0.query(
          "select type from scheduling.outbox where type = 'scheduling.number-refused.v1'", as: String.self)
      }
      #expect(refused.count == (fault == .rejected ? 1 : 0))
    }
  }

  @Test("what arrived stays so; what was said to be lost may arrive after all")
  func order() async throws {
    try await Self.run { service, scene, booked in
      let (nobody, lead) = (try await service.client(as: nil), try await service.client(as: scene.leadCaller))
      for word in ["soft_bounce", "delivered", "hard_bounce"] {
        _ = try await nobody.upload(SchedulingAPI.takeReceipt, ["secret": Self.secret], bytes: Self.told(word))
      }
      let shown = try await lead.call(SchedulingAPI.showAppointment, ["appointment": booked.id])
      #expect(shown.reminderStatus == .delivered && shown.reminderFault == nil)
    }
  }

  @Test("nothing is taken at another address, nor what is no receipt")
  func refused() async throws {
    try await Self.run { service, _, _ in
      let nobody = try await service.client(as: nil)
      let wrong = await #expect(throws: Problem.self) {
        try await nobody.upload(SchedulingAPI.takeReceipt, ["secret": "autre"], bytes: Self.told("delivered"))
      }
      #expect(wrong?.status == 404)
      let odd = await #expect(throws: Problem.self) {
        try await nobody.upload(SchedulingAPI.takeReceipt, ["secret": Self.secret], bytes: Data("bonjour".utf8))
      }
      #expect(odd?.status == 400)
    }
  }
}
