import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Scheduling

@Suite("Documents that another service sends by e-mail", .database) struct DocumentMailTests {
  private static let secret = "test-secret-of-thirty-two-bytes!!"
  private static let text = MailText(
    address: "lea@exemple.fr", subject: "Votre document", body: "Bonjour,\n\nIl est joint.\n",
    attachment: MailAttachment(
      name: "Contrat n° 2.pdf", contentType: "application/pdf", bytes: Data("%PDF-1.7 contenu".utf8)))

  @Test("it leaves once with its document, which is not kept, and who sends it is told") func leaves() async throws {
    try await ServiceUnderTest.run(
      SchedulingProcess.process, at: SchedulingScene.start, environment: ["JALONS_REMINDER_PAUSE": "20"]
    ) { service in
      let scene = try await SchedulingScene.make(in: service.database)
      let mail = UUID()
      let seal = KeySeal(try KeyPurpose.signatureCode.derived(from: Self.secret, for: "contracts"))
      try service.publish(
        DocumentMailRequested(
          mail: mail, dossier: scene.dossier, account: scene.lead,
          sealed: try seal.seal(JSONEncoder.jalons.encode(Self.text), name: mail.text)))
      let told = try await service.eventually("it is told") {
        try await service.database.owner {
          try await $0.first(
            """
            select (data->>'mail') || ' ' || (data->>'isSent') from scheduling.outbox
            where type = 'scheduling.mail-settled.v1'
            """, as: String.self)
        }
      }
      #expect(told == "\(mail.text) true")
      let sent = try await service.database.owner {
        try await $0.first("select recipient || ' ' || body from scheduling.sent_by_outbox", as: String.self)
      }
      #expect(sent?.hasPrefix("lea@exemple.fr Bonjour") == true)
      #expect(sent?.hasSuffix("[pièce jointe : Contrat n° 2.pdf]") == true)
      let kept = try await service.database.owner {
        try await $0.first(
          "select count(*) from scheduling.message_content where sealed is not null", as: Int.self)
      }
      #expect(kept == 0)
    }
  }

  @Test("a document travels as a second part, under a name of any letters") func parts() {
    let mail = OutgoingMail(
      key: "k", sender: "Jalons <a@b.example>", recipient: "x@exemple.fr", subject: "S", text: "T", at: Date(),
      attachment: Self.text.attachment)
    let lines = MailFormat.message(mail).components(separatedBy: "\r\n")
    #expect(lines.contains("Content-Type: multipart/mixed; boundary=\"jalons-k\""))
    #expect(lines.count { $0 == "--jalons-k" } == 2 && lines.count { $0 == "--jalons-k--" } == 1)
    #expect(lines.contains("Content-Disposition: attachment; filename*=utf-8''Contrat%20n%C2%B0%202%2Epdf"))
    #expect(lines.contains(Data("%PDF-1.7 contenu".utf8).base64EncodedString()))
    #expect(lines.contains(Data("T".utf8).base64EncodedString()))
  }
}
