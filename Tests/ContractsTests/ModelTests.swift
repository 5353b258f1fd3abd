import API
import Documents
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import Contracts
@testable import Letters

@Suite("The county's models", .database) struct ModelTests {
  private static let path = ["model": "cer-sans-decision"]

  private static let models = ServiceName.contracts.models

  private static func deposit(_ name: String, by administrator: APIClient) async throws -> ModelFile {
    try await administrator.upload(
      models.deposit, path, query: ["name": "Notre contrat.docx"],
      bytes: try WordModel.shippedFile(named: name))
  }

  @Test("a deposited model prints from the day chosen on, and the shipped one again once it is chosen back")
  func versions() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let sheet = try await service.drafted(scene)
      let printed = { @Sendable in
        let referent = try await service.client(as: scene.referent)
        return try await referent.file(
          ContractsAPI.printContract, ["contract": sheet.contract.id], ContractPrint(format: .docx)
        ).bytes
      }
      let shipped = try await printed()
      let administrator = try await service.client(as: .someone(.administrateur, name: "MERCIER Louise"))
      // The model of a decided contract, put in the place of the one before it.
      let kept = try await Self.deposit("cer-decision-valide", by: administrator)
      #expect(kept.number == 1 && kept.fileName == "Notre contrat.docx" && kept.accountName == "MERCIER Louise")
      #expect(try await printed() == shipped)
      // The same file again is the one there is.
      #expect(try await Self.deposit("cer-decision-valide", by: administrator) == kept)
      let tomorrow = CalendarDate(march12).adding(days: 1)
      let planned = try await administrator.call(
        Self.models.choose, Self.path, ModelChoice(number: 1, from: tomorrow), version: 0)
      #expect(planned.current == 0 && planned.periods.map(\.from) == [tomorrow])
      #expect(try await printed() == shipped)
      service.clock.travel(days: 1)
      #expect(try await printed() != shipped)
      let later = try await service.client(as: .someone(.administrateur))
      let back = try await later.call(
        Self.models.choose, Self.path, ModelChoice(number: 0), version: planned.version)
      #expect(back.current == 0 && back.periods.count == 2)
      #expect(try await printed() == shipped)
      let stale = try await problem {
        try await later.call(Self.models.choose, Self.path, ModelChoice(number: 1), version: planned.version)
      }
      #expect(stale?.status == 412)
      let unknown = try await problem {
        try await later.call(Self.models.choose, Self.path, ModelChoice(number: 7), version: back.version)
      }
      #expect(unknown?.status == 404)
      let past = try await problem {
        try await later.call(
          Self.models.choose, Self.path, ModelChoice(number: 1, from: CalendarDate(march12)),
          version: back.version)
      }
      #expect(past?.status == 422)
    }
  }

  @Test("what is no model is refused: other fields by their names, other files, what is too large")
  func refused() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let foreign = try await problem { try await Self.deposit("convocation-departement", by: administrator) }
      let known = try WordModel.shipped(named: "convocation-departement").fields
      let unknown = known.filter { !ContractFields.models.names.contains($0) }
      #expect(foreign?.status == 422 && foreign?.faults?.count == unknown.count && !unknown.isEmpty)
      #expect(zip(foreign?.faults ?? [], unknown).allSatisfy { $0.message.contains("« \($1) »") })
      let text = try await problem {
        try await administrator.upload(Self.models.deposit, Self.path, bytes: Data("pas un document".utf8))
      }
      #expect(text?.status == 422 && text?.faults?.map(\.field) == ["file"])
      let large = try await problem {
        try await administrator.upload(
          Self.models.deposit, Self.path, bytes: Data(count: ModelEndpoints.fileBytes + 1))
      }
      #expect(large?.status == 413)
      let sheets = try await administrator.call(Self.models.all)
      #expect(sheets.allSatisfy { $0.files.map(\.number) == [0] })
      let chef = try await service.client(as: .someone(.chefDeService))
      let forbidden = try await problem { try await Self.deposit("cer-vierge", by: chef) }
      #expect(forbidden?.status == 403)
    }
  }

  @Test("the county adds a model, which is offered once a file is chosen for it, and no more once it is closed")
  func added() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let contract = try await service.drafted(scene).contract.id
      let administrator = try await service.client(as: .someone(.administrateur))
      let referent = try await service.client(as: scene.referent)
      let offered = { @Sendable in
        try await referent.call(ContractsAPI.showContract, ["contract": contract]).models.map(\.label)
      }
      let sheet = try await administrator.call(
        Self.models.add, [:], ModelDraft(kind: .contract, label: "Notification de décision", logo: .county))
      #expect(sheet.code == "notification_de_decision" && sheet.current == nil && sheet.files.isEmpty)
      #expect(try await offered() == ["CER sans décision", "CER vierge"])
      let path = ["model": sheet.code]
      _ = try await administrator.upload(
        Self.models.deposit, path, bytes: try WordModel.shippedFile(named: "cer-decision-valide"))
      let chosen = try await administrator.call(Self.models.choose, path, ModelChoice(number: 1), version: 0)
      #expect(chosen.current == 1)
      #expect(try await offered() == ["CER sans décision", "CER vierge", "Notification de décision"])
      let print = ContractPrint(model: sheet.code, format: .docx)
      let file = try await referent.file(ContractsAPI.printContract, ["contract": contract], print)
      #expect(file.name.hasSuffix("Notification de décision.docx"))
      let twin = try await problem {
        try await administrator.call(
          Self.models.add, [:], ModelDraft(kind: .contract, label: "notification de DECISION", logo: .none))
      }
      #expect(twin?.faults?.map(\.field) == ["label"])
      let stale = try await problem {
        try await administrator.call(
          Self.models.change, path, ModelChange(label: "Autre", logo: .none, open: true), version: 0)
      }
      #expect(stale?.status == 412)
      let closed = try await administrator.call(
        Self.models.change, path, ModelChange(label: "Notification", logo: .county, open: false),
        version: chosen.version)
      #expect(closed.label == "Notification" && !closed.open)
      #expect(try await offered() == ["CER sans décision", "CER vierge"])
      let foreign = try await problem {
        try await administrator.call(
          Self.models.add, [:], ModelDraft(kind: .summons, label: "Convocation", logo: .none))
      }
      #expect(foreign?.status == 422)
    }
  }

  @Test("a try-out is a PDF with invented data in every field")
  func trial() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let file = try await administrator.file(
        Self.models.tryOut, ["model": "cer-decision-valide", "number": 0], NoInput())
      #expect(file.contentType == "application/pdf" && file.bytes.starts(with: Data("%PDF".utf8)))
    }
  }

  @Test("the list of fields is what a letter fills, and all that the shipped models hold")
  func fields() throws {
    let letter = ContractLetter(
      contract: ContractRecord(
        id: .new(), dossier: .new(), number: 1, state: .proposition, stateSince: march12, startsOn: day("2026-04-01"),
        author: .new(), authorName: "DURAND Paul", authorOrganisation: nil, version: 1, createdAt: march12),
      objectives: [
        Objective(id: .new(), position: 1, theme: "sante", themeLabel: "Santé", personDoes: "", referentDoes: "")
      ], people: LetterPeople(familyName: "MARTIN", givenName: "Léa"))
    var filled: Set<String> = []
    for (name, value) in letter.values {
      if case .list(let items) = value {
        filled.formUnion(items.first.map { $0.keys.map { "\(name).\($0)" } } ?? [])
      } else {
        filled.insert(name)
      }
    }
    #expect(filled == ContractFields.models.names)
    for model in ContractModel.allCases {
      #expect(try ContractFields.models.faults(WordModel.shipped(named: model.rawValue).fields).isEmpty, "\(model)")
    }
  }

  @Test(
    "a field that is misspelt is told with the known one that it is most like, unless it is like none",
    arguments: [
      ("Beneficiare", "Beneficiaire"), ("beneficiaire", "Beneficiaire"), ("Date_Debut", "DateDebut"),
      ("Objectif.Thème", "Objectif.Theme"), ("Référent", "Referent"), ("NumeroSecuriteSociale", nil),
    ] as [(String, String?)])
  func closest(_ typed: String, _ known: String?) {
    #expect(ContractFields.models.closest(to: typed) == known)
  }
}
