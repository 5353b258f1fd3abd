import API
import Domain
import Foundation
import Logging
import Messaging
import Postgres
import Service
import ServiceLifecycle

/// What a new day does by itself, once: it announces the contracts that end within the county's delay and those that
/// have ended, and forgets what became of old moves.
struct ContractDay: ServiceLifecycle.Service {
  let postgres: PostgresClient
  let now: Now
  let logger: Logger

  /// An end that passed longer ago is no news.
  private static let recent = 7

  func run() async throws {
    await repeatingEachDay(now: now, logger: logger, complaint: "day rollover of the contracts failed") {
      try await turn(to: $0)
    }
  }

  private struct Ending: Decodable, Sendable {
    let contract: ID<Contract>
    let dossier: ID<Dossier>
    let territory: ID<Territory>?
    let author: ID<Account>
    let number: Int
    let endsOn: CalendarDate

    func event(_ change: ContractEnding.Change) -> ContractEnding {
      ContractEnding(
        contract: contract, dossier: dossier, territory: territory, author: author, number: number, endsOn: endsOn,
        change: change)
    }
  }

  func turn(to moment: Date) async throws {
    let today = CalendarDate(moment)
    try await postgres.withTransaction(as: .system("day", today: today)) { transaction in
      let isNew = try await transaction.execute(
        "insert into contracts.day_turned (day) values (\(today)) on conflict do nothing")
      guard isNew == 1 else { return }
      let traced = try await transaction.value(of: .batchTrace)
      try await MovingStore(postgres: postgres).queue.forget(
        endedBefore: today.adding(days: -traced).moment(), in: transaction)
      let expiring = try await Self.ending(
        "expiring_told", "c.ends_on >= \(today) and c.ends_on <= \(today)::date + \(CountyDelay.renewal.sql)",
        in: transaction)
      let expired = try await Self.ending(
        "expired_told", "c.ends_on < \(today) and c.ends_on >= \(today.adding(days: -Self.recent))", in: transaction)
      try await transaction.announce(
        expiring.map { $0.event(.expiring) } + expired.map { $0.event(.expired) }, at: moment)
    }
  }

  /// Marks as told the ends of which `told` says nothing yet, and gives them: those of the valid contracts that call
  /// for another (rule K7). In the background this service sees no dossier: of those who left it announces them too.
  private static func ending(_ told: SQL, _ condition: SQL, in transaction: Transaction) async throws -> [Ending] {
    try await transaction.query(
      """
      update contracts.contract c set \(told) = c.ends_on
      where c.state = 'valide' and not c.last_contract and c.ends_on is not null and \(condition)
        and c.\(told) is distinct from c.ends_on
        and not exists (select from contracts.contract n where n.dossier = c.dossier and n.state = 'valide'
          and (n.starts_on, n.created_at, n.id) > (c.starts_on, c.created_at, c.id))
      returning c.id as contract, c.dossier, c.territory, c.author, c.number, c.ends_on
      """, as: Ending.self)
  }
}
