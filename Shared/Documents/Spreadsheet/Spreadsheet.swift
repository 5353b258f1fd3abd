import Foundation

/// Writes sheets as .xlsx: coloured head that stays in view, a filter a column, French dates, no cell read as a
/// formula.
public enum Spreadsheet {
  /// What a browser is told the file is.
  public static let mediaType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

  /// Streams `rows` into `file`, in memory that does not grow with them; an unfinished file is removed.
  /// Throws `.tooManyRows` past 1 048 575 rows, `.spreadsheetFailed`, and whatever `rows` throws.
  public static func write<Rows: AsyncSequence>(
    _ sheet: Sheet, rows: Rows, to file: URL, isolation: isolated (any Actor)? = #isolation
  ) async throws where Rows.Element == [Sheet.Cell] {
    do {
      let workbook = try Workbook(sheet, file: file)
      var iterator = rows.makeAsyncIterator()
      while let row = try await iterator.next(isolation: isolation) { try workbook.append(row) }
      try workbook.close()
    } catch {
      unlink(file.path)
      throw error
    }
  }

  /// The .xlsx of a sheet whose rows are at hand.
  public static func data(_ sheet: Sheet, rows: some Sequence<[Sheet.Cell]>) throws -> Data {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    let file = scratch.file("sheet.xlsx")
    let workbook = try Workbook(sheet, file: file)
    for row in rows { try workbook.append(row) }
    try workbook.close()
    return try Data(contentsOf: file)
  }
}
