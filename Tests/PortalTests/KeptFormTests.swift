import API
import Domain
import Foundation
import HTTPTypes
import Service
import Testing

@testable import Portal

@Suite("What was typed when a session ended")
struct KeptFormTests {
  private static let notes = "\(Scene.address)/notes"
  private static let kept = ID<KeptForm>(UUID(uuid: (9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9)))

  private static func mark(_ account: ID<Account> = PortalUnderTest.account, page: String = notes) throws -> String {
    try Browser.mark(account, session: "a session that has ended", page: page)
  }

  private static func keeping(_ services: FakeServices) {
    services.serve(IdentityAPI.keepForm, KeptFormReference(id: kept))
  }

  /// What identity gives back: two paragraphs in a note for a colleague.
  private static func note(_ address: String = notes, files: String = "[]") -> KeptForm {
    let content = """
      {"address": "\(address)", "files": \(files), "answers": [{"name": "cle", "value": "la-cle-du-formulaire"},
        {"name": "text", "value": "Premier point\\r\\n« second » point"}, {"name": "audience", "value": "private"}]}
      """
    return KeptForm(id: kept, keptAt: PortalUnderTest.moment, page: notes, content: content)
  }

  @Test("it is kept for whoever the form was for, and the way back leads by the sign-in page, which says so")
  func kept() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      Self.keeping(services)
      let answer = try await browser.post(
        Self.notes, ["text": "Deux\r\nlignes", "audience": "private"], csrf: Self.mark())
      #expect(answer.status == 303)
      let call = try #require(services.calls(of: IdentityAPI.keepForm).first)
      let location = try #require(answer.location?.removingPercentEncoding)
      #expect(location == "/connexion?retour=\(Self.notes)?reprise=\(Self.kept)")
      let mark = try PortalUnderTest.seal.mark(call.json?["mark"]?.text)
      #expect(mark?.account == PortalUnderTest.account && mark?.page == Self.notes)
      let content = try #require(call.json?["content"]?.text)
      #expect(content.contains("Deux\\nlignes") && content.contains("\"private\""))
      #expect(!content.contains("csrf"))
      let page = try await browser.get(try #require(answer.location))
      #expect(page.text.contains("Ce que vous veniez de saisir est gardé un jour"))
    }
  }

  @Test("a button that carries nothing typed keeps nothing and leads back to its page")
  func nothingTyped() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      let answer = try await browser.post(
        "\(Self.notes)/\(UUID())/cloture", ["version": "1", "cle": "x"], csrf: Self.mark())
      #expect(answer.location?.removingPercentEncoding == "/connexion?retour=\(Self.notes)")
      #expect(services.calls.isEmpty)
    }
  }

  @Test("a password is never kept")
  func password() async throws {
    try await PortalUnderTest.run(as: nil) { services, browser in
      let answer = try await browser.post(
        "/compte/mot-de-passe", ["current": "secret", "new": "secret"], csrf: Self.mark(page: "/compte"))
      #expect(answer.location?.hasPrefix("/connexion") == true)
      #expect(services.calls.isEmpty)
    }
  }

  @Test("back on the page, the form holds everything typed and the key under which it is done once")
  func filledAgain() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(IdentityAPI.showKeptForm, Self.note())
      let page = try await browser.get("\(Self.notes)?reprise=\(Self.kept)")
      #expect(page.status == 200)
      #expect(page.html.contains("Premier point\n") && page.text.contains("Premier point « second » point"))
      #expect(page.html.contains("value=\"private\" checked") && !page.html.contains("value=\"public\" checked"))
      #expect(page.hidden("cle") == "la-cle-du-formulaire" && page.hidden("reprise") == Self.kept.description)
      #expect(page.text.contains("Votre saisie vous attendait."))
    }
  }

  @Test("once the form is taken, what was kept of it is forgotten; refused, it stays")
  func forgotten() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(IdentityAPI.dropKeptForm, NoOutput())
      let empty = try await browser.post(Self.notes, ["text": "", "reprise": Self.kept.description])
      #expect(empty.status == 422 && services.calls(of: IdentityAPI.dropKeptForm).isEmpty)
      services.serve(DossiersAPI.addNote) { _ in throw Problem.busy }
      _ = try await browser.post(
        Self.notes, ["text": "Bonjour", "audience": "public", "reprise": Self.kept.description])
      #expect(services.calls(of: IdentityAPI.dropKeptForm).isEmpty)
      services.serve(DossiersAPI.addNote) { _ in
        Note(
          id: .new(), dossier: Scene.dossier, author: PortalUnderTest.account, authorName: "X", text: "Bonjour",
          audience: .public, assignee: nil, writtenAt: PortalUnderTest.moment, closedAt: nil, version: 1)
      }
      _ = try await browser.post(
        Self.notes, ["text": "Bonjour", "audience": "public", "reprise": Self.kept.description])
      #expect(services.calls(of: IdentityAPI.dropKeptForm).first?.parameters["keptForm"] == Self.kept.description)
    }
  }

  @Test("another session of the same account finds the form again; another account is told that it is not theirs")
  func otherSession() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      Self.keeping(services)
      let again = try await browser.post(Self.notes, ["text": "Bonjour"], csrf: Self.mark())
      #expect(again.location == "\(Self.notes)?reprise=\(Self.kept)")
      let foreign = try await browser.post(Self.notes, ["text": "Bonjour"], csrf: Self.mark(Scene.colleague))
      #expect(foreign.status == 403 && foreign.text.contains("pour elle seule"))
      let calls = services.calls(of: IdentityAPI.keepForm)
      #expect(calls.count == 2 && calls.allSatisfy { $0.headers[.authorization] == nil })
      #expect(services.calls(of: DossiersAPI.addNote).isEmpty)
    }
  }

  @Test("a session that ends during the call loses nothing either")
  func endsMeanwhile() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      Self.keeping(services)
      services.refuse(DossiersAPI.addNote, .sessionClosed)
      let answer = try await browser.post(
        Self.notes, ["text": "Bonjour", "audience": "public"],
        csrf: Browser.mark(
          PortalUnderTest.account,
          session: UUID(uuid: (1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)).uuidString
            .lowercased(), page: Self.notes))
      #expect(services.calls(of: IdentityAPI.keepForm).count == 1)
      #expect(answer.location?.contains("reprise") == true)
    }
  }

  @Test("a form that has no place any more is shown by itself, and a file is said to be lost")
  func withoutPlace() async throws {
    try await PortalUnderTest.run { services, browser in
      Scene.open(services)
      services.serve(IdentityAPI.showKeptForm, Self.note("/ailleurs"))
      let page = try await browser.get("\(Self.notes)?reprise=\(Self.kept)")
      #expect(page.location == "/saisies/\(Self.kept)")
      let gone = try await browser.get("/dossiers/\(Scene.partner)/notes?reprise=\(Self.kept)")
      #expect(gone.location == "/saisies/\(Self.kept)")
      let alone = try await browser.get("/saisies/\(Self.kept)")
      #expect(alone.text.contains("« second » point") && !alone.html.contains("la-cle-du-formulaire"))
      services.serve(IdentityAPI.showKeptForm, Self.note(files: "[\"cv.pdf\"]"))
      let filled = try await browser.get("\(Self.notes)?reprise=\(Self.kept)")
      #expect(filled.text.contains("« cv.pdf » n’a pas été gardé"))
      services.refuse(IdentityAPI.showKeptForm, .notFound("Cette saisie"))
      let stranger = try await browser.get("\(Self.notes)?reprise=\(Self.kept)")
      #expect(stranger.status == 200 && stranger.text.contains("Aucune saisie n’est gardée pour vous ici."))
    }
  }

  @Test("the home page leads back to what is kept")
  func home() async throws {
    try await PortalUnderTest.run { services, browser in
      services.serve(IdentityAPI.listKeptForms, Page(items: [Self.note()]))
      let home = try await browser.get("/")
      #expect(home.text.contains("Saisie du 12 mars 2026"))
      #expect(home.html.contains("href=\"\(Self.notes)?reprise=\(Self.kept)\""))
    }
  }
}
