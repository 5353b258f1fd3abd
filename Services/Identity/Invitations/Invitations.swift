import API
import Domain
import Foundation
import Passwords
import Service

/// Links with which people choose their password. They leave by e-mail, sealed until they do, and the administrator may
/// hand them over too; they are kept nowhere.
struct Invitations: Sendable {
  let store: InvitationStore
  let accounts: AccountStore
  let hasher: PasswordHasher
  let mails: Mails

  static let stale = Problem(
    "lien-perime", 410, "Ce lien d’invitation n’est plus valable.",
    detail: "Il a déjà servi, a été remplacé par un autre, ou sa durée est passée.")

  func add(_ new: NewAccount, for caller: Caller, at moment: Date) async throws -> InvitedAccount {
    let secret = OneSecret()
    let (account, expiresAt) = try await accounts.add(new, secret: secret, for: caller.withoutKey, at: moment)
    return InvitedAccount(account: account, invitation: link(secret, until: expiresAt))
  }

  func invite(
    _ account: ID<Account>, confirming: Bool, for caller: Caller, at moment: Date
  ) async throws -> InvitedAccount {
    let secret = OneSecret()
    let (account, expiresAt) = try await accounts.invite(
      account, secret: secret, confirming: confirming, for: caller.withoutKey, at: moment)
    return InvitedAccount(account: account, invitation: link(secret, until: expiresAt))
  }

  func reopen(_ account: ID<Account>, for caller: Caller, at moment: Date) async throws -> InvitedAccount {
    let secret = OneSecret()
    let (account, expiresAt) = try await accounts.reopen(
      account, secret: secret, for: caller.withoutKey, at: moment)
    return InvitedAccount(account: account, invitation: link(secret, until: expiresAt))
  }

  /// Whose password a link chooses. Looking uses nothing up.
  /// - Throws: 410 when the link is no longer good.
  func inspect(_ kind: LinkKind, secret: String, at moment: Date) async throws -> PasswordLinkState {
    guard let link = try await store.open(kind, secretHash: OneSecret.hash(of: secret), at: moment) else {
      throw kind.stale
    }
    let (owner, _) = try await accounts.owner(of: link.account)
    return PasswordLinkState(
      account: AccountIdentity(
        id: link.account, name: French.name(owner.familyName, owner.givenName), email: owner.email),
      expiresAt: link.expiresAt, least: PasswordRules.least(for: owner.profiles))
  }

  /// - Throws: 410 when the link is no longer good; 422 when the password will not do: the link may then be used again.
  func use(
    _ kind: LinkKind, secret: String, password: String, _ request: EndpointRequest
  ) async throws -> AcceptedInvitation {
    let hash = OneSecret.hash(of: secret)
    guard let invitation = try await store.open(kind, secretHash: hash, at: request.now) else { throw kind.stale }
    let (owner, _) = try await accounts.owner(of: invitation.account)
    let faults = PasswordRules.faults(in: password, of: owner, field: "password")
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    let password = try await hasher.hash(password)
    var caller = Caller(
      account: invitation.account, name: French.name(owner.familyName, owner.givenName), profile: nil, scope: .none,
      today: request.today)
    caller.act = request.caller.act
    let isUsed = try await store.use(
      invitation, kind: kind, password: password, telling: kind == .reset ? owner.email : nil, by: mails, for: caller,
      at: request.now)
    guard isUsed else { throw kind.stale }
    return AcceptedInvitation(email: owner.email)
  }

  private func link(_ secret: OneSecret, until moment: Date) -> InvitationLink {
    InvitationLink(link: mails.invitationLink(secret), expiresAt: moment)
  }
}

func addInvitationRoutes(to routes: Routes, invitations: Invitations) {
  routes.handle(IdentityAPI.inspectInvitation) { input, request in
    try await invitations.inspect(.invitation, secret: input.secret, at: request.now)
  }
  routes.handle(IdentityAPI.acceptInvitation) { input, request in
    try await telling {
      try await invitations.use(.invitation, secret: input.secret, password: input.password, request)
    }
  }
}
