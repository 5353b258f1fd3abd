import Domain
import Foundation

public struct PasswordResetRequest: Payload, Constrained {
  public var email: String
  public static let constraints: [String: Constraint] = ["email": .text(1...254)]

  public init(email: String) { self.email = email }
}

/// A new password with the link that came by e-mail.
public struct PasswordReset: Payload, Constrained {
  public var secret: String
  public var password: String
  public static let constraints: [String: Constraint] = ["secret": .text(1...100), "password": .text(1...200)]

  public init(secret: String, password: String) {
    self.secret = secret
    self.password = password
  }
}

extension IdentityAPI {
  public static let requestPasswordReset = Endpoint<PasswordResetRequest, NoOutput>(
    .identity, "requestPasswordReset", .post, "password-resets", allow: .everyone,
    summary: "Ask for a link by e-mail to choose a new password; the answer is the same whether there is an account.",
    audit: .some(nil))
  public static let resetPassword = Endpoint<PasswordReset, AcceptedInvitation>(
    .identity, "resetPassword", .post, "password-resets/completion", allow: .everyone,
    summary: "Choose a new password with the link that came by e-mail; every session of the account is closed.")
}
