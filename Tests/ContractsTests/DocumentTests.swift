import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("Scans, handovers and blank contracts", .database) struct DocumentTests {
  @Test("a decided contract is to be handed over until that is noted, and again after another decision")
  func handover() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let drafted = try await service.drafted(scene)
      let referent = try await service.client(as: scene.referent)
      let path = ["contract": drafted.contract.id]
      #expect(try await !referent.call(ContractsAPI.listDocuments, path).awaitsHandover)
      let submitted = try await service.move(drafted, to: .submitted, as: scene.referent)
      let awaiting = try await service.move(submitted, to: .awaiting, as: scene.secretariat)
      let accepted = try await service.move(awaiting, to: .accepted, as: scene.chef)
      #expect(try await referent.call(ContractsAPI.listDocuments, path).awaitsHandover)
      let early = try await problem {
        try await referent.call(
          ContractsAPI.recordHandover, path, HandoverDraft(way: .post, on: day("2026-03-13")))
      }
      #expect(early?.faults?.map(\.field) == ["on"])
      let handed = try await referent.call(ContractsAPI.recordHandover, path, HandoverDraft(way: .byHand))
      #expect(!handed.awaitsHandover && handed.handovers.map(\.onDay) == [day("2026-03-12")])
      service.clock.travel(days: 1)
      _ = try await service.move(accepted, to: .refused, as: scene.chef)
      #expect(try await referent.call(ContractsAPI.listDocuments, path).awaitsHandover)
    }
  }

  @Test("a scan is kept once and given back to the byte; what is neither PDF nor picture is refused")
  func scans() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let drafted = try await service.drafted(scene)
      let referent = try await service.client(as: scene.referent)
      let path = ["contract": drafted.contract.id]
      let pdf = Data("%PDF-1.4 papier".utf8)
      let first = try await referent.upload(ContractsAPI.addScan, path, query: ["name": "cer.pdf"], bytes: pdf)
      let second = try await referent.upload(ContractsAPI.addScan, path, query: ["name": "autre.pdf"], bytes: pdf)
      #expect(first.id == second.id && second.fileName == "cer.pdf")
      let file = try await referent.file(
        ContractsAPI.downloadScan, ["contract": drafted.contract.id, "scan": first.id], NoInput())
      #expect(file.bytes == pdf && file.contentType == "application/pdf")
      let refused = try await problem {
        try await referent.upload(ContractsAPI.addScan, path, query: ["name": "cer.exe"], bytes: Data("MZ".utf8))
      }
      #expect(refused?.faults?.map(\.field) == ["file"])
    }
  }

  @Test("a blank contract is had from anywhere, and for somebody who has no contract yet") func blank() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      let anybody = try await referent.file(ContractsAPI.printBlank, [:], NoInput())
      #expect(anybody.name == "CER vierge.pdf" && anybody.bytes.starts(with: Data("%PDF".utf8)))
      let theirs = try await referent.file(
        ContractsAPI.printDossierBlank, ["dossier": scene.dossier], NoInput())
      #expect(theirs.name == "CER vierge – MARTIN Léa.pdf")
    }
  }
}
