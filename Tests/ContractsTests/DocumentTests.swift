import API
import Documents
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
      let listed = try await referent.call(ContractsAPI.listToHandOver, [:], HandoverFilter())
      #expect(listed.items.map(\.id) == [drafted.contract.id] && listed.items.first?.since == march12)
      let stranger = try await service.client(as: .someone(.referent))
      #expect(try await stranger.call(ContractsAPI.listToHandOver, [:], HandoverFilter()).items.isEmpty)
      let early = try await problem {
        try await referent.call(
          ContractsAPI.recordHandover, path, HandoverDraft(way: .post, on: day("2026-03-13")))
      }
      #expect(early?.faults?.map(\.field) == ["on"])
      let handed = try await referent.call(ContractsAPI.recordHandover, path, HandoverDraft(way: .byHand))
      #expect(try await referent.call(ContractsAPI.listToHandOver, [:], HandoverFilter()).items.isEmpty)
      #expect(!handed.awaitsHandover && handed.handovers.map(\.onDay) == [day("2026-03-12")])
      service.clock.travel(days: 1)
      _ = try await service.move(accepted, to: .refused, as: scene.chef, comment: "À reprendre.")
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

  @Test("a document that is asked for again is the one that was made, until something in it changes")
  func kept() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let drafted = try await service.drafted(scene)
      let referent = try await service.client(as: scene.referent)
      let path = ["contract": drafted.contract.id]
      let first = try await referent.file(ContractsAPI.printContract, path, ContractPrint())
      let start = ContinuousClock.now
      let second = try await referent.file(ContractsAPI.printContract, path, ContractPrint())
      #expect(ContinuousClock.now - start < .seconds(1))
      // LibreOffice writes the time of making into each PDF: only a kept one is the same.
      #expect(first.bytes == second.bytes)
      _ = try await referent.call(
        ContractsAPI.reviseContract, path,
        ContractDraft(startsOn: day("2026-04-01"), endsOn: day("2026-09-30"), situation: "Avec véhicule."),
        version: drafted.version)
      let changed = try await referent.file(ContractsAPI.printContract, path, ContractPrint())
      #expect(changed.bytes != first.bytes)
    }
  }

  @Test("the document of a new state is made before it is asked for") func ahead() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let submitted = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      let made: @Sendable () async throws -> Int = {
        try await service.database.owner {
          try await $0.first("select count(*) from contracts.made_pdf", as: Int.self) ?? 0
        }
      }
      _ = try await service.eventually(within: 60, "it is made") { try await made() == 1 ? true : nil }
      _ = try await service.client(as: scene.referent).file(
        ContractsAPI.printContract, ["contract": submitted.contract.id], ContractPrint())
      #expect(try await made() == 1)
    }
  }

  @Test("weekly hours and the step that serves an objective are on the document, the note to the référent is not")
  func contents() throws {
    let step = ID<Step>.new()
    var contract = ContractRecord(
      id: .new(), dossier: .new(), number: 1, state: .accepted, stateSince: march12, startsOn: day("2026-04-01"),
      targetHours: 15, author: .new(), authorName: "DURAND Paul", decision: .accepted, version: 1, createdAt: march12)
    contract.noteForReferent = "Entre nous"
    let letter = ContractLetter(
      contract: contract,
      objectives: [
        Objective(
          id: .new(), position: 1, theme: "mobilite", themeLabel: "Mobilité", personDoes: "Passer le permis.",
          referentDoes: "", step: step)
      ], people: LetterPeople(familyName: "MARTIN", givenName: "Léa"), steps: [step: "Auto-école solidaire"])
    let values = letter.values
    guard case .text(let hours) = values["HeuresHebdomadaires"], case .list(let items) = values["Objectif"] else {
      Issue.record("no hours or objectives")
      return
    }
    #expect(hours == "15 heures" && items.first?["Etape"] == "Auto-école solidaire")
    #expect(!"\(values)".contains("Entre nous"))
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
