import API
import Domain
import Foundation
import Logging
import Postgres
import ServiceLifecycle

/// One target of a job.
public struct JobTarget: Decodable, Sendable {
  public let job: UUID
  public let position: Int
  public let dossier: ID<Dossier>?
  public let target: UUID?
  /// How often it was put back.
  public let attempts: Int
}

/// Does what jobs ask, target by target, each in a transaction of its own and in the name of whoever asked: one that is
/// refused keeps no other from being done, and a process that dies leaves what it was doing undone. Any number of copies
/// may work on one job.
public struct JobRunner<Task: Codable & Sendable>: Service {
  /// What is done to one target, in its transaction. A `Problem` refuses it for good, with its words; `PutBack` for a
  /// while; anything else is tried again.
  public typealias Work = @Sendable (Task, JobTarget, Transaction, Date) async throws -> Void
  /// What follows once nothing is left to do.
  public typealias Ending = @Sendable (Task, UUID, Transaction, Date) async throws -> Void

  let queue: JobQueue
  let now: Now
  let logger: Logger
  let act: @Sendable (Task) -> String
  let work: Work
  let ending: Ending
  /// What a target is for the audit log, where it is no dossier.
  public var subject: @Sendable (JobTarget) -> RequestSubject? = { $0.dossier.map(RequestSubject.dossier) }
  private let bell = Bell()

  /// - Parameter act: the name under which the audit log keeps what is done to a target.
  public init(
    queue: JobQueue, now: Now, logger: Logger, act: @escaping @Sendable (Task) -> String,
    work: @escaping Work, ending: @escaping Ending = { _, _, _, _ in }
  ) {
    self.queue = queue
    self.now = now
    self.logger = logger
    self.act = act
    self.work = work
    self.ending = ending
  }

  public func run() async throws {
    // A job that another copy leaves behind, or that waits, is looked after more often than none.
    await repeating(atLeastEvery: .seconds(5), wokenBy: bell, logger: logger, complaint: "a job could not go on") {
      try await goOn() ? .seconds(2) : .seconds(5)
    }
  }

  /// Does the first targets of a job before the request that asked for it is answered, and leaves the others to `run`: a
  /// small job has then already ended.
  public func begin(_ id: UUID, atMost: Int) async {
    do {
      try await settle(id, atMost: atMost)
    } catch {
      // What was asked is kept: the request is answered so, and the rest is done in a moment.
      logger.warning("a job is put off", metadata: ["job": "\(id)", "error": "\(String(reflecting: error))"])
    }
    bell.ring()
  }

  /// Goes on with every job that has not ended.
  /// - Returns: whether there was one.
  @discardableResult
  func goOn() async throws -> Bool {
    let open = try await queue.postgres.withTransaction(as: system) { [queue] transaction in
      try await transaction.query(
        "select id from \(queue.jobs) where ended_at is null order by created_at limit 20", as: UUID.self)
    }
    for id in open {
      do {
        try await settle(id, atMost: .max)
      } catch is CancellationError {
        throw CancellationError()
      } catch {
        // It is taken up again in a moment; those behind it do not wait for it.
        logger.error("a job is held up", metadata: ["job": "\(id)", "error": "\(String(reflecting: error))"])
      }
    }
    return !open.isEmpty
  }

  private var system: Caller { .system("jobs", today: CalendarDate(now())) }

  private struct Asked: Decodable, Sendable {
    let caller: JSONValue
    let task: JSONValue
  }

  /// Does the targets of a job that wait, up to so many, and ends it where none is left.
  func settle(_ id: UUID, atMost: Int) async throws {
    let asked = try await queue.postgres.withTransaction(as: system) { [queue] transaction in
      try await transaction.first(
        "select caller, task from \(queue.jobs) where id = \(id) and ended_at is null", as: Asked.self)
    }
    guard let asked else { return }
    let caller = try JSONDecoder.jalons.decode(Caller.self, from: JSONEncoder.jalons.encode(asked.caller))
    let task = try JSONDecoder.jalons.decode(Task.self, from: JSONEncoder.jalons.encode(asked.task))
    var left = atMost
    while left > 0 {
      let stretch = min(left, 100)
      let waiting = try await queue.waiting(id, limit: stretch, as: system)
      for target in waiting {
        try Swift.Task<Never, Never>.checkCancellation()
        try await settle(target, task, for: caller)
      }
      left -= waiting.count
      if waiting.count < stretch { break }
    }
    let (queue, ending, moment) = (queue, ending, now())
    try await queue.postgres.withTransaction(as: system) { transaction in
      if try await queue.end(id, at: moment, in: transaction) { try await ending(task, id, transaction, moment) }
    }
  }

