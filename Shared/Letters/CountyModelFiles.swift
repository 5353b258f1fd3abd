import API
import Documents
import Domain
import Foundation
import Postgres
import Service

/// A model's files, and which of them prints from which day on.
extension CountyModelStore {
  /// The same content again is the file that was deposited first.
  /// - Throws: 404; 422 with everything that is wrong with the file.
  func deposit(
    _ bytes: Data, named name: String, for code: String, as caller: Caller, at moment: Date
  ) async throws -> ModelFile {
    let sheet = try await sheet(code, for: caller)
    let kept = try declaration(of: sheet)
    let faults = try Self.checked { kept.faults(try WordModel(bytes).fields) }
    guard faults.isEmpty else { throw Problem.invalid(faults) }
    let fileName = name.isEmpty ? "\(sheet.label).docx" : String(name.prefix(200))
    let digest = try await files.put(bytes).digest
    return try await postgres.withTransaction(as: caller) { transaction in
      try await hold(code, in: transaction)
      let twin = try await transaction.first(
        """
        select number, file_name, bytes, deposited_at, account_name from \(table("model_file"))
        where model = \(code) and digest = \(digest)
        """, as: ModelFile.self)
      if let twin { return twin }
      let number = try await transaction.first(
        """
        insert into \(table("model_file"))
          (model, number, digest, file_name, bytes, deposited_at, account, account_name)
        select \(code), coalesce(max(number), 0) + 1, \(digest), \(fileName), \(bytes.count), \(moment),
          \(caller.account), \(caller.name)
        from \(table("model_file")) where model = \(code) returning number
        """, as: Int.self)
      return ModelFile(
        number: number ?? 0, fileName: fileName, bytes: bytes.count, depositedAt: moment, accountName: caller.name)
    }
  }

  func declaration(of sheet: ModelSheet) throws -> KeptModels {
    guard let kept = kinds.first(where: { $0.kind == sheet.kind }) else { throw Problem.notFound("Ce modèle") }
    return kept
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
  func file(_ number: Int, of sheet: ModelSheet, for caller: Caller) async throws -> (name: String, bytes: Data) {
    guard sheet.files.contains(where: { $0.number == number }) else { throw Problem.notFound("Ce fichier") }
    if number == 0 { return ("\(sheet.label).docx", try WordModel.shippedFile(named: sheet.code)) }
    let kept = try await kept(number, of: sheet, for: caller)
    return (kept.fileName, try await files.data(kept.digest))
  }

  /// The file to take away, as the store gives it.
  /// - Throws: 404 for a number that the model does not have.
  func open(_ number: Int, of sheet: ModelSheet, for caller: Caller) async throws -> FileOutput {
    let type = LetterFormat.docx.contentType
    guard number != 0 else {
      let shipped = try await file(number, of: sheet, for: caller)
      return FileOutput(name: shipped.name, contentType: type, bytes: shipped.bytes)
    }
    let kept = try await kept(number, of: sheet, for: caller)
    let content = try await files.open(kept.digest)
    return FileOutput(name: kept.fileName, contentType: type, size: content.bytes, passing: content)
  }

  private struct KeptFile: Decodable, Sendable { let digest: String, fileName: String }

  private func kept(_ number: Int, of sheet: ModelSheet, for caller: Caller) async throws -> KeptFile {
    let kept = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.first(
        "select digest, file_name from \(table("model_file")) where model = \(sheet.code) and number = \(number)",
        as: KeptFile.self)
    }
    guard let kept else { throw Problem.notFound("Ce fichier") }
    return kept
  }

  // MARK: Choosing

  /// What already holds from that day on changes nothing and leaves no line in the history.
  /// - Throws: 404; 412 with the model as it is now; 422 for a day that is past.
  func choose(
    _ choice: ModelChoice, of code: String, version: Int, for caller: Caller, at moment: Date
  ) async throws -> ModelSheet {
    let from = choice.from ?? caller.today
    guard (caller.today...caller.today.adding(days: Self.furthest)).contains(from) else {
      throw Problem.invalid([
        Fault("from", "jour", "Choisissez aujourd’hui ou un jour des trois ans qui viennent.")
      ])
    }
    return try await postgres.withTransaction(as: caller) { transaction in
      let before = try await held(code, version: version, in: transaction)
      guard let file = before.files.first(where: { $0.number == choice.number }) else {
        throw Problem.notFound("Ce fichier")
      }
      let isPlanned = before.periods.contains { $0.holds && $0.from > from }
      let unchosen = before.files.contains { $0.number == 0 } ? 0 : nil
      if !isPlanned, before.periods.value(on: from) ?? unchosen == file.number { return before }
      try await transaction.execute(
        """
        insert into \(table("model_choice")) (model, number, valid_from, decided_at, account, account_name)
        values (\(code), \(choice.number), \(from), \(moment), \(caller.account), \(caller.name))
        """)
      return try await sheet(code, in: transaction)
    }
  }
}
