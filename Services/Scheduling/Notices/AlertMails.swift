import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// A person's favourite alerts by e-mail: their counts and the ways to them, and no dossier (rule I6).
enum AlertMails {
  static func handling(mails: MailStore, publicAddress: String) -> Consumer.Handling {
    .on(AlertDigestDue.self) { event, envelope, transaction in
      guard !event.alerts.isEmpty, let address = try await transaction.mailAddress(of: event.account) else { return }
      let wording = try await transaction.wording(of: .alertDigest).filled([
        "jour": French.long(event.day), "adresse": publicAddress,
        "alertes": event.alerts.map { line($0, publicAddress) }.joined(separator: "\n"),
      ])
      try await mails.queue(
        MailText(
          address: address, subject: wording.subject ?? CountyText.alertDigest.label, body: wording.body),
        to: event.account, kind: .alertDigest, name: "alertes-\(event.account)-\(event.day)", at: envelope.time,
        in: transaction)
    }
  }

  private static func line(_ alert: AlertDigestDue.Line, _ publicAddress: String) -> String {
    let count = alert.count > 1000 ? "plus de 1 000" : String(alert.count)
    return "– \(count) \(alert.label) : \(publicAddress)/infocentre/alertes/\(alert.code)"
  }
}
