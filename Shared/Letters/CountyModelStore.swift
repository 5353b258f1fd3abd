import API
import Documents
import Domain
import Foundation
import Postgres
import Service

/// The Word models of one service: which there are, what the county deposited for each, and which file prints when
/// (rules A13 and K3). Its tables are those of `jalons.keep_models`.
public struct CountyModelStore: Sendable {
  /// How far ahead a file may be planned, in days.
  static let furthest = 1096
  /// Beyond this many nobody chooses from them any more.
  static let most = 100

  let postgres: PostgresClient
  let schema: String
  public let kinds: [KeptModels]
  let files: any FileStore

  public init(postgres: PostgresClient, schema: String, kinds: [KeptModels], files: any FileStore) {
    self.postgres = postgres
    self.schema = schema
    self.kinds = kinds
    self.files = files
  }

  // MARK: Printing

  /// A model with the file that prints on the caller's day.
  public struct Chosen: Codable, Sendable {
    public let code: String
    public let kind: ModelKind
    public let label: String
    public let logo: ModelLogo
    /// Absent for what Jalons came with.
    let digest: String?

    public var offered: OfferedModel { OfferedModel(code: code, kind: kind, label: label, logo: logo) }
  }

  public func model(_ chosen: Chosen) async throws -> WordModel {
    guard let digest = chosen.digest else { return try WordModel.shipped(named: chosen.code) }
    return try WordModel(try await files.data(digest))
  }

  // MARK: Models

  func offers(for caller: Caller) async throws -> [OfferedModel] {
    try await postgres.withTransaction(as: caller) { try await $0.models(of: schema).map(\.offered) }
  }

  func sheets(for caller: Caller) async throws -> [ModelSheet] {
    try await postgres.withTransaction(as: caller) { try await sheets(in: $0) }
  }

  func sheet(_ code: String, for caller: Caller) async throws -> ModelSheet {
    try await postgres.withTransaction(as: caller) { try await sheet(code, in: $0) }
  }

  private struct Line: Decodable, Sendable {
    let code: String, kind: ModelKind, label: String, logo: ModelLogo, shipped: Bool, open: Bool, version: Int
  }
  private struct Deposit: Decodable, Sendable {
    let model: String, number: Int, fileName: String, bytes: Int, depositedAt: Date, accountName: String
  }
  private struct Decided: Decodable, Sendable {
    let model: String, position: Int, number: Int, validFrom: CalendarDate, decidedAt: Date, accountName: String
  }

  private func sheets(in transaction: Transaction) async throws -> [ModelSheet] {
    let lines = try await transaction.query(
      "select code, kind, label, logo, shipped, open, version from \(table("model")) order by position, code",
      as: Line.self)
    let deposits = Dictionary(
      grouping: try await transaction.query(
        """
        select model, number, file_name, bytes, deposited_at, account_name from \(table("model_file"))
        order by number desc
        """, as: Deposit.self), by: \.model)
    let decisions = Dictionary(
      grouping: try await transaction.query(
        """
        select model, position, number, valid_from, decided_at, account_name from \(table("model_choice"))
        order by position
        """, as: Decided.self), by: \.model)
    return try lines.map { line in
      try Self.sheet(
        line, deposits[line.code] ?? [], decisions[line.code] ?? [], on: transaction.caller.today)
    }
  }

  private static func sheet(
    _ line: Line, _ deposits: [Deposit], _ decisions: [Decided], on today: CalendarDate
  ) throws -> ModelSheet {
    var files = deposits.map {
      ModelFile(
        number: $0.number, fileName: $0.fileName, bytes: $0.bytes, depositedAt: $0.depositedAt,
        accountName: $0.accountName)
    }
    if line.shipped {
      files.append(
        ModelFile(
          number: 0, fileName: "\(line.label).docx", bytes: try WordModel.shippedFile(named: line.code).count))
    }
    let decided = decisions.map {
      DecidedValue(
        position: $0.position, value: $0.number, validFrom: $0.validFrom, decidedAt: $0.decidedAt,
        accountName: $0.accountName)
    }
    let periods = decided.periods
    return ModelSheet(
      code: line.code, kind: line.kind, label: line.label, logo: line.logo, open: line.open,
      current: periods.value(on: today) ?? (line.shipped ? 0 : nil), files: files, periods: periods,
      version: line.version + DecidedValue.version(decided))
  }

