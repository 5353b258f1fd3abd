import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("Drafting a contract", .database) struct DraftingTests {
  @Test("an agreement by SMS is a plain yes once the person says something else than what they signed")
  func otherWords() {
    var signed = ContractRecord(
      id: .new(), dossier: .new(), number: 1, state: .proposition, stateSince: march12, startsOn: day("2026-04-01"),
      expression: "Je veux travailler.", author: .new(), authorName: "DURAND Paul", version: 1, createdAt: march12)
    (signed.consent, signed.consentAt) = (.sms, march12)
    let later = march12.addingTimeInterval(60)
    #expect(signed.answered(ContractConsentDraft(consent: .yes), at: later).consent == .sms)
    let same = signed.answered(ContractConsentDraft(consent: .yes, expression: "Je veux travailler."), at: later)
    #expect(same.consent == .sms && same.consentAt == march12)
    let other = signed.answered(ContractConsentDraft(consent: .yes, expression: "Je veux me former."), at: later)
    #expect(other.consent == .yes && other.consentAt == later)
  }

  @Test("a contract begins on the first of next month with the next number, and drafting it is announced")
  func drafting() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      let before = try await referent.call(ContractsAPI.dossierContracts, ["dossier": scene.dossier])
      #expect(before.items.isEmpty && before.mayDraft && before.proposedNumber == 1)
      #expect(before.proposedStart == day("2026-04-01"))

      let sheet = try await referent.call(ContractsAPI.draftContract, ["dossier": scene.dossier], ContractDraft())
      #expect(sheet.contract.number == 1 && sheet.contract.startsOn == day("2026-04-01"))
      #expect(sheet.beneficiary == "MARTIN Léa")
      #expect(sheet.allowedMoves.map(\.to) == [.submitted])
      #expect(sheet.editable == [.draft, .objectives, .consent])
      #expect(sheet.models.map(\.code) == ["cer-sans-decision", "cer-vierge"])
      #expect(sheet.history.map(\.to) == [.proposition])

      // The same click again gives the same draft; another draft has the next number.
      let again = try await withThrowingTaskGroup(of: ID<Contract>.self) { group in
        for _ in 0..<5 {
          group.addTask {
            try await referent.call(ContractsAPI.draftContract, ["dossier": scene.dossier], ContractDraft()).contract.id
          }
        }
        return try await group.reduce(into: Set()) { $0.insert($1) }
      }
      #expect(again == [sheet.contract.id])
      let second = try await referent.call(
        ContractsAPI.draftContract, ["dossier": scene.dossier], ContractDraft(situation: "Sans véhicule."))
      #expect(second.contract.number == 2 && second.contract.id != sheet.contract.id)
      let events = try await service.database.owner {
        try await $0.query(
          "select type || ' ' || (data->>'to') from contracts.outbox where stream = 'contracts' order by position",
          as: String.self)
      }
      #expect(events == ["contracts.moved.v1 proposition", "contracts.moved.v1 proposition"])
    }
  }

  @Test("a step référent reads the contracts of the dossier but drafts none")
  func stepReferent() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let step = ID<Account>.new()
      try await service.database.owner { transaction in
        _ = try await transaction.execute(
          """
          insert into dossiers.referent (id, dossier, account, kind, from_date)
          values (\(UUID()), \(scene.dossier), \(step), 'step', '2026-01-01')
          """)
      }
      let client = try await service.client(as: .someone(.referent, account: step))
      #expect(try await client.call(ContractsAPI.dossierContracts, ["dossier": scene.dossier]).mayDraft == false)
      let refused = try await problem {
        try await client.call(ContractsAPI.draftContract, ["dossier": scene.dossier], ContractDraft())
      }
      #expect(refused?.status == 403)
    }
  }

  @Test("objectives keep the order they are given, and the contract its version")
  func objectives() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      var sheet = try await service.drafted(scene)
      let path = ["contract": sheet.contract.id]
      for (theme, position) in [("emploi", nil), ("sante", 1)] as [(String, Int?)] {
        sheet = try await referent.call(
          ContractsAPI.addObjective, path, ObjectiveDraft(theme: theme, personDoes: "Agir.", position: position),
          version: sheet.version)
      }
      #expect(sheet.objectives.map(\.theme) == ["sante", "mobilite", "emploi"])
      let mobility = sheet.objectives[1].id
      sheet = try await referent.call(
        ContractsAPI.reviseObjective, ["contract": sheet.contract.id.description, "objective": mobility.description],
        ObjectiveDraft(theme: "mobilite", personDoes: "Acheter un vélo.", position: 3), version: sheet.version)
      #expect(sheet.objectives.map(\.theme) == ["sante", "emploi", "mobilite"])
      #expect(sheet.objectives[2].personDoes == "Acheter un vélo.")
      sheet = try await referent.call(
        ContractsAPI.removeObjective,
        ["contract": sheet.contract.id.description, "objective": sheet.objectives[0].id.description],
        version: sheet.version)
      #expect(sheet.objectives.map(\.position) == [1, 2])
      #expect(sheet.version == 6)
      let version = sheet.version
      let unknown = try await problem {
        try await referent.call(
          ContractsAPI.addObjective, path, ObjectiveDraft(theme: "astrologie", personDoes: "Agir."), version: version)
      }
      #expect(unknown?.status == 422 && unknown?.faults?.first?.field == "theme")
    }
  }

  @Test("a stale tab is told what the contract is now, and changes nothing")
  func staleTab() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      let sheet = try await service.drafted(scene)
      let path = ["contract": sheet.contract.id]
      let newer = try await referent.call(
        ContractsAPI.reviseContract, path, ContractDraft(situation: "Première version."), version: sheet.version)
      let stale = try await problem {
        try await referent.call(
          ContractsAPI.reviseContract, path, ContractDraft(situation: "Écrasée."), version: sheet.version)
      }
      #expect(stale?.status == 412)
      #expect(stale?.current?["contract"]?["situation"] == .string("Première version."))
      #expect(try await referent.call(ContractsAPI.showContract, path).version == newer.version)
    }
  }

  @Test("an agreement falls when text, dates or objectives change, and not for what is said to the service")
  func agreementFalls() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      var sheet = try await service.drafted(scene)
      let path = ["contract": sheet.contract.id]
      let both = ["contract": sheet.contract.id.description, "objective": sheet.objectives[0].id.description]
      let draft = ContractDraft(
        number: sheet.contract.number, startsOn: sheet.contract.startsOn, endsOn: sheet.contract.endsOn,
        signedOn: sheet.contract.signedOn, comment: "Pour le service.", situation: sheet.contract.situation,
        evaluation: sheet.contract.evaluation, expression: sheet.contract.expression,
        targetHours: sheet.contract.targetHours)
      func agreed() async throws -> ContractSheet {
        try await referent.call(
          ContractsAPI.recordConsent, path, ContractConsentDraft(consent: .yes), version: sheet.version)
      }
      sheet = try await agreed()
      sheet = try await referent.call(ContractsAPI.reviseContract, path, draft, version: sheet.version)
      #expect(sheet.contract.consent == .yes && sheet.contract.comment == "Pour le service.")
      let same = ObjectiveDraft(
        theme: sheet.objectives[0].theme, personDoes: sheet.objectives[0].personDoes,
        referentDoes: sheet.objectives[0].referentDoes, dueOn: sheet.objectives[0].dueOn)
      sheet = try await referent.call(ContractsAPI.reviseObjective, both, same, version: sheet.version)
      #expect(sheet.contract.consent == .yes)
      var other = draft
      other.situation = "A retrouvé un logement."
      sheet = try await referent.call(ContractsAPI.reviseContract, path, other, version: sheet.version)
      #expect(sheet.contract.consent == .none && sheet.contract.consentAt == nil)
      sheet = try await agreed()
      sheet = try await referent.call(
        ContractsAPI.addObjective, path, ObjectiveDraft(theme: "emploi", personDoes: "Agir."), version: sheet.version)
      #expect(sheet.contract.consent == .none)
      sheet = try await agreed()
      sheet = try await referent.call(
        ContractsAPI.reviseObjective, both, ObjectiveDraft(theme: "emploi", personDoes: "Autre chose."),
        version: sheet.version)
      #expect(sheet.contract.consent == .none)
      sheet = try await agreed()
      sheet = try await referent.call(ContractsAPI.removeObjective, both, version: sheet.version)
      #expect(sheet.contract.consent == .none)
    }
  }

  @Test("a number is one contract's in a dossier, and the next one follows the highest")
  func numbers() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      let path = ["dossier": scene.dossier]
      let fourth = try await referent.call(ContractsAPI.draftContract, path, ContractDraft(number: 4))
      let fifth = try await referent.call(
        ContractsAPI.draftContract, path, ContractDraft(situation: "Sans véhicule."))
      #expect(fifth.contract.number == 5)
      let taken = try await problem {
        try await referent.call(ContractsAPI.draftContract, path, ContractDraft(number: 4))
      }
      #expect(taken?.faults?.map(\.field) == ["number"])
      let again = try await problem {
        try await referent.call(
          ContractsAPI.reviseContract, ["contract": fifth.contract.id], ContractDraft(number: 4), version: fifth.version
        )
      }
      #expect(again?.faults?.map(\.field) == ["number"])
      _ = try await referent.call(
        ContractsAPI.reviseContract, ["contract": fourth.contract.id], ContractDraft(number: 4), version: fourth.version
      )
    }
  }

  @Test("consent and expression are recorded and announced")
  func consent() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let sheet = try await service.drafted(scene)
      let after = try await service.client(as: scene.referent).call(
        ContractsAPI.recordConsent, ["contract": sheet.contract.id],
        ContractConsentDraft(consent: .yes, expression: "Je suis d’accord."), version: sheet.version)
      #expect(after.contract.consent == .yes && after.contract.consentAt == march12)
      #expect(after.contract.expression == "Je suis d’accord.")
      let consent = try await service.database.owner {
        try await $0.first(
          "select data->>'consent' from contracts.outbox where type = 'contracts.consent-recorded.v1'",
          as: String.self)
      }
      #expect(consent == "yes")
    }
  }

  @Test("a proposition can be removed; a submitted contract cannot")
  func removing() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      let first = try await service.drafted(scene)
      _ = try await referent.call(
        ContractsAPI.removeContract, ["contract": first.contract.id], version: first.version)
      #expect(try await referent.call(ContractsAPI.dossierContracts, ["dossier": scene.dossier]).items.isEmpty)
      let second = try await service.move(try await service.drafted(scene), to: .submitted, as: scene.referent)
      let refused = try await problem {
        try await referent.call(
          ContractsAPI.removeContract, ["contract": second.contract.id], version: second.version)
      }
      #expect(refused?.status == 409)
    }
  }
}
