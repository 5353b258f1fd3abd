import Domain
import Foundation

/// An e-mail is to leave. What it says is sealed with the suite's secret, for it may hold a link that opens an account:
/// the stream, the outbox and the queue hold nothing that anybody could use.
public struct MailRequested: Event {
  public static let type = "identity.mail-requested.v1"
  public var mail: UUID
  public var recipient: ID<Account>
  public var kind: MailKind
  /// A `MailText` in JSON, sealed under the name of `mail`.
  public var sealed: Data
  /// When it is worth nothing any more and need not leave.
  public var expiresAt: Date?
  public var key: String { recipient.description }

  public init(mail: UUID, recipient: ID<Account>, kind: MailKind, sealed: Data, expiresAt: Date?) {
    self.mail = mail
    self.recipient = recipient
    self.kind = kind
    self.sealed = sealed
    self.expiresAt = expiresAt
  }
}

/// What an e-mail is about; stable, for counters.
public enum MailKind: String, Payload, CaseIterable {
  case invitation
  case passwordReset = "password-reset"
  case passwordChanged = "password-changed"
  case feedMissing = "feed-missing"
  case documentSigned = "document-signed"
  case alertDigest = "alert-digest"
}

/// What an e-mail says.
public struct MailText: Codable, Sendable, Equatable {
  public var address: String
  public var subject: String
  /// With `{lien}` where the link belongs, so that what is kept can be kept without it.
  public var body: String
  public var link: String?

  public init(address: String, subject: String, body: String, link: String? = nil) {
    self.address = address
    self.subject = subject
    self.body = body
    self.link = link
  }

  /// As it leaves.
  public var whole: String { body.replacingOccurrences(of: "{lien}", with: link ?? "") }
  /// As it is kept.
  public var kept: String { body.replacingOccurrences(of: "{lien}", with: "[lien personnel]") }
}

/// Somebody asked for a link to choose a new password. Whether the address has an account is looked up afterwards, so that
/// the answer and its time say nothing.
public struct PasswordResetAsked: Event {
  public static let type = "identity.password-reset-asked.v1"
  public var request: UUID
  /// The address that was typed, sealed under the name of `request`: it may be anything, a password included.
  public var sealed: Data
  public var key: String { request.text }

  public init(request: UUID, sealed: Data) {
    self.request = request
    self.sealed = sealed
  }
}