  func sheet(_ code: String, in transaction: Transaction) async throws -> ModelSheet {
    guard let sheet = try await sheets(in: transaction).first(where: { $0.code == code }) else {
      throw Problem.notFound("Ce modèle")
    }
    return sheet
  }

  /// The model, which nobody else changes until the end of the transaction.
  /// - Throws: 404; 412 with the model as it is now.
  func held(_ code: String, version: Int, in transaction: Transaction) async throws -> ModelSheet {
    try await hold(code, in: transaction)
    return try await sheet(code, in: transaction).held(version: version)
  }

  func hold(_ code: String, in transaction: Transaction) async throws {
    try await transaction.execute("select pg_advisory_xact_lock(hashtext(\("jalons.model.\(schema).\(code)")))")
  }

  /// - Throws: 409 for a label that a model has already, or too many models; 422 for a kind of another service.
  func add(_ draft: ModelDraft, for caller: Caller) async throws -> ModelSheet {
    let label = try Self.label(draft.label)
    guard kinds.contains(where: { $0.kind == draft.kind }) else {
      throw Problem.invalid([Fault("kind", "choix", "Ces modèles se rangent ailleurs.")])
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      try await hold("", in: transaction)
      let known = try await sheets(in: transaction)
      try Self.refuseTwin(of: label, except: nil, in: known)
      guard known.count < Self.most else {
        throw Problem.conflict(
          "liste-pleine", "Il y a déjà \(Self.most) modèles.", detail: "Renommez plutôt un modèle fermé.")
      }
      let code = CountyListStore.code(for: label, besides: known.map(\.code))
      try await transaction.execute(
        """
        insert into \(table("model")) (code, kind, label, logo, position)
        values (\(code), \(draft.kind), \(label), \(draft.logo), \(known.count + 1))
        """)
      return try await sheet(code, in: transaction)
    }
  }

  /// The same again changes nothing.
  /// - Throws: 404; 412 with the model as it is now; 409 for a label that another model has.
  func change(
    _ code: String, to change: ModelChange, version: Int, for caller: Caller
  ) async throws -> ModelSheet {
    let label = try Self.label(change.label)
    return try await postgres.withTransaction(as: caller) { transaction in
      let before = try await held(code, version: version, in: transaction)
      if (before.label, before.logo, before.open) == (label, change.logo, change.open) { return before }
      try Self.refuseTwin(of: label, except: code, in: try await sheets(in: transaction))
      try await transaction.execute(
        """
        update \(table("model")) set label = \(label), logo = \(change.logo), open = \(change.open),
          version = version + 1
        where code = \(code)
        """)
      return try await sheet(code, in: transaction)
    }
  }

  private static func label(_ typed: String) throws -> String {
    let label = typed.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !label.isEmpty else { throw Problem.invalid([Fault("label", "obligatoire", "Donnez un nom.")]) }
    return label
  }

  private static func refuseTwin(of label: String, except code: String?, in known: [ModelSheet]) throws {
    guard
      let twin = known.first(where: {
        $0.code != code && CountyListStore.plain($0.label) == CountyListStore.plain(label)
      })
    else { return }
    throw Problem.invalid([
      Fault("label", "libelle-existant", "« \(twin.label) » existe déjà. Donnez un autre nom.")
    ])
  }

  func table(_ name: String) -> SQL { "\(unsafeSQL: schema).\(unsafeSQL: name)" }
}

extension Transaction {
  /// The open models of a schema that print on the caller's day, in their order.
  public func models(of schema: String) async throws -> [CountyModelStore.Chosen] {
    try await query(
      """
      select m.code, m.kind, m.label, m.logo, f.digest
      from \(unsafeSQL: schema).model m
      left join lateral (
        select c.number from \(unsafeSQL: schema).model_choice c
        where c.model = m.code and c.valid_from <= caller.today() order by c.position desc limit 1) chosen on true
      left join \(unsafeSQL: schema).model_file f on f.model = m.code and f.number = chosen.number
      where m.open and (f.digest is not null or (m.shipped and coalesce(chosen.number, 0) = 0))
      order by m.position, m.code
      """, as: CountyModelStore.Chosen.self)
  }
}
