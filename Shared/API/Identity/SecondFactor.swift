import Domain
import Foundation

/// The second step of a sign-in: the proof that the password was right, and a code.
public struct SecondStep: Payload, Constrained {
  /// From the problem `second-facteur` that answered the first step (`offer.proof`); good once, for five minutes.
  public var proof: String
  /// Six digits of the authenticator, or a recovery code.
  public var code: String
  public static let constraints: [String: Constraint] = ["proof": .text(1...1000), "code": .text(1...40)]

  public init(proof: String, code: String) {
    self.proof = proof
    self.code = code
  }
}

/// Whether an account has a second factor, and whether it must.
public struct SecondFactorState: Payload, Equatable {
  /// Since when a code is asked for at sign-in; absent without a second factor.
  public var since: Date?
  public var recoveryCodesLeft: Int
  /// Whether one of the account's profiles forces it.
  public var forced: Bool

  public init(since: Date?, recoveryCodesLeft: Int, forced: Bool) {
    self.since = since
    self.recoveryCodesLeft = recoveryCodesLeft
    self.forced = forced
  }
}

/// What an authenticator is to be given. Nothing is asked at sign-in until a first code confirms it.
public struct SecondFactorEnrolment: Payload, Equatable {
  /// Twenty bytes in base32 (RFC 4648) without padding, to be typed where no picture can be read.
  public var secret: String
  /// `otpauth://totp/…`, which authenticators read from a QR code.
  public var address: String

  public init(secret: String, address: String) {
    self.secret = secret
    self.address = address
  }
}

public struct SecondFactorCode: Payload, Constrained {
  public var code: String
  public static let constraints: [String: Constraint] = ["code": .text(1...40)]

  public init(code: String) { self.code = code }
}

/// Codes for the day the authenticator is lost. They are shown this once and stored as hashes; each is good once.
public struct RecoveryCodes: Payload, Equatable {
  public var codes: [String]

  public init(codes: [String]) { self.codes = codes }
}

/// Proof that the person signed in still is the account's owner: its password, or a code.
public struct OwnerProof: Payload, Constrained {
  public var password: String?
  public var code: String?
  public static let constraints: [String: Constraint] = ["password": .text(1...200), "code": .text(1...40)]

  public init(password: String? = nil, code: String? = nil) {
    self.password = password
    self.code = code
  }
}

extension IdentityAPI {
  public static let completeSignIn = Endpoint<SecondStep, SignedIn>(
    .identity, "completeSignIn", .post, "sessions/second-factor", allow: .everyone,
    summary: "Open a session with the proof of a right password and a code.", success: 201)
  public static let showSecondFactor = Endpoint<NoInput, SecondFactorState>(
    .identity, "showSecondFactor", .get, "me/second-factor", allow: .ownAccount,
    summary: "Show whether one's own account has a second factor.")
  public static let beginSecondFactor = Endpoint<NoInput, SecondFactorEnrolment>(
    .identity, "beginSecondFactor", .post, "me/second-factor", allow: .ownAccount,
    summary: "Get the secret to give an authenticator; the same one again within fifteen minutes.")
  public static let confirmSecondFactor = Endpoint<SecondFactorCode, RecoveryCodes>(
    .identity, "confirmSecondFactor", .post, "me/second-factor/confirmation", allow: .ownAccount,
    summary: "Ask for a code at sign-in from now on, and get the recovery codes.")
  public static let renewRecoveryCodes = Endpoint<OwnerProof, RecoveryCodes>(
    .identity, "renewRecoveryCodes", .post, "me/second-factor/recovery-codes", allow: .signedIn,
    summary: "Get new recovery codes; earlier ones end.")
  public static let removeSecondFactor = Endpoint<OwnerProof, NoOutput>(
    .identity, "removeSecondFactor", .post, "me/second-factor/removal", allow: .signedIn,
    summary: "Sign in with the password alone from now on.")
  public static let withdrawSecondFactor = Endpoint<NoInput, NoOutput>(
    .identity, "withdrawSecondFactor", .delete, "accounts/{account}/second-factor", allow: .having(.administer),
    summary: "Take the second factor away from an account whose owner lost it, and close its sessions.")
}
