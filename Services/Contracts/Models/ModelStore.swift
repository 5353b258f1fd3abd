import API
import Documents
import Domain
import Foundation
import Postgres
import Service

/// The Word models of contracts: what the county deposited, and which file prints when (rule K3).
struct ModelStore: Sendable {
  /// How far ahead a model may be planned, in days.
  private static let furthest = 1096

  let postgres: PostgresClient
  let files: any FileStore

  func sheets(for caller: Caller) async throws -> [ModelSheet] {
    try await postgres.withTransaction(as: caller) { transaction in
      var sheets: [ModelSheet] = []
      for model in ContractModel.allCases { sheets.append(try await Self.sheet(model, in: transaction)) }
      return sheets
    }
  }

  private static func sheet(_ model: ContractModel, in transaction: Transaction) async throws -> ModelSheet {
    let deposited = try await transaction.query(
      """
      select number, file_name, bytes, deposited_at, account_name from contracts.model_file
      where model = \(model) order by number desc
      """, as: ModelFile.self)
    let decided = try await transaction.query(
      """
      select position, number as value, valid_from, decided_at, account_name from contracts.model_choice
      where model = \(model) order by position
      """, as: DecidedValue.self)
    let shipped = ModelFile(
      number: 0, fileName: "\(model.label).docx", bytes: try WordModel.shippedFile(named: model.rawValue).count)
    let periods = decided.periods
    return ModelSheet(
      model: model, current: periods.value(on: transaction.caller.today) ?? 0, files: deposited + [shipped],
      periods: periods, version: DecidedValue.version(decided))
  }

  /// What prints on the caller's day.
  static func word(_ model: ContractModel, in transaction: Transaction) async throws -> String? {
    try await transaction.first(
      """
      select f.digest from contracts.model_file f
      where f.model = \(model) and f.number = (
        select c.number from contracts.model_choice c where c.model = f.model and c.valid_from <= caller.today()
        order by c.position desc limit 1)
      """, as: String.self)
  }

  /// The model of a digest; what Jalons came with for none.
  func model(_ model: ContractModel, digest: String?) async throws -> WordModel {
    guard let digest else { return try WordModel.shipped(named: model.rawValue) }
    return try WordModel(try await files.data(digest))
  }

  // MARK: Files

  /// The same content again is the file that was deposited first.
  /// - Throws: 422 with everything that is wrong with the file.
  func deposit(
    _ bytes: Data, named name: String, for model: ContractModel, as caller: Caller, at moment: Date
  ) async throws -> ModelFile {
    let faults = try Self.checked { ModelFields.faults(try WordModel(bytes).fields) }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    let digest = try await files.put(bytes).digest
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext(\("jalons.model.\(model.rawValue)")))")
      let twin = try await transaction.first(
        """
        select number, file_name, bytes, deposited_at, account_name from contracts.model_file
        where model = \(model) and digest = \(digest)
        """, as: ModelFile.self)
      if let twin { return twin }
      let number = try await transaction.first(
        """
        insert into contracts.model_file (model, number, digest, file_name, bytes, deposited_at, account, account_name)
        select \(model), coalesce(max(number), 0) + 1, \(digest), \(name), \(bytes.count), \(moment),
          \(caller.account), \(caller.name)
        from contracts.model_file where model = \(model) returning number
        """, as: Int.self)
      return ModelFile(
        number: number ?? 0, fileName: name, bytes: bytes.count, depositedAt: moment, accountName: caller.name)
    }
  }

  /// What is wrong with a document, in words that concern its file.
  static func checked<R>(_ body: () throws -> R) throws -> R {
    do {
      return try body()
    } catch let error as DocumentError {
      throw Problem.invalid([Fault("file", "document", error.description)])
    }
  }

  /// - Throws: 404 for a number that the model does not have.
  func file(_ number: Int, of model: ContractModel, for caller: Caller) async throws -> (name: String, bytes: Data) {
    if number == 0 { return ("\(model.label).docx", try WordModel.shippedFile(named: model.rawValue)) }
    struct Kept: Decodable, Sendable { let digest: String, fileName: String }
    let kept = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        "select digest, file_name from contracts.model_file where model = \(model) and number = \(number)",
        as: Kept.self)
    }
    guard let kept else { throw Problem.notFound("Ce fichier") }
    return (kept.fileName, try await files.data(kept.digest))
  }

  // MARK: Choosing

  /// What already holds from that day on changes nothing and leaves no line in the history.
  /// - Throws: 404; 412 with the model as it is now; 422 for a day that is past.
  func choose(
    _ choice: ModelChoice, of model: ContractModel, version: Int, for caller: Caller, at moment: Date
  ) async throws -> ModelSheet {
    let from = choice.from ?? caller.today
    guard (caller.today...caller.today.adding(days: Self.furthest)).contains(from) else {
      throw Problem.invalid([
        Fault("from", "jour", "Choisissez aujourd’hui ou un jour des trois ans qui viennent.")
      ])
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.execute("select pg_advisory_xact_lock(hashtext(\("jalons.model.\(model.rawValue)")))")
      let before = try await Self.sheet(model, in: transaction)
      guard before.version == version else { throw Problem.stale(try JSONValue(encoding: before)) }
      guard before.files.contains(where: { $0.number == choice.number }) else { throw Problem.notFound("Ce fichier") }
      let isPlanned = before.periods.contains { $0.holds && $0.from > from }
      if !isPlanned, before.periods.value(on: from) ?? 0 == choice.number { return before }
      try await transaction.execute(
        """
        insert into contracts.model_choice (model, number, valid_from, decided_at, account, account_name)
        values (\(model), \(choice.number), \(from), \(moment), \(caller.account), \(caller.name))
        """)
      return try await Self.sheet(model, in: transaction)
    }
  }
}
