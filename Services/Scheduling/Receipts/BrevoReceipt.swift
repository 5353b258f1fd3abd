import Foundation

/// What a provider said of a message some time after it took it.
struct SMSReceipt: Equatable, Sendable {
  enum Outcome: Sendable, Equatable {
    case delivered
    /// The number is none: it is not to be tried again.
    case dead
    /// The telephone was off or full.
    case undelivered
    /// The person asked the provider for no more.
    case stopped
  }
  let providerID: String
  let outcome: Outcome
}

/// What Brevo posts for each event of a transactional SMS.
struct BrevoReceipt: Decodable, Sendable {
  let messageId: Int64
  let msgStatus: String?
  let status: String?

  private enum CodingKeys: String, CodingKey {
    case messageId, status
    case msgStatus = "msg_status"
  }

  /// Nil for an event that changes nothing: sent, accepted, replied.
  var receipt: SMSReceipt? {
    let word = (msgStatus ?? status ?? "").lowercased().filter(\.isLetter)
    let outcome: SMSReceipt.Outcome? =
      switch word {
      case "delivered": .delivered
      case "hardbounce", "rejected": .dead
      case "softbounce": .undelivered
      case "blacklisted", "unsubscribe", "unsubscribed": .stopped
      default: nil
      }
    return outcome.map { SMSReceipt(providerID: String(messageId), outcome: $0) }
  }
}
