import API
import Documents
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Insight

@Suite(.database) struct ExportTests {
  private func export(
    _ report: String, _ query: ReportQuery, as client: APIClient, in county: County
  ) async throws -> ReportExport {
    let asked = try await client.call(InsightAPI.exportReport, ["report": report], query)
    return try await county.service.eventually {
      let export = try await client.call(InsightAPI.showExport, ["export": asked.id])
      return export.state == .writing ? nil : export
    }
  }

  @Test("an export opens in a foreign reader with the report's rows, is remembered, and is refused when empty")
  func files() async throws {
    try await County.run { county in
      let chef = try await county.client(.chefDeService, in: [county.first])
      let book = try await export("renouvellements", ReportQuery(days: 30), as: chef, in: county)
      #expect(book.state == .ready && book.rows == 10)
      let file = try await chef.file(InsightAPI.downloadExport, ["export": book.id], NoInput())
      #expect(file.name.hasSuffix(".xlsx") && file.name.contains("à 30 jours"))
      let place = FileManager.default.temporaryDirectory.appending(path: "insight-\(UUID().uuidString).xlsx")
      try file.bytes.write(to: place)
      defer { unlink(place.path) }
      #expect(try rows(of: place) == 11)
      let plain = try await export("renouvellements", ReportQuery(days: 30, format: .csv), as: chef, in: county)
      let csv = try await chef.file(InsightAPI.downloadExport, ["export": plain.id], NoInput())
      let text = String(decoding: csv.bytes, as: UTF8.self)
      #expect(text.components(separatedBy: "\r\n").count == 12 && text.contains("'=NOM4"))
      let kept = try await county.service.database.owner {
        try await $0.query("select rows from insight.export order by at, id", as: Int.self)
      }
      #expect(kept == [10, 10])
      let empty = await refusal {
        try await chef.call(InsightAPI.exportReport, ["report": "droit-clos"], ReportQuery())
      }
      #expect(empty == 409)
    }
  }

  @Test("an export is its author's alone, and its file is gone after a week")
  func keeping() async throws {
    try await County.run { county in
      let chef = try await county.client(.chefDeService, in: [county.first])
      let mine = try await export("nsdd", ReportQuery(), as: chef, in: county)
      #expect(try await chef.call(InsightAPI.listExports, [:], InsightPageQuery()).items.map(\.id) == [mine.id])
      let other = try await county.client(.chefDeService, in: [county.first])
      #expect(try await other.call(InsightAPI.listExports, [:], InsightPageQuery()).items.isEmpty)
      #expect(await refusal { try await other.call(InsightAPI.showExport, ["export": mine.id]) } == 404)
      #expect(
        await refusal { try await other.file(InsightAPI.downloadExport, ["export": mine.id], NoInput()) } == 404)
      county.service.clock.travel(days: 8)
      let parts = county.service.parts
      let files = try openFileStore(of: "insight") { name in
        name == "JALONS_FILES"
          ? FileManager.default.temporaryDirectory.appending(path: "jalons-test-files").path : nil
      }
      let keeping = ExportKeeping(
        store: ExportStore(postgres: parts.postgres, files: files), now: county.service.clock.now, logger: parts.logger)
      try await keeping.clear()
      #expect(
        await refusal { try await chef.file(InsightAPI.downloadExport, ["export": mine.id], NoInput()) } == 409)
    }
  }

  /// The rows of a workbook's first sheet, its head included, as Python's zip and XML readers see them.
  private func rows(of file: URL) throws -> Int {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    let script = """
      import sys, zipfile, xml.dom.minidom as m
      z = zipfile.ZipFile(sys.argv[1])
      assert z.testzip() is None
      print(len(m.parseString(z.read('xl/worksheets/sheet1.xml')).getElementsByTagName('row')))
      """
    process.arguments = ["python3", "-c", script, file.path]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return Int(String(decoding: data, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)) ?? 0
  }
}
