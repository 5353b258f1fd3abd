import API
import Domain
import Foundation
import Testing

@testable import Portal

@Suite("Notifications") struct NoticePageTests {
  private static func notice(_ kind: NoticeKind, _ subject: NoticeSubject?) -> API.Notice {
    API.Notice(
      id: .new(), kind: kind, title: "Une nouvelle", subject: subject, dossier: nil, dossierName: nil,
      at: PortalUnderTest.moment, readAt: nil)
  }

  @Test("a notification leads to the page of its subject, and one without to none")
  func subjects() async throws {
    try await PortalUnderTest.run { services, browser in
      let dossier = ID<Dossier>.new()
      services.serve(
        SchedulingAPI.listNotices,
        Page(items: [
          Self.notice(.note, .dossier(dossier)), Self.notice(.delegation, NoticeSubject(.delegations)),
          Self.notice(.reminder, nil),
        ]))
      let page = try await browser.get("/notifications")
      #expect(
        page.html.contains("href=\"/dossiers/\(dossier)\"") && page.html.contains("href=\"/compte#remplacements\""))
      #expect(
        try await browser.get("/notifications/sujet?nature=dossier&id=\(dossier)").location == "/dossiers/\(dossier)")
      #expect(try await browser.get("/notifications/sujet?nature=agenda&id=").location == "/agenda")
      #expect(try await browser.get("/notifications/sujet?nature=autre").location == "/notifications")
    }
  }

  @Test("how one wants to be told is said kind by kind, and the rest stays as it was")
  func preferences() async throws {
    try await PortalUnderTest.run { services, browser in
      let stored = NoticePreferences(preferences: [
        NoticePreference(kind: .note, way: .portal), NoticePreference(kind: .step, way: .email),
      ])
      services.serve(SchedulingAPI.showNoticePreferences, stored)
      services.serve(SchedulingAPI.setNoticePreferences, stored)
      let page = try await browser.get("/notifications/preferences")
      #expect(page.text.contains("Notes qui me sont attribuées") && page.text.contains("Dans Jalons et par courriel"))
      let saved = try await browser.post("/notifications/preferences", ["note": "none"])
      #expect(saved.location == "/notifications/preferences")
      let sent = try #require(services.calls(of: SchedulingAPI.setNoticePreferences).first?.json)
      #expect(
        sent["preferences"]
          == .array([
            .object(["kind": .string("note"), "way": .string("none")]),
            .object(["kind": .string("step"), "way": .string("email")]),
          ]))
    }
  }
}
