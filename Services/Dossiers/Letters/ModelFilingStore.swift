import API
import Domain
import Postgres
import Service

/// Where what a model prints is filed in a dossier (rule D5).
struct ModelFilingStore: Sendable {
  let postgres: PostgresClient

  private static let select: SQL = "select code as model, filed_as as type, version from dossiers.model"
  private static let missing = "Ce modèle"

  /// - Throws: 404.
  func filing(of model: String, for caller: Caller) async throws -> ModelFiling {
    try await postgres.withTransaction(as: caller) { transaction in
      let found = try await transaction.first("\(Self.select) where code = \(model)", as: ModelFiling.self)
      guard let found else { throw Problem.notFound(Self.missing) }
      return found
    }
  }

  /// - Throws: 404; 412 with the filing as it is now; 422 for a type that is closed or that the county does not have.
  func change(
    _ model: String, to change: ModelFilingChange, version: Int, for caller: Caller
  ) async throws -> ModelFiling {
    try await postgres.withTransaction(as: caller) { transaction in
      var filing = try await transaction.held(
        "\(Self.select) where code = \(model) for update", as: ModelFiling.self, version: version, missing: Self.missing
      )
      guard filing.type != change.type else { return filing }
      if let type = change.type {
        let isOpen = try await transaction.first(
          "select true from dossiers.document_type where code = \(type) and open", as: Bool.self)
        guard isOpen == true else {
          throw Problem.invalid([Fault("type", "choix", "Choisissez un type de document de la nomenclature.")])
        }
      }
      try await transaction.execute(
        "update dossiers.model set filed_as = \(change.type), version = version + 1 where code = \(model)")
      filing.type = change.type
      filing.version += 1
      return filing
    }
  }
}

func addModelFilingRoutes(to routes: Routes, store: ModelFilingStore) {
  routes.handle(DossiersAPI.showModelFiling) { _, request in
    try await store.filing(of: request.word("model"), for: request.caller)
  }
  routes.handle(DossiersAPI.changeModelFiling) { change, request in
    try await store.change(request.word("model"), to: change, version: request.version, for: request.caller)
  }
}
