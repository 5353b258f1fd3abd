import API
import Domain
import Foundation
import HTTPTypes
import Service

/// Signing in through an identity provider: away with a link, and back with a code.
func addProviderPages(to pages: Pages) {
  pages.openPage("connexion/avec/{provider}") { visit in try await leave(visit) }
  pages.openPage("connexion/retour/{provider}") { visit in try await comeBack(visit) }
}

/// What the browser keeps until it comes back. Lax: it comes back from another site, by a link.
private enum FlowCookie {
  static let name = "jalons-visite"

  static func keeping(_ flow: String, back: String?) -> String {
    let value = back.map { "\(flow).\(Data($0.utf8).base64URL)" } ?? flow
    return "\(name)=\(value); Path=/connexion; Max-Age=600; HttpOnly; SameSite=Lax"
  }

  static let forgetting = "\(name)=; Path=/connexion; Max-Age=0; HttpOnly; SameSite=Lax"

  static func read(_ header: String?) -> (flow: String, back: String?)? {
    let values = (header ?? "").split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
    let own = values.first { $0.hasPrefix("\(name)=") }
    guard let value = own?.dropFirst(name.count + 1), !value.isEmpty else { return nil }
    let parts = value.split(separator: ".", maxSplits: 1)
    let back = parts.count == 2 ? Data(base64URL: parts[1]).map { String(decoding: $0, as: UTF8.self) } : nil
    return (String(parts[0]), Address.local(back))
  }
}

/// The ways in besides the password; none where the providers cannot be asked for, for the password still works.
func providerActions(_ visit: Visit, back: String?) async -> [any Piece] {
  guard let providers = try? await visit.services.call(IdentityAPI.listSignInProviders), !providers.isEmpty else {
    return []
  }
  let links: [any Piece] = providers.map { provider in
    Action(
      "Se connecter avec \(provider.label)", Address("/connexion/avec/\(provider.id)", ["retour": back]).text,
      icon: .building)
  }
  return links + [Paragraph("ou avec votre mot de passe Jalons", isMuted: true)]
}

private func leave(_ visit: Visit) async throws -> PageAnswer {
  do {
    let away = try await visit.services.call(
      IdentityAPI.visitSignInProvider, ["provider": visit.parameters["provider"] ?? ""])
    return PageAnswer.see(away.address)
      .with(.setCookie, FlowCookie.keeping(away.flow, back: Address.local(visit.query["retour"])))
  } catch let problem as Problem where problem.status == 503 {
    return await refused(visit, problem)
  }
}

private func comeBack(_ visit: Visit) async throws -> PageAnswer {
  guard let kept = FlowCookie.read(visit.cookies) else {
    return await refused(
      visit,
      Problem(
        "visite", 422, "Cette connexion a trop attendu.", detail: "Choisissez de nouveau comment vous connecter."))
  }
  if let error = visit.query["error"] {
    let isOwn = ["access_denied", "login_required", "interaction_required"].contains(error)
    let problem = Problem(
      "visite", 422, isOwn ? "La connexion a été abandonnée." : "Le fournisseur d’identité n’a pas pu vous connecter.",
      detail: "Recommencez, ou connectez-vous avec votre mot de passe.")
    return await refused(visit, problem).with(.setCookie, FlowCookie.forgetting)
  }
  do {
    let session = try await visit.services.call(
      IdentityAPI.completeProviderSignIn, ["provider": visit.parameters["provider"] ?? ""],
      ProviderReturn(flow: kept.flow, state: visit.query["state"] ?? "", code: visit.query["code"] ?? ""))
    return welcome(session, back: kept.back).with(.setCookie, FlowCookie.forgetting)
  } catch let problem as Problem where problem.type == "/problemes/second-facteur" {
    guard let proof = problem.offer?["proof"]?.text else { throw problem }
    return codePage(visit, proof: proof, back: kept.back).with(.setCookie, FlowCookie.forgetting)
  } catch let problem as Problem {
    return await refused(visit, problem).with(.setCookie, FlowCookie.forgetting)
  }
}

/// The sign-in page with why it did not come off.
private func refused(_ visit: Visit, _ problem: Problem) async -> PageAnswer {
  let notice = Notice(problem.title, problem.detail, .late, isRefusal: true)
  return await signInPage(visit, back: nil, notices: [notice]).with(status: 422)
}

/// After signing out: whoever came through a provider may end the session there too.
func farewellPage(_ visit: Visit, _ farewell: ProviderFarewell) -> PageAnswer {
  let label = farewell.label ?? "votre fournisseur d’identité"
  let body: [any Piece] = [
    Notice(
      "Vous êtes déconnecté de Jalons.", "Votre connexion à \(label) reste ouverte pour vos autres outils.", .done),
    Action("Se déconnecter aussi de \(label)", farewell.address ?? "/connexion", icon: .logout, weight: .primary),
    Action("Revenir à la connexion", "/connexion", icon: .arrowLeft),
  ]
  return PageAnswer(.bare(BarePage(visit.frame("Déconnexion"), head: PageHead("À bientôt"), body: body)))
}
