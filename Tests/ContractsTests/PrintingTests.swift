import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("Printing a contract", .database) struct PrintingTests {
  @Test("a validated contract is printed as a PDF with the person, the objectives and the decision in it")
  func pdf() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let accepted = try await service.validated(scene)
      #expect(accepted.models.map(\.code) == ["cer-decision-valide"])
      let file = try await service.client(as: scene.referent).file(
        ContractsAPI.printContract, ["contract": accepted.contract.id], ContractPrint(model: "cer-decision-valide"))
      #expect(file.contentType == "application/pdf")
      #expect(file.name == "CER 1 – MARTIN Léa – décision valide.pdf")
      let text = try Self.text(of: file.bytes)
      for expected in [
        "MARTIN Léa", "14/07/1985", "Mobilité", "Passer le permis.", "DURAND Paul", "ROUX Claire",
        "12/03/2026", "30/09/2026", "04 75 66 01 02", "Département de l’Ardèche",
      ] {
        #expect(text.contains(expected), "\(expected) is not in:\n\(text)")
      }
    }
  }

  @Test("a model that does not fit the state is refused with the one that does; a right decides who prints")
  func forcedModel() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let drafted = try await service.drafted(scene)
      let path = ["contract": drafted.contract.id]
      let referent = try await service.client(as: scene.referent)
      let early = try await problem {
        try await referent.file(ContractsAPI.printContract, path, ContractPrint(model: "cer-decision-valide"))
      }
      #expect(early?.status == 409 && early?.detail?.contains("CER sans décision") == true)
      let reader = try await service.client(as: .someone(.siege))
      let unentitled = try await problem { try await reader.file(ContractsAPI.printContract, path, ContractPrint()) }
      #expect(unentitled?.status == 403)
      let proximity = try await service.client(
        as: .someone(.secretariatProximite, territories: [scene.territory]))
      let undecided = try await problem {
        try await proximity.file(ContractsAPI.printContract, path, ContractPrint())
      }
      #expect(undecided?.status == 403)

      let submitted = try await service.move(drafted, to: .submitted, as: scene.referent)
      let studied = try await service.move(submitted, to: .studied, as: scene.secretariat)
      _ = try await service.move(studied, to: .refused, as: scene.secretariat, comment: "À revoir.")
      let late = try await problem {
        try await referent.file(ContractsAPI.printContract, path, ContractPrint(model: "cer-sans-decision"))
      }
      #expect(late?.status == 409 && late?.detail?.contains("CER décision non valide") == true)
      let word = try await proximity.file(ContractsAPI.printContract, path, ContractPrint(format: .docx))
      #expect(word.contentType == LetterFormat.docx.contentType)
      #expect(word.bytes.starts(with: Data("PK".utf8)))
    }
  }

  /// What a foreign reader finds in the file.
  private static func text(of pdf: Data) throws -> String {
    let file = FileManager.default.temporaryDirectory.appending(path: "\(UUID()).pdf")
    try pdf.write(to: file)
    defer { try? FileManager.default.removeItem(at: file) }
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/pdftotext")
    process.arguments = ["-layout", file.path, "-"]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return String(decoding: data, as: UTF8.self)
  }
}
