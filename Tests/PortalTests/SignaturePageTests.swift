import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("The pages of a signature by SMS")
struct SignaturePageTests {
  private static let id = ID<ContractSignature>(UUID(uuid: (7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7, 7)))
  private static let start = "\(ContractScene.address)/signature"
  private static let address = "\(start)/\(id)"

  private static func signature(
    _ status: SignatureSheet.Status, delivery: SignatureSheet.Delivery? = nil, isCurrent: Bool = true,
    isElsewhere: Bool = false
  ) -> SignatureSheet {
    SignatureSheet(
      id: id, contract: ContractScene.id, status: status, phone: "06 12 34 56 78", model: "CER sans décision", pages: 2,
      startedAt: PortalUnderTest.moment, startedByName: "DURAND-VASSEUR Patricia", codesLeft: 2, triesLeft: 5,
      codeUntil: PortalUnderTest.moment, delivery: delivery, deliveryFault: delivery == .delayed ? "Interrompu." : nil,
      confirmedAt: status == .signed ? PortalUnderTest.moment : nil, isCurrent: isCurrent,
      isElsewhere: isElsewhere)
  }

  private static func serve(_ services: FakeServices, _ signature: SignatureSheet? = nil, obstacle: String? = nil) {
    ContractScene.serve(services, ContractScene.sheet(editable: ContractScene.authorZones))
    services.serve(
      ContractsAPI.listDocuments,
      ContractDocuments(
        signatures: signature.map { [$0] } ?? [], obstacle: obstacle, phone: "06 12 34 56 78", email: nil, scans: [],
        handovers: [], awaitsHandover: signature?.status == .signed))
    if let signature { services.serve(ContractsAPI.showSignature, signature) }
  }

