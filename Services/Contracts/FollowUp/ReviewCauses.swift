import API
import Domain
import Foundation
import Messaging
import Postgres

/// What happens elsewhere and makes a contract one to look at again.
enum ReviewCauses {
  static let handlers: [Consumer.Handling] = [
    .on(ReferentChanged.self) { event, envelope, transaction in
      // A transferred caseload is told as a whole.
      guard event.batch == nil, event.former != nil else { return }
      try await tell(.referent, undecided(event.dossier), in: transaction, at: envelope.time)
    },
    .on(ExitRecorded.self) { event, envelope, transaction in
      guard event.until != nil else { return }
      try await tell(.exit, undecided(event.dossier), in: transaction, at: envelope.time)
    },
    .on(EntitlementChanged.self) { event, envelope, transaction in
      guard [EntitlementState.closed, .closedEarlier].contains(event.entitlement) else { return }
      try await tell(.entitlement, undecided(event.dossier), in: transaction, at: envelope.time)
    },
    .on(StepChanged.self) { event, envelope, transaction in
      guard event.change == .ended else { return }
      let serving: SQL = """
        c.dossier = \(event.dossier) and c.state = 'valide' and exists (
          select from contracts.objective o where o.contract = c.id and o.step = \(event.step))
        """
      try await tell(.step, serving, in: transaction, at: envelope.time)
    },
  ]

  private struct Concerned: Decodable, Sendable {
    let contract: ID<Contract>
    let dossier: ID<Dossier>
    let territory: ID<Territory>?
    let number: Int
    let state: ContractState
  }

  private static func undecided(_ dossier: ID<Dossier>) -> SQL {
    "c.dossier = \(dossier) and c.state in ('proposition', 'soumis', 'etude', 'attente')"
  }

  private static func tell(
    _ cause: ContractToReview.Cause, _ condition: SQL, in transaction: Transaction, at moment: Date
  ) async throws {
    let concerned = try await transaction.query(
      """
      select c.id as contract, c.dossier, c.territory, c.number, c.state from contracts.contract c
      where \(condition) order by c.created_at limit 50
      """, as: Concerned.self)
    try await transaction.announce(
      concerned.map {
        ContractToReview(
          contract: $0.contract, dossier: $0.dossier, territory: $0.territory, number: $0.number, state: $0.state,
          cause: cause)
      }, at: moment)
  }
}
