import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Who is told that the county's feed has not come, and that it has: those who can do something about it.
enum FeedNotices {
  static func handlers(mails: MailStore) -> [Consumer.Handling] {
    [missing(mails: mails), arrived]
  }

  private static func missing(mails: MailStore) -> Consumer.Handling {
    .on(FeedMissing.self) { event, envelope, transaction in
      let accounts = try await watchers(in: transaction)
      let hour = event.expectedBy.replacingOccurrences(of: ":", with: "\u{A0}h\u{A0}")
      let title = "Le flux Genesis du \(French.long(event.day)) n’est pas arrivé (attendu à \(hour))"
      try await transaction.notify(
        accounts, NoticeDraft(kind: .feed, title: title, dossier: nil, about: NoticeSubject(.feeds)), at: envelope.time)
      let wording = try await transaction.wording(of: .feedMissing).filled([
        "jour": French.long(event.day), "heure": hour, "actualite": event.lastReference.map(French.long) ?? "",
      ])
      for address in try await addresses(of: accounts, in: transaction) {
        try await mails.queue(
          MailText(address: address.email, subject: wording.subject ?? title, body: wording.body), to: address.id,
          kind: .feedMissing,
          name: "flux-absent-\(event.day)-\(address.id)", at: envelope.time, in: transaction)
      }
    }
  }

  private static let arrived: Consumer.Handling =
    .on(FeedArrived.self) { event, envelope, transaction in
      // The alert is lifted for whoever had not read it, and its end is told.
      try await transaction.execute(
        """
        update scheduling.notification set read_at = \(envelope.time)
        where kind = 'feed' and on_day = \(event.day) and read_at is null
        """)
      try await transaction.notify(
        try await watchers(in: transaction),
        NoticeDraft(
          kind: .feedArrived, title: "Le flux Genesis du \(French.long(event.day)) est arrivé", dossier: nil,
          about: NoticeSubject(.feed, event.run)), at: envelope.time)
    }

  private struct Address: Decodable, Sendable {
    let id: ID<Account>
    let email: String
  }

  /// Whose account is closed gets no e-mail.
  private static func addresses(of accounts: [ID<Account>], in transaction: Transaction) async throws -> [Address] {
    try await transaction.query(
      "select id, email from identity.v1_account where id = any(\(accounts)) and email is not null and status = 'active'",
      as: Address.self)
  }

  /// The county's administrators and operators.
  private static func watchers(in transaction: Transaction) async throws -> [ID<Account>] {
    let profiles: [Profile] = [.administrateur, .exploitant]
    return try await transaction.query(
      "select distinct account from identity.v1_account_profile where profile = any(\(profiles))",
      as: ID<Account>.self)
  }
}
