import API
import Domain
import Foundation
import Postgres

/// The jobs of one pair of tables (`call jalons.keep_jobs('dossiers', 'batch')`): what a request asks for and does not
/// wait for, one row a target. A job is kept in the transaction of the request that asks for it, belongs to its author,
/// and is done by a `JobRunner`.
public struct JobQueue: Sendable {
  public let postgres: PostgresClient
  let jobs: SQL
  let rows: SQL
  /// The column of a row that names its job.
  let job: SQL

  /// - Parameter name: of the table of jobs; that of their rows is `<name>_row`.
  public init(postgres: PostgresClient, schema: String, name: String) {
    self.postgres = postgres
    jobs = SQL(unsafeSQL: "\(schema).\(name)")
    rows = SQL(unsafeSQL: "\(schema).\(name)_row")
    job = SQL(unsafeSQL: name)
  }

  /// How far a job is, as its author sees it.
  public struct Progress: Decodable, Sendable {
    public let kind: String
    public let total: Int
    public let done: Int
    public let refused: Int
    public let createdAt: Date
    public let endedAt: Date?
    public let isUndone: Bool
    /// The file that it made, by its name in the store of files.
    public let result: String?
  }

  /// What becomes of one target.
  public enum Outcome: String, Codable, Sendable { case done, refused, cancelled }

  /// Keeps a job inside the transaction of the request. A dossier named twice is one, or a target where there is no dossier.
  /// - Parameters:
  ///   - targets: a query that gives `dossier`, `name`, `target` and `place`, by which they are done in order.
  ///   - undoing: the job that this one takes back; once for each.
  public func add(
    _ id: UUID, kind: String, task: some Encodable, to targets: SQL, undoing: UUID? = nil, in transaction: Transaction,
    at moment: Date
  ) async throws {
    try await transaction.execute(
      """
      insert into \(jobs) (id, account, caller, kind, task, total, created_at, undoes)
      values (\(id), \(transaction.caller.account), \(json: transaction.caller.looking), \(kind), \(json: task), 0,
        \(moment), \(undoing))
      """)
    let total = try await transaction.execute(
      """
      insert into \(rows) (\(job), position, dossier, name, target)
      select \(id), row_number() over (order by min(s.place)), s.dossier, min(s.name), min(s.target::text)::uuid
      from (\(targets)) s group by s.dossier, case when s.dossier is null then s.target end
      """)
    try await transaction.execute("update \(jobs) set total = \(total) where id = \(id)")
  }

  /// Nil for a job that is none of the caller's.
  public func progress(of id: UUID, in transaction: Transaction) async throws -> Progress? {
    try await transaction.first(
      """
      select j.kind, j.total, count(*) filter (where r.outcome = 'done')::int as done,
        count(*) filter (where r.outcome = 'refused')::int as refused, j.created_at, j.ended_at,
        exists (select from \(jobs) u where u.undoes = j.id) as is_undone, j.result
      from \(jobs) j left join \(rows) r on r.\(job) = j.id where j.id = \(id) group by j.id
      """, as: Progress.self)
  }

  /// The caller's own jobs, newest first.
  /// - Parameter before: only those asked for earlier.
  public func own(before: Date?, limit: Int, in transaction: Transaction) async throws -> [OwnJob] {
    try await own(
      "\(before)::timestamptz is null or j.created_at < \(before)::timestamptz", limit: limit, in: transaction)
  }

  /// Nil for a job that is none of the caller's.
  public func own(_ id: ID<OwnJob>, in transaction: Transaction) async throws -> OwnJob? {
    try await own("j.id = \(id)", limit: 1, in: transaction).first
  }

  private func own(_ which: SQL, limit: Int, in transaction: Transaction) async throws -> [OwnJob] {
    let kinds = OwnJob.Kind.allCases.map(\.rawValue)
    return try await transaction.query(
      """
      select j.id, j.kind, j.total, count(*) filter (where r.outcome = 'done')::int as done,
        count(*) filter (where r.outcome = 'refused')::int as refused,
        count(*) filter (where r.outcome = 'cancelled')::int as cancelled, j.created_at, j.ended_at
      from (
        select * from \(jobs) j where j.account = \(transaction.caller.account) and j.kind = any(\(kinds)::text[])
          and (\(which)) order by j.created_at desc limit \(limit)) j
      left join \(rows) r on r.\(job) = j.id
      group by j.id, j.kind, j.total, j.created_at, j.ended_at order by j.created_at desc
      """, as: OwnJob.self)
  }

  private struct Asked: Decodable, Sendable { let task: JSONValue }

  /// What was asked; the job is held, so that nobody else undoes it at the same time.
  public func held<Task: Decodable>(_ id: UUID, as type: Task.Type, in transaction: Transaction) async throws -> Task? {
    guard
      let asked = try await transaction.first(
        "select task from \(jobs) where id = \(id) for update", as: Asked.self)
    else { return nil }
    return try JSONDecoder.jalons.decode(Task.self, from: JSONEncoder.jalons.encode(asked.task))
  }

  /// The targets that a job has done, as `add` takes them: those of the job that undoes it.
  public func done(by id: UUID) -> SQL {
    "select r.dossier, r.name, r.target, r.position as place from \(rows) r where r.\(job) = \(id) and r.outcome = 'done'"
  }

  /// The rows of a job in the order of their positions: `position`, `dossier`, `name`, `outcome`, `reason`.
  public func rows<Row: Decodable & Sendable>(
    of id: UUID, outcome: String?, after position: Int, limit: Int, as type: Row.Type, in transaction: Transaction
  ) async throws -> [Row] {
    try await transaction.query(
      """
      select position, dossier, name, outcome, reason from \(rows)
      where \(job) = \(id) and position > \(position) and (\(outcome)::text is null or outcome = \(outcome)::text)
      order by position limit \(limit)
      """, as: Row.self)
  }

  /// Leaves what has not been begun undone; what is under way is done. The runner then ends the job.
  /// - Returns: how many targets were left.
  public func cancel(_ id: UUID, in transaction: Transaction) async throws -> Int {
    try await transaction.execute(
      """
      update \(rows) set outcome = 'cancelled' where \(job) = \(id) and position in (
        select position from \(rows) where \(job) = \(id) and outcome is null for update skip locked)
      """)
  }

  /// Keeps the name of the file that a job made.
  public func keep(result: String, of id: UUID, in transaction: Transaction) async throws {
    try await transaction.execute("update \(jobs) set result = \(result) where id = \(id)")
  }

  /// Deletes the jobs that ended before a moment, but those that a younger one undoes.
  public func forget(endedBefore moment: Date, in transaction: Transaction) async throws {
    try await transaction.execute(
      """
      delete from \(jobs) j where j.ended_at < \(moment) and not exists (
        select from \(jobs) u where u.undoes = j.id and (u.ended_at is null or u.ended_at >= \(moment)))
      """)
  }
}