  @Test("the document is prepared from a model, shown page by page, and the code leaves from its end")
  func reading() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services, Self.signature(.shown))
      services.serve(ContractsAPI.startSignature, Self.signature(.shown))
      services.serve(ContractsAPI.sendSignatureCode, Self.signature(.sent))
      let form = try await browser.get(Self.start)
      #expect(form.text.contains("06 12 34 56 78") && !form.html.contains("cer-vierge"))
      let key = try #require(form.hidden("cle"))
      let begun = try await browser.post(Self.start, ["model": "cer-sans-decision", "version": "3", "cle": key])
      #expect(begun.location == "\(Self.address)/lecture")
      let call = try #require(services.calls(of: ContractsAPI.startSignature).first)
      #expect(call.version == "\"3\"" && call.key == key)

      let document = try await browser.get("\(Self.address)/lecture")
      let last = try #require(document.html.range(of: "\(Self.address)/pages/2"))
      let button = try #require(document.html.range(of: "Valider et envoyer le code"))
      #expect(last.lowerBound < button.lowerBound)
      let sent = try await browser.post(
        "\(Self.address)/lecture", ["readToEnd": "oui", "version": "3", "cle": "une-cle-de-test"])
      #expect(sent.location == "\(Self.address)/code")
      #expect(services.calls(of: ContractsAPI.sendSignatureCode).first?.json?["readToEnd"] == .bool(true))
    }
  }

  @Test("a wrong code is said at its field; the page says what became of the SMS, with the box as a way out")
  func code() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services, Self.signature(.sent, delivery: .delayed))
      services.refuse(
        ContractsAPI.confirmSignature, .invalid([Fault("code", "inexact", "Ce code n’est pas celui du SMS.")]))
      let page = try await browser.get("\(Self.address)/code")
      #expect(page.text.contains("Le SMS n’est pas encore parti.") && page.text.contains("Interrompu."))
      #expect(page.html.contains("href=\"\(ContractScene.address)/accord\""))
      let wrong = try await browser.post(
        "\(Self.address)/code", ["code": "123456", "version": "3", "cle": "une-cle-de-test"])
      #expect(wrong.status == 422 && wrong.text.contains("Ce code n’est pas celui du SMS."))
      services.serve(ContractsAPI.confirmSignature, Self.signature(.signed))
      let right = try await browser.post(
        "\(Self.address)/code", ["code": "654321", "version": "3", "cle": "une-cle-de-test"])
      #expect(right.location == "\(ContractScene.address)#signature")
    }
  }

  @Test("what no longer holds leads back to where it begins; an obstacle says what to do")
  func elsewhere() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services, Self.signature(.sent, isCurrent: false), obstacle: "Le dossier n’a pas de numéro.")
      #expect(try await browser.get("\(Self.address)/code").location == Self.start)
      let page = try await browser.get(Self.start)
      #expect(page.text.contains("Le dossier n’a pas de numéro.") && page.text.contains("Modifier le téléphone"))
      Self.serve(services, Self.signature(.locked))
      #expect(try await browser.get("\(Self.address)/lecture").location == Self.start)
    }
  }

  @Test("who signs at another provider has no code to give: one waits for their signature") func provider() async throws
  {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services, Self.signature(.sent, isElsewhere: true))
      let page = try await browser.get("\(Self.address)/code")
      #expect(page.status == 200 && page.text.contains("La personne a reçu un courriel pour signer."))
      #expect(!page.html.contains("name=\"code\""))
    }
  }

  @Test("a document leaves for the address of the dossier, and its receipt is had from the contract")
  func mailing() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services, Self.signature(.signed))
      let without = try await browser.get("\(ContractScene.address)/envoi")
      #expect(without.text.contains("Le dossier n’a pas d’adresse électronique."))
      let mailing = DocumentMailing(
        id: .new(), address: "lea@exemple.fr", fileName: "Contrat n° 2.pdf", status: .sent,
        askedAt: PortalUnderTest.moment, askedByName: "DURAND-VASSEUR Patricia", settledAt: PortalUnderTest.moment)
      let documents = ContractDocuments(
        signatures: [], obstacle: nil, phone: nil, email: "lea@exemple.fr", scans: [], handovers: [],
        awaitsHandover: false, mailings: [mailing])
      services.serve(ContractsAPI.listDocuments, documents)
      services.serve(ContractsAPI.mailDocument, documents)
      let page = try await browser.get(ContractScene.address)
      #expect(page.html.contains("\(ContractScene.address)/envois/\(mailing.id)/preuve"))
      let form = try await browser.get("\(ContractScene.address)/envoi")
      #expect(form.text.contains("lea@exemple.fr") && !form.text.contains("Le document signé"))
      let sent = try await browser.post(
        "\(ContractScene.address)/envoi", ["document": "printed", "version": "3", "cle": "une-cle-de-test"])
      #expect(sent.location == "\(ContractScene.address)#remise")
      let call = try #require(services.calls(of: ContractsAPI.mailDocument).first)
      #expect(call.json?["document"]?.text == "printed")
    }
  }

  @Test("a signed document is had again from the contract, and is to be handed over") func signed() async throws {
    try await PortalUnderTest.run { services, browser in
      Self.serve(services, Self.signature(.signed))
      let page = try await browser.get(ContractScene.address)
      #expect(page.text.contains("Document signé") && page.text.contains("À remettre"))
      #expect(page.html.contains("\(Self.address)/fichier?nature=signed"))
      services.serve(
        ContractsAPI.recordHandover,
        ContractDocuments(
          signatures: [], obstacle: nil, phone: nil, email: nil, scans: [], handovers: [], awaitsHandover: false))
      let missing = try await browser.post(
        "\(ContractScene.address)/remise", ["on": "12/3", "version": "3", "cle": "une-cle-de-test"])
      #expect(missing.status == 422)
      let noted = try await browser.post(
        "\(ContractScene.address)/remise", ["way": "by_hand", "on": "12/3", "version": "3", "cle": "une-cle-de-test"])
      #expect(noted.location == "\(ContractScene.address)#remise")
      let call = try #require(services.calls(of: ContractsAPI.recordHandover).first)
      #expect(call.json?["way"]?.text == "by_hand" && call.json?["on"]?.text == "2026-03-12")
    }
  }
}
