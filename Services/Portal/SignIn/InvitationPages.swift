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

/// Choosing a password with a link. One that is no longer good says so before anything is typed.
func choicePage(_ visit: Visit, _ link: PasswordLink, faults: FormFaults = FormFaults()) async throws -> PageAnswer {
  let state: PasswordLinkState
  do {
    let secret = PasswordLinkSecret(secret: visit.parameters["secret"] ?? "")
    state = try await visit.services.call(
      link == .invitation ? IdentityAPI.inspectInvitation : IdentityAPI.inspectPasswordReset, [:], secret)
  } catch let problem as Problem where problem.status == 410 || problem.status == 422 {
    return stalePage(visit, link, problem)
  }
  let rules = PasswordTerms(least: state.least, own: [state.account.name, state.account.email])
  let form = Form(
    id: "invitation", address: visit.path,
    groups: [
      FieldGroup(
        text:
          "Pour le compte \(state.account.email). Ce lien sert une fois, jusqu’au \(French.moment(state.expiresAt)).",
        fields: [
          .text(
            "password", "Mot de passe", type: .password, autocomplete: "new-password", strength: rules,
            faults.common("password", help: rules.help)),
          .text(
            "again", "Le même une seconde fois", type: .password, autocomplete: "new-password", faults.common("again")),
        ])
    ], submit: "Choisir ce mot de passe", isGuarded: false)
  let page = BarePage(
    visit.frame(link.frame), head: PageHead(link.title), body: faults.general + [form])
  return PageAnswer(.bare(page)).with(faults)
}

/// What to do with a link that opens nothing any more.
private func stalePage(_ visit: Visit, _ link: PasswordLink, _ problem: Problem) -> PageAnswer {
  let title = problem.status == 410 ? problem.title : "Ce lien n’est pas complet."
  let words = problem.status == 410 ? problem.detail : "Copiez-le en entier depuis le courriel."
  let body: [any Piece]
  switch link {
  case .invitation:
    body = [
      Notice(title, words, .late),
      Paragraph(
        "Si vous avez déjà choisi un mot de passe, connectez-vous. Sinon, demandez un nouveau lien à votre administrateur."
      ),
      Action("Aller à la connexion", "/connexion", icon: .arrowLeft),
    ]
  case .reset:
    body = [
      Notice(title, words, .late, actions: [Action("Demander un autre lien", resetRequestAddress)])
    ]
  }
  let page = BarePage(visit.frame(link.frame), head: PageHead(link.title), body: body)
  return PageAnswer(.bare(page)).with(status: 410)
}

func choosePassword(_ visit: Visit, _ link: PasswordLink) async throws -> PageAnswer {
  let (password, again) = (visit.form.exact("password") ?? "", visit.form.exact("again") ?? "")
  var faults = FormFaults()
  if password.isEmpty { faults.add("password", "Saisissez le mot de passe que vous choisissez.") }
  if password != again { faults.add("again", "Les deux saisies diffèrent. Saisissez de nouveau le mot de passe.") }
  guard faults.isEmpty else { return try await choicePage(visit, link, faults: faults) }
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
  } catch let problem as Problem where problem.status == 410 {
    return stalePage(visit, link, problem)
  } catch let problem as Problem {
    return try await choicePage(visit, link, faults: try FormFaults(problem, fields: ["password"]))
  }
}
