import API
import Domain
import Foundation
import Service

let signInRoom = Room(
  accountLinks: [
    GuardedLink(rights: [], link: Link("Mon compte", "/compte", icon: .user)),
    GuardedLink(rights: [], link: Link("Changer de profil", "/compte#profils", icon: .swap)),
  ]
) { pages in
  pages.openPage("connexion") { visit in
    if visit.person.isSignedIn { return .see(Address.local(visit.query["retour"]) ?? "/") }
    return await signInPage(visit, back: Address.local(visit.query["retour"]))
  }
  pages.openForm("connexion") { visit in try await signIn(visit) }
  for step in ["code", "secours", "application"] {
    // What a reload asks for: the proof is in no address.
    pages.openPage("connexion/\(step)") { _ in .see("/connexion") }
  }
  pages.openForm("connexion/code") { visit in try await completeSignIn(visit) }
  pages.openForm("connexion/secours") { visit in otherCodePage(visit, .recovery) }
  pages.openForm("connexion/application") { visit in otherCodePage(visit, .timed) }
  pages.openPage("invitation/{secret}") { visit in try await choicePage(visit, .invitation) }
  pages.openForm("invitation/{secret}") { visit in try await choosePassword(visit, .invitation) }
  addPasswordResetPages(to: pages)
  addProviderPages(to: pages)
  pages.post("deconnexion", enrolling: true) { visit in try await signOut(visit) }
  pages.post("profil", enrolling: true) { visit in try await switchProfile(visit) }
  pages.post("profil/retour", enrolling: true) { visit in try await returnToOwnProfile(visit) }
  pages.get("compte", enrolling: true) { visit in try await accountPage(visit) }
  pages.post("compte/sessions/{session}/fermeture", enrolling: true) { visit in try await closeSession(visit) }
  pages.post("compte/mot-de-passe", enrolling: true) { visit in try await changePassword(visit) }
  addOwnPhonePages(to: pages)
  addSecondFactorPages(to: pages)
  addAccessTokenPages(to: pages)
}

private func addSecondFactorPages(to pages: Pages) {
  let path = "compte/second-facteur"
  pages.get(path, enrolling: true) { visit in try await secondFactorPage(visit) }
  pages.post(path, enrolling: true) { visit in try await beginSecondFactor(visit) }
  pages.get("\(path)/confirmation", enrolling: true) { _ in .see(secondFactorAddress) }
  pages.post("\(path)/confirmation", enrolling: true) { visit in try await confirmSecondFactor(visit) }
  for act in [OwnerAct.codes, .removal] {
    pages.get("\(path)/\(act.rawValue)") { visit in ownerPage(visit, act) }
    pages.post("\(path)/\(act.rawValue)") { visit in try await actAsOwner(visit, act) }
  }
}

/// Why the session before is over: identity's word for it, which the gateway passes on.
private func farewell(_ reason: String) -> Notice {
  let again = "Reconnectez-vous pour reprendre. Rien de ce qui était enregistré n’est perdu."
  return switch reason {
  case "inactivite": Notice("Votre session s’est fermée après un long moment sans activité.", again)
  case "expiree": Notice("Votre session a atteint sa durée maximale.", again)
  case "session-fermee": Notice("Vous avez fermé cette session depuis un autre poste.", again)
  case "trop-de-sessions":
    Notice(
      "Vous vous êtes connecté ailleurs : cette session-ci s’est fermée.",
      "Votre département limite le nombre de sessions ouvertes à la fois. Si ce n’était pas vous, changez votre mot de passe.",
      .waiting)
  case "fermee-par-administrateur": Notice("Un administrateur a fermé votre session.", again, .waiting)
  case "compte-ferme":
    Notice("Votre compte a été fermé.", "Adressez-vous à votre administrateur.", .waiting)
  case "profil-retire":
    Notice("Le profil sous lequel vous travailliez vous a été retiré.", again, .waiting)
  case "mot-de-passe-change": Notice("Votre mot de passe a été changé.", "Connectez-vous avec le nouveau.")
  case "second-facteur-retire":
    Notice("Un administrateur a retiré le second facteur de votre compte.", "Reconnectez-vous.", .waiting)
  case "remplacement-termine":
    Notice("Le remplacement sous lequel vous travailliez est terminé.", again, .waiting)
  default: Notice("Votre session est terminée.", again)
  }
}

/// Why one has to sign in again, and that what was typed meanwhile is kept.
private func goodbye(_ visit: Visit, back: String?) -> Notice? {
  let before = visit.signedOut.map(farewell)
  guard back?.contains("\(KeptForms.parameter)=") == true else { return before }
  return Notice(
    before?.title ?? "Votre session est terminée.",
    "Ce que vous veniez de saisir est gardé un jour, pour vous seul : reconnectez-vous pour le retrouver.", .waiting)
}

