import API
import Domain
import Foundation
import Postgres
import Service

struct AgreementStore: Sendable {
  let postgres: PostgresClient

  private static let select: SQL = """
    select a.id, a.operation, a.operator, r.name as operator_name, a.number, a.name, a.starts_on, a.ends_on,
      a.amount, a.version
    from fse.agreement a left join fse.operator r on r.id = a.operator
    """

  func agreements(of operation: ID<FSEOperation>, for caller: Caller) async throws -> Page<Agreement> {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await OperationStore.find(operation, in: transaction)
      return Page(
        items: try await transaction.query(
          "\(Self.select) where a.operation = \(operation) order by a.starts_on, a.number limit 200",
          as: Agreement.self))
    }
  }

  /// - Throws: 404 for an operation that the caller does not manage; 422; 409 for a number that it has already.
  func add(
    _ draft: AgreementDraft, to operation: ID<FSEOperation>, for caller: Caller, at moment: Date
  ) async throws -> Agreement {
    try await numbering {
      try await postgres.withTransaction(as: caller) { transaction in
        let owner = try await OperationStore.managed(operation, in: transaction)
        try await Self.check(draft, within: owner, in: transaction)
        let id = ID<Agreement>.new(at: moment)
        try await transaction.execute(
          """
          insert into fse.agreement (id, operation, operator, number, name, starts_on, ends_on, amount)
          values (\(id), \(operation), \(draft.operator), \(draft.number), \(draft.name), \(draft.startsOn),
            \(draft.endsOn), \(draft.amount))
          """)
        return try await Self.find(id, of: operation, in: transaction)
      }
    }
  }

  /// - Throws: 404; 412; 422; 409.
  func change(
    _ id: ID<Agreement>, of operation: ID<FSEOperation>, to draft: AgreementDraft, version: Int, for caller: Caller
  ) async throws -> Agreement {
    try await numbering {
      try await postgres.withTransaction(as: caller) { transaction in
        let owner = try await OperationStore.managed(operation, in: transaction)
        _ = try await Self.find(id, of: operation, in: transaction).held(version: version)
        try await Self.check(draft, within: owner, in: transaction)
        try await transaction.execute(
          """
          update fse.agreement set operator = \(draft.operator), number = \(draft.number), name = \(draft.name),
            starts_on = \(draft.startsOn), ends_on = \(draft.endsOn), amount = \(draft.amount), version = version + 1
          where id = \(id)
          """)
        return try await Self.find(id, of: operation, in: transaction)
      }
    }
  }

  func delete(_ id: ID<Agreement>, of operation: ID<FSEOperation>, for caller: Caller) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await OperationStore.managed(operation, in: transaction)
      let gone = try await transaction.execute(
        "delete from fse.agreement where id = \(id) and operation = \(operation)")
      guard gone == 1 else { throw Problem.notFound("Cette convention") }
    }
  }

  // MARK: Parts

  private static func find(
    _ id: ID<Agreement>, of operation: ID<FSEOperation>, in transaction: Transaction
  ) async throws -> Agreement {
    guard
      let found = try await transaction.first(
        "\(select) where a.id = \(id) and a.operation = \(operation)", as: Agreement.self)
    else { throw Problem.notFound("Cette convention") }
    return found
  }

  private static func check(
    _ draft: AgreementDraft, within operation: FSEOperation, in transaction: Transaction
  ) async throws {
    var faults: [Fault] = []
    if draft.endsOn < draft.startsOn {
      faults.append(Fault("endsOn", "ordre", "La fin précède le début."))
    } else if draft.startsOn < operation.startsOn || draft.endsOn > operation.endsOn {
      faults.append(
        Fault(
          "startsOn", "hors-operation",
          "L’opération va du \(French.short(operation.startsOn)) au \(French.short(operation.endsOn))."))
    }
    faults += try await transaction.faults(
      of: [
        draft.operator.map {
          BodyReference("operator", "Choisissez un opérateur qui existe.", "select from fse.operator where id = \($0)")
        }
      ])
    if !faults.isEmpty { throw Problem.invalid(faults) }
  }

  private func numbering<R>(_ body: () async throws -> R) async throws -> R {
    do {
      return try await body()
    } catch let error as PostgresError where error.constraint == "agreement_number" {
      throw Problem.conflict(
        "convention-existante", "Une convention de cette opération porte déjà ce numéro.",
        detail: "Choisissez un autre numéro.")
    }
  }
}

func addAgreementRoutes(to routes: Routes, store: AgreementStore) {
  routes.handle(FSEAPI.listAgreements) { _, request in
    try await store.agreements(of: request.id("operation"), for: request.caller)
  }
  routes.handle(FSEAPI.addAgreement) { draft, request in
    try await store.add(draft, to: request.id("operation"), for: request.caller, at: request.now)
  }
  routes.handle(FSEAPI.changeAgreement) { draft, request in
    try await store.change(
      request.id("agreement"), of: request.id("operation"), to: draft, version: request.version, for: request.caller)
  }
  routes.handle(FSEAPI.deleteAgreement) { _, request in
    try await store.delete(request.id("agreement"), of: request.id("operation"), for: request.caller)
    return NoOutput()
  }
}
