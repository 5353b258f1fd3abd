import API
import Domain
import Service

/// The phone number and e-mail address, as a référent corrects them (rule C11).
struct ContactForm: DossierForm {
  let open: OpenDossier

  static let section = ""

  static func load(_ visit: Visit) async throws -> ContactForm { ContactForm(open: try await OpenDossier.load(visit)) }

  var groups: [QuestionGroup<ContactChange>] {
    let (phone, email) = (open.detail.phone.feedValue, open.detail.email.feedValue)
    return [
      QuestionGroup(
        text: "Ce que vous écrivez ici l’emporte sur Genesis, dont la valeur reste affichée à côté.",
        .telephone("phone", \.phone, "Téléphone").source(phone.map { "Genesis indique \($0)" }),
        .email("email", \.email, "Adresse électronique").source(email.map { "Genesis indique \($0)" }))
    ]
  }

  var draft: ContactChange { ContactChange(phone: open.detail.phone.value, email: open.detail.email.value) }
  var version: Int? { open.detail.version }
  var sending: Sending { Sending("contact", "Enregistrer", cancel: open.address()) }
  var head: PageHead { PageHead("Modifier le contact", back: Link("Résumé", open.address())) }

  func save(_ draft: ContactChange, version: Int?) async throws -> PageAnswer {
    _ = try await visit.services.call(DossiersAPI.changeContact, open.path, draft, version: version)
    return .see(open.address(), saying: "Le contact est enregistré.")
  }
}
