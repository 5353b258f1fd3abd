import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Batches of registrations: the jobs of this service.
struct EnrolmentStore: Sendable {
  let queue: JobQueue

  init(postgres: PostgresClient) { queue = JobQueue(postgres: postgres, schema: "fse", name: "enrolment") }

  /// Keeps what is asked. What would refuse everybody is refused at once.
  /// - Throws: 404; 403; 422.
  func enrol(
    _ order: EnrolmentOrder, on offer: ID<Offer>, for caller: Caller, at moment: Date
  ) async throws -> ID<Enrolment> {
    let draft = order.step(on: offer)
    if draft.participation { try StepStore.requireForms(caller) }
    return try await queue.postgres.withTransaction(as: caller) { transaction in
      let (found, funding) = try await StepStore.terms(of: offer, in: transaction)
      var faults = found.refusals(kind: draft.kind, participation: draft.participation)
      faults += found.faults(in: draft.dates, within: funding)
      faults += Self.faults(in: order.dossiers)
      faults += try await transaction.faults(
        of: [
          order.partner.map {
            BodyReference("partner", "Choisissez un opérateur qui existe.", "select from fse.operator where id = \($0)")
          }
        ])
      if !faults.isEmpty { throw Problem.invalid(faults) }
      return try await add(
        .step(draft, name: found.name), to: order.dossiers, in: transaction, at: moment)
    }
  }

  /// Keeps a batch inside the transaction of its request. A dossier named twice is one.
  func add(
    _ task: EnrolmentTask, to dossiers: [ID<Dossier>], in transaction: Transaction, at moment: Date
  ) async throws -> ID<Enrolment> {
    let id = ID<Enrolment>.new(at: moment)
    try await queue.add(
      id.value, kind: task.kind.rawValue, task: task,
      to: """
        select n.dossier, rtrim(upper(d.family_name) || ' ' || d.given_name) as name, null::uuid as target, n.place
        from unnest(\(dossiers)::uuid[]) with ordinality n (dossier, place)
        left join dossiers.v1_dossier d on d.id = n.dossier
        """, in: transaction, at: moment)
    return id
  }

  static func faults(in dossiers: [ID<Dossier>]) -> [Fault] {
    dossiers.isEmpty ? [Fault("dossiers", "obligatoire", "Choisissez au moins une personne.")] : []
  }

  private struct Asked: Decodable, Sendable { let task: JSONValue }

  /// - Throws: 404 for another account's.
  func show(_ id: ID<Enrolment>, for caller: Caller) async throws -> Enrolment {
    try await queue.postgres.withTransaction(as: caller.looking) { try await shown(id, in: $0) }
  }

  private func shown(_ id: ID<Enrolment>, in transaction: Transaction) async throws -> Enrolment {
    guard let progress = try await queue.progress(of: id.value, in: transaction),
      let asked = try await transaction.first("select task from fse.enrolment where id = \(id)", as: Asked.self)
    else { throw Problem.notFound("Ce traitement") }
    let task = try JSONDecoder.jalons.decode(EnrolmentTask.self, from: JSONEncoder.jalons.encode(asked.task))
    return Enrolment(
      id: id, kind: task.kind, name: task.name, subject: task.subject, total: progress.total, done: progress.done,
      refused: progress.refused, createdAt: progress.createdAt, endedAt: progress.endedAt)
  }

  func rows(of id: ID<Enrolment>, _ query: BatchRowQuery, for caller: Caller) async throws -> Page<BatchRow> {
    let limit = query.limit ?? 50
    let after = try query.place(as: Int.self) ?? 0
    return try await queue.postgres.withTransaction(as: caller) { transaction in
      _ = try await shown(id, in: transaction)
      let rows = try await queue.rows(
        of: id.value, outcome: query.outcome?.rawValue, after: after, limit: limit + 1, as: BatchRow.self,
        in: transaction)
      return try Page(rows, limit: limit, place: \.position)
    }
  }
}
