import Domain
import Foundation

/// An identity provider through which people may sign in (OpenID Connect): ProConnect, Entra, Keycloak.
public struct SignInProvider: Payload, Equatable {
  /// In addresses: `proconnect`.
  public var id: String
  /// As people know it.
  public var label: String

  public init(id: String, label: String) {
    self.id = id
    self.label = label
  }
}

/// Where to send the browser, and what it must bring back.
public struct ProviderVisit: Payload, Equatable {
  public var address: String
  /// Sealed; the browser keeps it until it comes back, and it is good once.
  public var flow: String

  public init(address: String, flow: String) {
    self.address = address
    self.flow = flow
  }
}

/// What the browser comes back with.
public struct ProviderReturn: Payload, Constrained {
  public var flow: String
  public var state: String
  public var code: String
  public static let constraints: [String: Constraint] = [
    "flow": .text(1...2000), "state": .text(1...500), "code": .text(1...2000),
  ]

  public init(flow: String, state: String, code: String) {
    self.flow = flow
    self.state = state
    self.code = code
  }
}

/// Where the session that asks may be ended at its provider too; absent where there is no such place.
public struct ProviderFarewell: Payload, Equatable {
  public var label: String?
  public var address: String?

  public init(label: String? = nil, address: String? = nil) {
    self.label = label
    self.address = address
  }
}

extension IdentityAPI {
  public static let listSignInProviders = Endpoint<NoInput, [SignInProvider]>(
    .identity, "listSignInProviders", .get, "sign-in-providers", allow: .everyone,
    summary: "List the identity providers through which one may sign in.")
  public static let visitSignInProvider = Endpoint<NoInput, ProviderVisit>(
    .identity, "visitSignInProvider", .post, "sign-in-providers/{provider}/visit", allow: .everyone,
    summary: "Begin a sign-in with an identity provider.", audit: .some(nil))
  public static let completeProviderSignIn = Endpoint<ProviderReturn, SignedIn>(
    .identity, "completeProviderSignIn", .post, "sign-in-providers/{provider}/sessions", allow: .everyone,
    summary: "Open a session with what the browser brought back from an identity provider.", success: 201)
  public static let showProviderFarewell = Endpoint<NoInput, ProviderFarewell>(
    .identity, "showProviderFarewell", .get, "sessions/current/provider", allow: .ownAccount,
    summary: "Show where the session that asks may be ended at its identity provider.")
}
