import API
import Domain
import Messaging
import Postgres

/// An operator is told of who is registered with it and waits for its answer; the référent, of the answer or of none.
enum AnswerNotices {
  static let handlers: [Consumer.Handling] = [
    .on(StepAnswered.self) { event, envelope, transaction in
      let asks = event.change == .awaited || event.change == .reminded
      let readers =
        try await asks
        ? people(of: event.organisation, in: transaction)
        : NoticeEvents.followers(of: event.dossier, author: nil, in: transaction)
      let actor = envelope.actor?.lowercased()
      try await transaction.notify(
        readers.filter { $0.description != actor },
        NoticeDraft(
          kind: .step, title: title(of: event), dossier: event.dossier, profiles: asks ? [.operateur] : nil),
        at: envelope.time)
    }
  ]

  private static func title(of event: StepAnswered) -> String {
    switch event.change {
    case .awaited: "Une inscription attend votre réponse : « \(event.offerName) »"
    case .reminded: "Rappel : une inscription attend toujours votre réponse, « \(event.offerName) »"
    case .accepted: "L’opérateur accepte l’inscription sur « \(event.offerName) »"
    case .refused: "L’opérateur refuse l’inscription sur « \(event.offerName) »"
    case .expired: "L’opérateur n’a pas répondu à l’inscription sur « \(event.offerName) »"
    }
  }

  /// The operator's people.
  private static func people(
    of organisation: ID<Organisation>?, in transaction: Transaction
  ) async throws -> [ID<Account>] {
    guard let organisation else { return [] }
    return try await transaction.query(
      """
      select distinct p.account from identity.v1_account_profile p join identity.v1_account a on a.id = p.account
      where coalesce(p.organisation, a.organisation) = \(organisation) and p.profile = \(Profile.operateur)
      """, as: ID<Account>.self)
  }
}
