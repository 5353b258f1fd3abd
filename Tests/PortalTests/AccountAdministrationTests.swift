import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Administration of accounts")
struct AccountAdministrationTests {
  private static let base = "/administration/collaborateurs"

  @Test("what the list is narrowed to is in the address and asked as such; what it leads to goes on")
  func list() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(
        IdentityAPI.listAccounts,
        Page(items: [Office.row("ROCHETTE Sophie", .active)], next: "suite+1", total: 68))
      let address =
        "\(Self.base)?q=roch&etat=actifs&profil=chef_de_service&structure=\(Office.organisation)&apres=un"
      let page = try await browser.get(address)
      #expect(
        services.calls(of: IdentityAPI.listAccounts).map(\.query) == [
          [
            "q": "roch", "status": "active", "profile": "chef_de_service", "limit": "50", "after": "un",
            "organisation": Office.organisation.description,
          ]
        ])
      #expect(page.text.contains("1 collaborateur affiché sur 68"))
      #expect(page.text.contains("ROCHETTE Sophie") && page.text.contains("Référent de parcours, Chef de service"))
      #expect(page.html.contains("apres=suite%2B1") && page.text.contains("Structure : CMS d’Aubenas"))
    }
  }

  @Test("those whom the feed named come first, with how many wait and a way to confirm each")
  func pending() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(IdentityAPI.listAccounts) { call in
        call.query["status"] == "pending"
          ? Page(items: [Office.row("FAURE Anaïs", .pending)], total: 12)
          : Page(items: [Office.row("ROCHETTE Sophie", .active)], total: 1)
      }
      let page = try await browser.get(Self.base)
      #expect(page.text.contains("À confirmer 12") && page.text.contains("Voir les 12"))
      #expect(page.html.contains("\(Self.base)/\(Office.account)/confirmation"))
      let home = try await browser.get("/")
      #expect(home.text.contains("12 comptes à confirmer"))
    }
  }

  @Test("an account is shown with what each profile opens; what its state forbids is not offered")
  func one() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(IdentityAPI.showAccount, Office.detail(.active))
      let active = try await browser.get("\(Self.base)/\(Office.account)")
      #expect(active.text.contains("12 mars 2026 à 10") && active.text.contains("CMS d’Aubenas"))
      #expect(active.text.contains("Tous les dossiers des territoires choisis") && active.text.contains("Centre"))
      #expect(active.text.contains("Fermer le compte") && !active.text.contains("Confirmer le compte"))
      services.serve(IdentityAPI.showAccount, Office.detail(.closed))
      let closed = try await browser.get("\(Self.base)/\(Office.account)")
      #expect(!closed.text.contains("Fermer le compte") && !closed.text.contains("Inviter de nouveau"))
      #expect(closed.text.contains("Rouvrir le compte") && !closed.text.contains("Sessions ouvertes"))
    }
  }

  @Test("an account without an address cannot be confirmed before it has one, and the page says so")
  func withoutAddress() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(
        IdentityAPI.showAccount, Office.detail(.pending, email: "r1\(AccountDetail.withoutAddress)"))
      let page = try await browser.get("\(Self.base)/\(Office.account)/confirmation")
      #expect(page.text.contains("Renseigner l’adresse") && !page.text.contains("Ce qui va se passer"))
      #expect(!page.text.contains("sans-adresse"))
    }
  }

  @Test("somebody is invited with the profiles given, and the link is shown once, with until when it is good")
  func invite() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(IdentityAPI.addAccount, Office.invited)
      let page = try await browser.post(
        "\(Self.base)/nouveau",
        [
          "cle": "k1", "familyName": "Rochette", "givenName": "Sophie", "email": "s@exemple.fr",
          "organisation": Office.organisation.description, "profiles.0.profile": "",
          "profiles.1.profile": "ali", "profiles.1.territories": Office.territory.description,
          "profiles.2.profile": "referent", "profiles.2.territories": Office.territory.description,
        ])
      let call = try #require(services.calls(of: IdentityAPI.addAccount).first)
      #expect(call.key == "k1" && call.json?["email"] == .string("s@exemple.fr"))
      #expect(
        call.json?["profiles"]
          == .array([
            .object(["profile": .string("ali"), "territories": .array([.string(Office.territory.description)])]),
            // A référent's profile has no territories, whatever a browser without scripts sends.
            .object(["profile": .string("referent"), "territories": .array([])]),
          ]))
      #expect(page.status == 200 && page.html.contains("value=\"https://jalons.exemple.fr/invitation/abc\""))
      #expect(page.text.contains("13 mars 2026 à 10") && page.text.contains("Un courriel part avec ce lien"))
    }
  }

  @Test("what is missing is said at its field without asking anybody; what was typed stays")
  func missing() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      let page = try await browser.post("\(Self.base)/nouveau", ["givenName": "Sophie"])
      #expect(page.status == 422 && services.calls(of: IdentityAPI.addAccount).isEmpty)
      for text in ["Indiquez le nom.", "elle sert à se connecter", "Donnez au moins un profil."] {
        #expect(page.text.contains(text), "\(text)")
      }
      #expect(page.html.contains("value=\"Sophie\""))
    }
  }

  @Test("a refusal of the service lands at the line of the form, empty lines apart")
  func refused() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.refuse(
        IdentityAPI.addAccount,
        .invalid([Fault("profiles.0.territories", "obligatoire", "Choisissez au moins un territoire.")]))
      let fields: KeyValuePairs = [
        "familyName": "R", "givenName": "S", "email": "s@exemple.fr", "profiles.3.profile": "ali",
      ]
      let page = try await browser.post("\(Self.base)/nouveau", fields)
      #expect(page.status == 422 && page.html.contains("champ-profiles.3.territories-erreur"))
      services.refuse(
        IdentityAPI.addAccount, .conflict("adresse-prise", "Cette adresse électronique a déjà un compte."))
      let taken = try await browser.post("\(Self.base)/nouveau", fields)
      #expect(taken.status == 422 && taken.html.contains("champ-email-erreur"))
    }
  }

  @Test("a change is sent with the version that was seen; one made meanwhile is told, and nothing typed is lost")
  func change() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(IdentityAPI.showAccount, Office.detail(.active))
      let form = try await browser.get("\(Self.base)/\(Office.account)/modifier")
      #expect(form.hidden("version") == "4")
      services.serve(IdentityAPI.changeAccount, Office.detail(.active))
      let fields: KeyValuePairs = [
        "version": "3", "familyName": "Rochette-Blanc", "givenName": "Sophie", "email": "s@exemple.fr",
        "profiles.0.profile": "referent",
      ]
      let saved = try await browser.post("\(Self.base)/\(Office.account)/modifier", fields)
      #expect(saved.location == "\(Self.base)/\(Office.account)")
      #expect(services.calls(of: IdentityAPI.changeAccount).first?.version == "\"3\"")
      services.refuse(IdentityAPI.changeAccount, .stale(.object([:])))
      let stale = try await browser.post("\(Self.base)/\(Office.account)/modifier", fields)
      #expect(stale.status == 412 && stale.text.contains("a été modifiée pendant que vous l’aviez ouverte"))
      #expect(stale.html.contains("value=\"Rochette-Blanc\"") && stale.hidden("version") == "4")
    }
  }

  @Test("confirming and inviting again show a link; closing asks first; what cannot be done any more is told")
  func acts() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(IdentityAPI.showAccount, Office.detail(.pending))
      services.serve(IdentityAPI.confirmAccount, Office.invited)
      let question = try await browser.get("\(Self.base)/\(Office.account)/confirmation")
      #expect(question.text.contains("Ce qui va se passer"))
      let confirmed = try await browser.post("\(Self.base)/\(Office.account)/confirmation")
      #expect(confirmed.html.contains("https://jalons.exemple.fr/invitation/abc"))
      services.serve(IdentityAPI.inviteAccount, Office.invited)
      let again = try await browser.post("\(Self.base)/\(Office.account)/invitation")
      #expect(again.html.contains("https://jalons.exemple.fr/invitation/abc"))
      let closing = try await browser.get("\(Self.base)/\(Office.account)/fermeture")
      #expect(closing.text.contains("Vous pourrez le rouvrir"))
      services.serve(IdentityAPI.closeAccount, Office.detail(.closed))
      let closed = try await browser.post("\(Self.base)/\(Office.account)/fermeture")
      #expect(closed.location == "\(Self.base)/\(Office.account)")
      services.refuse(IdentityAPI.confirmAccount, .conflict("deja-confirme", "Ce compte est déjà confirmé."))
      let late = try await browser.post("\(Self.base)/\(Office.account)/confirmation")
      #expect(late.location == "\(Self.base)/\(Office.account)" && late.header("set-cookie") != nil)
    }
  }

  @Test("its sessions are listed with a button each but one's own; a lost telephone is dealt with from there")
  func sessions() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(IdentityAPI.showAccount, Office.detail(.active, secondFactor: true))
      let (theirs, own) = (ID<Session>.new(), ID<Session>.new())
      services.serve(
        IdentityAPI.listAccountSessions,
        Page(items: [Office.session(theirs), Office.session(own, current: true)]))
      let address = "\(Self.base)/\(Office.account)"
      let page = try await browser.get(address)
      #expect(page.text.contains("Firefox sur Windows") && page.text.contains("Depuis 192.0.2.7"))
      #expect(page.html.contains("\(address)/sessions/\(theirs)/fermeture"))
      #expect(!page.html.contains("\(address)/sessions/\(own)/fermeture"))
      #expect(page.text.contains("demandé à la connexion"))
      services.serve(IdentityAPI.closeAccountSession, NoOutput())
      let one = try await browser.post("\(address)/sessions/\(theirs)/fermeture")
      #expect(one.location == address)
      #expect(services.calls(of: IdentityAPI.closeAccountSession).first?.parameters["session"] == theirs.description)
      services.serve(IdentityAPI.closeAccountSessions, ClosedSessions(closed: 2))
      #expect(try await browser.post("\(address)/sessions").location == address)
      services.serve(IdentityAPI.withdrawSecondFactor, NoOutput())
      #expect(try await browser.get("\(address)/second-facteur").text.contains("rappelez-la à son numéro connu"))
      #expect(try await browser.post("\(address)/second-facteur").location == address)
      #expect(services.calls(of: IdentityAPI.withdrawSecondFactor).count == 1)
    }
  }

  @Test("a closed account is reopened after a look at its profiles, and its link shown")
  func reopening() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      Office.open(services)
      services.serve(IdentityAPI.showAccount, Office.detail(.closed))
      services.serve(IdentityAPI.reopenAccount, Office.invited)
      let question = try await browser.get("\(Self.base)/\(Office.account)/reouverture")
      #expect(question.text.contains("Tous les dossiers des territoires choisis"))
      let reopened = try await browser.post("\(Self.base)/\(Office.account)/reouverture")
      #expect(reopened.html.contains("https://jalons.exemple.fr/invitation/abc"))
    }
  }

  @Test("accounts are the administrator's alone")
  func others() async throws {
    try await PortalUnderTest.run(as: .dpo) { services, browser in
      for path in ["", "/nouveau", "/\(Office.account)"] {
        let answer = try await browser.get(Self.base + path)
        #expect(answer.status == 403)
      }
      let closing = try await browser.post("\(Self.base)/\(Office.account)/fermeture")
      #expect(closing.status == 403)
      #expect(services.calls(of: IdentityAPI.closeAccount).isEmpty)
    }
  }
}

