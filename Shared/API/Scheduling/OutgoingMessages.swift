import Domain
import Foundation

public enum OutgoingMessageKind {}

/// A message as it left, or would have left where the instance has no provider.
public struct OutgoingMessage: Payload {
  public var id: ID<OutgoingMessageKind>
  /// `sms` or `email`
  public var channel: String
  public var recipient: String?
  /// Of an e-mail.
  public var subject: String?
  public var text: String?
  public var status: MessageStatus
  /// `boîte d’envoi` when nothing really left.
  public var provider: String?
  public var segments: Int?
  public var fault: String?
  public var dossier: ID<Dossier>?
  public var appointment: ID<Appointment>?
  public var settledAt: Date

  public init(
    id: ID<OutgoingMessageKind>, channel: String, recipient: String?, subject: String? = nil, text: String?,
    status: MessageStatus, provider: String?, segments: Int?, fault: String?, dossier: ID<Dossier>?,
    appointment: ID<Appointment>?, settledAt: Date
  ) {
    self.id = id
    self.channel = channel
    self.recipient = recipient
    self.subject = subject
    self.text = text
    self.status = status
    self.provider = provider
    self.segments = segments
    self.fault = fault
    self.dossier = dossier
    self.appointment = appointment
    self.settledAt = settledAt
  }
}

extension SchedulingAPI {
  /// For the rights `operate` and `administer`; for everybody signed in where `JALONS_OUTBOX_OPEN` is 1.
  public static let listOutgoingMessages = Endpoint<SchedulingPageQuery, Page<OutgoingMessage>>(
    .scheduling, "listOutgoingMessages", .get, "outbox", allow: .signedIn,
    summary: "List what left by SMS, latest first, with number and text.", audit: .some(.some(.read)))
}