func signInPage(
  _ visit: Visit, back: String?, email: String? = nil, faults: FormFaults = FormFaults(), notices: [Notice] = []
) async -> PageAnswer {
  let form = Form(
    id: "connexion", address: "/connexion",
    groups: [
      FieldGroup(fields: [
        .text(
          "email", "Adresse électronique", value: email, type: .email, autocomplete: "username",
          faults.common("email")),
        .text(
          "password", "Mot de passe", type: .password, autocomplete: "current-password", faults.common("password")),
      ])
    ], values: back.map { [HiddenValue("retour", $0)] } ?? [], submit: "Se connecter",
    cancel: Link("Mot de passe oublié ?", resetRequestAddress), isGuarded: false)
  let why: [any Piece] =
    !notices.isEmpty ? notices : faults.isEmpty ? [goodbye(visit, back: back)].compactMap(\.self) : faults.general
  let others = await providerActions(visit, back: back)
  let page = BarePage(visit.frame("Connexion"), head: PageHead("Se connecter"), body: why + others + [form])
  return PageAnswer(.bare(page)).with(faults)
}

private func signIn(_ visit: Visit) async throws -> PageAnswer {
  let back = Address.local(visit.form["retour"])
  let (email, password) = (visit.form["email"], visit.form.exact("password") ?? "")
  var faults = FormFaults()
  if email == nil { faults.add("email", "Saisissez votre adresse électronique.") }
  if password.isEmpty { faults.add("password", "Saisissez votre mot de passe.") }
  guard faults.isEmpty, let email else { return await signInPage(visit, back: back, email: email, faults: faults) }
  do {
    let session = try await visit.services.call(
      IdentityAPI.signIn, [:], SignIn(email: email, password: password, client: .browser))
    return welcome(session, back: back)
  } catch let problem as Problem where problem.type == "/problemes/second-facteur" {
    guard let proof = problem.offer?["proof"]?.text else { throw problem }
    return codePage(visit, proof: proof, back: back)
  } catch let problem as Problem where problem.status == 401 || problem.status == 403 {
    let refused = Problem("connexion", 422, problem.title, detail: problem.detail)
    return await signInPage(
      visit, back: back, email: email, faults: try FormFaults(refused, fields: ["email", "password"]))
  } catch let problem as Problem {
    return await signInPage(
      visit, back: back, email: email, faults: try FormFaults(problem, fields: ["email", "password"]))
  }
}

/// Where one goes with a session that has just opened.
func welcome(_ session: SignedIn, back: String?) -> PageAnswer {
  // The gateway takes the secret out of the answer and keeps it in its cookie.
  let next =
    session.changePassword ? "/compte#mot-de-passe" : session.mustEnrol ? secondFactorAddress : back ?? "/"
  return PageAnswer.see(next).with(.jalonsSession, session.secret)
}

private func signOut(_ visit: Visit) async throws -> PageAnswer {
  var leaving = ProviderFarewell()
  do {
    leaving = try await visit.services.call(IdentityAPI.showProviderFarewell)
    _ = try await visit.services.call(IdentityAPI.signOut)
  } catch let problem as Problem where problem.status == 401 || problem.status == 404 {
    // Already closed: the cookie goes all the same.
  }
  // Not led on at once: a browser holds what a form leads to against the page's policy, and the person may choose.
  let answer = leaving.address == nil ? PageAnswer.see("/connexion") : farewellPage(visit, leaving)
  return answer.with(.jalonsSession, "-")
}

private func switchProfile(_ visit: Visit) async throws -> PageAnswer {
  guard let id = visit.form.id("profil", of: AccountProfile.self) else {
    throw Problem.malformed("Choisissez un profil.")
  }
  return try await act(as: id, visit)
}

/// Out of a colleague's place, under one's own first profile.
private func returnToOwnProfile(_ visit: Visit) async throws -> PageAnswer {
  let own = try await visit.services.call(IdentityAPI.showMe).profiles.first { $0.replaces == nil }
  guard let own else { return .see("/compte#profils") }
  return try await act(as: own.id, visit)
}

private func act(as profile: ID<AccountProfile>, _ visit: Visit) async throws -> PageAnswer {
  let renewed = try await visit.services.call(IdentityAPI.switchProfile, [:], ProfileSwitch(accountProfile: profile))
  let place = renewed.profile.replaces.map { ", à la place de \($0.name)" } ?? ""
  // `+` asks the gateway for a new token under the same secret: the one it kept names the former profile.
  return PageAnswer.see("/", saying: "Vous agissez maintenant comme \(renewed.profile.label)\(place).").with(
    .jalonsSession, "+")
}
