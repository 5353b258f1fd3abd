import API
import Domain
import Foundation
import Messaging
import Postgres

/// Batches and their rows: the jobs of this service.
struct BatchStore: Sendable {
  let queue: JobQueue

  init(postgres: PostgresClient) { queue = JobQueue(postgres: postgres, schema: "dossiers", name: "batch") }

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
    try await queue.add(
      id.value, kind: task.kind.rawValue, task: task, to: source.rows, undoing: undoing?.value, in: transaction,
      at: moment)
    return id
  }

  /// Keeps an act on the dossiers that were ticked, to be done row by row.
  /// - Throws: 422 where none is.
  func keep(
    _ task: BatchTask, on dossiers: [ID<Dossier>], for caller: Caller, at moment: Date
  ) async throws -> ID<Batch> {
    guard !dossiers.isEmpty else {
      throw Problem.invalid([Fault("dossiers", "obligatoire", "Cochez au moins une personne.")])
    }
    return try await queue.postgres.withTransaction(as: caller) { transaction in
      try await add(task, to: .named(dossiers), in: transaction, at: moment)
    }
  }

  /// - Throws: 404 for another person's.
  func batch(_ id: ID<Batch>, for caller: Caller) async throws -> Batch {
    try await queue.postgres.withTransaction(as: caller.looking) { try await shown(id, to: caller, in: $0) }
  }

  private func shown(_ id: ID<Batch>, to caller: Caller, in transaction: Transaction) async throws -> Batch {
    guard let progress = try await queue.progress(of: id.value, in: transaction),
      let kind = Batch.Kind(rawValue: progress.kind)
    else { throw Problem.notFound("Ce traitement") }
    return Batch(
      id: id, kind: kind, total: progress.total, done: progress.done, refused: progress.refused,
      createdAt: progress.createdAt, endedAt: progress.endedAt,
      undoable: progress.endedAt != nil && !progress.isUndone && progress.done > 0
        && kind.mayUndo(caller, madeAt: progress.createdAt))
  }

  func rows(of id: ID<Batch>, _ query: BatchRowQuery, for caller: Caller) async throws -> Page<BatchRow> {
    let limit = query.limit ?? 50
    let after = try query.place(as: Int.self) ?? 0
    return try await queue.postgres.withTransaction(as: caller) { transaction in
      _ = try await shown(id, to: caller, in: transaction)
      let rows = try await queue.rows(
        of: id.value, outcome: query.outcome?.rawValue, after: after, limit: limit + 1, as: BatchRow.self,
        in: transaction)
      return try Page(rows, limit: limit, place: \.position)
    }
  }

  /// Keeps the batch that takes another one back: the dossiers that were done, and no others.
  /// - Throws: 404; 403 where the caller may not; 409 where there is nothing to take back (any more).
  func undo(_ id: ID<Batch>, for caller: Caller, at moment: Date) async throws -> ID<Batch> {
    try await queue.postgres.withTransaction(as: caller) { transaction in
      // Twice at once is once: the second waits here, and then finds it undone.
      let asked = try await queue.held(id.value, as: BatchTask.self, in: transaction)
      let before = try await shown(id, to: caller, in: transaction)
      guard let task = asked?.undoing else {
        throw Problem.conflict("rien-a-annuler", "Ce traitement ne s’annule pas.")
      }
      guard before.kind.mayUndo(caller, madeAt: before.createdAt) else {
        if before.kind == .transferred {
          throw Problem.conflict(
            "trop-tard", "Un transfert s’annule le jour même.", detail: "Transférez la file active en sens inverse.")
        }
        throw Problem.forbidden("Une sortie est annulée par le secrétariat : demandez-la-lui.")
      }
      guard before.undoable else {
        throw Problem.conflict(
          "rien-a-annuler", "Ce traitement ne s’annule plus.", detail: "Il est en cours, ou déjà annulé.")
      }
      return try await add(
        task, to: .query(queue.done(by: id.value)), undoing: id, in: transaction, at: moment)
    }
  }
}
