import API
import Domain
import Foundation
import Postgres
import Service
import Synchronization
import TestSupport
import Testing

@testable import Scheduling

@Suite("Who messages come from", .database) struct SenderTests {
  @Test("an e-mail waits while the county has not said who it comes from, and leaves under that name then")
  func missing() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ["JALONS_SENDING": "off"]
    ) { service in
      let postgres = service.parts.postgres
      let key = try KeyPurpose.mail.derived(from: "test-secret-of-thirty-two-bytes!!", for: "identity")
      let store = MailStore(postgres: postgres, seal: KeySeal(key))
      try await service.database.owner { _ = try await $0.execute("update identity.county set mail_sender = null") }
      try await postgres.withTransaction(as: .system("mail")) { transaction in
        try await store.queue(
          MailText(address: "lea@exemple.fr", subject: "Objet", body: "Texte"), to: .new(), kind: .invitation,
          name: "attend", at: SchedulingScene.start, in: transaction)
      }
      let senders = Mutex<[String]>([])
      let worker = MailWorker(
        store: store,
        provider: MailProvider(name: "trial") { mail in
          senders.withLock { $0.append(mail.sender) }
          return .accepted
        }, sender: Sender { try await postgres.sender(\.mailSender) }, now: service.parts.now,
        logger: service.parts.logger)
      #expect(try await worker.sendDue() == 0)
      try await service.database.owner {
        _ = try await $0.execute("update identity.county set mail_sender = 'Jalons <a@creuse.example>'")
      }
      #expect(try await worker.sendDue() == 1)
      #expect(senders.withLock { $0 } == ["Jalons <a@creuse.example>"])
    }
  }
}
