import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Uses out of the ordinary") struct UsagePageTests {
  private static let base = "/administration/usages"

  private static func use(suspends: Bool = true, settled: Bool = false, kind: UsageKind = .dossiers) -> AbnormalUse {
    AbnormalUse(
      id: ID(UUID(uuidString: "00000000-0000-7000-8000-0000000000a1") ?? .zero), account: .new(),
      accountName: "DURAND Paul", profile: .referent, day: CalendarDate(PortalUnderTest.moment), kind: kind,
      suspends: suspends, threshold: 100, count: 1, at: PortalUnderTest.moment,
      settledAt: settled ? PortalUnderTest.moment : nil, settledName: settled ? "MERCIER Louise" : nil,
      comment: settled ? "Vu avec la personne." : nil)
  }

  @Test("the delegate sees what waits for an examination, and what was found; an empty list says what it is for")
  func list() async throws {
    try await PortalUnderTest.run(as: .dpo) { services, browser in
      services.serve(
        IdentityAPI.listAbnormalUses, Page(items: [Self.use(), Self.use(suspends: false, kind: .outside)]))
      let page = try await browser.get(Self.base)
      #expect(page.text.contains("DURAND Paul") && page.text.contains("Compte suspendu"))
      #expect(page.text.contains("1 dossier ouvert hors des heures prévues") && page.text.contains("seuil : 100"))
      // Thresholds are the administrator's.
      #expect(!page.text.contains("Changer les seuils"))
      services.serve(IdentityAPI.listAbnormalUses, Page(items: []))
      #expect(try await browser.get(Self.base).text.contains("Aucun usage inhabituel"))
      #expect(try await browser.get("\(Self.base)?voir=examines").text.contains("Aucun constat examiné"))
      let calls = services.calls(of: IdentityAPI.listAbnormalUses)
      #expect(calls.last?.query["settled"] == "true")
    }
  }

  @Test("an account is brought back with what was found, and not without; what was settled meanwhile is said")
  func settle() async throws {
    try await PortalUnderTest.run(as: .dpo) { services, browser in
      services.serve(IdentityAPI.showAbnormalUse, Self.use())
      let address = Self.use().address
      let page = try await browser.get(address)
      #expect(page.text.contains("Ce compte est suspendu") && page.text.contains("Rétablir le compte"))
      #expect(page.html.contains("/administration/journal?"))
      let empty = try await browser.post(address, ["comment": " "])
      #expect(empty.status == 422 && services.calls(of: IdentityAPI.settleAbnormalUse).isEmpty)
      services.serve(IdentityAPI.settleAbnormalUse, Self.use(settled: true))
      let saved = try await browser.post(address, ["comment": "Vu avec la personne."])
      #expect(saved.location == Self.base)
      services.refuse(IdentityAPI.settleAbnormalUse, .conflict("deja-examine", "Ce constat a déjà été examiné."))
      let late = try await browser.post(address, ["comment": "Vu."])
      #expect(late.status == 422 && late.text.contains("déjà été examiné"))
      services.serve(IdentityAPI.showAbnormalUse, Self.use(settled: true))
      let settled = try await browser.get(address)
      #expect(settled.text.contains("MERCIER Louise") && !settled.text.contains("Rétablir le compte"))
    }
  }
}
