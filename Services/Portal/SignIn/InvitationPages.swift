import API
import Domain
import Foundation
import Service

/// Which link a password is chosen with.
enum PasswordLink {
  /// An administrator's.
  case invitation
  /// One's own, asked for under « Mot de passe oublié ».
  case reset

  fileprivate var frame: String { self == .invitation ? "Bienvenue" : "Nouveau mot de passe" }
  fileprivate var title: String {
    self == .invitation ? "Choisissez votre mot de passe" : "Choisissez un nouveau mot de passe"
  }
}

/// Choosing a password with a link.
func choicePage(_ visit: Visit, _ link: PasswordLink, faults: FormFaults = FormFaults()) -> PageAnswer {
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
    visit.frame(link.frame), head: PageHead(link.title), body: faults.general + [form])
  return PageAnswer(.bare(page)).with(faults)
}

func choosePassword(_ visit: Visit, _ link: PasswordLink) async throws -> PageAnswer {
  let (password, again) = (visit.form.exact("password") ?? "", visit.form.exact("again") ?? "")
  var faults = FormFaults()
  if password.isEmpty { faults.add("password", "Saisissez le mot de passe que vous choisissez.") }
  if password != again { faults.add("again", "Les deux saisies diffèrent. Saisissez de nouveau le mot de passe.") }
  guard faults.isEmpty else { return choicePage(visit, link, faults: faults) }
  let secret = visit.parameters["secret"] ?? ""
  do {
    switch link {
    case .invitation:
      _ = try await visit.services.call(
        IdentityAPI.acceptInvitation, [:], InvitationAcceptance(secret: secret, password: password))
    case .reset:
      _ = try await visit.services.call(
        IdentityAPI.resetPassword, [:], PasswordReset(secret: secret, password: password))
    }
    return .see("/connexion", saying: "Votre mot de passe est enregistré. Connectez-vous.")
  } catch let problem as Problem where problem.status == 410 && link == .reset {
    let notice = Notice(
      problem.title, problem.detail, .late, actions: [Action("Demander un autre lien", resetRequestAddress)])
    let page = BarePage(visit.frame(link.frame), head: PageHead(link.title), body: [notice])
    return PageAnswer(.bare(page)).with(status: 410)
  } catch let problem as Problem where problem.status == 410 {
    let refused = Problem("lien", 422, problem.title, detail: problem.detail)
    return choicePage(visit, link, faults: try FormFaults(refused, fields: []))
  } catch let problem as Problem {
    return choicePage(visit, link, faults: try FormFaults(problem, fields: ["password"]))
  }
}
