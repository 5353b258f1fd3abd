import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import FSE

@Suite("Indicators and export", .database) struct ExportTests {
  private static func participant(
    _ scene: Scene, _ name: String, sex: String, born: String, _ change: (inout [String: JSONValue]) -> Void
  ) async throws -> ID<Dossier> {
    let dossier = try await scene.dossier(name)
    try await scene.service.database.owner {
      _ = try await $0.execute(
        "update dossiers.dossier set sex = \(sex), birth_date = \(born)::date where id = \(dossier)")
    }
    let step = try await scene.register(dossier, scene.draft(scene.first))
    var answers = entryAnswers
    change(&answers)
    let participation = try #require(step.participation)
    let sheet = try await scene.referent.call(
      FSEAPI.saveForm, ["participation": participation.description, "form": "entry"], FormAnswers(answers: answers),
      version: 0)
    #expect(sheet.missing.isEmpty)
    return dossier
  }

  @Test("indicators are counted from the answers, by sex, and say what does not agree")
  func indicators() async throws {
    try await Scene.run { scene in
      _ = try await Self.participant(scene, "MARTIN", sex: "2", born: "2003-05-01") { $0["E11"] = .string("5") }
      _ = try await Self.participant(scene, "DUPONT", sex: "1", born: "1965-05-01") { $0["E12"] = .string("O") }
      let sheet = try await scene.gestionnaire.call(FSEAPI.showIndicators, ["operation": scene.operation.id])
      let totals = Dictionary(sheet.indicators.map { ($0.code, [$0.total, $0.women, $0.men]) }) { first, _ in first }
      #expect(totals["EECO01"] == [2, 1, 1])
      #expect(totals["EECO02"] == [2, 1, 1])
      #expect(totals["EECO03"] == [0, 0, 0])
      #expect(totals["EECO07"] == [1, 1, 0])
      #expect(totals["EECO08"] == [1, 0, 1])
      #expect(totals["EECO11"] == [1, 1, 0])
      #expect(totals["EECO12"] == [1, 0, 1])
      #expect(sheet.inconsistencies.isEmpty)

      _ = try await scene.register(try await scene.dossier("PETIT"), scene.draft(scene.first))
      let after = try await scene.gestionnaire.call(FSEAPI.showIndicators, ["operation": scene.operation.id])
      #expect(after.inconsistencies.first?.contains("il manque 1") == true)
      let stranger = try await scene.service.client(as: .someone(.gestionnaireFSE))
      await #expect(throws: Problem.notFound("Cette opération")) {
        try await stranger.call(FSEAPI.showIndicators, ["operation": scene.operation.id])
      }
    }
  }

  @Test("the export follows the chosen columns, lists what is missing, and makes no empty file")
  func export() async throws {
    try await Scene.run { scene in
      let path = ["operation": scene.operation.id]
      let empty = try await refusal { try await scene.gestionnaire.file(FSEAPI.exportOperation, path, NoInput()) }
      #expect(empty.type == "/problemes/export-vide")
      let mapping = try await scene.gestionnaire.call(FSEAPI.showExportMapping)
      let wrong = try await refusal {
        try await scene.gestionnaire.call(
          FSEAPI.changeExportMapping, [:],
          ExportMappingDraft(columns: [ExportColumn(title: "Secret", source: "nir")]), version: mapping.version)
      }
      #expect(wrong.faults?.map(\.field) == ["columns.0.source"])
      _ = try await scene.gestionnaire.call(
        FSEAPI.changeExportMapping, [:],
        ExportMappingDraft(columns: [
          ExportColumn(title: "NOM", source: "familyName"), ExportColumn(title: "Diplôme", source: "entry:E11"),
        ]), version: mapping.version)
      _ = try await Self.participant(scene, "MARTIN", sex: "2", born: "2003-05-01") { $0["E11"] = .string("5") }
      let file = try await scene.gestionnaire.file(FSEAPI.exportOperation, path, NoInput())
      let text = String(decoding: file.bytes, as: UTF8.self)
      #expect(text.contains("\"NOM\";\"Diplôme\"\r\n\"MARTIN\";\"5\"\r\n"))
      let faults = try await scene.gestionnaire.call(FSEAPI.listExportFaults, path, ExportFaultQuery())
      #expect(faults.items.first?.faults.contains("Commune absente") == true)
    }
  }
}
