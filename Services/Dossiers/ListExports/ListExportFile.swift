import API
import Documents
import Domain
import Foundation

/// The file of a list: a column a column, as the page shows them.
struct ListExportFile: Sendable {
  let order: ListExportOrder
  let rows: [DossierRow]

  func bytes() async throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appending(path: "jalons-export-\(UUID().uuidString)")
    // Closed to other users: names pass through it.
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "export.\(order.format.rawValue)")
    let lines = AsyncStream<[Sheet.Cell]> { stream in
      for row in rows { stream.yield(cells(row)) }
      stream.finish()
    }
    switch order.format {
    case .xlsx: try await Spreadsheet.write(sheet, rows: lines, to: file)
    case .csv: try await CSV.write(sheet, rows: lines, to: file)
    }
    return try Data(contentsOf: file, options: .mappedIfSafe)
  }

  private var sheet: Sheet {
    let first: [Sheet.Column] = [.init("Dossier", .integer), .init("Nom"), .init("Prénom")]
    return Sheet(
      name: "Bénéficiaires",
      columns: first
        + order.columns.flatMap { column -> [Sheet.Column] in
          switch column {
          case .commune: [.init("Code postal"), .init(column.label)]
          case .lead: [.init(column.label), .init("Structure")]
          case .since, .refreshed, .birthDate: [.init(column.label, .date)]
          case .state, .entitlement, .duties: [.init(column.label)]
          }
        })
  }

  private func cells(_ row: DossierRow) -> [Sheet.Cell] {
    func text(_ value: String?) -> Sheet.Cell { value.map { .text($0) } ?? .empty }
    func date(_ value: CalendarDate?) -> Sheet.Cell { value.map { .date($0) } ?? .empty }
    return [.integer(row.number), .text(row.familyName), .text(row.givenName)]
      + order.columns.flatMap { column -> [Sheet.Cell] in
        switch column {
        case .commune: [text(row.postalCode), text(row.commune)]
        case .state: [.text(row.state.label)]
        case .entitlement: [.text(row.entitlement.label)]
        case .duties: [text(row.duties.map { $0 ? "SDD" : "NSDD" })]
        case .lead: [text(row.leadName), text(row.leadOrganisation)]
        case .since: [date(row.leadSince)]
        case .refreshed: [date(row.refreshedOn)]
        case .birthDate: [date(row.birthDate)]
        }
      }
  }
}
