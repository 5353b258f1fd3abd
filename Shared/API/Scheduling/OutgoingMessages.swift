import Domain
import Foundation

public enum OutgoingMessageKind {}

/// A message as it left, or would have left where the instance has no provider.
public struct OutgoingMessage: Payload, Equatable {
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

  /// The same message as the profile `exploitant` sees it: channel, state and time, nothing of the person or the text.
  public var withoutContent: OutgoingMessage {
    OutgoingMessage(
      id: id, channel: channel, recipient: nil, text: nil, status: status, provider: provider, segments: segments,
      fault: fault, dossier: nil, appointment: nil, settledAt: settledAt)
  }
}

extension SchedulingAPI {
  /// With numbers and texts for the right `administer`, without for `operate`; with them for everybody signed in where
  /// `JALONS_OUTBOX_OPEN` is 1.
  public static let listOutgoingMessages = Endpoint<SchedulingPageQuery, Page<OutgoingMessage>>(
    .scheduling, "listOutgoingMessages", .get, "outbox", allow: .signedIn,
    summary: "List what left by SMS and e-mail, latest first; recipients and texts for administrators alone.",
    audit: .some(.some(.read)))
}
