import API
import Domain
import Foundation
import Postgres
import Service

/// How often each person's favourite alerts leave by e-mail.
struct AlertMailStore: Sendable {
  let postgres: PostgresClient

  func rhythm(for caller: Caller) async throws -> AlertMail {
    try await postgres.withTransaction(as: caller) { transaction in
      let kept = try await transaction.first(
        "select rhythm from insight.alert_mail where account = \(caller.account)", as: AlertMail.self)
      return kept ?? AlertMail(rhythm: .never)
    }
  }

  /// - Throws: 409 in another's place: the e-mails are the account's own.
  func set(_ mail: AlertMail, for caller: Caller) async throws -> AlertMail {
    guard caller.replaces == nil else {
      throw Problem.conflict(
        "remplacement", "Vous agissez à la place d’un collègue.",
        detail: "Revenez à votre profil pour choisir vos propres courriels.")
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      guard mail.rhythm != .never else {
        try await transaction.execute("delete from insight.alert_mail where account = \(caller.account)")
        return mail
      }
      // The first leaves tomorrow at the earliest: who asks has the alerts before their eyes.
      try await transaction.execute(
        """
        insert into insight.alert_mail (account, rhythm, caller, settled_on)
        values (\(caller.account), \(mail.rhythm), \(json: caller.looking), \(caller.today))
        on conflict (account) do update set rhythm = excluded.rhythm, caller = excluded.caller
        """)
      return mail
    }
  }
}

func addAlertMailRoutes(to routes: Routes, store: AlertMailStore) {
  routes.handle(InsightAPI.showAlertMail) { _, request in try await store.rhythm(for: request.caller) }
  routes.handle(InsightAPI.setAlertMail) { mail, request in try await store.set(mail, for: request.caller) }
}
