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

/// A document is to leave for a person by e-mail. What it says is sealed, the document included, under the key that contracts and
/// scheduling share.
public struct DocumentMailRequested: Event {
  public static let type = "contracts.mail-requested.v1"
  public var mail: UUID
  public var dossier: ID<Dossier>
  /// Who sends it.
  public var account: ID<Account>
  /// A `MailText` in JSON, sealed under the name of `mail`.
  public var sealed: Data
  public var key: String { dossier.description }

  public init(mail: UUID, dossier: ID<Dossier>, account: ID<Account>, sealed: Data) {
    self.mail = mail
    self.dossier = dossier
    self.account = account
    self.sealed = sealed
  }
}

/// What became of a `DocumentMailRequested`.
public struct DocumentMailSettled: Event {
  public static let type = "scheduling.mail-settled.v1"
  public var mail: UUID
  public var dossier: ID<Dossier>
  /// Whether a mail server has taken it.
  public var isSent: Bool
  /// Why it did not leave, as users read it.
  public var fault: String?
  /// Who took it.
  public var provider: String?
  public var key: String { dossier.description }

  public init(mail: UUID, dossier: ID<Dossier>, isSent: Bool, fault: String? = nil, provider: String? = nil) {
    self.mail = mail
    self.dossier = dossier
    self.isSent = isSent
    self.fault = fault
    self.provider = provider
  }
}

/// What an e-mail is about; stable, for counters.
public enum MailKind: String, Payload, CaseIterable {
  case invitation
  case passwordReset = "password-reset"
  case passwordChanged = "password-changed"
  case feedMissing = "feed-missing"
  case documentSigned = "document-signed"
  case document
  case appointment, notification
  case alertDigest = "alert-digest"
}

/// What an e-mail tells a calendar program (RFC 6047).
public struct MailCalendar: Codable, Sendable, Equatable {
  /// `REQUEST` or `CANCEL`.
  public var method: String
  public var text: String

  public init(method: String, text: String) {
    self.method = method
    self.text = text
  }
}

/// What an e-mail says.
public struct MailText: Codable, Sendable, Equatable {
  public var address: String
  public var subject: String
  /// With `{lien}` where the link belongs, so that what is kept can be kept without it.
  public var body: String
  public var link: String?
  public var attachment: MailAttachment?
  public var calendar: MailCalendar?

  public init(
    address: String, subject: String, body: String, link: String? = nil, attachment: MailAttachment? = nil,
    calendar: MailCalendar? = nil
  ) {
    self.attachment = attachment
    self.calendar = calendar
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

/// A file that an e-mail brings along.
public struct MailAttachment: Codable, Sendable, Equatable {
  public var name: String
  public var contentType: String
  public var bytes: Data

  public init(name: String, contentType: String, bytes: Data) {
    self.name = name
    self.contentType = contentType
    self.bytes = bytes
  }
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
