import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Dossiers

@Suite("Characteristics", .database) struct CharacteristicTests {
  /// One of each kind, as an administrator defines them.
  private static func define(_ administrator: APIClient) async throws {
    let all: [(String, Characteristic.Kind, [String])] = [
      ("Projet", .line, []), ("Récit", .text, []), ("Enfants", .number, []), ("Bilan", .date, []),
      ("Véhicule", .yesNo, []), ("Logement", .choice, ["Hébergé", "Locataire"]),
      ("Langues", .choices, ["Anglais", "Français"]),
    ]
    for (label, kind, choices) in all {
      let draft = CharacteristicDraft(family: "parcours", label: label, kind: kind, choices: choices)
      _ = try await administrator.call(DossiersAPI.addCharacteristic, [:], draft)
    }
  }

  private static func entries(_ values: [String: String?]) -> [CharacteristicUpdate.Entry] {
    values.sorted { $0.key < $1.key }.map { CharacteristicUpdate.Entry(characteristic: $0.key, value: $0.value) }
  }

  @Test("who lacks a required characteristic is listed, without those that the caller may not read")
  func missing() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let administrator = try await service.client(as: .someone(.administrateur))
      for (label, readers) in [("Projet", []), ("Suivi du secrétariat", [Profile.secretariatDispositif])] {
        var draft = CharacteristicDraft(family: "parcours", label: label, kind: .line, choices: [])
        draft.required = true
        draft.readers = readers
        _ = try await administrator.call(DossiersAPI.addCharacteristic, [:], draft)
      }
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      func missing(_ client: APIClient) async throws -> [String] {
        try await client.call(
          DossiersAPI.listMissingCharacteristics, [:], MissingCharacteristicQuery()
        ).items.map(\.characteristic)
      }
      #expect(try await missing(lead) == ["projet"])
      let office = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      #expect(try await missing(office) == ["projet", "suivi_du_secretariat"])
      let first = try await office.call(
        DossiersAPI.listMissingCharacteristics, [:], MissingCharacteristicQuery(limit: 1))
      let second = try await office.call(
        DossiersAPI.listMissingCharacteristics, [:], MissingCharacteristicQuery(limit: 1, after: first.next))
      #expect(second.items.map(\.characteristic) == ["suivi_du_secretariat"] && second.next == nil)
      let sheet = try await lead.call(DossiersAPI.showCharacteristics, ["dossier": scene.dossier])
      _ = try await lead.call(
        DossiersAPI.updateCharacteristics, ["dossier": scene.dossier],
        CharacteristicUpdate(values: Self.entries(["projet": "Boulangerie"]), keepsHistory: true),
        version: sheet.version)
      #expect(try await missing(lead).isEmpty)
      let stranger = try await service.client(as: .someone(.referent))
      #expect(try await missing(stranger).isEmpty)
    }
  }

  @Test(
    "each kind takes what it asks for and says at its place what is not; an update with history keeps what was said")
  func writing() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      try await Self.define(try await service.client(as: .someone(.administrateur)))
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let path = ["dossier": scene.dossier]
      let sheet = try await lead.call(DossiersAPI.showCharacteristics, path)
      #expect(sheet.definitions.count == 16)
      #expect(sheet.values.first { $0.characteristic == "etat_droit" }?.value == "Non défini")

      func update(_ values: [String: String?], keeping: Bool = true, version: Int) async throws -> CharacteristicSheet {
        try await lead.call(
          DossiersAPI.updateCharacteristics, path,
          CharacteristicUpdate(values: Self.entries(values), keepsHistory: keeping), version: version)
      }
      let wrong = await #expect(throws: Problem.self) {
        try await update(
          [
            "bilan": "hier", "enfants": "deux", "langues": "Latin", "logement": "Péniche", "vehicule": "peut-être",
            "date_midem": "2026-01-01", "nulle_part": "x",
          ], version: sheet.version)
      }
      #expect(wrong?.faults?.count == 7)
      #expect(wrong?.faults?.first?.field == "values.0.value")

      let said = try await update(
        [
          "bilan": "2026-03-12", "enfants": "2,5", "langues": "Français\nAnglais", "logement": "Locataire",
          "projet": "Boulangerie", "vehicule": "oui",
        ], version: sheet.version)
      #expect(said.values.first { $0.characteristic == "langues" }?.value == "Anglais\nFrançais")
      #expect(said.version == sheet.version + 6)
      // A second tab that still shows what was there before.
      let stale = await #expect(throws: Problem.self) { try await update(["projet": "x"], version: sheet.version) }
      #expect(stale?.status == 412)

      let moved = try await update(["projet": "Pâtisserie", "logement": "Locataire"], version: said.version)
      _ = try await update(["projet": nil, "logement": "Hébergé"], keeping: false, version: moved.version)
      let past = try await lead.call(DossiersAPI.listCharacteristicHistory, path, ListChangeQuery()).items
      #expect(past.map(\.value) == ["Boulangerie"] && past.first?.authorName == "DURAND Paul")
      let now = try await lead.call(DossiersAPI.showCharacteristics, path)
      #expect(now.values.first { $0.characteristic == "projet" } == nil)
    }
  }

  @Test("who may read and who may write each goes by the profile; what the feed fills is nobody's to change")
  func profiles() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let administrator = try await service.client(as: .someone(.administrateur))
      let secret = try await administrator.call(
        DossiersAPI.addCharacteristic, [:],
        CharacteristicDraft(
          family: "situation", label: "Suivi social", kind: .line, readers: [.referent], writers: [.referentFSE]))
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      let fse = try await service.client(as: .someone(.referentFSE, account: scene.lead))
      let office = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      let path = ["dossier": scene.dossier]
      func write(_ client: APIClient) async throws {
        let version = try await client.call(DossiersAPI.showCharacteristics, path).version
        _ = try await client.call(
          DossiersAPI.updateCharacteristics, path,
          CharacteristicUpdate(values: Self.entries([secret.code: "x"]), keepsHistory: true), version: version)
      }
      // One reads and does not write, the other does neither: what is not read is not written.
      for client in [lead, fse] {
        let refused = await #expect(throws: Problem.self) { try await write(client) }
        #expect(refused?.status == 422)
      }
      #expect(try await lead.call(DossiersAPI.listCharacteristics).items.contains { $0.code == secret.code })
      #expect(!(try await office.call(DossiersAPI.listCharacteristics).items.contains { $0.code == secret.code }))
      let locked = await #expect(throws: Problem.self) {
        try await administrator.call(
          DossiersAPI.changeCharacteristic, ["characteristic": "date_midem"],
          CharacteristicDraft(family: "situation", label: "MIDEM", kind: .date), version: 1)
      }
      #expect(locked?.status == 409)
      let twin = await #expect(throws: Problem.self) {
        try await administrator.call(
          DossiersAPI.addCharacteristic, [:],
          CharacteristicDraft(family: "situation", label: "SUIVI SOCIAL", kind: .line))
      }
      #expect(twin?.status == 409)
    }
  }

  @Test(
    "a search asks several characteristics at once, without case or accents, and reads no value that is not the caller's"
  )
  func search() async throws {
    try await ServiceUnderTest.run(DossiersProcess.process) { service in
      let scene = try await Scene.one(in: service.database)
      let other = ID<Dossier>.new()
      try await scene.add("NOVAK", "Paul", as: other, in: service.database)
      let administrator = try await service.client(as: .someone(.administrateur))
      try await Self.define(administrator)
      let lead = try await service.client(as: .someone(.referent, account: scene.lead))
      _ = try await lead.call(
        DossiersAPI.updateCharacteristics, ["dossier": scene.dossier],
        CharacteristicUpdate(
          values: Self.entries([
            "projet": "Boulangerie à Privas", "enfants": "3", "bilan": "2026-03-12", "logement": "Hébergé",
            "langues": "Anglais\nFrançais", "vehicule": "non",
          ]), keepsHistory: true), version: 1)
      func names(_ criteria: CharacteristicCriterion..., by client: APIClient) async throws -> [String] {
        try await client.call(
          DossiersAPI.listDossiers, [:], DossierSearch(criteria: criteria.map(\.text), sort: .name)
        ).items.map(\.familyName)
      }
      for criterion in [
        CharacteristicCriterion("projet", .contains, "BOULANGERIE a"), .init("projet", .is, "boulangerie a privas"),
        .init("enfants", .between, "2", until: "3,5"), .init("enfants", .after, "2"), .init("bilan", .is, "2026-03-12"),
        .init("bilan", .before, "2026-03-13"), .init("logement", .is, "heberge"), .init("langues", .is, "anglais"),
        .init("vehicule", .isNot, "oui"), .init("recit", .empty), .init("projet", .filled),
        .init("etat_droit", .is, "non defini"), .init("etat_droit", .isNot, "Droit clos"), .init("date_midem", .empty),
      ] { #expect(try await names(criterion, by: lead).contains("MARTIN"), "\(criterion.text)") }
      for criterion in [
        CharacteristicCriterion("projet", .contains, "fromagerie"), .init("enfants", .before, "3"),
        .init("logement", .isNot, "Hébergé"), .init("projet", .empty), .init("date_midem", .filled),
      ] { #expect(!(try await names(criterion, by: lead).contains("MARTIN")), "\(criterion.text)") }
      let both = try await names(
        CharacteristicCriterion("logement", .is, "Hébergé"), .init("etat_droit", .is, "Non défini"), by: lead)
      #expect(both == ["MARTIN"])
      let stranger = try await service.client(as: .someone(.referent))
      #expect(try await names(CharacteristicCriterion("logement", .is, "Hébergé"), by: stranger).isEmpty)
      let near = try await service.client(as: .someone(.secretariatDispositif, territories: [scene.territory]))
      #expect(try await names(CharacteristicCriterion("logement", .is, "Hébergé"), by: near) == ["MARTIN"])

      for unknown in ["nulle_part:is:x", "projet:before:x", "enfants:is:beaucoup", "n’importe quoi"] {
        let refused = await #expect(throws: Problem.self) {
          try await lead.call(DossiersAPI.listDossiers, [:], DossierSearch(criteria: [unknown]))
        }
        #expect(refused?.status == 422, "\(unknown)")
      }
    }
  }

  @Test("a criterion's text is read back as it was, whatever its value holds")
  func text() {
    for criterion in [
      CharacteristicCriterion("projet", .is, "a:b, c % é"), .init("enfants", .between, "1", until: "2"),
      .init("projet", .empty),
    ] { #expect(CharacteristicCriterion(text: criterion.text) == criterion) }
    #expect(CharacteristicCriterion(text: "projet:is") == nil && CharacteristicCriterion(text: "") == nil)
  }
}
