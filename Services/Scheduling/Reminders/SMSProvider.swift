import Domain
import Foundation
import Postgres

/// A text message on its way out.
struct OutgoingSMS: Sendable {
  /// The same for every attempt at the same message.
  let key: String
  let sender: String
  /// `+33612345678`
  let recipient: String
  let text: String
}

/// What a provider said of a message.
enum SMSAnswer: Sendable, Equatable {
  /// - Parameter by: who took it, where that is not the provider that was asked.
  case accepted(id: String, by: String? = nil)
  /// For good: the number or the text will never do.
  case rejected(String)
  /// It surely did not leave, and may be given again.
  case notTaken(String)
  /// It may have left: no answer came.
  case unknown(String)
}

/// Whoever takes text messages out of the house.
struct SMSProvider: Sendable {
  let name: String
  /// Whether the same key given twice leaves once. Where it does not, an unknown result is never tried again.
  let knowsKeys: Bool
  let send: @Sendable (OutgoingSMS) async -> SMSAnswer
}

extension SMSProvider {
  /// Keeps messages in a table instead of sending them, once per key: what an instance without a provider has.
  static func outbox(_ postgres: PostgresClient, now: Now) -> SMSProvider {
    SMSProvider(name: "boîte d’envoi", knowsKeys: true) { message in
      do {
        try await postgres.withTransaction(as: .system("boîte d’envoi")) { transaction in
          _ = try await transaction.execute(
            """
            insert into scheduling.sent_by_outbox (key, channel, sender, recipient, body, taken_at)
            values (\(message.key), 'sms', \(message.sender), \(message.recipient), \(message.text), \(now()))
            on conflict (key) do nothing
            """)
        }
        return .accepted(id: message.key)
      } catch {
        return .unknown("\(error)")
      }
    }
  }
}
