import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("The audit log's page")
struct AuditPageTests {
  private static let base = "/administration/journal"

  @Test("each line says who, under which profile, did what, on which dossier, when and from where")
  func lines() async throws {
    try await PortalUnderTest.run(as: .dpo) { services, browser in
      services.serve(
        IdentityAPI.listAudit,
        Page(items: [Self.entry(), Self.entry(act: "new.unheardOf", kind: "export")], next: "17"))
      let page = try await browser.get(Self.base)
      #expect(services.calls(of: IdentityAPI.listAudit).map(\.query) == [["limit": "50"]])
      for text in [
        "12/03/2026", "ROCHETTE Sophie", "Référent de parcours", "A ouvert le dossier", "n° 71042", "192.0.2.7",
        "Autre acte (new.unheardOf)", "2 actes affichés",
      ] { #expect(page.text.contains(text), "\(text)") }
      // From a line to all of the dossier's, and to all of the account's.
      #expect(page.html.contains("\(Self.base)?dossier=71042"))
      #expect(page.html.contains("\(Self.base)?compte=\(Office.account)"))
      #expect(page.html.contains("\(Self.base)?apres=17"))
    }
  }

  @Test("a dossier's number, a name, a kind and a period are asked of the service; each can be taken away alone")
  func search() async throws {
    try await PortalUnderTest.run(as: .dpo) { services, browser in
      services.serve(IdentityAPI.listAudit, Page(items: [Self.entry()]))
      services.serve(IdentityAPI.listAccounts, Page(items: [Office.row("ROCHETTE Sophie", .closed)]))
      let page = try await browser.get(
        "\(Self.base)?dossier=71%20042&compte=rochette&acte=consultations&du=1/3&au=12%20mars&apres=99")
      #expect(
        services.calls(of: IdentityAPI.listAudit).map(\.query) == [
          [
            "number": "71042", "account": Office.account.description, "kind": "read", "from": "2026-03-01",
            "until": "2026-03-12", "limit": "50", "after": "99",
          ]
        ])
      // Those who left did things too: closed accounts are looked up as well.
      #expect(services.calls(of: IdentityAPI.listAccounts).first?.query["status"] == nil)
      #expect(page.text.contains("Compte : ROCHETTE Sophie · CMS d’Aubenas") && page.text.contains("Consultations"))
      #expect(page.html.contains("href=\"\(Self.base)?compte=rochette&amp;acte=consultations&amp;du=1%2F3"))
    }
  }

  @Test("a link's account is named from what it did")
  func account() async throws {
    try await PortalUnderTest.run(as: .dpo) { services, browser in
      services.serve(IdentityAPI.listAudit, Page(items: [Self.entry()]))
      let page = try await browser.get("\(Self.base)?compte=\(Office.account)")
      #expect(page.text.contains("Compte : ROCHETTE Sophie") && services.calls(of: IdentityAPI.listAccounts).isEmpty)
    }
  }

  @Test("what cannot be searched for is said at its field, and nothing is asked")
  func faults() async throws {
    try await PortalUnderTest.run(as: .dpo) { services, browser in
      services.serve(
        IdentityAPI.listAccounts,
        Page(items: [Office.row("ROCHETTE Sophie", .active), Office.row("ROCHETTE Sylvain", .active)]))
      let page = try await browser.get("\(Self.base)?dossier=abc&compte=rochette&du=12/3&au=1/3")
      #expect(page.status == 422 && services.calls(of: IdentityAPI.listAudit).isEmpty)
      for text in [
        "« abc » n’est pas un numéro de dossier", "Plusieurs collaborateurs correspondent", "ROCHETTE Sylvain",
        "La fin (01/03/2026) précède le début (12/03/2026).",
      ] { #expect(page.text.contains(text), "\(text)") }
      services.serve(IdentityAPI.listAccounts, Page(items: []))
      let nobody = try await browser.get("\(Self.base)?compte=zzz&du=32/13")
      #expect(nobody.text.contains("Aucun collaborateur ne s’appelle « zzz »"))
      #expect(nobody.text.contains("n’est pas une date"))
    }
  }

  @Test("an empty answer says what to try; the log is the delegate's alone")
  func empty() async throws {
    try await PortalUnderTest.run(as: .dpo) { services, browser in
      services.serve(IdentityAPI.listAudit, Page(items: []))
      let page = try await browser.get("\(Self.base)?dossier=71042")
      #expect(page.text.contains("Vérifiez son numéro") && page.text.contains("Dossier n° 71042"))
      let home = try await browser.get("/")
      #expect(home.text.contains("Numéro de dossier"))
    }
    try await PortalUnderTest.run(as: .administrateur) { services, browser in
      let page = try await browser.get(Self.base)
      #expect(page.status == 403 && services.calls(of: IdentityAPI.listAudit).isEmpty)
    }
  }

  @Test(
    "every act that leaves a trace has words of its own",
    arguments: [
      IdentityAPI.signIn.name, IdentityAPI.changeTerritory.name, IdentityAPI.closeAccount.name,
    ].map { "identity.\($0)" } + [
      "dossiers.showDossier", "contracts.moveContract", "fse.saveForm", "scheduling.recordOutcome",
      "insight.exportReport",
    ])
  func words(_ act: String) {
    #expect(!AuditWords.sentence(act).contains(act))
  }

  private static func entry(act: String = "dossiers.showDossier", kind: String = "read") -> AuditEntry {
    AuditEntry(
      position: 18, event: UUID(), at: PortalUnderTest.moment, account: Office.account,
      accountName: "ROCHETTE Sophie", profile: "referent", scope: "own", act: act, kind: kind, dossier: Scene.dossier,
      object: nil, address: "192.0.2.7", number: 71_042)
  }
}
