import API
import Documents
import Domain
import Foundation
import Letters
import Postgres
import Service

/// Fills letters and forms with what a dossier says (rule D5): what is in one is read in one transaction, the file is made
/// after it, and filed in another.
struct LetterStore: Sendable {
  let postgres: PostgresClient
  let models: CountyModelStore
  let documents: DocumentStore
  let converter: any DocumentConverter

  func models(for caller: Caller) async throws -> [LetterModel] {
    try await postgres.withTransaction(as: caller) { transaction in
      struct Filed: Decodable, Sendable { let code: String, filedAs: String? }
      let chosen = try await transaction.models(of: "dossiers")
      let filed = try await transaction.query("select code, filed_as from dossiers.model", as: Filed.self)
      let types = Dictionary(filed.compactMap { row in row.filedAs.map { (row.code, $0) } }) { first, _ in first }
      return chosen.filter { $0.kind == .letter }.map {
        LetterModel(code: $0.code, label: $0.label, logo: $0.logo, type: types[$0.code])
      }
    }
  }

  /// - Throws: 404; 409 where the county has not said its name; 422 where it cannot be filed as asked, and nothing is filed then; 503 when too many documents are
  ///   being made.
  func letter(
    _ order: LetterOrder, of dossier: ID<Dossier>, for caller: Caller, at moment: Date
  ) async throws -> FileOutput {
    let (person, chosen, county) = try await postgres.withTransaction(as: caller.looking) { transaction in
      (
        try await transaction.letterPerson(of: dossier), try await Self.chosen(order.model, in: transaction),
        try await transaction.countyName()
      )
    }
    let texts = person.texts(county: county, author: caller.name, on: caller.today)
    var file = try await order.format.output(
      try await models.model(chosen), texts.mapValues { MergeValue.text($0) },
      named: "\(chosen.label) – \(person.name)", by: converter)
    guard let filing = order.filing else {
      // Its trace is that of a read.
      _ = try await postgres.withTransaction(as: caller) { try await $0.letterPerson(of: dossier).number }
      return file
    }
    let kept = try await documents.deposit(
      file.bytes,
      DocumentDeposit(
        folder: filing.folder, type: filing.type, name: filing.name,
        fileName: "\(chosen.label).\(order.format.rawValue)"), in: dossier, isOnce: true, for: caller, at: moment)
    file = FileOutput(name: kept.fileName, contentType: file.contentType, bytes: file.bytes)
    return file
  }

  /// - Throws: 404 for a model that does not print today.
  static func chosen(_ model: String, in transaction: Transaction) async throws -> CountyModelStore.Chosen {
    let chosen = try await transaction.models(of: "dossiers")
    guard let found = chosen.first(where: { $0.code == model && $0.kind == .letter }) else {
      throw Problem.notFound("Ce modèle")
    }
    return found
  }
}
