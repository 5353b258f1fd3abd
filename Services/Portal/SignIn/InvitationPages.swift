import API
import Domain
import Foundation
import Service

/// Choosing a password with the link that an administrator handed over.
func invitationPage(_ visit: Visit, faults: FormFaults) -> PageAnswer {
  let form = Form(
    id: "invitation", address: visit.path,
    groups: [
      FieldGroup(fields: [
        .text(
          "password", "Mot de passe", type: .password, autocomplete: "new-password",
          faults.common("password", help: "Une phrase de plusieurs mots se retient mieux et protège mieux")),
        .text(
          "again", "Le même une seconde fois", type: .password, autocomplete: "new-password", faults.common("again")),
      ])
    ], submit: "Choisir ce mot de passe", isGuarded: false)
  let page = BarePage(
    visit.frame("Bienvenue"), head: PageHead("Choisissez votre mot de passe"), body: faults.general + [form])
  return PageAnswer(.bare(page)).with(faults)
}

func acceptInvitation(_ visit: Visit) async throws -> PageAnswer {
  let (password, again) = (visit.form.exact("password") ?? "", visit.form.exact("again") ?? "")
  var faults = FormFaults()
  if password.isEmpty { faults.add("password", "Saisissez le mot de passe que vous choisissez.") }
  if password != again { faults.add("again", "Les deux saisies diffèrent. Saisissez de nouveau le mot de passe.") }
  guard faults.isEmpty else { return invitationPage(visit, faults: faults) }
  do {
    let acceptance = InvitationAcceptance(secret: visit.parameters["secret"] ?? "", password: password)
    _ = try await visit.services.call(IdentityAPI.acceptInvitation, [:], acceptance)
    return .see("/connexion", saying: "Votre mot de passe est enregistré. Connectez-vous.")
  } catch let problem as Problem where problem.status == 410 {
    let refused = Problem("lien", 422, problem.title, detail: problem.detail)
    return invitationPage(visit, faults: try FormFaults(refused, fields: []))
  } catch let problem as Problem {
    return invitationPage(visit, faults: try FormFaults(problem, fields: ["password"]))
  }
}
