import API
import Domain
import Foundation
import Messaging

/// Does what batches ask, dossier by dossier.
typealias BatchRunner = JobRunner<BatchTask>

extension JobRunner<BatchTask> {
  /// A batch that was just kept, after its first rows are done.
  func begun(_ id: ID<Batch>, in batches: BatchStore, for caller: Caller) async throws -> Batch {
    await begin(id.value, atMost: 25)
    return try await batches.batch(id, for: caller)
  }
}

/// One dossier of a batch, and what is to become of it.
struct BatchWork: Sendable {
  let batch: ID<Batch>
  let dossier: ID<Dossier>
  let target: ID<Account>?

  /// Nil for a target that is no dossier: a batch has none.
  init?(_ target: JobTarget) {
    guard let dossier = target.dossier else { return nil }
    batch = ID(target.job)
    self.dossier = dossier
    self.target = target.target.map { ID($0) }
  }
}
