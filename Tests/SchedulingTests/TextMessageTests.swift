import API
import Domain
import Foundation
import Messaging
import Postgres
import Service
import Synchronization
import TestSupport
import Testing

@testable import Scheduling

@Suite("Text messages that another service asks for", .database) struct TextMessageTests {
  private static let secret = "test-secret-of-thirty-two-bytes!!"
  private static let text = TextMessage(
    phone: "+33612345678", text: "Votre code de signature : 123456.", kept: "Votre code de signature : [code].")

  private static func event(
    _ scene: SchedulingScene, expiresAt: Date = SchedulingScene.start.addingTimeInterval(900)
  ) throws -> TextMessageRequested {
    let message = UUID()
    let seal = KeySeal(try KeyPurpose.signatureCode.derived(from: secret, for: "contracts"))
    return TextMessageRequested(
      message: message, dossier: scene.dossier, account: scene.lead,
      sealed: try seal.seal(JSONEncoder.jalons.encode(text), name: message.text), expiresAt: expiresAt)
  }

  private static func outcomes(_ service: ServiceUnderTest) async throws -> [String] {
    try await service.database.owner {
      try await $0.query(
        """
        select data->>'outcome' from scheduling.outbox where type = 'scheduling.text-message-settled.v1'
        order by position
        """, as: String.self)
    }
  }

  @Test("it leaves with its code, which nothing keeps, and who asked for it is told") func leaves() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ["JALONS_REMINDER_PAUSE": "20"]
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try service.publish(Self.event(scene))
      let sent = try await service.eventually("it leaves") {
        try await service.database.owner {
          try await $0.first("select recipient || ' ' || body from scheduling.sent_by_outbox", as: String.self)
        }
      }
      #expect(sent == "+33612345678 Votre code de signature : 123456.")
      let told = try await service.eventually("it is told") {
        let found = try await Self.outcomes(service)
        return found.isEmpty ? nil : found
      }
      #expect(told == ["sent"])
      let kept = try await service.database.owner {
        try await $0.first("select body || coalesce(sealed::text, '') from scheduling.message_content", as: String.self)
      }
      #expect(kept == Self.text.kept)
    }
  }

  @Test("while the provider is down it is tried again and that is said; what ran out does not leave")
  func down() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ["JALONS_SENDING": "off"]
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      try service.publish(Self.event(scene))
      _ = try await service.eventually("it is queued") {
        try await service.database.owner {
          try await $0.first("select key from scheduling.message where kind = 'code'", as: String.self)
        }
      }
      let isDown = Mutex(true)
      let worker = TextMessageWorker(
        store: TextMessageStore(
          postgres: service.parts.postgres,
          seal: KeySeal(try KeyPurpose.signatureCode.derived(from: Self.secret, for: "scheduling"))),
        provider: SMSProvider(name: "other", knowsKeys: false) { _ in
          isDown.withLock { $0 } ? .notTaken("connection") : .accepted(id: "1")
        }, sender: "CD ARDECHE", now: service.parts.now, logger: service.parts.logger)
      try await worker.sendDue()
      #expect(try await Self.outcomes(service) == ["delayed"])
      isDown.withLock { $0 = false }
      try await service.database.owner {
        _ = try await $0.execute("update scheduling.message set claimed_until = null")
      }
      try await worker.sendDue()
      #expect(try await Self.outcomes(service) == ["delayed", "sent"])

      try service.publish(Self.event(scene, expiresAt: SchedulingScene.start))
      let ran = try await service.eventually("it ran out") {
        try await worker.sendDue()
        let found = try await Self.outcomes(service)
        return found.count == 3 ? found : nil
      }
      #expect(ran.last == "failed")
    }
  }

  @Test("who presented a document that was signed gets the way to it by e-mail, and by the bell")
  func signed() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ["JALONS_REMINDER_PAUSE": "20"]
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let contract = ID<Contract>.new()
      try service.publish(
        ContractSigned(
          contract: contract, dossier: scene.dossier, signature: .new(), number: 2, account: scene.lead))
      let mail = try await service.eventually("it leaves") {
        try await service.database.owner {
          try await $0.first("select recipient || ' ' || body from scheduling.sent_by_outbox", as: String.self)
        }
      }
      #expect(mail.hasPrefix("\(scene.lead)@example.org ") && mail.contains("/contrats/\(contract)"))
      #expect(!mail.contains("Martin") && !mail.contains("CER"))
      let notice = try await service.database.owner {
        try await $0.first("select title from scheduling.notification", as: String.self)
      }
      #expect(notice == "Le CER n° 2 est signé par SMS")
    }
  }
}
