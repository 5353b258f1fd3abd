import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Following contracts, and moving several")
struct ContractFollowUpTests {
  private static func serve(_ services: FakeServices) {
    services.serve(ContractsAPI.countContracts, ContractScene.counts([.submitted: 4]))
    services.serve(ContractsAPI.listContracts, Page(items: [ContractScene.row(.submitted)]))
    services.serve(ContractsAPI.listWithoutContract, Page(items: []))
    services.serve(ContractsAPI.listRenewals, Page(items: []))
    services.serve(IdentityAPI.listAccounts, Page(items: []))
    services.serve(IdentityAPI.listOrganisations, Page(items: []))
    services.serve(IdentityAPI.listTerritories, Page(items: []))
    services.serve(ServiceName.contracts.delays.all, [])
  }

  @Test("the days asked for are those of the decision for decided contracts, else those of the drafting")
  func days() async throws {
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      Self.serve(services)
      let page = try await browser.get("/contrats?etat=valide&du=1/3&au=12/3")
      #expect(page.status == 200 && page.text.contains("Validé depuis le"))
      let decided = try #require(services.calls(of: ContractsAPI.listContracts).last?.query)
      #expect(decided["decidedFrom"] == "2026-03-01" && decided["decidedUntil"] == "2026-03-12")
      _ = try await browser.get("/contrats?etat=tous&du=1/3")
      let drafted = try #require(services.calls(of: ContractsAPI.listContracts).last?.query)
      #expect(drafted["signedFrom"] == "2026-03-01" && drafted["decidedFrom"] == nil)
    }
  }

  @Test("the other lists say what to do where nobody is in them")
  func others() async throws {
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      Self.serve(services)
      let (without, overdue) = (
        try await browser.get("/contrats/sans-contrat").text, try await browser.get("/contrats/echus").text
      )
      #expect(without.contains("Tout le monde a un contrat"))
      #expect(overdue.contains("Aucun contrat échu"))
      #expect(services.calls(of: ContractsAPI.listRenewals).last?.query["overdue"] == "true")
    }
  }

  @Test("several contracts are moved after a question; a refusal without its comment is told before it is sent")
  func moving() async throws {
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      Self.serve(services)
      let list = try await browser.get("/contrats?etat=soumis")
      #expect(list.html.contains("formaction=\"/passages?depuis=soumis\""))
      let id = ContractScene.id.description
      let none = try await browser.post("/passages?depuis=soumis", [:])
      #expect(none.location == "/contrats?etat=soumis")
      let question = try await browser.post("/passages?depuis=soumis", ["contract": id])
      #expect(question.text.contains("Faire passer 1 contrat") && !question.html.contains("value=\"soumis\" "))
      let silent = try await browser.post("/passages/demande", ["contract": id, "to": "non-valide", "cle": "k1"])
      #expect(silent.status == 422 && silent.text.contains("Dites pourquoi ces contrats ne sont pas validés."))
      #expect(services.calls(of: ContractsAPI.moveContracts).isEmpty)
      services.serve(
        ContractsAPI.moveContracts,
        ContractMoving(
          id: .new(), to: .awaiting, total: 1, done: 1, refused: 0, createdAt: PortalUnderTest.moment,
          endedAt: PortalUnderTest.moment))
      let done = try await browser.post(
        "/passages/demande", ["contract": id, "to": "attente", "depuis": "soumis", "cle": "k1"])
      #expect(done.location == "/contrats?etat=soumis")
      let call = try #require(services.calls(of: ContractsAPI.moveContracts).first)
      #expect(call.key == "k1" && call.json?["to"]?.text == "attente")
    }
  }

  @Test("what a contract still lacks is listed on its page, each with the way to fill it in")
  func missing() async throws {
    try await PortalUnderTest.run { services, browser in
      var sheet = ContractScene.sheet(editable: ContractScene.authorZones, hasObjective: false)
      sheet.missing = [.agreement, .objective]
      ContractScene.serve(services, sheet)
      let page = try await browser.get(ContractScene.address)
      #expect(page.text.contains("l’accord de la personne (oui ou non), au moins un objectif"))
      #expect(page.html.contains("href=\"\(ContractScene.address)/accord\""))
      #expect(page.text.contains("non renseigné"))
    }
  }

  @Test(
    "a contract's length counts from its start, both days included",
    arguments: [("+6m", "2026-09-30"), ("+ 12 mois", "2027-03-31"), ("30/9", "2026-09-30"), ("demain", "2026-03-13")])
  func length(typed: String, expected: String) {
    let end = ContractLength.end(typed, from: Scene.date("2026-04-01"), today: Scene.date("2026-03-12"))
    #expect(end == Scene.date(expected))
  }

  @Test("a renewal opens with the last contract's situation and its objectives to assess")
  func renewal() async throws {
    try await PortalUnderTest.run { services, browser in
      ContractScene.serve(services, ContractScene.sheet())
      services.serve(
        ContractsAPI.dossierContracts,
        DossierContracts(
          items: [], mayDraft: true, proposedNumber: 3, proposedStart: Scene.date("2026-04-01"),
          previous: PreviousContract(
            id: ContractScene.id, kind: .cer, number: 2, startsOn: Scene.date("2025-10-01"), situation: "Vit seule.",
            objectives: ContractScene.sheet().objectives)))
      let page = try await browser.get("\(Scene.address)/contrats/nouveau")
      #expect(page.text.contains("Vit seule.") && page.text.contains("à évaluer"))
      #expect(page.text.contains("Refaire son CV"))
    }
  }

  @Test("a step is linked to an objective under the contract's version, whatever its state")
  func linking() async throws {
    try await PortalUnderTest.run(as: .referentFSE) { services, browser in
      StepScene.serve(services)
      let objective = LinkableObjective(
        id: ContractScene.objective, contract: ContractScene.id, kind: .cer, number: 2, state: .accepted,
        contractVersion: 7, themeLabel: "Emploi", personDoes: "Refaire son CV")
      services.serve(ContractsAPI.listObjectives, Page(items: [objective]))
      services.serve(ContractsAPI.linkObjective, ContractScene.sheet(.accepted))
      let address = "\(StepScene.address)/\(StepScene.made().id)/objectif"
      let page = try await browser.get(address)
      #expect(page.text.contains("Refaire son CV"))
      let empty = try await browser.post(address, ["cle": "k1"])
      #expect(empty.status == 422)
      let linked = try await browser.post(address, ["objective": ContractScene.objective.description, "cle": "k1"])
      #expect(linked.location == StepScene.address)
      let call = try #require(services.calls(of: ContractsAPI.linkObjective).first)
      #expect(call.version == "\"7\"" && call.json?["step"]?.text == StepScene.made().id.description)
    }
  }

  @Test("the county chooses what is asked for before a contract is submitted")
  func submission() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(
        ContractsAPI.showSubmissionTerms, SubmissionTerms(required: SubmissionItem.allCases, version: 2))
      services.serve(ContractsAPI.listSubmissionChanges, Page(items: []))
      services.serve(
        ContractsAPI.changeSubmissionTerms, SubmissionTerms(required: [.situation, .objective], version: 3))
      let address = "/administration/circuit/demande"
      let page = try await browser.get(address)
      #expect(page.hidden("version") == "2" && page.html.contains("value=\"agreement\""))
      let saved = try await browser.post(address, ["version": "2", "required": "situation"])
      #expect(saved.location == "/administration/circuit")
      let call = try #require(services.calls(of: ContractsAPI.changeSubmissionTerms).first)
      #expect(call.version == "\"2\"")
    }
  }
}
