import Domain
import Foundation

/// The secret of a link with which a password is chosen.
public struct PasswordLinkSecret: Payload, Constrained {
  public var secret: String
  public static let constraints: [String: Constraint] = ["secret": .text(1...100)]

  public init(secret: String) { self.secret = secret }
}

/// A link that is still good: whose password it chooses, and what that must be.
public struct PasswordLinkState: Payload, Equatable {
  public var account: AccountIdentity
  public var expiresAt: Date
  /// How many characters the password has at least.
  public var least: Int

  public init(account: AccountIdentity, expiresAt: Date, least: Int) {
    self.account = account
    self.expiresAt = expiresAt
    self.least = least
  }
}

extension IdentityAPI {
  // The secret is in the body: an address is kept in logs.
  public static let inspectInvitation = Endpoint<PasswordLinkSecret, PasswordLinkState>(
    .identity, "inspectInvitation", .post, "invitations/inspection", allow: .everyone,
    summary: "Tell whether an invitation link is still good, and for whom, without using it.", audit: .some(nil))
  public static let inspectPasswordReset = Endpoint<PasswordLinkSecret, PasswordLinkState>(
    .identity, "inspectPasswordReset", .post, "password-resets/inspection", allow: .everyone,
    summary: "Tell whether a link that came by e-mail is still good, and for whom, without using it.",
    audit: .some(nil))
}
