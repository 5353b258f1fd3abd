import API
import Domain
import Foundation
import Logging
import Postgres
import Service
import ServiceLifecycle

/// Does what batches ask, dossier by dossier, each in a transaction of its own and in the name of whoever asked: one that
/// is refused keeps no other from being done. Any number of copies may work on one batch.
struct BatchRunner: ServiceLifecycle.Service {
  /// What is done to one dossier.
  typealias Work = @Sendable (BatchTask, BatchWork, Transaction, Date) async throws -> Void
  /// What is told once a batch has ended.
  typealias Ending = @Sendable (BatchTask, ID<Batch>, Transaction, Date) async throws -> Void

  let postgres: PostgresClient
  let now: Now
  let logger: Logger
  let work: Work
  let ending: Ending

  /// So many are done before the request that asked is answered: a small batch has then already ended.
  static let doneAtOnce = 25

  func run() async throws {
    await cancelWhenGracefulShutdown {
      while !Task.isCancelled {
        do {
          try await goOn()
        } catch is CancellationError {
          return
        } catch {
          logger.error("a batch could not go on", metadata: ["error": "\(String(reflecting: error))"])
        }
        try? await Task.sleep(for: .seconds(1))
      }
    }
  }

  /// Goes on with every batch that has not ended.
  func goOn() async throws {
    let open = try await postgres.withTransaction(as: .system("batches", today: CalendarDate(now()))) { transaction in
      try await transaction.query(
        "select id from dossiers.batch where ended_at is null order by created_at limit 20", as: ID<Batch>.self)
    }
    for id in open {
      do {
        try await settle(id, atMost: .max)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        // It is taken up again in a second; those behind it do not wait for it.
        logger.error("a batch is held up", metadata: ["batch": "\(id)", "error": "\(String(reflecting: error))"])
      }
    }
  }

  private struct Asked: Decodable, Sendable {
    let caller: JSONValue
    let task: JSONValue
  }

  /// Does the rows of a batch that wait, up to so many, and ends it where none is left.
  func settle(_ id: ID<Batch>, atMost: Int) async throws {
    let system = Caller.system("batches", today: CalendarDate(now()))
    let asked = try await postgres.withTransaction(as: system) { transaction in
      try await transaction.first(
        "select caller, task from dossiers.batch where id = \(id) and ended_at is null", as: Asked.self)
    }
    guard let asked else { return }
    let caller = try JSONDecoder.jalons.decode(Caller.self, from: JSONEncoder.jalons.encode(asked.caller))
    let task = try BatchTask(asked.task)
    var left = atMost
    while left > 0 {
      let stretch = min(left, 100)
      let waiting = try await postgres.withTransaction(as: system) { transaction in
        try await transaction.query(
          """
          select batch, position, dossier, target from dossiers.batch_row
          where batch = \(id) and outcome is null order by position limit \(stretch)
          """, as: BatchWork.self)
      }
      for row in waiting {
        try Task.checkCancellation()
        try await settle(row, task, for: caller)
      }
      left -= waiting.count
      if waiting.count < stretch { break }
    }
    let (ending, moment) = (ending, now())
    try await postgres.withTransaction(as: system) { transaction in
      let ended = try await transaction.execute(
        """
        update dossiers.batch set ended_at = \(moment) where id = \(id) and ended_at is null
          and not exists (select from dossiers.batch_row r where r.batch = \(id) and r.outcome is null)
        """)
      if ended == 1 { try await ending(task, id, transaction, moment) }
    }
  }

  private func settle(_ row: BatchWork, _ task: BatchTask, for asker: Caller) async throws {
    let moment = now()
    var caller = asker
    caller.today = CalendarDate(moment)
    let looking = caller
    caller.subject = .dossier(row.dossier)
    caller.act = Act(name: task.act, kind: .write)
    do {
      let work = work
      try await postgres.withTransaction(as: caller, retrying: true) { transaction in
        guard try await row.claim(in: transaction) else { throw Taken() }
        try await work(task, row, transaction, moment)
        try await row.mark(.done, reason: nil, in: transaction)
      }
    } catch is Taken {
      return
    } catch let problem as Problem {
      try await refuse(row, problem, for: looking)
    } catch let error as PostgresError where error.kind == .outOfReach {
      try await refuse(row, .notFound("Ce dossier"), for: looking)
    } catch let error as PostgresError where error.isLasting {
      // Tried again it would be refused again, and the batch would never end.
      logger.error(
        "a dossier of a batch could not be settled",
        metadata: ["batch": "\(row.batch)", "dossier": "\(row.dossier)", "error": "\(String(reflecting: error))"])
      try await refuse(row, Self.ourFault, for: looking)
    }
  }

  private static let ourFault = Problem(
    "erreur", 500, "Une erreur est survenue de notre côté.",
    detail: "Rien n’a été modifié sur ce dossier. Prévenez l’exploitant.")

  private func refuse(_ row: BatchWork, _ problem: Problem, for caller: Caller) async throws {
    let faults = (problem.faults ?? []).map(\.message)
    let reason = faults.isEmpty ? [problem.title, problem.detail].compactMap { $0 } : faults
    try await postgres.withTransaction(as: caller) { transaction in
      guard try await row.claim(in: transaction) else { return }
      try await row.mark(.refused, reason: reason.joined(separator: " "), in: transaction)
    }
  }

  /// Another copy has the row, or has done it.
  private struct Taken: Error {}
}

extension BatchRunner {
  /// A batch that was just kept, after its first rows are done.
  func begun(_ id: ID<Batch>, in batches: BatchStore, for caller: Caller) async throws -> Batch {
    do {
      try await settle(id, atMost: Self.doneAtOnce)
    } catch {
      // What was asked is kept: it is answered so, and the rest is done in a moment.
      logger.warning("a batch is put off", metadata: ["batch": "\(id)", "error": "\(String(reflecting: error))"])
    }
    return try await batches.batch(id, for: caller)
  }
}

extension PostgresError {
  /// Whether the same statement would be refused again: of the values, a constraint or a rule of the database, never
  /// that it is away or that somebody else holds what is needed.
  fileprivate var isLasting: Bool {
    kind == .permissionDenied || ["22", "23", "P0"].contains(state.prefix(2))
  }
}

/// One dossier of a batch, and what is to become of it.
struct BatchWork: Decodable, Sendable {
  let batch: ID<Batch>
  let position: Int
  let dossier: ID<Dossier>
  let target: ID<Account>?

  fileprivate func claim(in transaction: Transaction) async throws -> Bool {
    try await transaction.first(
      """
      select position from dossiers.batch_row where batch = \(batch) and position = \(position) and outcome is null
      for update skip locked
      """, as: Int.self) != nil
  }

  fileprivate func mark(_ outcome: BatchRow.Outcome, reason: String?, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      update dossiers.batch_row set outcome = \(outcome), reason = \(reason)
      where batch = \(batch) and position = \(position)
      """)
  }
}
