import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("What a contract must have to be submitted", .database) struct SubmissionTests {
  @Test("submitting lists everything that is missing at once; answered either way, the person's agreement is there")
  func missing() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database, asksForAll: true)
      let referent = try await service.client(as: scene.referent)
      let empty = try await referent.call(
        ContractsAPI.draftContract, ["dossier": scene.dossier], ContractDraft(situation: "  "))
      #expect(empty.missing == [.agreement, .situation, .end, .objective])
      let refused = try await problem { try await service.move(empty, to: .submitted, as: scene.referent) }
      #expect(refused?.faults?.map(\.field) == ["consent", "situation", "endsOn", "objectives"])
      let drafted = try await service.drafted(scene)
      #expect(drafted.missing == [.agreement])
      let answered = try await referent.call(
        ContractsAPI.recordConsent, ["contract": drafted.contract.id], ContractConsentDraft(consent: .no),
        version: drafted.version)
      #expect(answered.missing.isEmpty)
      let later = try await referent.call(
        ContractsAPI.recordConsent, ["contract": drafted.contract.id], ContractConsentDraft(consent: .later),
        version: answered.version)
      #expect(later.contract.consent == .none && later.contract.consentAt == nil)
      let agreed = try await referent.call(
        ContractsAPI.recordConsent, ["contract": drafted.contract.id], ContractConsentDraft(consent: .yes),
        version: later.version)
      let submitted = try await service.move(agreed, to: .submitted, as: scene.referent)
      #expect(submitted.missing.isEmpty && submitted.contract.state == .submitted)
    }
  }

  @Test("the county decides what is asked for, an objective apart, and its changes are kept")
  func setting() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database, asksForAll: true)
      let office = try await service.client(as: .someone(.administrateur, name: "ROY Alain"))
      let before = try await office.call(ContractsAPI.showSubmissionTerms)
      #expect(before.required == SubmissionItem.allCases && before.version == 0)
      let after = try await office.call(
        ContractsAPI.changeSubmissionTerms, [:], SubmissionDraft(required: [.situation]), version: before.version)
      #expect(after.required == [.situation, .objective])
      let stale = try await problem {
        try await office.call(
          ContractsAPI.changeSubmissionTerms, [:], SubmissionDraft(required: []), version: before.version)
      }
      #expect(stale?.status == 412)
      let changes = try await office.call(ContractsAPI.listSubmissionChanges, [:], ListChangeQuery()).items
      #expect(changes.map(\.required) == [[.situation, .objective]] && changes[0].accountName == "ROY Alain")
      let drafted = try await service.drafted(scene, endsOn: nil)
      let submitted = try await service.move(drafted, to: .submitted, as: scene.referent)
      #expect(submitted.contract.state == .submitted)
    }
  }
}
