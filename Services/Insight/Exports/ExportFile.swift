import API
import Documents
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Writes a report as a file: row after row, in memory that does not grow with them.
extension ExportStore {
  /// One export, in the transaction of its job.
  /// - Throws: a `Problem` that refuses it for good.
  func write(_ task: ExportTask, _ target: JobTarget, in transaction: Transaction, at now: Date) async throws {
    let run = try await ReportRun(task.report, task.query, in: transaction, at: now)
    let total = try await transaction.count(run.dataset, atMost: Self.mostRows + 1)
    guard total <= Self.mostRows else {
      throw Problem.conflict(
        "export-trop-long", "L’export dépasse \(French.number(Self.mostRows)) lignes.", detail: "Resserrez les filtres."
      )
    }
    let format = task.query.format ?? .xlsx
    let bytes = try await Self.bytes(of: run, format, in: transaction)
    let stored = try await files.put(bytes)
    let name = "\(run.title) - \(transaction.caller.today).\(format.rawValue)"
    let mediaType = format == .xlsx ? Spreadsheet.mediaType : CSV.mediaType
    let caller = transaction.caller
    try await transaction.execute(
      """
      insert into insight.export (id, account, account_name, report, filters, rows, at, name, media_type, digest)
      values (\(target.job), \(caller.account), \(caller.name), \(run.kind.rawValue), \(json: run.query), \(total), \(now),
        \(name), \(mediaType), \(stored.digest))
      """)
    try await queue.keep(result: stored.digest, of: target.job, in: transaction)
  }

  private static func bytes(
    of run: ReportRun, _ format: ReportQuery.Format, in transaction: Transaction
  ) async throws -> Data {
    let folder = FileManager.default.temporaryDirectory.appending(path: "jalons-export-\(UUID().uuidString)")
    // Closed to other users: names pass through it.
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appending(path: "export.\(format.rawValue)")
    let rows = ExportRows(run: run, column: try run.dataset.column(run.query.sort), transaction: transaction)
    switch format {
    case .xlsx: try await Spreadsheet.write(run.sheet, rows: rows, to: file)
    case .csv: try await CSV.write(run.sheet, rows: rows, to: file)
    }
    return try Data(contentsOf: file, options: .mappedIfSafe)
  }
}

extension ReportRun {
  /// A column a column, with the unit of its numbers in its title.
  var sheet: Sheet {
    Sheet(
      name: title,
      columns: dataset.columns.map { column in
        let shown = column.shown
        let heading =
          shown.unit == nil || shown.label.lowercased() == shown.unit
          ? shown.label : "\(shown.label) (\(shown.unit ?? ""))"
        switch shown.kind {
        case .text: return Sheet.Column(heading)
        case .integer: return Sheet.Column(heading, .integer)
        case .date: return Sheet.Column(heading, .date)
        }
      })
  }
}

/// The rows of a report as a spreadsheet takes them, read page after page.
private struct ExportRows: AsyncSequence, Sendable {
  typealias Element = [Sheet.Cell]

  let run: ReportRun
  let column: Dataset.Column
  let transaction: Transaction

  private static let stretch = 2000

  struct AsyncIterator: AsyncIteratorProtocol {
    let rows: ExportRows
    private var waiting: [DatasetRow] = []
    private var position = 0
    private var place: Dataset.Place?
    private var isAtEnd = false

    init(_ rows: ExportRows) { self.rows = rows }

    mutating func next() async throws -> [Sheet.Cell]? {
      if position == waiting.count {
        guard !isAtEnd else { return nil }
        try await read()
        guard !waiting.isEmpty else { return nil }
      }
      defer { position += 1 }
      return zip(rows.run.dataset.columns, waiting[position].cells).map { Self.cell($0, $1) }
    }

    private mutating func read() async throws {
      let dataset = rows.run.dataset
      let found = try await rows.transaction.query(
        dataset.page(
          by: rows.column, descending: rows.run.query.descending ?? false, after: place, limit: ExportRows.stretch),
        as: Dataset.Found.self)
      waiting = found.map(dataset.row)
      position = 0
      place = found.last.map { Dataset.Place(value: $0.place, key: $0.key) }
      isAtEnd = found.count < ExportRows.stretch
    }

    private static func cell(_ column: Dataset.Column, _ cell: DatasetCell) -> Sheet.Cell {
      switch column.shown.kind {
      case .text: .text(cell.text)
      case .integer: .integer(cell.number)
      case .date: .date(cell.date)
      }
    }
  }

  func makeAsyncIterator() -> AsyncIterator { AsyncIterator(self) }
}
