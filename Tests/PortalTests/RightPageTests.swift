import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Administration of the profiles' rights") struct RightPageTests {
  private static let base = "/administration/droits"

  private static func rights(without taken: Set<Right> = [], of profile: Profile = .siege) -> [ProfileRights] {
    Profile.allCases.map { each in
      ProfileRights(
        profile: each, rights: each.ordered(each == profile ? each.rights.subtracting(taken) : each.rights),
        usual: each.ordered(each.rights), kept: each.keptRights, accounts: 12, version: each == profile ? 3 : 0)
    }
  }

  @Test("each right has a name of its own, and a profile's form shows those that it may have")
  func names() async throws {
    #expect(Set(Right.allCases.map(\.label)).count == Right.allCases.count)
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(IdentityAPI.listProfileRights, Self.rights(without: [.reports]))
      services.serve(IdentityAPI.listProfileRightChanges, Page(items: []))
      for profile in Profile.allCases {
        let page = try await browser.get("\(Self.base)/\(profile.rawValue)")
        for right in Right.allCases {
          #expect(
            page.html.contains("value=\"\(right.rawValue)\"")
              == (profile.rights.contains(right) && !Right.awaited.contains(right)), "\(profile) \(right)")
        }
      }
      #expect(try await browser.get("\(Self.base)/maire").status == 404)
    }
  }

  @Test("the list tells what was taken, by whom, and what nobody may do any more")
  func list() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(IdentityAPI.listProfileRights, Self.rights(without: [.importFeed], of: .administrateur))
      services.serve(
        IdentityAPI.listProfileRightChanges,
        Page(items: [
          ProfileRightChange(
            position: 1, profile: .administrateur, withdrawn: [.importFeed], restored: [],
            at: PortalUnderTest.moment, accountName: "MERCIER Louise")
        ]))
      let page = try await browser.get(Self.base)
      #expect(page.text.contains("Plus aucun profil n’a ce droit") && page.text.contains("1 retiré"))
      #expect(page.text.contains("MERCIER Louise") && page.text.contains("Déposer et corriger le flux Genesis"))
      #expect(try await browser.get("/administration").html.contains(Self.base))
    }
  }

  @Test("what stays ticked is sent with the version seen; a refusal lands where the box stands; all are given back")
  func save() async throws {
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      services.serve(IdentityAPI.listProfileRights, Self.rights(without: [.reports]))
      services.serve(IdentityAPI.listProfileRightChanges, Page(items: []))
      services.serve(IdentityAPI.changeProfileRights, Self.rights()[0])
      let saved = try await browser.post(
        "\(Self.base)/siege", ["version": "3", "dossiers": "readDossiers", "offers": "editOffers"])
      #expect(saved.location == Self.base)
      let call = try #require(services.calls(of: IdentityAPI.changeProfileRights).first)
      #expect(call.version == "\"3\"")
      #expect(call.json?["rights"] == .array([.string("readDossiers"), .string("editOffers"), .string("gatherings")]))
      let question = try await browser.get("\(Self.base)/siege/origine")
      #expect(question.text.contains("Rendu : Consulter et exporter les états") && question.hidden("version") == "3")
      services.refuse(
        IdentityAPI.changeProfileRights, .invalid([Fault("rights", "indispensable", "Il ne se retire pas.")]))
      let refused = try await browser.post("\(Self.base)/administrateur", ["version": "0", "dossiers": "readDossiers"])
      #expect(refused.status == 422 && refused.html.contains("champ-running-erreur"))
      services.refuse(IdentityAPI.changeProfileRights, .stale(nil))
      let stale = try await browser.post("\(Self.base)/siege", ["version": "1", "offers": "editOffers"])
      #expect(stale.status == 412 && stale.hidden("version") == "3")
      #expect(
        stale.html.contains("name=\"dossiers\" value=\"\" checked")
          && !stale.html.contains("value=\"readDossiers\" checked"))
    }
  }
}
