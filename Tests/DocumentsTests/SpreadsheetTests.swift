import Domain
import Foundation
import Testing

@testable import Documents

@Suite struct SpreadsheetTests {
  private let sheet = Sheet(
    name: "File active : [mars]/2026",
    columns: [
      .init("Nom"), .init("Âge", .integer), .init("Depuis le", .date), .init("Rendez-vous", .dateTime),
    ])
  private var rows: [[Sheet.Cell]] {
    [
      [
        .text("MARTIN Léa ; \"Lilou\""), .integer(41), .date(CalendarDate(year: 2026, month: 3, day: 2)),
        .dateTime(Date(timeIntervalSince1970: 1_773_322_200)),
      ],
      [.text("=HYPERLINK(\"http://x\")"), .integer(-3), .empty, .empty],
      [.text("+33 6"), .empty, .date(CalendarDate(year: 1899, month: 12, day: 31)), .empty],
      [.text("-1"), .empty, .empty, .empty],
      [.text("@x"), .empty, .empty, .empty],
    ]
  }

  /// A stream of rows that stops with an error after `count`.
  private func stream(_ count: Int, failing: Bool = false) -> AsyncThrowingStream<[Sheet.Cell], any Error> {
    AsyncThrowingStream { continuation in
      for left in (0..<count).reversed() { continuation.yield([.text("x"), .integer(left), .empty, .empty]) }
      continuation.finish(throwing: failing ? DocumentError.busy : nil)
    }
  }

  /// Reads an .xlsx as Python sees it: one line per row, serial dates turned into days by their cell's format.
  private static let reader = """
    import datetime, sys, zipfile, xml.etree.ElementTree as tree
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    book = zipfile.ZipFile(sys.argv[1])
    styles = tree.fromstring(book.read("xl/styles.xml"))
    codes = {n.get("numFmtId"): n.get("formatCode") for n in styles.iter(main + "numFmt")}
    formats = [codes.get(x.get("numFmtId")) for x in styles.find(main + "cellXfs")]
    for row in tree.fromstring(book.read("xl/worksheets/sheet1.xml")).iter(main + "row"):
        line = []
        for cell in row:
            text = "".join(cell.itertext())
            code = formats[int(cell.get("s", 0))]
            if cell.get("t") != "inlineStr" and code:
                moment = datetime.datetime(1899, 12, 30) + datetime.timedelta(days=float(text))
                text = code + "=" + (moment + datetime.timedelta(seconds=0.5)).replace(microsecond=0).isoformat()
            line.append(cell.get("r") + ":" + text)
        print("|".join(line))
    """

  @Test("another program reads back the sheet as written, with French dates in Paris time")
  func readBack() throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    try Spreadsheet.data(sheet, rows: rows).write(to: scratch.file("sheet.xlsx"))
    let read = try output(of: ["python3", "-c", Self.reader, scratch.file("sheet.xlsx").path])
    #expect(
      read.split(separator: "\n").map(String.init) == [
        "A1:Nom|B1:Âge|C1:Depuis le|D1:Rendez-vous",
        "A2:MARTIN Léa ; \"Lilou\"|B2:41|C2:dd/mm/yyyy=2026-03-02T00:00:00|D2:dd/mm/yyyy hh:mm=2026-03-12T14:30:00",
        "A3:=HYPERLINK(\"http://x\")|B3:-3", "A4:+33 6|C4:31/12/1899", "A5:-1", "A6:@x",
      ])
  }

  @Test("the file has a frozen head, a filter, a legal name and no formula element")
  func structure() throws {
    let archive = try Archive(Spreadsheet.data(sheet, rows: rows), limits: WordModel.Limits())
    let page = String(decoding: archive["xl/worksheets/sheet1.xml"] ?? Data(), as: UTF8.self)
    #expect(page.contains("state=\"frozen\""))
    #expect(page.contains("<autoFilter ref=\"A1:D6\"/>"))
    #expect(!page.contains("<f>"))
    let book = String(decoding: archive["xl/workbook.xml"] ?? Data(), as: UTF8.self)
    #expect(book.contains("name=\"File active    mars  2026\""))
  }

  @Test("rows stream into a file, and a stream that fails leaves none")
  func streaming() async throws {
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    try await Spreadsheet.write(sheet, rows: stream(5_000), to: scratch.file("a.xlsx"))
    let archive = try Archive(Data(contentsOf: scratch.file("a.xlsx")), limits: WordModel.Limits())
    let page = String(decoding: archive["xl/worksheets/sheet1.xml"] ?? Data(), as: UTF8.self)
    #expect(page.contains("ref=\"A1:D5001\""))
    await #expect(throws: DocumentError.busy) {
      try await Spreadsheet.write(sheet, rows: stream(10, failing: true), to: scratch.file("b.xlsx"))
    }
    await #expect(throws: DocumentError.busy) {
      try await CSV.write(sheet, rows: stream(10, failing: true), to: scratch.file("c.csv"))
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: scratch.url.path) == ["a.xlsx"])
  }

  @Test("CSV opens in a French spreadsheet: mark, semicolons, quotes, harmless text")
  func csv() async throws {
    let expected = [
      "\u{FEFF}\"Nom\";\"Âge\";\"Depuis le\";\"Rendez-vous\"",
      "\"MARTIN Léa ; \"\"Lilou\"\"\";41;02/03/2026;12/03/2026 14:30", "\"'=HYPERLINK(\"\"http://x\"\")\";-3;;",
      "\"'+33 6\";;31/12/1899;", "\"'-1\";;;", "\"'@x\";;;", "",
    ].joined(separator: "\r\n")
    #expect(CSV.data(sheet, rows: rows) == Data(expected.utf8))
    let scratch = try ScratchFolder()
    defer { scratch.remove() }
    try await CSV.write(sheet, rows: stream(3), to: scratch.file("x.csv"))
    let written = try String(decoding: Data(contentsOf: scratch.file("x.csv")), as: UTF8.self)
    #expect(written.hasSuffix("\r\n\"x\";2;;\r\n\"x\";1;;\r\n\"x\";0;;\r\n"))
  }

  @Test("a text longer than a cell holds is cut, not refused")
  func longText() throws {
    let data = try Spreadsheet.data(sheet, rows: [[.text(String(repeating: "é", count: 40_000))]])
    #expect(!data.isEmpty)
  }
}
