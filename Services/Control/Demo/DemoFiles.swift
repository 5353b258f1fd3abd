import API
import Domain
import Foundation
import Service

extension DemoCounty {
  /// Characteristics that the county defines and a référent fills in, what is known of some persons beside their path,
  /// and formal notices that wait for the secretariat.
  func fillFiles(_ caseload: [DossierRow], _ referent: APIClient) async throws {
    let codes = try await defineCharacteristics()
    let homes = ["Locataire", "Hébergé par la famille", "Sans logement"]
    for (index, dossier) in caseload.prefix(9).enumerated() {
      let path = ["dossier": dossier.id]
      let sheet = try await referent.call(DossiersAPI.showCharacteristics, path)
      let values = [
        CharacteristicUpdate.Entry(characteristic: codes[0], value: homes[index % 3]),
        CharacteristicUpdate.Entry(characteristic: codes[1], value: index % 2 == 0 ? "oui" : "non"),
      ]
      _ = try await referent.call(
        DossiersAPI.updateCharacteristics, path, CharacteristicUpdate(values: values, keepsHistory: true),
        version: sheet.version)
      let since = today.adding(days: -30 - index)
      let facts = [
        SideDatumDraft(kind: .difficulty, code: ["logement", "mobilite", "garde"][index % 3], from: since),
        SideDatumDraft(kind: .trade, code: ["A1203", "K2204", "G1602"][index % 3], from: since),
        SideDatumDraft(kind: .licence, code: index % 2 == 0 ? "b" : "aucun", from: since),
      ]
      for fact in facts { _ = try await referent.call(DossiersAPI.addSideDatum, path, fact) }
    }
    for dossier in caseload.prefix(6).suffix(2) {
      _ = try await referent.call(
        DossiersAPI.requestFormalNotice, ["dossier": dossier.id],
        FormalNoticeDraft(reason: "Absente à deux entretiens sans nouvelles.", on: today))
    }
  }

  private func defineCharacteristics() async throws -> [String] {
    let administrator = try await signIn(.administrateur)
    var codes: [String] = []
    for draft in [
      CharacteristicDraft(
        family: "situation", label: "Logement", kind: .choice,
        choices: ["Locataire", "Propriétaire", "Hébergé par la famille", "Sans logement"]),
      CharacteristicDraft(family: "situation", label: "Véhicule disponible", kind: .yesNo),
    ] { codes.append(try await administrator.call(DossiersAPI.addCharacteristic, [:], draft).code) }
    return codes
  }
}
