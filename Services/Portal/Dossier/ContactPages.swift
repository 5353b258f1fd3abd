import API
import Domain
import Foundation
import Service

/// The phone number and e-mail address, as a référent corrects them (rule C11).
func contactPage(_ visit: Visit) async throws -> PageAnswer {
  let open = try await OpenDossier.load(visit)
  let typed = ContactChange(phone: PhoneNumber.shown(open.detail.phone.value), email: open.detail.email.value)
  return contactForm(open, typed, version: open.detail.version, faults: FormFaults())
}

private func contactForm(_ open: OpenDossier, _ typed: ContactChange, version: Int, faults: FormFaults) -> PageAnswer {
  func source(_ value: ContactValue) -> String? {
    value.feedValue.map { "Genesis indique \($0)" }
  }
  var phone = faults.common("phone", isRequired: false)
  phone.source = source(open.detail.phone)
  var email = faults.common("email", isRequired: false)
  email.source = source(open.detail.email)
  let form = Form(
    id: "contact", address: open.address("identite"),
    groups: [
      FieldGroup(
        text: "Ce que vous écrivez ici l’emporte sur Genesis, dont la valeur reste affichée à côté.",
        fields: [
          .text("phone", "Téléphone", value: typed.phone, type: .tel, width: .medium, maximumLength: 20, phone),
          .text("email", "Adresse électronique", value: typed.email, type: .email, maximumLength: 254, email),
        ])
    ], values: [HiddenValue("version", String(version))], submit: "Enregistrer",
    cancel: Link("Annuler", open.address()))
  let head = PageHead("Modifier le contact", back: Link("Résumé", open.address()))
  return open.page(head, in: "", faults.general + [form]).with(faults)
}

func changeContact(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  let version = try visit.version
  let change = ContactChange(phone: visit.form["phone"], email: visit.form["email"])
  do {
    _ = try await visit.services.call(DossiersAPI.changeContact, ["dossier": id], change, version: version)
    return .see("/dossiers/\(id)", saying: "Le contact est enregistré.")
  } catch let problem as Problem where problem.status == 412 {
    let open = try await OpenDossier.load(visit)
    let stored = (phone: PhoneNumber.shown(open.detail.phone.value) ?? "", email: open.detail.email.value ?? "")
    return open.conflict(
      [
        ConflictField(name: "phone", label: "Téléphone", mine: change.phone ?? "", theirs: stored.phone),
        ConflictField(name: "email", label: "Adresse électronique", mine: change.email ?? "", theirs: stored.email),
      ], version: open.detail.version, address: open.address("identite"), in: "")
  } catch let problem as Problem {
    let faults = try FormFaults(problem, fields: ["phone", "email"])
    return contactForm(try await OpenDossier.load(visit), change, version: version, faults: faults)
  }
}
