import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// What the person is told of their contract, where the county has decided so.
enum PersonNotices {
  private struct Reached: Decodable, Sendable {
    let phone: String?
    let smsRefused: Bool?
  }

  /// One that cannot leave within this time is no news any more: the référent tells it.
  private static let worth: Double = 3 * 86_400

  static func handlers(texts: TextMessageStore) -> [Consumer.Handling] {
    [
      .on(ContractMoved.self) { event, envelope, transaction in
        guard event.to.isDecided, try await transaction.value(of: .decisionTold) == 1 else { return }
        let reached = try await transaction.first(
          "select phone, sms_refused from dossiers.v1_dossier where id = \(event.dossier)", as: Reached.self)
        guard let reached, reached.smsRefused != true, let typed = reached.phone, let phone = PhoneNumber(typed),
          phone.isMobile
        else { return }
        let words = try await transaction.wording(of: .contractDecided).filled(["numero": String(event.number)]).body
        try await texts.queue(
          TextMessage(phone: phone.e164, text: words, kept: words), of: event.dossier, name: envelope.id,
          until: envelope.time.addingTimeInterval(worth), at: envelope.time, in: transaction)
      }
    ]
  }
}
