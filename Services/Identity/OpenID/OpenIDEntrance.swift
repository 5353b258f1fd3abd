import API
import Domain
import Foundation
import HTTPTypes
import Logging
import Service

/// The way in through an identity provider (OpenID Connect, authorization code with PKCE).
struct OpenIDEntrance: Sendable {
  let providers: Providers
  let client: ProviderClient
  let store: OpenIDStore
  let entrance: Entrance
  let flows: KeySeal
  let tokens: KeySeal
  let publicAddress: String

  /// The same for a visit that took too long, was finished before, or never began here.
  static let ended = Problem(
    "visite-perimee", 401, "Cette connexion a trop attendu.",
    detail: "Revenez à la page de connexion et recommencez.")

  func visit(_ request: EndpointRequest) async throws -> ProviderVisit {
    let provider = try provider(request.word("provider"))
    do {
      let discovery = try await client.discovery(provider, at: request.now)
      let flow = ProviderFlow(provider, at: request.now)
      return ProviderVisit(
        address: flow.address(provider, discovery, redirect: redirect(provider)), flow: try flow.sealed(flows))
    } catch let fault as ProviderFault {
      throw unreachable(provider, fault)
    }
  }

  /// Opens a session for whom the provider vouches.
  /// - Throws: 401 when the visit is over or the provider's word is not good; 401 `second-facteur` where a code is needed
  ///   too; 403 when nobody here is known by it; 503 when the provider cannot be asked.
  func complete(_ input: ProviderReturn, _ request: EndpointRequest) async throws -> SignedIn {
    let provider = try provider(request.word("provider"))
    let moment = request.now
    guard let flow = ProviderFlow(input.flow, seal: flows, at: moment), flow.provider == provider.id,
      flow.state == input.state
    else { throw Self.ended }
    let vouched: Vouched
    do {
      vouched = try await client.exchange(
        input.code, verifier: flow.verifier, redirect: redirect(provider), nonce: flow.nonce, provider, at: moment)
    } catch let fault as ProviderFault {
      throw unreachable(provider, fault)
    } catch let fault as IDToken.Fault {
      entrance.logger.warning(
        "a provider's token was refused", metadata: ["provider": "\(provider.id)", "because": "\(fault.rawValue)"])
      throw Problem(
        "fournisseur-refuse", 401, "La réponse de \(provider.label) n’est pas recevable.",
        detail: fault == .acr
          ? "Elle n’atteste pas d’une connexion assez sûre. Connectez-vous avec un second facteur."
          : "Recommencez ; si cela persiste, prévenez votre administrateur.")
    }
    let address = request.headers[.clientAddress]
    guard let account = try await store.account(of: vouched, flow: flow, at: moment),
      let candidate = try await entrance.accounts.candidate(account, address: address, at: moment),
      candidate.status == .active
    else {
      entrance.logger.notice("nobody is known by a provider's word", metadata: ["provider": "\(provider.id)"])
      throw Problem(
        "sans-compte", 403, "Aucun compte Jalons ne correspond.",
        detail:
          "\(provider.label) vous connaît, mais aucun compte ouvert n’a la même adresse électronique. Demandez à votre administrateur d’en créer un, ou de corriger l’adresse."
      )
    }
    if candidate.hasSecondFactor, !vouched.token.isTwofold {
      throw try SignInProof(of: candidate, at: moment).question(entrance.proofs)
    }
    return try await entrance.open(
      candidate, asked: nil, client: .browser, request,
      through: SessionStore.Provider(
        id: provider.id, idToken: try tokens.seal(Data(vouched.raw.utf8), name: candidate.id.description)))
  }

  /// Where the session that asks may be ended at its provider too (OpenID Connect RP-Initiated Logout).
  func farewell(_ request: EndpointRequest) async throws -> ProviderFarewell {
    let caller = request.caller
    guard let session = caller.session, let known = try await store.provider(of: session, for: caller),
      let provider = try providers.all().first(where: { $0.id == known.id }),
      let sealed = known.token, let token = tokens.open(sealed, name: caller.account.description)
    else { return ProviderFarewell() }
    // A provider that cannot be asked must keep nobody from leaving.
    guard let end = try? await client.discovery(provider, at: request.now).endSessionEndpoint else {
      return ProviderFarewell()
    }
    let fields = [
      ("id_token_hint", String(decoding: token, as: UTF8.self)), ("state", Data.random(32).base64URL),
      ("post_logout_redirect_uri", "\(publicAddress)/connexion"),
    ]
    return ProviderFarewell(
      label: provider.label, address: end + (end.contains("?") ? "&" : "?") + ProviderClient.encoded(fields))
  }

  private func provider(_ id: String) throws -> ProviderSettings {
    guard let provider = try providers.all().first(where: { $0.id == id }) else {
      throw Problem.notFound("Ce fournisseur d’identité")
    }
    return provider
  }

  private func redirect(_ provider: ProviderSettings) -> String { "\(publicAddress)/connexion/retour/\(provider.id)" }

  private func unreachable(_ provider: ProviderSettings, _ fault: ProviderFault) -> Problem {
    entrance.logger.warning(
      "a provider did not answer as it should", metadata: ["provider": "\(provider.id)", "fault": "\(fault)"])
    return Problem(
      "fournisseur-absent", 503, "\(provider.label) ne répond pas comme prévu.",
      detail: "Recommencez dans un instant, ou connectez-vous avec votre mot de passe.")
  }
}

func addOpenIDRoutes(to routes: Routes, entrance: OpenIDEntrance) {
  routes.handle(IdentityAPI.listSignInProviders) { _, _ in
    try entrance.providers.all().map { SignInProvider(id: $0.id, label: $0.label) }
  }
  routes.handle(IdentityAPI.visitSignInProvider) { _, request in try await entrance.visit(request) }
  routes.handle(IdentityAPI.completeProviderSignIn) { input, request in
    try await entrance.complete(input, request)
  }
  routes.handle(IdentityAPI.showProviderFarewell) { _, request in try await entrance.farewell(request) }
}