/// The county's offices and people, as its administrator sees them.
enum Office {
  static let account = ID<Account>(UUID(uuid: (8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8, 8)))
  static let organisation = ID<Organisation>(UUID(uuid: (9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9)))
  static let territory = ID<Territory>(UUID(uuid: (10, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1)))

  static func open(_ services: FakeServices) {
    services.serve(IdentityAPI.listOrganisations, Page(items: [structure()]))
    services.serve(
      IdentityAPI.listTerritories,
      Page(items: [TerritoryRow(id: territory, code: "CENTRE", name: "Centre", version: 2)]))
    services.serve(IdentityAPI.listAccountSessions, Page(items: []))
    services.serve(IdentityAPI.listAccountDelegations, Page(items: []))
  }

  static func structure(pending: Bool = false) -> OrganisationRow {
    OrganisationRow(
      id: organisation, name: "CMS d’Aubenas", kind: .accompagnement, territory: territory, genesisRef: "S1",
      pending: pending, version: 5)
  }

  static func row(_ name: String, _ status: AccountStatus) -> AccountRow {
    AccountRow(
      id: account, name: name, organisation: OrganisationReference(id: organisation, name: "CMS d’Aubenas"),
      status: status, email: "s@exemple.fr", profiles: [.referent, .chefDeService])
  }

