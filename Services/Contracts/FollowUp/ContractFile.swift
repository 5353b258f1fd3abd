import API
import Documents
import Domain
import Foundation
import Postgres
import Service

extension FollowUpStore {
  /// So many lines at most; more are refused rather than cut without a word.
  static let exportedAtMost = 50_000

  /// The list as a spreadsheet, in its order.
  /// - Throws: 422 for more lines than a file holds.
  func file(_ filter: ContractFilter, for caller: Caller) async throws -> FileOutput {
    let rows = Self.rows(today: caller.today, isDecider: caller.decidesContracts)
    let statement: SQL = """
      \(rows) where \(Self.conditions(filter).joined(separator: " and "))
      order by c.urgency, c.state_since, c.id limit \(Self.exportedAtMost + 1)
      """
    let found = try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(statement, as: ContractRow.self)
    }
    guard found.count <= Self.exportedAtMost else {
      throw Problem.invalid([
        Fault(
          "state", "trop",
          "La liste compte plus de \(Self.exportedAtMost) contrats. Choisissez un état ou un territoire.")
      ])
    }
    let name = "CER - \(caller.today)"
    return FileOutput(
      name: "\(name).xlsx", contentType: Spreadsheet.mediaType,
      bytes: try Spreadsheet.data(Self.sheet, rows: found.map(Self.cells)))
  }

  private static let sheet = Sheet(
    name: "Suivi des CER",
    columns: [
      .init("Nom"), .init("Prénom"), .init("Dossier", .integer), .init("Type"), .init("Numéro", .integer),
      .init("État", width: 34), .init("Depuis", .dateTime), .init("Élaboré le", .date), .init("Début", .date),
      .init("Fin", .date), .init("Décision", .date), .init("Accord"), .init("Priorité", width: 34), .init("Référent"),
    ])

  private static func cells(_ row: ContractRow) -> [Sheet.Cell] {
    [
      .text(row.familyName), .text(row.givenName), .integer(row.dossierNumber), .text(row.kind.label),
      .integer(row.number), .text(row.state.label), .dateTime(row.stateSince), .date(row.signedOn),
      .date(row.startsOn), .date(row.endsOn), .date(row.state.isDecided ? row.decidedOn : nil),
      .text(row.consent.label), .text(row.priorityLabel), .text(row.authorName),
    ]
  }
}
