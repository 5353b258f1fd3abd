import CSpreadsheet
import Domain
import Foundation

/// One .xlsx being written row by row in constant memory: libxlsxwriter keeps only the current row.
final class Workbook {
  static let rowLimit = 1_048_575
  /// Characters that a cell of a spreadsheet holds.
  private static let textLimit = 32_767

  private let sheet: Sheet
  private var book: UnsafeMutablePointer<lxw_workbook>?
  private let page: UnsafeMutablePointer<lxw_worksheet>
  private let dateFormat: UnsafeMutablePointer<lxw_format>?
  private let momentFormat: UnsafeMutablePointer<lxw_format>?
  private var rows = 0

  /// Begins `file` with its head row. Throws `.spreadsheetFailed`.
  init(_ sheet: Sheet, file: URL) throws {
    var options = lxw_workbook_options()
    options.constant_memory = 1
    options.use_zip64 = 1
    guard let book = workbook_new_opt(file.path, &options) else {
      throw DocumentError.spreadsheetFailed(detail: "workbook_new_opt")
    }
    guard let page = workbook_add_worksheet(book, Self.name(sheet.name)) else {
      lxw_workbook_free(book)
      throw DocumentError.spreadsheetFailed(detail: "sheet name \(sheet.name)")
    }
    self.sheet = sheet
    self.book = book
    self.page = page
    dateFormat = Self.format(book, "dd/mm/yyyy")
    momentFormat = Self.format(book, "dd/mm/yyyy hh:mm")
    try writeHead(Self.headFormat(book))
  }

  deinit {
    if let book { lxw_workbook_free(book) }
  }

  private static func format(_ book: UnsafeMutablePointer<lxw_workbook>, _ number: String)
    -> UnsafeMutablePointer<lxw_format>?
  {
    let format = workbook_add_format(book)
    format_set_num_format(format, number)
    format_set_align(format, UInt8(LXW_ALIGN_LEFT.rawValue))
    return format
  }

  private static func headFormat(_ book: UnsafeMutablePointer<lxw_workbook>) -> UnsafeMutablePointer<lxw_format>? {
    let format = workbook_add_format(book)
    format_set_bold(format)
    format_set_font_color(format, 0xFFFFFF)
    format_set_bg_color(format, 0x0B5C6B)
    format_set_align(format, UInt8(LXW_ALIGN_VERTICAL_CENTER.rawValue))
    return format
  }

  /// A name that spreadsheets accept: at most 31 characters, none of `[]:*?/\`, no apostrophe at the ends.
  private static func name(_ wanted: String) -> String {
    let kept = String(wanted.map { "[]:*?/\\".contains($0) ? " " : $0 })
    let name = kept.prefix(31).trimmingCharacters(in: CharacterSet(charactersIn: "' "))
    return name.isEmpty ? "Feuille" : name
  }

  private func writeHead(_ format: UnsafeMutablePointer<lxw_format>?) throws {
    for (index, column) in sheet.columns.enumerated() {
      let position = lxw_col_t(index)
      try Self.check(worksheet_set_column(page, position, position, column.width, nil))
      try Self.check(worksheet_write_string(page, 0, position, column.title, format))
    }
    try Self.check(worksheet_set_row(page, 0, 22, nil))
    worksheet_freeze_panes(page, 1, 0)
    // On paper: A4, lying, as wide as the page, the head on each page.
    worksheet_set_paper(page, 9)
    worksheet_set_landscape(page)
    worksheet_fit_to_pages(page, 1, 0)
    try Self.check(worksheet_repeat_rows(page, 0, 0))
  }

  /// Adds a row. Throws `.tooManyRows`, `.spreadsheetFailed`.
  func append(_ cells: [Sheet.Cell]) throws {
    guard rows < Self.rowLimit else { throw DocumentError.tooManyRows(limit: Self.rowLimit) }
    rows += 1
    for (index, cell) in cells.enumerated() {
      try write(cell, row: lxw_row_t(rows), column: lxw_col_t(index))
    }
  }

  private func write(_ cell: Sheet.Cell, row: lxw_row_t, column: lxw_col_t) throws {
    switch cell {
    case .text(let text):
      let shown = String(String.UnicodeScalarView(text.unicodeScalars.prefix(Self.textLimit)))
      // As a string, never through `worksheet_write_formula`: `=…` stays text.
      try Self.check(worksheet_write_string(page, row, column, shown, nil))
    case .integer(let number):
      try Self.check(worksheet_write_number(page, row, column, Double(number), nil))
    case .date(let date):
      var value = lxw_datetime()
      (value.year, value.month, value.day) = (Int32(date.year), Int32(date.month), Int32(date.day))
      // Spreadsheets have no day before 1900; such a date stays readable as text.
      guard date.year >= 1900 else { return try write(.text(French.short(date)), row: row, column: column) }
      try Self.check(worksheet_write_datetime(page, row, column, &value, dateFormat))
    case .dateTime(let moment):
      let day = CalendarDate(moment)
      let parts = Calendar.france.dateComponents([.hour, .minute], from: moment)
      var value = lxw_datetime()
      (value.year, value.month, value.day) = (Int32(day.year), Int32(day.month), Int32(day.day))
      (value.hour, value.min) = (Int32(parts.hour ?? 0), Int32(parts.minute ?? 0))
      try Self.check(worksheet_write_datetime(page, row, column, &value, momentFormat))
    case .empty: break
    }
  }

  /// Ends the file, with a filter on every column. Throws `.spreadsheetFailed`.
  func close() throws {
    guard let open = book else { return }
    if !sheet.columns.isEmpty {
      try Self.check(worksheet_autofilter(page, 0, 0, lxw_row_t(rows), lxw_col_t(sheet.columns.count - 1)))
    }
    // Frees the workbook whether it succeeds or not.
    book = nil
    try Self.check(workbook_close(open))
  }

  private static func check(_ error: lxw_error) throws {
    guard error != LXW_NO_ERROR else { return }
    throw DocumentError.spreadsheetFailed(detail: lxw_strerror(error).map { String(cString: $0) } ?? "\(error)")
  }
}