  private func settle(_ target: JobTarget, _ task: Task, for asker: Caller) async throws {
    let (queue, work, moment) = (queue, work, now())
    var caller = asker
    caller.today = CalendarDate(moment)
    let looking = caller
    caller.subject = subject(target)
    caller.act = Act(name: act(task), kind: .write)
    do {
      try await queue.postgres.withTransaction(as: caller, retrying: true) { transaction in
        guard try await queue.claim(target, in: transaction) else { throw Taken() }
        try await work(task, target, transaction, moment)
        try await queue.mark(target, .done, reason: nil, in: transaction)
      }
    } catch is Taken {
      return
    } catch let later as PutBack {
      try await queue.putBack(target, for: later.pause, as: looking)
    } catch let problem as Problem {
      try await refuse(target, problem, for: looking)
    } catch let error as PostgresError where error.kind == .outOfReach {
      try await refuse(target, .notFound("Ce dossier"), for: looking)
    } catch let error as PostgresError where error.isLasting {
      // Tried again it would be refused again, and the job would never end.
      logger.error(
        "a target of a job could not be settled",
        metadata: [
          "job": "\(target.job)", "position": "\(target.position)", "error": "\(String(reflecting: error))",
        ])
      try await refuse(target, .jobFault, for: looking)
    }
  }

  private func refuse(_ target: JobTarget, _ problem: Problem, for caller: Caller) async throws {
    let faults = (problem.faults ?? []).map(\.message)
    let reason = faults.isEmpty ? [problem.title, problem.detail].compactMap { $0 } : faults
    try await queue.postgres.withTransaction(as: caller) { [queue] transaction in
      guard try await queue.claim(target, in: transaction) else { return }
      try await queue.mark(target, .refused, reason: reason.joined(separator: " "), in: transaction)
    }
  }
}

/// Thrown by a job's work: this target is tried again after `pause`, what was done to it is undone.
public struct PutBack: Error {
  public let pause: Duration
  public init(_ pause: Duration) { self.pause = pause }
}

/// Another copy has the target, or has done it.
private struct Taken: Error {}

extension Problem {
  fileprivate static let jobFault = Problem(
    "erreur", 500, "Une erreur est survenue de notre côté.",
    detail: "Rien n’a été modifié sur ce dossier. Prévenez l’exploitant.")
}

extension PostgresError {
  /// Whether the same statement would be refused again: of the values, a constraint or a rule of the database, never
  /// that it is away or that somebody else holds what is needed.
  fileprivate var isLasting: Bool {
    kind == .permissionDenied || ["22", "23", "P0"].contains(state.prefix(2))
  }
}

extension JobQueue {
  fileprivate func waiting(_ id: UUID, limit: Int, as caller: Caller) async throws -> [JobTarget] {
    try await postgres.withTransaction(as: caller) { [rows, job] transaction in
      try await transaction.query(
        """
        select \(job) as job, position, dossier, target, attempts from \(rows)
        where \(job) = \(id) and outcome is null and (due_at is null or due_at <= clock_timestamp())
        order by position limit \(limit)
        """, as: JobTarget.self)
    }
  }

  fileprivate func claim(_ target: JobTarget, in transaction: Transaction) async throws -> Bool {
    try await transaction.first(
      """
      select position from \(rows) where \(job) = \(target.job) and position = \(target.position) and outcome is null
        and attempts = \(target.attempts)
      for update skip locked
      """, as: Int.self) != nil
  }

  fileprivate func mark(
    _ target: JobTarget, _ outcome: Outcome, reason: String?, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      update \(rows) set outcome = \(outcome), reason = \(reason)
      where \(job) = \(target.job) and position = \(target.position)
      """)
  }

  fileprivate func putBack(_ target: JobTarget, for pause: Duration, as caller: Caller) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      guard try await claim(target, in: transaction) else { return }
      try await transaction.execute(
        """
        update \(rows) set attempts = attempts + 1,
          due_at = clock_timestamp() + make_interval(secs => \(pause / .seconds(1)))
        where \(job) = \(target.job) and position = \(target.position)
        """)
    }
  }

  fileprivate func end(_ id: UUID, at moment: Date, in transaction: Transaction) async throws -> Bool {
    try await transaction.execute(
      """
      update \(jobs) set ended_at = \(moment) where id = \(id) and ended_at is null
        and not exists (select from \(rows) r where r.\(job) = \(id) and r.outcome is null)
      """) == 1
  }
}
