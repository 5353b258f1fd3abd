import API
import Domain
import Foundation
import Service
import TestSupport
import Testing

@testable import Identity

@Suite("The county's texts", .database) struct TextTests {
  private static let texts = ServiceName.identity.texts
  private static let invitation = ["text": CountyText.invitation.rawValue]
  private static let new = NewAccount(
    email: "lea.martin@exemple.fr", familyName: "MARTIN", givenName: "Léa", profiles: [ProfileGrant(profile: .referent)]
  )

  @Test(
    "an e-mail says what the county wrote, from the next one on, and what Jalons comes with once that is taken again")
  func words() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      let wording = TextWording(
        subject: "Bienvenue, {prenom}", body: "Bonjour {prenom},\n\nVotre mot de passe se choisit ici : {lien}")
      let changed = try await administrator.call(
        Self.texts.change, Self.invitation, TextDraft(wording: wording), version: 0)
      #expect(changed.wording == wording && !changed.isShipped && changed.history.count == 1)
      // The same again is no other version.
      let same = try await administrator.call(
        Self.texts.change, Self.invitation, TextDraft(wording: wording), version: changed.version)
      #expect(same == changed)
      let invited = try await administrator.call(IdentityAPI.addAccount, [:], Self.new)
      let mail = try #require(try await identity.mails(1, "invitation").first)
      #expect(mail.subject == "Bienvenue, Léa")
      #expect(mail.body == "Bonjour Léa,\n\nVotre mot de passe se choisit ici : {lien}")
      #expect(mail.whole.contains(identity.secret(invited)))

      let back = try await administrator.call(
        Self.texts.change, Self.invitation, TextDraft(wording: nil), version: changed.version)
      #expect(back.isShipped && back.wording == CountyText.invitation.shipped && back.history.count == 2)
      _ = try await administrator.call(IdentityAPI.inviteAccount, ["account": invited.account.id])
      let second = try #require(try await identity.mails(2, "invitation").last)
      #expect(second.subject == "Votre compte Jalons" && second.body.hasPrefix("Bonjour Léa,"))
    }
  }

  @Test(
    "without its link, with a link in its subject or a field that does not exist, a text is refused with every fault")
  func refused() async throws {
    try await IdentityUnderTest.run { identity in
      let administrator = try await identity.administrator()
      func faults(_ subject: String?, _ body: String) async throws -> [Fault] {
        do {
          _ = try await administrator.call(
            Self.texts.change, Self.invitation, TextDraft(wording: TextWording(subject: subject, body: body)),
            version: 0)
          return []
        } catch let problem as Problem {
          #expect(problem.status == 422)
          return problem.faults ?? []
        }
      }
      let several = try await faults("Compte {lien}", "Bonjour {prenon}, bienvenue.")
      #expect(several.map(\.code) == ["champ", "champ-inconnu", "lien"])
      #expect(several.first?.message.contains("{lien}") == true)
      #expect(try await faults(nil, "Voici le lien : {lien}").map(\.field) == ["wording.subject"])
      #expect(try await faults("Objet\nBcc: autre@exemple.fr", "Voici le lien : {lien}").map(\.code) == ["ligne"])
      let sheets = try await administrator.call(Self.texts.all)
      #expect(sheets.allSatisfy { $0.isShipped && $0.history.isEmpty })
    }
  }
}