  static func session(_ id: ID<Session>, current: Bool = false) -> SessionRow {
    SessionRow(
      id: id, createdAt: PortalUnderTest.moment - 3600, seenAt: PortalUnderTest.moment,
      expiresAt: PortalUnderTest.moment + 3600, address: "192.0.2.7",
      agent: "Mozilla/5.0 (Windows NT 10.0; rv:140.0) Gecko/20100101 Firefox/140.0", current: current)
  }

  static func detail(
    _ status: AccountStatus, email: String = "s@exemple.fr", secondFactor: Bool = false
  ) -> AccountDetail {
    AccountDetail(
      id: account, email: email, familyName: "Rochette", givenName: "Sophie",
      organisation: OrganisationReference(id: organisation, name: "CMS d’Aubenas"), status: status, genesisRef: nil,
      profiles: [
        ProfileGrant(profile: .referent), ProfileGrant(profile: .chefDeService, territories: [territory]),
      ], signedInAt: PortalUnderTest.moment, secondFactor: secondFactor, version: 4)
  }

  static var invited: InvitedAccount {
    InvitedAccount(
      account: detail(.invited),
      invitation: InvitationLink(
        link: "https://jalons.exemple.fr/invitation/abc", expiresAt: PortalUnderTest.moment + 86_400))
  }
}
