import API
import Domain
import Foundation
import Service

func addPasswordResetPages(to pages: Pages) {
  pages.openPage("mot-de-passe-oublie") { visit in resetRequestPage(visit) }
  pages.openForm("mot-de-passe-oublie") { visit in try await requestReset(visit) }
  pages.openPage("mot-de-passe/{secret}") { visit in try await choicePage(visit, .reset) }
  pages.openForm("mot-de-passe/{secret}") { visit in try await choosePassword(visit, .reset) }
}

let resetRequestAddress = "/mot-de-passe-oublie"

private func resetRequestPage(_ visit: Visit, faults: FormFaults = FormFaults()) -> PageAnswer {
  let form = Form(
    id: "mot-de-passe-oublie", address: resetRequestAddress,
    groups: [
      FieldGroup(
        text: "Un lien pour choisir un autre mot de passe vous sera envoyé par courriel.",
        fields: [
          .text(
            "email", "Adresse électronique", value: visit.form["email"], type: .email,
            maximumLength: 254, autocomplete: "username", faults.common("email"))
        ])
    ], submit: "Recevoir un lien", cancel: Link("Revenir à la connexion", "/connexion"), isGuarded: false)
  let page = BarePage(
    visit.frame("Mot de passe oublié"), head: PageHead("Mot de passe oublié"), body: faults.general + [form])
  return PageAnswer(.bare(page)).with(faults)
}

/// The answer says nothing of whether the address has an account.
private func requestReset(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  guard let email = visit.form["email"], email.contains("@") else {
    faults.add("email", "Saisissez votre adresse électronique, par exemple prenom.nom@exemple.fr.")
    return resetRequestPage(visit, faults: faults)
  }
  do {
    _ = try await visit.services.call(
      IdentityAPI.requestPasswordReset, [:], PasswordResetRequest(email: email))
  } catch let problem as Problem {
    return resetRequestPage(visit, faults: try FormFaults(problem, fields: ["email"]))
  }
  let body: [any Piece] = [
    Notice(
      "Votre demande est prise en compte.",
      "Si \(email) est celle d’un compte Jalons, un courriel part à l’instant. Il dit jusqu’à quand son lien est valable ; ce lien sert une fois.",
      .done),
    Paragraph(
      "Rien dans la boîte de réception après quelques minutes ? Regardez parmi les indésirables, vérifiez l’adresse, puis voyez votre administrateur : lui seul peut ouvrir un compte.",
      isMuted: true),
    Action("Revenir à la connexion", "/connexion", icon: .arrowLeft),
  ]
  let page = BarePage(visit.frame("Mot de passe oublié"), head: PageHead("Consultez votre messagerie"), body: body)
  return PageAnswer(.bare(page))
}
