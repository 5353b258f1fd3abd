import API
import Domain
import Foundation
import Synchronization
import Testing

@testable import Portal

/// A form with a question of each kind.
private struct EveryKind: SettingForm {
  struct Draft: Sendable {
    var day: CalendarDate?
    var moment = PortalUnderTest.moment
    var kind: Kind?
    var kinds: [Kind] = []
    var text = ""
    var phone: String?
    var email: String?
    var count: Int?
    var colleague: ID<Account>?
    var structure: ID<Organisation>?
    var file: Portal.FormAnswers.File?
    var isHoused: Bool?
    var isTold = false
    var reason: String?
  }

  enum Kind: String, Sendable, Hashable, FormValue { case one, two }

  static let room = "Essai"
  /// What was saved last.
  static let saved = Mutex<Draft?>(nil)

  let visit: Visit
  var draft: Draft { Draft() }
  var version: Int? { nil }
  var opening: Portal.FormAnswers? { Portal.FormAnswers() }
  var sending: Sending { Sending("essai", "Enregistrer", isMultipart: true) }
  var head: PageHead { PageHead("Essai") }

  static func load(_ visit: Visit) async throws -> EveryKind { EveryKind(visit: visit) }

  var groups: [QuestionGroup<Draft>] {
    let choices = [Choice("one", "Un"), Choice("two", "Deux")]
    return [
      QuestionGroup(
        .date("day", \.day, "Jour"),
        .moment(
          "moment", \.moment, "Quand", day: ("date", "Le"), time: ("time", "À", help: nil), isComing: true,
          missing: ("Indiquez le jour.", "Indiquez l’heure.")),
        .radios("kind", \.kind, "Sorte", choices, missing: "Choisissez une sorte."),
        .boxes("kinds", \.kinds, "Sortes", choices), .area("text", \.text, "Texte", missing: "Écrivez le texte."),
        .telephone("phone", \.phone, "Téléphone"), .email("email", \.email, "Courriel"),
        .number("count", \.count, "Nombre"), .colleague("colleague", \.colleague, "Collaborateur"),
        .structure("structure", \.structure, "Structure"),
        .file("file", \.file, "Fichier", accept: ".pdf", missing: "Déposez un fichier."),
        .yesOrNo("isHoused", \.isHoused, "Logé"), .box("isTold", \.isTold, "Prévenu"),
        .area("reason", \.reason, "Motif", missing: "Dites pourquoi.").when("kind", is: "two"))
    ]
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    Self.saved.withLock { $0 = draft }
    return .see("/essai")
  }
}

@Suite("The kinds of questions", .serialized)
struct FormKindTests {
  private static let room = Room { pages in pages.form("essai", rights: [], EveryKind.self) }

  private static func structures(_ services: FakeServices) {
    services.serve(IdentityAPI.listOrganisations) { call in
      let all = ["CMS Nord", "CMS Sud"].map {
        OrganisationRow(
          id: .new(), name: $0, kind: .departement, territory: nil, genesisRef: nil, pending: false, version: 1)
      }
      return Page(
        items: all.filter { row in call.query["q"].map { row.name.lowercased().contains($0.lowercased()) } ?? true })
    }
  }

  /// As a browser sends a form that carries files.
  private static func send(_ browser: Browser, _ fields: [(String, String)], file: String? = nil) async throws
    -> Browser.Answer
  {
    var body = ""
    for (name, value) in try [("csrf", browser.proof)] + fields {
      body += "--limite\r\nContent-Disposition: form-data; name=\"\(name)\"\r\n\r\n\(value)\r\n"
    }
    if let file {
      body += "--limite\r\nContent-Disposition: form-data; name=\"file\"; filename=\"a.pdf\"\r\n\r\n\(file)\r\n"
    }
    body += "--limite--\r\n"
    return try await browser.send(
      "POST", "/essai", headers: ["content-type": "multipart/form-data; boundary=limite"], body: Data(body.utf8))
  }

  @Test("each reads what people write")
  func read() async throws {
    try await PortalUnderTest.run(others: [Self.room]) { services, browser in
      Scene.open(services)
      Self.structures(services)
      let answer = try await Self.send(
        browser,
        [
          ("day", "12 mars"), ("date", "12/1"), ("time", "14h30"), ("kind", "two"), ("kinds", "one"), ("kinds", "two"),
          ("text", "Deux\r\nlignes"), ("phone", "0612345678"), ("email", "a@exemple.fr"), ("count", "15"),
          ("colleague", "ROCHETTE Sophie · CMS d’Aubenas"), ("structure", "cms sud"), ("isHoused", "non"),
          ("isTold", "oui"), ("reason", "Parce que"),
        ], file: "%PDF")
      #expect(answer.location == "/essai")
      let draft = try #require(EveryKind.saved.withLock { $0 })
      #expect(draft.day == Scene.date("2026-03-12") && Moment.text(draft.moment) == "2027-01-12T13:30:00.000Z")
      #expect(draft.kind == .two && draft.kinds == [.one, .two] && draft.text == "Deux\nlignes" && draft.count == 15)
      #expect(draft.phone == "0612345678" && draft.email == "a@exemple.fr" && draft.reason == "Parce que")
      #expect(draft.colleague == Scene.colleague && draft.structure != nil)
      #expect(try draft.file?.bytes == Data("%PDF".utf8))
      #expect(draft.isHoused == false && draft.isTold)
    }
  }

  @Test("what is wrong with each is said at once, beside what was typed")
  func wrong() async throws {
    try await PortalUnderTest.run(others: [Self.room]) { services, browser in
      Scene.open(services)
      Self.structures(services)
      let page = try await Self.send(
        browser,
        [
          ("day", "jamais"), ("date", "le 40"), ("kind", "three"), ("count", "beaucoup"), ("colleague", "ROCHETTE"),
          ("structure", "CMS"), ("isHoused", "peut-être"), ("reason", "Ne compte pas"),
        ])
      #expect(page.status == 422 && page.text.contains("10 points sont à corriger"))
      for field in ["day", "date", "time", "kind", "text", "count", "colleague", "structure", "file", "isHoused"] {
        #expect(page.html.contains("champ-\(field)-erreur"), "\(field)")
      }
      // Not asked with this answer, and not lost either.
      #expect(!page.html.contains("champ-reason-erreur") && page.html.contains("Ne compte pas"))
      #expect(page.html.contains("value=\"jamais\"") && page.html.contains("value=\"beaucoup\""))
      #expect(page.text.contains("Plusieurs structures correspondent à « CMS »."))
    }
  }

  @Test("a field suggests while one types")
  func suggestions() async throws {
    try await PortalUnderTest.run(others: [Self.room]) { services, browser in
      Scene.open(services)
      Self.structures(services)
      let form = try await browser.get("/essai")
      #expect(
        form.html.contains("hx-get=\"/suggestions/collaborateurs\"") && form.html.contains("champ-colleague-liste"))
      let people = try await browser.get("/suggestions/collaborateurs?colleague=ROCH", headers: ["HX-Request": "true"])
      #expect(people.html.contains("<option value=\"ROCHETTE Sophie · CMS d’Aubenas\">"))
      let structures = try await browser.get("/suggestions/structures?structure=Sud", headers: ["HX-Request": "true"])
      #expect(structures.html.contains("CMS Sud") && !structures.html.contains("CMS Nord"))
      #expect(try await browser.get("/suggestions/mots-de-passe").status == 404)
    }
  }
}
