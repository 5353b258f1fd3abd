import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("Sending a contract's document by e-mail", .database) struct MailingTests {
  private static let secret = "test-secret-of-thirty-two-bytes!!"

  private struct Asked: Decodable, Sendable {
    let mail: UUID
    let sealed: String
  }

  /// What was asked of the service that sends.
  private static func asked(_ service: ServiceUnderTest) async throws -> (mail: UUID, text: MailText) {
    let found = try await service.database.owner {
      try await $0.first(
        """
        select (data->>'mail')::uuid as mail, data->>'sealed' as sealed from contracts.outbox
        where type = 'contracts.mail-requested.v1' order by position desc limit 1
        """, as: Asked.self)
    }
    let asked = try #require(found)
    let seal = KeySeal(try KeyPurpose.signatureCode.derived(from: secret, for: "contracts"))
    let sealed = try #require(Data(base64Encoded: asked.sealed))
    let bytes = try #require(seal.open(sealed, name: asked.mail.text))
    return (asked.mail, try JSONDecoder.jalons.decode(MailText.self, from: bytes))
  }

  @Test("it leaves sealed with the document, the handover is noted once a server has taken it, and there is a receipt")
  func leaves() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let drafted = try await service.drafted(scene)
      let referent = try await service.client(as: scene.referent)
      let path = ["contract": drafted.contract.id]
      let without = try await problem {
        try await referent.call(ContractsAPI.mailDocument, path, DocumentMailingDraft(document: .printed))
      }
      #expect(without?.status == 409 && without?.title.contains("adresse électronique") == true)
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          "update dossiers.dossier set email = 'lea@exemple.fr' where id = \(scene.dossier)")
      }
      let unsigned = try await problem {
        try await referent.call(ContractsAPI.mailDocument, path, DocumentMailingDraft(document: .signed))
      }
      #expect(unsigned?.status == 409)
      let documents = try await referent.call(
        ContractsAPI.mailDocument, path, DocumentMailingDraft(document: .printed))
      let mailing = try #require(documents.mailings.first)
      #expect(mailing.status == .waiting && mailing.address == "lea@exemple.fr" && documents.handovers.isEmpty)

      let (mail, text) = try await Self.asked(service)
      #expect(text.address == "lea@exemple.fr" && !"\(text.subject) \(text.body)".contains("RSA"))
      #expect(text.attachment?.name == "Contrat n° 1.pdf")
      #expect(text.attachment?.bytes.starts(with: Data("%PDF".utf8)) == true)
      let receipt = ["contract": drafted.contract.id.description, "mailing": mailing.id.description]
      let early = try await problem { try await referent.file(ContractsAPI.downloadReceipt, receipt, NoInput()) }
      #expect(early?.status == 409)

      let settled = DocumentMailSettled(mail: mail, dossier: scene.dossier, isSent: true, provider: "SMTP")
      for _ in 0..<2 { try service.publish(settled) }
      let told = try await service.eventually("it is told") {
        let found = try await referent.call(ContractsAPI.listDocuments, path)
        return found.handovers.isEmpty ? nil : found
      }
      #expect(told.mailings.map(\.status) == [.sent] && told.handovers.map(\.way) == [.email])
      let file = try await referent.file(ContractsAPI.downloadReceipt, receipt, NoInput())
      let words = String(decoding: file.bytes, as: UTF8.self)
      for expected in ["lea@exemple.fr", "Contrat n° 1.pdf", "SMTP", "DURAND Paul", "2026-03-12T10:00:00.000Z"] {
        #expect(words.contains(expected), "\(expected)")
      }
    }
  }

  @Test("one that did not leave says why, and the document stays to be handed over") func fails() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let accepted = try await service.validated(scene)
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          "update dossiers.dossier set email = 'lea@exemple.fr' where id = \(scene.dossier)")
      }
      let referent = try await service.client(as: scene.referent)
      let path = ["contract": accepted.contract.id]
      _ = try await referent.call(ContractsAPI.mailDocument, path, DocumentMailingDraft(document: .printed))
      let mail = try await Self.asked(service).mail
      try service.publish(
        DocumentMailSettled(mail: mail, dossier: scene.dossier, isSent: false, fault: "Adresse refusée."))
      let told = try await service.eventually("it is told") {
        let found = try await referent.call(ContractsAPI.listDocuments, path)
        return found.mailings.first?.status == .failed ? found : nil
      }
      #expect(told.mailings.first?.fault == "Adresse refusée.")
      #expect(told.handovers.isEmpty && told.awaitsHandover)
    }
  }
}
