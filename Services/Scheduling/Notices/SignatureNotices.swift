import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Who presented a document that was signed gets the way to it by e-mail, as the guide has it, and by the bell.
enum SignatureNotices {
  static func handlers(mails: MailStore, publicAddress: String) -> [Consumer.Handling] {
    [
      .on(ContractSigned.self) { event, envelope, transaction in
        try await transaction.notify(
          [event.account],
          NoticeDraft(
            kind: .contract, title: "Le CER n° \(event.number) est signé par SMS", dossier: event.dossier,
            about: .contract(event.contract)),
          at: envelope.time)
        guard let address = try await transaction.mailAddress(of: event.account) else { return }
        // Nothing in it says whose contract it is: an e-mail passes through other hands.
        let body = """
          Bonjour,

          Un document que vous avez présenté vient d’être signé par SMS. Vous pouvez le télécharger ici :
          {lien}

          Jalons
          """
        try await mails.queue(
          MailText(
            address: address, subject: "Un document vient d’être signé", body: body,
            link: "\(publicAddress)/contrats/\(event.contract)"),
          to: event.account, kind: .documentSigned, name: "document-signe-\(event.signature)", at: envelope.time,
          in: transaction)
      }
    ]
  }
}
