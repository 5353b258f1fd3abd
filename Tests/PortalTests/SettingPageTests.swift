import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Administration of delays, models and texts") struct SettingPageTests {
  private static let handover = "/administration/delais/handover"

  private static func history(_ periods: [DecidedPeriod] = [], version: Int = 3) -> DelayHistory {
    DelayHistory(name: .handover, value: 45, periods: periods, version: version)
  }

  @Test("a delay is sent with the version seen and its first day; what is out of bounds is told without asking")
  func delay() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      let delays = ServiceName.dossiers.delays
      let period = DecidedPeriod(
        value: 45, from: Scene.date("2026-03-01"), decidedAt: PortalUnderTest.moment, accountName: "MERCIER Louise")
      services.serve(delays.show, Self.history([period]))
      let page = try await browser.get(Self.handover)
      #expect(page.hidden("version") == "3" && page.text.contains("depuis le 1er mars 2026"))
      let wrong = try await browser.post(Self.handover, ["version": "3", "value": "900", "from": "hier"])
      #expect(wrong.status == 422 && wrong.html.contains("champ-value-erreur") && wrong.html.contains("value=\"900\""))
      #expect(services.calls(of: delays.change).isEmpty)
      services.serve(delays.change, Self.history())
      let saved = try await browser.post(Self.handover, ["version": "3", "value": "60", "from": "1er avril"])
      #expect(saved.location == Self.handover)
      let call = try #require(services.calls(of: delays.change).first)
      #expect(call.version == "\"3\"" && call.json?["value"]?.int == 60 && call.json?["from"]?.text == "2026-04-01")
      services.refuse(delays.change, .stale(nil))
      services.serve(delays.show, Self.history(version: 4))
      let stale = try await browser.post(Self.handover, ["version": "3", "value": "61", "from": "1er avril"])
      #expect(stale.status == 412 && stale.hidden("version") == "4" && stale.html.contains("value=\"61\""))
      #expect(try await browser.get("/administration/delais/inconnu").status == 404)
    }
  }

  @Test("a text that the service refuses comes back as it was typed, each fault at its field")
  func text() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      let texts = ServiceName.identity.texts
      let address = "/administration/textes/invitation"
      services.serve(
        texts.all,
        [
          TextSheet(
            name: .invitation, wording: CountyText.invitation.shipped, isShipped: true, history: [], version: 0)
        ])
      services.serve(texts.preview, TextPreview(subject: "Objet", body: "Bonjour Maëlys,", segments: nil))
      #expect(try await browser.get(address).text.contains("Bonjour Maëlys,"))
      services.refuse(
        texts.change,
        .invalid([
          Fault("wording.subject", "ligne", "L’objet tient en une ligne."),
          Fault("wording.body", "champ", "Le texte doit contenir {lien}."),
        ]))
      let typed: KeyValuePairs = ["version": "0", "subject": "Bienvenue", "body": "Bonjour, bienvenue chez nous."]
      let refused = try await browser.post(address, typed)
      #expect(refused.status == 422)
      for field in ["subject", "body"] { #expect(refused.html.contains("champ-\(field)-erreur"), "\(field)") }
      #expect(refused.text.contains("Bonjour, bienvenue chez nous."))
      // Looking at it keeps nothing.
      let before = services.calls(of: texts.change).count
      let preview = try await browser.post("\(address)?apercu=oui", typed)
      #expect(
        preview.text.contains("Rien n’est encore enregistré.") && services.calls(of: texts.change).count == before)
      let short = try await browser.post(address, ["version": "0", "subject": "", "body": "Trop"])
      #expect(short.status == 422 && short.text.contains("Trop"))
    }
  }

  @Test("a model shows which of its files prints, and from when another was chosen")
  func model() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      let file = ModelFile(
        number: 1, fileName: "Notre contrat.docx", bytes: 30_000, depositedAt: PortalUnderTest.moment,
        accountName: "MERCIER Louise")
      let period = DecidedPeriod(
        value: 1, from: Scene.date("2026-03-01"), decidedAt: PortalUnderTest.moment, accountName: "MERCIER Louise")
      let models = ServiceName.contracts.models
      let sheets = [("cer-vierge", false), ("cer-decision-valide", true)].map { code, isOwn in
        ModelSheet(
          code: code, kind: .contract, label: code, logo: .county, current: isOwn ? 1 : 0,
          files: (isOwn ? [file] : []) + [ModelFile(number: 0, fileName: "\(code).docx", bytes: 6000)],
          periods: isOwn ? [period] : [], version: isOwn ? 5 : 0)
      }
      services.serve(models.all, sheets)
      let address = "/administration/modeles/contract/cer-decision-valide"
      let page = try await browser.get(address)
      #expect(page.text.contains("Notre contrat.docx") && page.text.contains("depuis le 1er mars 2026"))
      let current = try await browser.get("\(address)/fichiers/1")
      #expect(current.text.contains("C’est le modèle en vigueur."))
      services.serve(models.choose, sheets[0])
      let chosen = try await browser.post("\(address)/fichiers/0", ["version": "5", "from": "12/3"])
      #expect(chosen.location == address)
      let call = try #require(services.calls(of: models.choose).first)
      #expect(call.version == "\"5\"" && call.json?["number"]?.int == 0)
      #expect(try await browser.get("\(address)/fichiers/9").status == 404)
      let nothing = try await browser.post(address, [:])
      #expect(nothing.status == 422 && nothing.text.contains("Choisissez un document Word"))
      services.serve(models.add, sheets[1])
      let added = try await browser.post(
        "/administration/modeles/nouveau", ["kind": "contract", "label": "Notification", "logo": "county"])
      #expect(added.location == address)
      let unnamed = try await browser.post("/administration/modeles/nouveau", ["kind": "contract", "logo": "none"])
      #expect(unnamed.status == 422 && unnamed.text.contains("Donnez un nom au modèle."))
      services.serve(models.change, sheets[1])
      let renamed = try await browser.post("\(address)/nom", ["version": "5", "label": "Validé", "logo": "none"])
      #expect(renamed.location == address)
      #expect(services.calls(of: models.change).first?.json?["open"] == .bool(false))
    }
  }
}
