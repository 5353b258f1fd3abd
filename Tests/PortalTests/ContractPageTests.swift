import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("A contract's pages")
struct ContractPageTests {
  @Test("its référent reads and edits it, and is told what submitting does")
  func author() async throws {
    try await PortalUnderTest.run { services, browser in
      ContractScene.serve(
        services, ContractScene.sheet(moves: [ContractScene.submission], editable: ContractScene.authorZones))
      let page = try await browser.get(ContractScene.address)
      #expect(page.status == 200)
      for expected in [
        "CER n° 2", "du 1er avril 2026 au 30 septembre 2026", "Mère isolée", "La personne : Refaire son CV",
        "Soumettre à l’étude", "Vous ne pourrez plus le modifier.", "Non recueilli", "CER vierge",
        "MARTIN-DELACROIX Marie-Françoise",
      ] { #expect(page.text.contains(expected), "\(expected) is missing") }
      #expect(page.html.contains("href=\"\(ContractScene.address)/modifier\""))
      #expect(page.html.contains("href=\"\(ContractScene.address)/objectifs/nouveau\""))
      #expect(!page.text.contains("Remplir la décision"))
      // The contract, the dossier and its timeline, the documents.
      #expect(services.calls.count == 4)
    }
  }

  @Test("once submitted it is read only, with the documents that its state allows")
  func submitted() async throws {
    try await PortalUnderTest.run { services, browser in
      ContractScene.serve(services, ContractScene.sheet(.submitted, models: [ContractScene.undecided]))
      let page = try await browser.get(ContractScene.address)
      #expect(!page.html.contains("\(ContractScene.address)/modifier"))
      #expect(!page.text.contains("CER vierge"))
      let refused = try await browser.get("\(ContractScene.address)/modifier")
      #expect(refused.status == 409)
      #expect(refused.text.contains("Soumis à l’étude"))
    }
  }

  @Test("a passage is posted under the version that was read")
  func submission() async throws {
    try await PortalUnderTest.run { services, browser in
      ContractScene.serve(services, ContractScene.sheet(moves: [ContractScene.submission]))
      services.serve(ContractsAPI.moveContract, ContractScene.sheet(.submitted, version: 4))
      let question = try await browser.get("\(ContractScene.address)/passage/soumis")
      #expect(question.hidden("version") == "3")
      let answer = try await browser.post("\(ContractScene.address)/passage/soumis", ["version": "3"])
      #expect(answer.location == ContractScene.address)
      let call = try #require(services.calls(of: ContractsAPI.moveContract).first)
      #expect(call.version == "\"3\"")
      #expect(call.json?["to"]?.text == "soumis")
      #expect(call.json?["comment"] == nil)
    }
  }

  @Test("a decision carries its comment, its reason, its day and a shorter end; what is refused is said at its field")
  func decision() async throws {
    try await PortalUnderTest.run(as: .chefDeService) { services, browser in
      ContractScene.serve(
        services, ContractScene.sheet(.awaiting, moves: [ContractScene.refusal], editable: [.decision]))
      let address = "\(ContractScene.address)/passage/non-valide"
      let page = try await browser.get(address)
      #expect(page.html.contains("name=\"reason\"") && page.html.contains("value=\"30/09/2026\""))
      let silent = try await browser.post(
        address, ["version": "3", "comment": "À revoir", "endsOn": "30 juin", "decidedOn": "12/3"])
      #expect(silent.status == 422 && services.calls(of: ContractsAPI.moveContract).isEmpty)
      #expect(silent.html.contains("id=\"champ-reason-erreur\"") && silent.text.contains("À revoir"))
      services.refuse(ContractsAPI.moveContract, .invalid([Fault("endsOn", "ordre", "La fin précède le début.")]))
      let refused = try await browser.post(
        address,
        ["version": "3", "reason": "Trop court", "comment": "À revoir", "endsOn": "30 juin", "decidedOn": "12/3"])
      #expect(refused.status == 422 && refused.html.contains("id=\"champ-endsOn-erreur\""))
      let call = try #require(services.calls(of: ContractsAPI.moveContract).first)
      #expect(call.json?["endsOn"]?.text == "2026-06-30")
      #expect(call.json?["decidedOn"]?.text == "2026-03-12")
    }
  }

  @Test("what somebody else changed meanwhile is shown beside what was typed, whatever way days were written")
  func conflict() async throws {
    try await PortalUnderTest.run { services, browser in
      ContractScene.serve(
        services,
        ContractScene.sheet(editable: ContractScene.authorZones, situation: "Un enfant", version: 9))
      services.refuse(ContractsAPI.reviseContract, .stale(nil))
      let page = try await browser.post(
        "\(ContractScene.address)/modifier",
        [
          "kind": "cer", "number": "2", "startsOn": "1er avril", "endsOn": "30/9", "situation": "Deux enfants",
          "version": "3",
        ])
      #expect(page.status == 412)
      #expect(page.html.contains("value=\"Deux enfants\"") && page.html.contains("value=\"Un enfant\""))
      #expect(page.hidden("version") == "9")
      #expect(page.html.contains("name=\"startsOn\" value=\"01/04/2026\""))
    }
  }

  @Test("a new contract begins with what the service proposes, and its first objective comes next")
  func drafting() async throws {
    try await PortalUnderTest.run { services, browser in
      ContractScene.serve(services, ContractScene.sheet())
      services.serve(
        ContractsAPI.dossierContracts,
        DossierContracts(items: [], mayDraft: true, proposedNumber: 3, proposedStart: Scene.date("2026-04-01")))
      services.serve(ContractsAPI.draftContract, ContractScene.sheet())
      let address = "\(Scene.address)/contrats/nouveau"
      let form = try await browser.get(address)
      #expect(form.html.contains("value=\"01/04/2026\"") && form.html.contains("value=\"3\""))
      let key = try #require(form.hidden("cle"))
      let wrong = try await browser.post(address, ["number": "3", "startsOn": "1/4", "endsOn": "12/3", "cle": key])
      #expect(wrong.text.contains("La fin (12/03/2026) précède le début (01/04/2026)."))
      #expect(services.calls(of: ContractsAPI.draftContract).isEmpty)
      let answer = try await browser.post(address, ["kind": "cer", "number": "3", "startsOn": "1/4", "cle": key])
      #expect(answer.location == "\(ContractScene.address)/objectifs/nouveau")
      #expect(services.calls(of: ContractsAPI.draftContract).first?.key == key)
    }
  }

  @Test("whoever is not the référent is told who drafts the contract")
  func notLead() async throws {
    try await PortalUnderTest.run { services, browser in
      ContractScene.serve(services, ContractScene.sheet())
      services.serve(
        ContractsAPI.dossierContracts,
        DossierContracts(
          items: [ContractScene.row(.accepted)], mayDraft: false, proposedNumber: 3,
          proposedStart: Scene.date("2026-04-01")))
      let page = try await browser.get("\(Scene.address)/contrats/nouveau")
      #expect(page.text.contains("Il s’agit de DURAND-VASSEUR Patricia.") && !page.html.contains("name=\"startsOn\""))
      let list = try await browser.get("\(Scene.address)/contrats")
      #expect(list.text.contains("CER n° 2") && list.text.contains("Validé"))
    }
  }

  @Test("an objective is added, and kept when the contract changed meanwhile")
  func objectives() async throws {
    try await PortalUnderTest.run { services, browser in
      ContractScene.serve(services, ContractScene.sheet(editable: ContractScene.authorZones, version: 5))
      services.serve(ContractsAPI.addObjective, ContractScene.sheet())
      let address = "\(ContractScene.address)/objectifs/nouveau"
      let empty = try await browser.post(address, ["version": "5"])
      #expect(empty.status == 422 && empty.html.contains("href=\"#champ-theme\""))
      let added = try await browser.post(
        "\(address)?encore=oui", ["version": "5", "theme": "sante", "personDoes": "Bilan", "dueOn": "+1m"])
      #expect(added.location == address)
      let call = try #require(services.calls(of: ContractsAPI.addObjective).first)
      #expect(call.version == "\"5\"" && call.json?["dueOn"]?.text == "2026-04-12")
      services.refuse(ContractsAPI.addObjective, .stale(nil))
      let stale = try await browser.post(address, ["version": "4", "theme": "sante", "personDoes": "Bilan complet"])
      #expect(stale.status == 412 && stale.text.contains("Bilan complet"))
      #expect(stale.hidden("version") == "5")
    }
  }

  @Test("the person's agreement is sent with what she wants to have said")
  func consent() async throws {
    try await PortalUnderTest.run { services, browser in
      ContractScene.serve(services, ContractScene.sheet(editable: ContractScene.authorZones))
      services.serve(ContractsAPI.recordConsent, ContractScene.sheet(version: 4))
      let unanswered = try await browser.post("\(ContractScene.address)/accord", ["version": "3"])
      #expect(unanswered.text.contains("Indiquez si la personne est d’accord."))
      _ = try await browser.post(
        "\(ContractScene.address)/accord", ["version": "3", "consent": "no", "expression": "Trop d’heures"])
      let call = try #require(services.calls(of: ContractsAPI.recordConsent).first)
      #expect(call.json?["consent"]?.text == "no" && call.json?["expression"]?.text == "Trop d’heures")
    }
  }

  @Test("the list shows what is to treat unless asked otherwise, with the counts of every state")
  func list() async throws {
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      services.serve(ContractsAPI.countContracts, ContractScene.counts([.submitted: 4, .awaiting: 3]))
      services.serve(ContractsAPI.listContracts, Page(items: [ContractScene.row(.submitted, waitingDays: 21)]))
      services.serve(IdentityAPI.listAccounts, Page(items: []))
      services.serve(IdentityAPI.listOrganisations, Page(items: []))
      services.serve(IdentityAPI.listTerritories, Page(items: []))
      services.serve(ServiceName.contracts.delays.all, [DelayValue(name: .contractWaiting, value: 14)])
      let page = try await browser.get("/contrats")
      #expect(page.text.contains("ROUX Kévin") && page.text.contains("depuis 21 jours"))
      #expect(services.calls(of: ContractsAPI.listContracts).last?.query["state"] == "soumis,etude,attente")
      _ = try await browser.get("/contrats?etat=valide")
      #expect(services.calls(of: ContractsAPI.listContracts).last?.query["state"] == "valide")
      let home = try await browser.get("/")
      #expect(home.text.contains("Contrats à traiter") && home.text.contains("ROUX Kévin"))
    }
  }

