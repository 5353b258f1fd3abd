import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("Signing a contract by SMS", .database) struct SignatureTests {
  private static let secret = "test-secret-of-thirty-two-bytes!!"

  /// A drafted contract of somebody who has a mobile, and the document that was made of it.
  private static func begun(
    _ service: ServiceUnderTest
  ) async throws -> (scene: Scene, sheet: ContractSheet, signature: SignatureSheet) {
    let scene = try await Scene.one(in: service.database)
    try await scene.phone("0612345678", in: service.database)
    let sheet = try await service.drafted(scene)
    let signature = try await start(sheet, scene, service)
    return (scene, sheet, signature)
  }

  private static func start(
    _ sheet: ContractSheet, _ scene: Scene, _ service: ServiceUnderTest
  ) async throws -> SignatureSheet {
    try await service.client(as: scene.referent).call(
      ContractsAPI.startSignature, ["contract": sheet.contract.id], SignatureDraft(), version: sheet.version)
  }

  private struct Asked: Decodable, Sendable {
    let message: UUID
    let sealed: String
  }

  /// The text messages that were asked for, the first first.
  private static func texts(_ service: ServiceUnderTest) async throws -> [TextMessage] {
    let asked = try await service.database.owner {
      try await $0.query(
        """
        select (data->>'message')::uuid as message, data->>'sealed' as sealed from contracts.outbox
        where type = 'contracts.text-message-requested.v1' order by position
        """, as: Asked.self)
    }
    let seal = KeySeal(try KeyPurpose.signatureCode.derived(from: secret, for: "contracts"))
    return try asked.map { one in
      let sealed = try #require(Data(base64Encoded: one.sealed))
      let bytes = try #require(seal.open(sealed, name: one.message.text))
      return try JSONDecoder.jalons.decode(TextMessage.self, from: bytes)
    }
  }

  private static func code(_ service: ServiceUnderTest) async throws -> String {
    let text = try #require(try await texts(service).last?.text)
    return String(try #require(text.firstMatch(of: /: (\d{6})\./)).1)
  }

  private static func path(_ signature: SignatureSheet) -> [String: any CustomStringConvertible] {
    ["contract": signature.contract, "signature": signature.id]
  }

  @Test("the document is shown, the code leaves once it was read, and the signed document is there again and again")
  func signing() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let (scene, sheet, signature) = try await Self.begun(service)
      let referent = try await service.client(as: scene.referent)
      #expect(signature.status == .shown && signature.phone == "06 12 34 56 78" && signature.pages >= 1)
      let page = try await referent.file(
        ContractsAPI.showSignaturePage, Self.path(signature).merging(["page": 1]) { $1 }, NoInput())
      #expect(page.contentType == "image/png")
      let unread = try await problem {
        try await referent.call(
          ContractsAPI.sendSignatureCode, Self.path(signature), SignatureReading(readToEnd: false))
      }
      #expect(unread?.faults?.map(\.field) == ["readToEnd"])
      let sent = try await referent.call(
        ContractsAPI.sendSignatureCode, Self.path(signature), SignatureReading(readToEnd: true))
      #expect(sent.status == .sent && sent.delivery == .waiting && sent.codesLeft == 2)
      let text = try #require(try await Self.texts(service).first)
      #expect(text.phone == "+33612345678" && !text.text.contains("RSA") && !text.kept.contains(/\d{6}/))
      let code = try await Self.code(service)
      let stored = try await service.database.owner {
        try await $0.first("select s::text from contracts.signature s", as: String.self)
      }
      #expect(stored?.contains(code) == false)

      let signed = try await referent.call(
        ContractsAPI.confirmSignature, Self.path(signature), SignatureCode(code: code))
      #expect(signed.status == .signed && signed.isCurrent)
      let again = try await referent.call(
        ContractsAPI.confirmSignature, Self.path(signature), SignatureCode(code: code))
      #expect(again.filedAt == signed.filedAt)
      let after = try await referent.call(ContractsAPI.showContract, ["contract": sheet.contract.id])
      #expect(after.contract.consent == .sms && after.contract.consentAt == signed.confirmedAt)

      let file = try await referent.file(
        ContractsAPI.downloadSignatureFile, Self.path(signature), SignatureFileQuery(kind: .signed))
      let second = try await referent.file(
        ContractsAPI.downloadSignatureFile, Self.path(signature), SignatureFileQuery(kind: .signed))
      #expect(file.bytes == second.bytes && file.name == "CER 1 – MARTIN Léa – sans décision – signé.pdf")
      let evidence = try await referent.file(
        ContractsAPI.downloadSignatureFile, Self.path(signature), SignatureFileQuery(kind: .evidence))
      let words = String(decoding: evidence.bytes, as: UTF8.self)
      for expected in ["MARTIN Léa", "06 12 34 56 78", "Passer le permis.", "2026-03-12T10:00:00.000Z", "Adresse"] {
        #expect(words.contains(expected), "\(expected)")
      }
      let events = try await service.database.owner {
        try await $0.query(
          "select type from contracts.outbox where type like '%signed%' or type like '%consent%' order by position",
          as: String.self)
      }
      #expect(events == ["contracts.consent-recorded.v1", "contracts.signed.v1"])
    }
  }

  @Test("a signed document that is brought back is known to the byte") func verification() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let (scene, _, signature) = try await Self.begun(service)
      let referent = try await service.client(as: scene.referent)
      _ = try await referent.call(
        ContractsAPI.sendSignatureCode, Self.path(signature), SignatureReading(readToEnd: true))
      _ = try await referent.call(
        ContractsAPI.confirmSignature, Self.path(signature), SignatureCode(code: try await Self.code(service)))
      var bytes = try await referent.file(
        ContractsAPI.downloadSignatureFile, Self.path(signature), SignatureFileQuery(kind: .signed)
      ).bytes
      let contract = ["contract": signature.contract]
      let good = try await referent.upload(ContractsAPI.checkSignedDocument, contract, bytes: bytes)
      #expect(good == SignedDocumentCheck(verdict: .intact, signedAt: march12))
      bytes[500] ^= 1
      let bad = try await referent.upload(ContractsAPI.checkSignedDocument, contract, bytes: bytes)
      #expect(bad.verdict == .changed)
    }
  }

  @Test("five wrong codes end it, a code lives a quarter of an hour, and three leave for a document at most")
  func limits() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let (scene, sheet, signature) = try await Self.begun(service)
      let referent = try await service.client(as: scene.referent)
      let early = try await problem {
        try await referent.call(
          ContractsAPI.confirmSignature, Self.path(signature), SignatureCode(code: "123456"))
      }
      #expect(early?.type == "/problemes/sans-code")
      for _ in 0..<3 {
        _ = try await referent.call(
          ContractsAPI.sendSignatureCode, Self.path(signature), SignatureReading(readToEnd: true))
      }
      let fourth = try await problem {
        try await referent.call(
          ContractsAPI.sendSignatureCode, Self.path(signature), SignatureReading(readToEnd: true))
      }
      #expect(fourth?.type == "/problemes/codes-epuises")
      // The first of the three is worth nothing any more.
      let first = try #require(try await Self.texts(service).first)
      let old = String(try #require(first.text.firstMatch(of: /: (\d{6})\./)).1)
      let code = try await Self.code(service)
      let wrong = old == code ? "x" : old
      for left in [4, 3, 2, 1] {
        let refused = try await problem {
          try await referent.call(
            ContractsAPI.confirmSignature, Self.path(signature), SignatureCode(code: wrong))
        }
        #expect(refused?.faults?.first?.message.contains("\(left) essai") == true)
      }
      let last = try await problem {
        try await referent.call(ContractsAPI.confirmSignature, Self.path(signature), SignatureCode(code: wrong))
      }
      #expect(last?.type == "/problemes/signature-bloquee")
      let right = try await problem {
        try await referent.call(ContractsAPI.confirmSignature, Self.path(signature), SignatureCode(code: code))
      }
      #expect(right?.type == "/problemes/signature-bloquee")

      let next = try await Self.start(sheet, scene, service)
      _ = try await referent.call(
        ContractsAPI.sendSignatureCode, Self.path(next), SignatureReading(readToEnd: true))
      let late = try await Self.code(service)
      service.clock.travel(seconds: 15 * 60)
      let expired = try await problem {
        try await referent.call(ContractsAPI.confirmSignature, Self.path(next), SignatureCode(code: late))
      }
      #expect(expired?.type == "/problemes/code-expire")
    }
  }

  @Test("a contract that changed meanwhile is not signed; beginning again takes the new telephone and the new text")
  func changed() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let (scene, sheet, signature) = try await Self.begun(service)
      let referent = try await service.client(as: scene.referent)
      _ = try await referent.call(
        ContractsAPI.sendSignatureCode, Self.path(signature), SignatureReading(readToEnd: true))
      let code = try await Self.code(service)
      let revised = try await referent.call(
        ContractsAPI.addObjective, ["contract": sheet.contract.id],
        ObjectiveDraft(theme: "sante", personDoes: "Voir un médecin."), version: sheet.version)
      let refused = try await problem {
        try await referent.call(ContractsAPI.confirmSignature, Self.path(signature), SignatureCode(code: code))
      }
      #expect(refused?.type == "/problemes/document-change")
      try await scene.phone("0700000001", in: service.database)
      let next = try await Self.start(revised, scene, service)
      #expect(next.phone == "07 00 00 00 01")
      let former = try await referent.call(ContractsAPI.showSignature, Self.path(signature))
      #expect(former.status == .replaced)
      _ = try await referent.call(
        ContractsAPI.sendSignatureCode, Self.path(next), SignatureReading(readToEnd: true))
      #expect(try await Self.texts(service).last?.phone == "+33700000001")
    }
  }

  @Test("without a mobile, or against the person's will, it does not begin and says what to do")
  func obstacles() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let sheet = try await service.drafted(scene)
      let referent = try await service.client(as: scene.referent)
      let without = try await referent.call(ContractsAPI.listDocuments, ["contract": sheet.contract.id])
      #expect(without.obstacle?.contains("numéro de téléphone") == true)
      try await scene.phone("0475660102", in: service.database)
      let landline = try await problem { try await Self.start(sheet, scene, service) }
      #expect(landline?.status == 409 && landline?.detail?.contains("portable") == true)
      try await scene.phone("0612345678", in: service.database)
      let submitted = try await service.move(sheet, to: .submitted, as: scene.referent)
      let late = try await problem { try await Self.start(submitted, scene, service) }
      #expect(late?.status == 409)
    }
  }

  @Test("what dies between the code and the file is filed by the next that looks, once")
  func killed() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let (scene, _, signature) = try await Self.begun(service)
      let referent = try await service.client(as: scene.referent)
      // As a process leaves it that dies right after the code's commit.
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          """
          update contracts.signature set status = 'confirmed', confirmed_at = \(march12),
            confirmed_by_name = 'DURAND Paul' where id = \(signature.id)
          """)
      }
      let filed = try await service.eventually("it is filed") {
        let found = try await referent.call(ContractsAPI.showSignature, Self.path(signature))
        return found.status == .signed ? found : nil
      }
      #expect(filed.filedAt != nil)
      let told = try await service.database.owner {
        try await $0.first(
          "select count(*) from contracts.outbox where type = 'contracts.signed.v1'", as: Int.self)
      }
      #expect(told == 1)
    }
  }

  @Test("what becomes of the SMS is shown beside the code") func delivery() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let (scene, _, signature) = try await Self.begun(service)
      let referent = try await service.client(as: scene.referent)
      _ = try await referent.call(
        ContractsAPI.sendSignatureCode, Self.path(signature), SignatureReading(readToEnd: true))
      let message = try await service.database.owner {
        try await $0.first("select message from contracts.signature", as: UUID.self)
      }
      try service.publish(
        TextMessageSettled(
          message: try #require(message), dossier: scene.dossier, outcome: .delayed, fault: "Interrompu."))
      let shown = try await service.eventually("it is told") {
        let found = try await referent.call(ContractsAPI.showSignature, Self.path(signature))
        return found.delivery == .delayed ? found : nil
      }
      #expect(shown.deliveryFault == "Interrompu.")
    }
  }
}

extension Scene {
  func phone(_ number: String, in database: TestDatabase) async throws {
    try await database.owner { [dossier] transaction in
      _ = try await transaction.execute("update dossiers.dossier set phone = \(number) where id = \(dossier)")
    }
  }
}
