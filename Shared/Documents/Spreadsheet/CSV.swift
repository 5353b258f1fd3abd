import Domain
import Foundation

/// Writes sheets as CSV the way French spreadsheets open it: semicolons, UTF-8 with its mark, quoted text.
public enum CSV {
  /// What a browser is told the file is.
  public static let mediaType = "text/csv; charset=utf-8"

  /// The first bytes of a file: the UTF-8 mark and the titles.
  public static func head(of sheet: Sheet) -> Data {
    Data("\u{FEFF}".utf8) + line(sheet.columns.map { .text($0.title) })
  }

  /// One row with its line end.
  public static func line(_ row: [Sheet.Cell]) -> Data {
    Data((row.map(text).joined(separator: ";") + "\r\n").utf8)
  }

  /// Streams `rows` into `file`; an unfinished file is removed. Throws whatever `rows` and the disk throw.
  public static func write<Rows: AsyncSequence>(
    _ sheet: Sheet, rows: Rows, to file: URL, isolation: isolated (any Actor)? = #isolation
  ) async throws where Rows.Element == [Sheet.Cell] {
    try head(of: sheet).write(to: file)
    do {
      let handle = try FileHandle(forWritingTo: file)
      defer { handle.closeFile() }
      try handle.seekToEnd()
      var waiting = Data()
      var iterator = rows.makeAsyncIterator()
      while let row = try await iterator.next(isolation: isolation) {
        waiting += line(row)
        guard waiting.count > 65_536 else { continue }
        try handle.write(contentsOf: waiting)
        waiting.removeAll(keepingCapacity: true)
      }
      try handle.write(contentsOf: waiting)
    } catch {
      unlink(file.path)
      throw error
    }
  }

  /// The CSV of a sheet whose rows are at hand.
  public static func data(_ sheet: Sheet, rows: some Sequence<[Sheet.Cell]>) -> Data {
    rows.reduce(into: head(of: sheet)) { file, row in file += line(row) }
  }

  private static func text(_ cell: Sheet.Cell) -> String {
    switch cell {
    case .text(let text): quoted(harmless(text))
    case .integer(let number): String(number)
    case .date(let date): French.short(date)
    case .dateTime(let moment):
      {
        let parts = Calendar.france.dateComponents([.hour, .minute], from: moment)
        let time = "\((parts.hour ?? 0).twoDigits):\((parts.minute ?? 0).twoDigits)"
        return "\(French.short(CalendarDate(moment))) \(time)"
      }()
    case .empty: ""
    }
  }

  /// A text that a spreadsheet would compute gets an apostrophe in front (OWASP, *CSV injection*): CSV has no other
  /// way to say that it is text.
  private static func harmless(_ text: String) -> String {
    guard let first = text.unicodeScalars.first, "=+-@\t\r\n＝＋－＠".unicodeScalars.contains(first) else { return text }
    return "'" + text
  }

  private static func quoted(_ text: String) -> String {
    "\"" + text.replacing("\"", with: "\"\"") + "\""
  }
}