  @Test("a référent's home tells what to submit, what was decided lately and what ends")
  func home() async throws {
    try await PortalUnderTest.run { services, browser in
      services.serve(ContractsAPI.listContracts) { call in
        let isDecided = call.query["state"] == "valide,non_valide"
        return Page(items: [ContractScene.row(isDecided ? .refused : .proposition, waitingDays: 2)], total: 1)
      }
      services.serve(
        ContractsAPI.listRenewals,
        Page(items: [
          ContractRenewal(
            id: ContractScene.id, dossier: Scene.dossier, dossierNumber: 1, familyName: "Petit", givenName: "Zoé",
            number: 1, startsOn: Scene.date("2025-09-01"), endsOn: Scene.date("2026-02-28"), daysLeft: -12)
        ]))
      services.serve(ServiceName.contracts.delays.all, [DelayValue(name: .contractNews, value: 21)])
      let home = try await browser.get("/")
      for expected in ["Mes CER", "1 CER à soumettre", "Non validé", "PETIT Zoé", "Fini depuis 12 jours"] {
        #expect(home.text.contains(expected), "\(expected) is missing")
      }
      // A decision is news for as long as the county says.
      #expect(services.calls(of: ContractsAPI.listContracts).contains { $0.query["since"] == "2026-02-19" })
    }
  }
}
