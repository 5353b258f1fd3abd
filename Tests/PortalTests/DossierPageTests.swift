import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("A dossier's pages")
struct DossierPageTests {
  @Test("the summary shows who, the right, the référent, the feed's other value and the partner")
  func summary() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services, Scene.detail(phone: "0612345678", title: "MME"))
      let page = try await browser.get(Scene.address)
      #expect(page.status == 200)
      for expected in [
        "Mme MARTIN-DELACROIX Marie-Françoise", "41 ans · Le Teil", "Droit ouvert mais versement suspendu",
        "DURAND-VASSEUR Patricia", "06 12 34 56 78", "06 98 76 54 32", "DELACROIX Hugo", "11 mars 2026",
      ] { #expect(page.text.contains(expected), "\(expected) is missing") }
      #expect(page.html.contains("href=\"/dossiers/\(Scene.partner)\""))
      #expect(!page.text.contains("n’actualise plus"))
      // The dossier, its timeline, characteristics, notes, documents, steps and appointments, each asked once.
      let asked = services.calls.map(\.endpoint)
      #expect(asked.count <= 7 && Set(asked).count == asked.count, "\(asked)")
    }
  }

  @Test("a partner out of reach is named and leads nowhere")
  func partnerOutOfReach() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services, Scene.detail(reachable: false))
      let page = try await browser.get(Scene.address)
      #expect(page.text.contains("DELACROIX Hugo"))
      #expect(!page.html.contains(Scene.partner.description))
    }
  }

  @Test("a dossier that the feed no longer refreshes says so after five days")
  func stale() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services, Scene.detail(refreshedOn: "2026-03-06"))
      let page = try await browser.get(Scene.address)
      #expect(page.text.contains("Genesis n’actualise plus ce dossier"))
    }
  }

  @Test("the page stands without its timeline and without a panel that fails")
  func failingParts() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.refuse(DossiersAPI.listTimeline, .busy)
      services.refuse(DossiersAPI.listNotes, .busy)
      let page = try await browser.get(Scene.address)
      #expect(page.status == 200)
      #expect(page.text.contains("Momentanément indisponible"))
      #expect(!page.html.contains("class=\"timeline\""))
    }
  }

  @Test("the frise shows each thing at its own date, drawn and in a table, with the kinds that are asked for")
  func frise() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let page = try await browser.get("\(Scene.address)/frise?etendue=1-an")
      #expect(page.html.contains("class=\"timeline\"") && page.html.contains("\(Scene.address)/droit"))
      #expect(page.text.contains("depuis le 1er janvier 2026") && page.text.contains("le 2 février 2026"))
      let notices = try await browser.get("\(Scene.address)/frise?type=notice")
      #expect(notices.text.contains("Mise en demeure demandée"))
      #expect(!notices.text.contains("depuis le 1er janvier 2026"))
      // The day is out of what one month shows.
      let month = try await browser.get("\(Scene.address)/frise?etendue=1-mois&type=notice")
      #expect(month.text.contains("Rien sur cette étendue"))
    }
  }

  @Test("an archived dossier says so and offers nothing to do")
  func archived() async throws {
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      var detail = Scene.detail()
      detail.archivedOn = Scene.date("2026-03-01")
      Scene.open(services, detail)
      let page = try await browser.get(Scene.address).text
      #expect(page.contains("Dossier archivé depuis le 1er mars 2026"))
      #expect(!page.contains("Prendre un rendez-vous"))
    }
  }

  @Test("actions follow the rights")
  func rights() async throws {
    try await PortalUnderTest.run(as: .referent) { services, browser in
      Scene.open(services)
      let page = try await browser.get(Scene.address).text
      #expect(page.contains("Sortir de la file active") && page.contains("Mettre en veille"))
      #expect(!page.contains("Nommer un référent d’étape") && !page.contains("Annuler la sortie"))
    }
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      Scene.open(services, Scene.detail(leadUntil: "2026-03-31"))
      let page = try await browser.get(Scene.address).text
      #expect(page.contains("Nommer un référent d’étape") && page.contains("Annuler la sortie"))
      #expect(!page.contains("Mettre en veille") && !page.contains("Sortir de la file active"))
      #expect(page.contains("Sortie de la file active le 31 mars 2026"))
    }
  }

  @Test("a corrected contact is sent with the version that was read")
  func contact() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(DossiersAPI.changeContact, Scene.detail(version: 5))
      let form = try await browser.get("\(Scene.address)/identite")
      #expect(form.hidden("version") == "4")
      let answer = try await browser.post(
        "\(Scene.address)/identite", ["phone": " 07 ", "email": "", "version": "4"])
      #expect(answer.location == Scene.address)
      let call = try #require(services.calls(of: DossiersAPI.changeContact).first)
      #expect(call.version == "\"4\"")
      #expect(call.json?["phone"]?.text == "07")
      #expect(call.json?["email"] == nil)
    }
  }

  @Test("what a service finds wrong lands at its field, with what was typed")
  func faults() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.refuse(
        DossiersAPI.changeContact, .invalid([Fault("phone", "format", "Ce numéro n’est pas français.")]))
      let page = try await browser.post(
        "\(Scene.address)/identite", ["phone": "12", "email": "m@exemple.fr", "version": "4"])
      #expect(page.status == 422)
      #expect(page.html.contains("href=\"#champ-phone\""))
      #expect(page.html.contains("id=\"champ-phone-erreur\""))
      #expect(page.html.contains("value=\"12\""))
      #expect(page.hidden("version") == "4")
    }
  }

  @Test("a form that somebody was quicker to change is shown beside theirs, and saved under their version")
  func conflict() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services, Scene.detail(phone: "07 00 00 00 00", version: 9))
      services.refuse(DossiersAPI.changeContact, .stale(nil))
      let page = try await browser.post(
        "\(Scene.address)/identite", ["phone": "06 11 11 11 11", "email": "m@exemple.fr", "version": "4"])
      #expect(page.status == 412)
      #expect(page.html.contains("value=\"06 11 11 11 11\"") && page.html.contains("value=\"07 00 00 00 00\""))
      #expect(page.hidden("version") == "9")
      // Both agree on the address: it is sent along without being asked.
      #expect(page.hidden("email") == "m@exemple.fr")
    }
  }

  @Test("a note is added once however often it is sent, for the colleague named")
  func note() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(
        DossiersAPI.addNote,
        Note(
          id: .new(), dossier: Scene.dossier, author: PortalUnderTest.account, authorName: "x", text: "x",
          audience: .assigned, assignee: Scene.colleague, writtenAt: PortalUnderTest.moment, closedAt: nil, version: 1
        ))
      let key = try #require(try await browser.get("\(Scene.address)/notes").hidden("cle"))
      let answer = try await browser.post(
        "\(Scene.address)/notes",
        ["text": "Rappeler", "audience": "assigned", "assignee": "ROCHETTE Sophie · CMS d’Aubenas", "cle": key])
      #expect(answer.location == "\(Scene.address)/notes")
      let call = try #require(services.calls(of: DossiersAPI.addNote).first)
      #expect(call.key == key)
      #expect(call.json?["assignee"]?.text == Scene.colleague.description)
    }
  }

  @Test("a colleague whom the name does not tell from another is asked again")
  func namesakes() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let page = try await browser.post(
        "\(Scene.address)/notes", ["text": "Rappeler", "audience": "assigned", "assignee": "ROCHETTE"])
      #expect(page.status == 422)
      #expect(page.text.contains("Plusieurs collaborateurs correspondent"))
      #expect(services.calls(of: DossiersAPI.addNote).isEmpty)
    }
  }

  @Test(
    "an exit is proposed for the end of this month or the next, or any day as people write it",
    arguments: [
      ("ce-mois", "", "2026-03-31"), ("mois-prochain", "", "2026-04-30"), ("autre", "15 avril", "2026-04-15"),
      ("autre", "+15j", "2026-03-27"),
    ])
  func exit(_ choice: String, _ typed: String, _ day: String) async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let detail = Scene.detail()
      services.serve(DossiersAPI.recordExit) { _ in try #require(detail.lead) }
      let form = try await browser.get("\(Scene.address)/referents/sortie")
      #expect(form.text.contains("Le 31 mars 2026") && form.text.contains("Le 30 avril 2026"))
      let answer = try await browser.post(
        "\(Scene.address)/referents/sortie", ["choix": choice, "on": typed, "reason": "Emploi"])
      #expect(answer.status == 303)
      #expect(services.calls(of: DossiersAPI.recordExit).first?.json?["on"]?.text == day)
    }
  }

  @Test("the day of an exit is changed from the one that was saved, and taken back while it is to come")
  func exitAgain() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services, Scene.detail(leadUntil: "2026-04-15"))
      services.serve(DossiersAPI.cancelExit) { _ in try #require(Scene.detail().lead) }
      let form = try await browser.get("\(Scene.address)/referents/sortie")
      #expect(form.text.contains("Changer le jour de la sortie") && form.html.contains("value=\"15/04/2026\""))
      #expect(form.html.contains("value=\"autre\" checked"))
      let page = try await browser.get("\(Scene.address)/referents")
      #expect(page.text.contains("Annuler la sortie") && page.text.contains("Garder la sortie"))
      let answer = try await browser.post("\(Scene.address)/referents/annuler-sortie", [:])
      #expect(answer.status == 303 && services.calls(of: DossiersAPI.cancelExit).count == 1)
    }
  }

  @Test("an exit after the end of next month is asked about, day by day")
  func farExit() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(DossiersAPI.recordExit) { _ in try #require(Scene.detail().lead) }
      let address = "\(Scene.address)/referents/sortie"
      let asked = try await browser.post(address, ["choix": "autre", "on": "1/5/2026"])
      #expect(asked.status == 422 && asked.text.contains("Le 1er mai 2026 est après la fin du mois prochain"))
      #expect(asked.html.contains("name=\"confirme-2026-05-01\""))
      let other = try await browser.post(address, ["choix": "autre", "on": "2/5/2026", "confirme-2026-05-01": "oui"])
      #expect(other.status == 422 && services.calls(of: DossiersAPI.recordExit).isEmpty)
      let meant = try await browser.post(address, ["choix": "autre", "on": "1/5/2026", "confirme-2026-05-01": "oui"])
      #expect(
        meant.status == 303 && services.calls(of: DossiersAPI.recordExit).first?.json?["on"]?.text == "2026-05-01")
    }
  }

  @Test("an operator's people see a name and a year of birth: no panel, no word of what is hidden from them")
  func operators() async throws {
    try await PortalUnderTest.run(as: .operateur) { services, browser in
      var detail = Scene.detail()
      (detail.birthDate, detail.birthPrecision) = (Scene.date("1985-01-01"), .year)
      Scene.open(services, detail)
      services.serve(FSEAPI.listSteps, Page(items: [StepScene.made()]))
      let page = try await browser.get(Scene.address)
      #expect(page.status == 200 && page.text.contains("Année de naissance") && page.text.contains("1985"))
      #expect(page.text.contains("Accompagnement global"))
      for hidden in [
        "NIR", "Matricule", "Foyer", "Conjoint", "Référent", "Contact", "Droit", "Le Teil", "06 12", "Actualisé",
      ] {
        #expect(!page.text.contains(hidden), "\(hidden)")
      }
    }
  }

  @Test("an exit lists the lead's appointments to come, and says what becomes of them")
  func exitAppointments() async throws {
    @Sendable func appointment(_ days: Double, of agent: ID<Account>) -> AppointmentDetail {
      let start = PortalUnderTest.moment + days * 86_400
      return AppointmentDetail(
        id: .new(), dossier: Scene.dossier, agent: agent, agentName: "X", kind: "entretien",
        kindLabel: "Entretien individuel", theme: nil, themeLabel: nil, place: nil, placeName: nil, startsAt: start,
        endsAt: start + 3600, outcome: .planned, summary: nil, step: nil, reminder: true, reminderStatus: .queued,
        reminderDueAt: start - 172_800, reminderFault: nil, needsAttention: false, bookedBy: agent, bookedByName: "X",
        bookedAt: PortalUnderTest.moment, version: 1)
    }
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(DossiersAPI.recordExit) { _ in try #require(Scene.detail().lead) }
      let address = "\(Scene.address)/referents/sortie"
      #expect(try await !browser.get(address).text.contains("Rendez-vous après le dernier jour"))
      services.serve(
        SchedulingAPI.listAppointments,
        Page(items: [
          appointment(40, of: PortalUnderTest.account), appointment(30, of: Scene.colleague),
          appointment(-2, of: PortalUnderTest.account),
        ]))
      let page = try await browser.get(address)
      #expect(page.text.contains("mardi 21 avril 2026") && !page.text.contains("samedi 11 avril 2026"))
      #expect(page.html.contains("value=\"cancel\" checked"))
      let nobody = try await browser.post(address, ["choix": "ce-mois", "rendezVous": "hand_over"])
      #expect(nobody.status == 422 && services.calls(of: DossiersAPI.recordExit).isEmpty)
      _ = try await browser.post(
        address,
        ["choix": "ce-mois", "rendezVous": "hand_over", "collegue": "ROCHETTE Sophie · CMS d’Aubenas"])
      let sent = try #require(services.calls(of: DossiersAPI.recordExit).first?.json?["appointments"])
      #expect(sent["fate"]?.text == "hand_over" && sent["colleague"]?.text == Scene.colleague.description)
    }
  }

  @Test("an unreadable date, and an end before the beginning, are refused before they are sent")
  func dates() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let page = try await browser.post(
        "\(Scene.address)/veille/nouvelle", ["from": "1er avril", "until": "12/03/2026", "reason": "maladie"])
      #expect(page.text.contains("La fin (12/03/2026) précède le début (01/04/2026)."))
      let unreadable = try await browser.post(
        "\(Scene.address)/veille/nouvelle", ["from": "31/2", "reason": "maladie"])
      #expect(unreadable.text.contains("« 31/2 » n’est pas une date."))
      #expect(services.calls(of: DossiersAPI.startStandby).isEmpty)
    }
  }

  @Test("a standby is changed under the version read, and removed only after a question")
  func standby() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      let standby = Standby(
        id: UUID(), dossier: Scene.dossier, fromDate: Scene.date("2026-03-01"), untilDate: nil, reason: "maladie",
        reasonLabel: "Maladie", comment: nil, version: 2)
      services.serve(DossiersAPI.listStandbys, Page(items: [standby]))
      services.serve(DossiersAPI.changeStandby, standby)
      services.serve(DossiersAPI.removeStandby, NoOutput())
      let address = "\(Scene.address)/veille/\(standby.id.uuidString.lowercased())"
      let form = try await browser.get(address)
      #expect(form.hidden("version") == "2")
      // What the county no longer proposes is offered to nobody who does not have it already.
      #expect(form.text.contains("Maladie") && !form.text.contains("Détention"))
      _ = try await browser.post(address, ["from": "1/3", "until": "31/3", "reason": "maladie", "version": "2"])
      let change = try #require(services.calls(of: DossiersAPI.changeStandby).first)
      #expect(change.version == "\"2\"")
      #expect(change.json?["until"]?.text == "2026-03-31")
      let question = try await browser.get("\(address)/suppression")
      #expect(question.text.contains("Supprimer cette veille ?"))
      #expect(services.calls(of: DossiersAPI.removeStandby).isEmpty)
      _ = try await browser.post("\(address)/suppression", ["version": "2"])
      #expect(services.calls(of: DossiersAPI.removeStandby).count == 1)
    }
  }

  @Test("a step référent's days are changed and the access taken back by the secretariat alone, while it lasts")
  func stepReferents() async throws {
    func step(_ until: String) -> ReferentEntry {
      ReferentEntry(
        id: UUID(), account: Scene.colleague, name: "ROCHETTE Sophie", kind: .step, source: .local,
        fromDate: Scene.date("2026-03-01"), untilDate: Scene.date(until), version: 3)
    }
    let (running, over) = (step("2026-03-31"), step("2026-03-05"))
    let address = "\(Scene.address)/referents/etape/\(running.id.uuidString.lowercased())"
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      Scene.open(services, Scene.detail(others: [running, over]))
      let page = try await browser.get("\(Scene.address)/referents")
      #expect(page.html.contains("href=\"\(address)\"") && page.html.contains("href=\"\(address)/fin\""))
      #expect(!page.html.contains(over.id.uuidString.lowercased()))
      let question = try await browser.get("\(address)/fin")
      #expect(question.text.contains("Retirer l’accès de ROCHETTE Sophie"))
      services.serve(DossiersAPI.endStepReferent, NoOutput())
      let answer = try await browser.post("\(address)/fin", ["version": "3"])
      #expect(answer.location == "\(Scene.address)/referents")
      #expect(services.calls(of: DossiersAPI.endStepReferent).first?.version == "\"3\"")
      // Somebody was quicker: both are shown, and kept under the newer version.
      services.refuse(DossiersAPI.changeStepReferent, .stale(nil))
      let conflict = try await browser.post(address, ["from": "01/03/2026", "until": "20/03/2026", "version": "2"])
      #expect(conflict.status == 412 && conflict.hidden("version") == "3" && conflict.hidden("from") == "01/03/2026")
    }
    try await PortalUnderTest.run(as: .referent) { services, browser in
      Scene.open(services, Scene.detail(others: [running]))
      let page = try await browser.get("\(Scene.address)/referents")
      #expect(page.text.contains("ROCHETTE Sophie") && !page.html.contains(address))
    }
  }

  @Test("the NIR is masked until whoever may see it asks, and the page says that it is noted")
  func nir() async throws {
    let masked = "1 85 07 •• ••• ••• ••"
    try await PortalUnderTest.run(as: .secretariatDispositif) { services, browser in
      Scene.open(services, Scene.detail(maskedNir: masked))
      services.serve(DossiersAPI.showNIR, RevealedNIR(nir: "1 85 07 07 186 042 77"))
      let page = try await browser.get(Scene.address)
      #expect(page.text.contains(masked) && page.html.contains("action=\"\(Scene.address)/nir\""))
      #expect(services.calls(of: DossiersAPI.showNIR).isEmpty)
      let shown = try await browser.post("\(Scene.address)/nir")
      #expect(shown.html.contains("value=\"1 85 07 07 186 042 77\"") && shown.text.contains("journal d’audit"))
    }
    try await PortalUnderTest.run(as: .referent) { services, browser in
      Scene.open(services, Scene.detail(maskedNir: masked))
      let page = try await browser.get(Scene.address)
      #expect(page.text.contains(masked) && !page.html.contains("\(Scene.address)/nir"))
    }
  }

  @Test("why a right was suspended or closed is said in words, and a code without any is told to be one")
  func entitlementReasons() {
    #expect(
      entitlementReason("CG") == "application d’une sanction" && entitlementReason("ech") == "quatre mois sans droit")
    #expect(entitlementReason("RGD") == "regroupement de dossiers" && entitlementReason("GJ") != nil)
    #expect(entitlementReason("RFD") == "fin de droit, motif non publié par la CNAF")
    #expect(entitlementReason(nil) == nil && entitlementReason("") == nil)
    // Every code that CNAF's schema has is told in words, and one that is new too.
    let codes = [
      "PCG", "ECH", "EFF", "MUT", "RGD", "RFD", "RAU", "RST", "RSO", "01", "02", "03", "04", "05", "06", "09", "19",
      "31",
      "34", "35", "36", "44", "70", "78", "84", "85", "97", "AB", "CV", "CG", "CZ", "DA", "DB", "DC", "GF", "GK", "??",
    ]
    for code in codes { #expect(entitlementReason(code)?.contains(code) == false, "\(code)") }
  }
}
