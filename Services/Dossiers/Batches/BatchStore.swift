import API
import Domain
import Foundation
import Postgres

/// Batches and their rows: kept before anything is done, so that nothing asked for is lost.
struct BatchStore: Sendable {
  let postgres: PostgresClient

  struct Kept: Decodable, Sendable {
    let id: ID<Batch>
    let kind: Batch.Kind
    let total: Int
    let done: Int
    let refused: Int
    let createdAt: Date
    let endedAt: Date?
    let isUndone: Bool

    func shown(to caller: Caller) -> Batch {
      Batch(
        id: id, kind: kind, total: total, done: done, refused: refused, createdAt: createdAt, endedAt: endedAt,
        undoable: endedAt != nil && !isUndone && done > 0 && kind.mayUndo(caller, madeAt: createdAt))
    }
  }

  /// Where a batch's dossiers come from: named one by one, or a query that gives `dossier`, `name`, `target`, `place`.
  enum Source: Sendable {
    case named([ID<Dossier>])
    case query(SQL)

    fileprivate var rows: SQL {
      switch self {
      case .named(let dossiers):
        """
        select n.dossier, \(BatchStore.name) as name, null::uuid as target, n.place
        from unnest(\(dossiers)::uuid[]) with ordinality n (dossier, place)
        left join dossiers.dossier d on d.id = n.dossier
        """
      case .query(let sql): sql
      }
    }
  }

  /// A person's name as it is shown; null where the dossier is out of reach.
  static let name: SQL = "rtrim(upper(d.family_name) || ' ' || d.given_name)"

  /// Keeps what is asked, inside the transaction of the request. A dossier named twice is one.
  func add(
    _ task: BatchTask, to source: Source, undoing: ID<Batch>? = nil, in transaction: Transaction, at moment: Date
  ) async throws -> ID<Batch> {
    let id = ID<Batch>.new(at: moment)
    try await transaction.execute(
      """
      insert into dossiers.batch (id, account, caller, kind, task, total, created_at, undoes)
      values (\(id), \(transaction.caller.account), \(json: transaction.caller.looking), \(task.kind), \(json: task), 0,
        \(moment), \(undoing))
      """)
    let total = try await transaction.execute(
      """
      insert into dossiers.batch_row (batch, position, dossier, name, target)
      select \(id), row_number() over (order by min(s.place)), s.dossier, min(s.name), min(s.target::text)::uuid
      from (\(source.rows)) s group by s.dossier
      """)
    try await transaction.execute("update dossiers.batch set total = \(total) where id = \(id)")
    return id
  }

  /// - Throws: 404 for somebody else's.
  func batch(_ id: ID<Batch>, for caller: Caller) async throws -> Batch {
    let found = try await postgres.withTransaction(as: caller.looking) { transaction in
      try await kept(id, in: transaction)
    }
    return found.shown(to: caller)
  }

  func kept(_ id: ID<Batch>, in transaction: Transaction) async throws -> Kept {
    guard
      let kept = try await transaction.first(
        """
        select b.id, b.kind, b.total, count(*) filter (where r.outcome = 'done')::int as done,
          count(*) filter (where r.outcome = 'refused')::int as refused, b.created_at, b.ended_at,
          exists (select from dossiers.batch u where u.undoes = b.id) as is_undone
        from dossiers.batch b left join dossiers.batch_row r on r.batch = b.id where b.id = \(id) group by b.id
        """, as: Kept.self)
    else { throw Problem.notFound("Ce traitement") }
    return kept
  }

  func rows(of id: ID<Batch>, _ query: BatchRowQuery, for caller: Caller) async throws -> Page<BatchRow> {
    let limit = query.limit ?? 50
    let after = try query.place(as: Int.self) ?? 0
    return try await postgres.withTransaction(as: caller) { transaction in
      _ = try await kept(id, in: transaction)
      let rows = try await transaction.query(
        """
        select position, dossier, name, outcome, reason from dossiers.batch_row
        where batch = \(id) and position > \(after)
          and (\(query.outcome)::text is null or outcome = \(query.outcome)::text)
        order by position limit \(limit + 1)
        """, as: BatchRow.self)
      return try Page(rows, limit: limit, place: \.position)
    }
  }

  private struct Asked: Decodable, Sendable { let task: JSONValue }

  /// Keeps the batch that takes another one back: the dossiers that were done, and no others.
  /// - Throws: 404; 403 where the caller may not; 409 where there is nothing to take back (any more).
  func undo(_ id: ID<Batch>, for caller: Caller, at moment: Date) async throws -> ID<Batch> {
    try await postgres.withTransaction(as: caller) { transaction in
      // Twice at once is once: the second waits here, and then finds it undone.
      try await transaction.execute("select 1 from dossiers.batch where id = \(id) for update")
      let before = try await kept(id, in: transaction)
      let asked = try await transaction.first("select task from dossiers.batch where id = \(id)", as: Asked.self)
      guard let asked, let task = try BatchTask(asked.task).undoing else {
        throw Problem.conflict("rien-a-annuler", "Ce traitement ne s’annule pas.")
      }
      guard before.kind.mayUndo(caller, madeAt: before.createdAt) else {
        if before.kind == .transferred {
          throw Problem.conflict(
            "trop-tard", "Un transfert s’annule le jour même.", detail: "Transférez la file active en sens inverse.")
        }
        throw Problem.forbidden("Une sortie est annulée par le secrétariat : demandez-la-lui.")
      }
      guard before.shown(to: caller).undoable else {
        throw Problem.conflict(
          "rien-a-annuler", "Ce traitement ne s’annule plus.", detail: "Il est en cours, ou déjà annulé.")
      }
      return try await add(
        task,
        to: .query(
          """
          select r.dossier, r.name, r.target, r.position as place
          from dossiers.batch_row r where r.batch = \(id) and r.outcome = 'done'
          """), undoing: id, in: transaction, at: moment)
    }
  }
}
