import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// How each account wants to be told (rule M16). Who acts in its place changes nothing of it.
struct NoticePreferenceStore: Sendable {
  let postgres: PostgresClient

  func preferences(of caller: Caller) async throws -> NoticePreferences {
    try await postgres.withTransaction(as: caller) { try await Self.read($0) }
  }

  private static func read(_ transaction: Transaction) async throws -> NoticePreferences {
    let said = try await transaction.query(
      "select kind, way from scheduling.notice_preference where account = \(transaction.caller.account)",
      as: NoticePreference.self)
    return NoticePreferences(
      preferences: NoticeKind.allCases.map { kind in
        said.first { $0.kind == kind } ?? NoticePreference(kind: kind, way: .portal)
      })
  }

  func set(_ draft: NoticePreferences, for caller: Caller) async throws -> NoticePreferences {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute(
        "delete from scheduling.notice_preference where account = \(transaction.caller.account)")
      for preference in draft.preferences where preference.way != .portal {
        try await transaction.execute(
          """
          insert into scheduling.notice_preference (account, kind, way)
          values (\(transaction.caller.account), \(preference.kind), \(preference.way))
          on conflict (account, kind) do update set way = excluded.way
          """)
      }
      return try await Self.read(transaction)
    }
  }
}

func addNoticePreferenceRoutes(to routes: Routes, store: NoticePreferenceStore) {
  routes.handle(SchedulingAPI.showNoticePreferences) { _, request in try await store.preferences(of: request.caller) }
  routes.handle(SchedulingAPI.setNoticePreferences) { draft, request in
    try await store.set(draft, for: request.caller)
  }
}

extension Transaction {
  /// Those of the accounts who want to be told of such things. For background work alone.
  func wanting(_ kind: NoticeKind, among accounts: [ID<Account>]) async throws -> [ID<Account>] {
    let silent = Set(
      try await query(
        """
        select account from scheduling.notice_preference
        where kind = \(kind) and way = 'none' and account = any(\(accounts))
        """, as: ID<Account>.self))
    return accounts.filter { !silent.contains($0) }
  }
}

/// The notifications that their reader wants by e-mail as well. None names a person: an e-mail passes through other hands.
struct NoticeMails: Sendable {
  let mails: MailStore
  let publicAddress: String

  var handling: Consumer.Handling {
    .on(NotificationMade.self) { event, envelope, transaction in
      let address = try await transaction.first(
        """
        select a.email from identity.v1_account a
          join scheduling.notice_preference p on p.account = a.id and p.kind = \(event.kind) and p.way = 'email'
        where a.id = \(event.account) and a.email is not null and a.status = 'active'
        """, as: String.self)
      guard let address else { return }
      let body = """
        Bonjour,

        \(event.title).
        Ouvrez vos notifications : {lien}

        Vous recevez ce courriel parce que vous l’avez demandé dans Jalons ; vous pouvez y renoncer au même endroit.

        """
      try await mails.queue(
        MailText(
          address: address, subject: "Jalons : une notification", body: body, link: "\(publicAddress)/notifications"),
        to: event.account, kind: .notification, name: "notification-\(envelope.id.text)", at: envelope.time,
        in: transaction)
    }
  }
}
