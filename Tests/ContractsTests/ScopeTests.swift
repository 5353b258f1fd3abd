import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("Who reaches a contract", .database) struct ScopeTests {
  @Test("out of reach, every endpoint answers that there is no such contract, and lists stay empty")
  func outOfReach() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let sheet = try await service.drafted(scene, endsOn: day("2026-04-15"))
      let calls = Calls(scene: scene, sheet: sheet)
      for caller in [Caller.someone(.referent), .someone(.chefDeService, territories: [.new()])] {
        let client = try await service.client(as: caller)
        for endpoint in service.endpoints {
          let refused = try await problem { try await calls.call(endpoint.name, client) }
          // Of what is out of reach these give nothing, or a refusal a row.
          let open: Set = [
            "listContracts", "countContracts", "listRenewals", "listWithoutContract", "exportContracts",
            "moveContracts", "listToHandOver", "printBlank",
            "listLists", "listDelays", "listOfferedModels",
          ]
          if open.contains(endpoint.name), endpoint.allow.admits(caller.rights) {
            #expect(refused == nil, "\(endpoint.name)")
          } else if endpoint.allow.admits(caller.rights) {
            #expect(refused?.status == 404, "\(endpoint.name)")
          } else {
            #expect(refused?.status == 403, "\(endpoint.name)")
          }
        }
        #expect(try await client.call(ContractsAPI.listContracts, [:], ContractFilter()).items.isEmpty)
        #expect(try await client.call(ContractsAPI.countContracts).items.allSatisfy { $0.count == 0 })
      }
      let after = try await service.client(as: scene.referent).call(
        ContractsAPI.showContract, ["contract": sheet.contract.id])
      #expect(after.version == sheet.version)
    }
  }

  /// One call of each endpoint on one contract; an endpoint without one fails the test.
  struct Calls {
    let scene: Scene
    let sheet: ContractSheet

    func call(_ name: String, _ client: APIClient) async throws -> any Sendable {
      let dossier = ["dossier": scene.dossier]
      let path = ["contract": sheet.contract.id.description]
      let objective = path.merging(["objective": sheet.objectives[0].id.description]) { $1 }
      let version = sheet.version
      let draft = ObjectiveDraft(theme: "emploi", personDoes: "Agir.")
      switch name {
      case "dossierContracts": return try await client.call(ContractsAPI.dossierContracts, dossier)
      case "draftContract": return try await client.call(ContractsAPI.draftContract, dossier, ContractDraft())
      case "showContract": return try await client.call(ContractsAPI.showContract, path)
      case "reviseContract":
        return try await client.call(ContractsAPI.reviseContract, path, ContractDraft(), version: version)
      case "removeContract": return try await client.call(ContractsAPI.removeContract, path, version: version)
      case "addObjective": return try await client.call(ContractsAPI.addObjective, path, draft, version: version)
      case "reviseObjective":
        return try await client.call(ContractsAPI.reviseObjective, objective, draft, version: version)
      case "removeObjective":
        return try await client.call(ContractsAPI.removeObjective, objective, version: version)
      case "linkObjective":
        return try await client.call(
          ContractsAPI.linkObjective, objective, ObjectiveStep(step: nil), version: version)
      case "recordConsent":
        return try await client.call(
          ContractsAPI.recordConsent, path, ContractConsentDraft(consent: .yes), version: version)
      case "moveContract":
        return try await client.call(
          ContractsAPI.moveContract, path, ContractMoveRequest(to: .submitted), version: version)
      case "reviseDecision":
        return try await client.call(
          ContractsAPI.reviseDecision, path, ContractDecisionDraft(), version: version)
      case "listContracts": return try await client.call(ContractsAPI.listContracts, [:], ContractFilter())
      case "countContracts": return try await client.call(ContractsAPI.countContracts)
      case "listRenewals": return try await client.call(ContractsAPI.listRenewals, [:], RenewalFilter())
      case "listWithoutContract":
        return try await client.call(ContractsAPI.listWithoutContract, [:], MissingFilter())
      case "exportContracts": return try await client.file(ContractsAPI.exportContracts, [:], ContractFilter())
      case "listObjectives": return try await client.call(ContractsAPI.listObjectives, dossier)
      case "listContractChanges":
        return try await client.call(ContractsAPI.listContractChanges, path, ListChangeQuery())
      case "moveContracts":
        return try await client.call(
          ContractsAPI.moveContracts, [:], ContractMoves(contracts: [sheet.contract.id], to: .submitted))
      case "showMoving":
        return try await client.call(ContractsAPI.showMoving, ["moving": ID<ContractMoving>.new()])
      case "listMovingRows":
        return try await client.call(
          ContractsAPI.listMovingRows, ["moving": ID<ContractMoving>.new()], BatchRowQuery())
      case "showSubmissionTerms": return try await client.call(ContractsAPI.showSubmissionTerms)
      case "changeSubmissionTerms":
        return try await client.call(
          ContractsAPI.changeSubmissionTerms, [:], SubmissionDraft(required: []), version: 0)
      case "listSubmissionChanges":
        return try await client.call(ContractsAPI.listSubmissionChanges, [:], ListChangeQuery())
      case "listLists": return try await client.call(ServiceName.contracts.lists.all)
      case "addListEntry":
        return try await client.call(
          ServiceName.contracts.lists.addEntry, ["list": "objective_theme"], ListEntryDraft(label: "Culture"))
      case "changeListEntry":
        return try await client.call(
          ServiceName.contracts.lists.changeEntry, ["list": "objective_theme", "entry": "sante"],
          ListEntryChange(label: "Santé", open: false), version: 1)
      case "orderList":
        return try await client.call(
          ServiceName.contracts.lists.order, ["list": "objective_theme"], ListOrder(codes: []), version: 13)
      case "listListChanges":
        return try await client.call(
          ServiceName.contracts.lists.changes, ["list": "objective_theme"], ListChangeQuery())
      case "listDelays": return try await client.call(ServiceName.contracts.delays.all)
      case "showDelay": return try await client.call(ServiceName.contracts.delays.show, ["delay": "renewal"])
      case "changeDelay":
        return try await client.call(
          ServiceName.contracts.delays.change, ["delay": "renewal"], DelayDraft(value: 30), version: 0)
      case "showTransitions": return try await client.call(ContractsAPI.showTransitions)
      case "changeTransitions":
        return try await client.call(ContractsAPI.changeTransitions, [:], TransitionsDraft(items: []), version: 0)
      case "listTransitionChanges":
        return try await client.call(ContractsAPI.listTransitionChanges, [:], ListChangeQuery())
      case "listModels": return try await client.call(ServiceName.contracts.models.all)
      case "listOfferedModels": return try await client.call(ServiceName.contracts.models.offered)
      case "listModelFields": return try await client.call(ServiceName.contracts.models.fields)
      case "addModel":
        return try await client.call(
          ServiceName.contracts.models.add, [:], ModelDraft(kind: .contract, label: "Autre", logo: .none))
      case "changeModel":
        return try await client.call(
          ServiceName.contracts.models.change, ["model": "cer-vierge"],
          ModelChange(label: "Vierge", logo: .none, open: true), version: 0)
      case "depositModel":
        return try await client.upload(
          ServiceName.contracts.models.deposit, ["model": "cer-vierge"], bytes: Data("x".utf8))
      case "downloadModel":
        return try await client.file(
          ServiceName.contracts.models.download,
          ["model": "cer-vierge", "number": 0] as [String: any CustomStringConvertible],
          NoInput())
      case "tryModel":
        return try await client.file(
          ServiceName.contracts.models.tryOut,
          ["model": "cer-vierge", "number": 0] as [String: any CustomStringConvertible],
          NoInput())
      case "chooseModel":
        return try await client.call(
          ServiceName.contracts.models.choose, ["model": "cer-vierge"], ModelChoice(number: 0), version: 0)
      case "printContract": return try await client.file(ContractsAPI.printContract, path, ContractPrint())
      default: return try await paper(name, client)
      }
    }

    /// Those of documents and signatures.
    private func paper(_ name: String, _ client: APIClient) async throws -> any Sendable {
      let path = ["contract": sheet.contract.id.description]
      let signature = path.merging(["signature": ID<ContractSignature>.new().description]) { $1 }
      let scan = path.merging(["scan": ID<ContractScan>.new().description]) { $1 }
      let version = sheet.version
      switch name {
      case "listDocuments": return try await client.call(ContractsAPI.listDocuments, path)
      case "addScan":
        return try await client.upload(
          ContractsAPI.addScan, path, query: ["name": "a.pdf"], bytes: Data("%PDF-1.7".utf8))
      case "downloadScan": return try await client.file(ContractsAPI.downloadScan, scan, NoInput())
      case "recordHandover":
        return try await client.call(ContractsAPI.recordHandover, path, HandoverDraft(way: .byHand))
      case "takeYousignMessage":
        return try await client.upload(ContractsAPI.takeYousignMessage, [:], bytes: Data("{}".utf8))
      case "mailDocument":
        return try await client.call(ContractsAPI.mailDocument, path, DocumentMailingDraft(document: .printed))
      case "downloadReceipt":
        return try await client.file(
          ContractsAPI.downloadReceipt,
          path.merging(["mailing": ID<DocumentMailing>.new().description]) { $1 }, NoInput())
      case "listToHandOver": return try await client.call(ContractsAPI.listToHandOver, [:], HandoverFilter())
      case "printBlank": return try await client.file(ContractsAPI.printBlank, [:], NoInput())
      case "printDossierBlank":
        return try await client.file(ContractsAPI.printDossierBlank, ["dossier": scene.dossier], NoInput())
      case "startSignature":
        return try await client.call(ContractsAPI.startSignature, path, SignatureDraft(), version: version)
      case "showSignature": return try await client.call(ContractsAPI.showSignature, signature)
      case "sendSignatureCode":
        return try await client.call(ContractsAPI.sendSignatureCode, signature, SignatureReading(readToEnd: true))
      case "confirmSignature":
        return try await client.call(ContractsAPI.confirmSignature, signature, SignatureCode(code: "123456"))
      case "showSignaturePage":
        return try await client.file(
          ContractsAPI.showSignaturePage, signature.merging(["page": "1"]) { $1 }, NoInput())
      case "downloadSignatureFile":
        return try await client.file(ContractsAPI.downloadSignatureFile, signature, SignatureFileQuery(kind: nil))
      case "checkSignedDocument":
        return try await client.upload(
          ContractsAPI.checkSignedDocument, path, query: ["name": "a.pdf"], bytes: Data("%PDF-1.7".utf8))
      default:
        Issue.record("\(name) has no call here")
        return name
      }
    }
  }

  @Test("an operator who reaches a person through a step sees none of their contracts")
  func operators() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let sheet = try await service.drafted(scene)
      try await service.database.owner { transaction in
        try await transaction.script(
          """
          create or replace function reach.enrolled() returns setof uuid language sql stable as
            'select ''\(scene.dossier)''::uuid'
          """)
      }
      let client = try await service.client(as: .someone(.operateur))
      let refused = try await problem {
        try await client.call(ContractsAPI.showContract, ["contract": sheet.contract.id])
      }
      #expect(refused?.status == 404)
      #expect(try await client.call(ContractsAPI.dossierContracts, ["dossier": scene.dossier]).items.isEmpty)
    }
  }

  @Test("the audit log says whose contract was read, changed and taken away as a file")
  func audit() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let sheet = try await service.drafted(scene)
      let client = try await service.client(as: scene.referent)
      _ = try await client.call(ContractsAPI.showContract, ["contract": sheet.contract.id])
      _ = try await client.file(
        ContractsAPI.printContract, ["contract": sheet.contract.id], ContractPrint(format: .docx))
      let acts = try await service.database.owner {
        try await $0.query(
          """
          select (data->'act'->>'name') || ' ' || (data->'act'->>'kind') || ' '
            || (data->'act'->>'dossier' = \(scene.dossier.description))
          from contracts.outbox where stream = 'audit' order by position
          """, as: String.self)
      }
      #expect(
        acts == [
          "contracts.draftContract write true", "contracts.addObjective write true",
          "contracts.showContract read true", "contracts.printContract download true",
        ])
    }
  }
}
