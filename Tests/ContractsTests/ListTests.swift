import API
import Domain
import Foundation
import Postgres
import Service
import TestSupport
import Testing

@testable import Contracts

@Suite("The county's lists", .database) struct ListTests {
  private static let lists = ServiceName.contracts.lists
  private static let themes = ["list": CountyListName.objectiveTheme.rawValue]
  private static let priorities = ["list": CountyListName.contractPriority.rawValue]

  private static func entry(_ code: String, of list: [String: String] = themes) -> [String: String] {
    list.merging(["entry": code]) { $1 }
  }

  @Test("a choice that is closed is refused to whoever chooses it anew, and kept by the record that has it")
  func closed() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let sheet = try await service.drafted(scene)
      let administrator = try await service.client(as: .someone(.administrateur))
      let closed = try await administrator.call(
        Self.lists.changeEntry, Self.entry("mobilite"), ListEntryChange(label: "Mobilité et permis", open: false),
        version: 1)
      #expect(!closed.open && closed.version == 2)
      let referent = try await service.client(as: scene.referent)
      let path = ["contract": sheet.contract.id]
      let refused = try await problem {
        try await referent.call(
          ContractsAPI.addObjective, path, ObjectiveDraft(theme: "mobilite", personDoes: "Chercher un vélo."),
          version: sheet.version)
      }
      #expect(refused?.status == 422 && refused?.faults?.map(\.field) == ["theme"])
      #expect(refused?.faults?.first?.message.contains("« Mobilité et permis » n’est plus proposé") == true)
      // The objective that has it already is still changed, and shows what the county calls it now.
      let objective = try #require(sheet.objectives.first)
      let revised = try await referent.call(
        ContractsAPI.reviseObjective,
        ["contract": sheet.contract.id.value, "objective": objective.id.value],
        ObjectiveDraft(theme: "mobilite", personDoes: "Passer le code."), version: sheet.version)
      #expect(revised.objectives.first?.themeLabel == "Mobilité et permis")
      #expect(revised.objectives.first?.personDoes == "Passer le code.")
    }
  }

  @Test("an unknown priority is told with everything else that is wrong with the draft")
  func priorityAmongFaults() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let scene = try await Scene.one(in: service.database)
      let referent = try await service.client(as: scene.referent)
      let refused = try await problem {
        try await referent.call(
          ContractsAPI.draftContract, ["dossier": scene.dossier],
          ContractDraft(startsOn: day("2026-05-01"), endsOn: day("2026-04-01"), priority: "aucune_de_ce_nom"))
      }
      #expect(refused?.status == 422)
      #expect(Set(refused?.faults?.map(\.field) ?? []) == ["priority", "endsOn"])
    }
  }

  @Test("an entry that is added has a code of its own and comes last; its label cannot be had twice")
  func added() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let administrator = try await service.client(as: .someone(.administrateur, name: "MERCIER Louise"))
      let added = try await administrator.call(
        Self.lists.addEntry, Self.themes, ListEntryDraft(label: "  Aide à l’enfance  "))
      #expect(added.code == "aide_a_l_enfance" && added.label == "Aide à l’enfance")
      let list = try await administrator.call(Self.lists.all)[.objectiveTheme]
      #expect(list.entries.last == added)
      let twin = try await problem {
        try await administrator.call(Self.lists.addEntry, Self.themes, ListEntryDraft(label: "aide A L’ENFANCE"))
      }
      #expect(twin?.status == 409 && twin?.title == "« Aide à l’enfance » est déjà dans la liste.")
      let history = try await administrator.call(Self.lists.changes, Self.themes, ListChangeQuery()).items
      #expect(history.count == 1)
      #expect(history.first?.accountName == "MERCIER Louise" && history.first?.before == nil)
      #expect(history.first?.after == .init(label: "Aide à l’enfance", open: true))
    }
  }

  @Test("twenty who add the same label at once add it once")
  func twenty() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let won = try await withThrowingTaskGroup(of: Bool.self) { tasks in
        for _ in 0..<20 {
          tasks.addTask {
            try await problem {
              try await administrator.call(Self.lists.addEntry, Self.themes, ListEntryDraft(label: "Culture"))
            } == nil
          }
        }
        return try await tasks.reduce(0) { $0 + ($1 ? 1 : 0) }
      }
      #expect(won == 1)
      let labels = try await administrator.call(Self.lists.all)[.objectiveTheme].entries.map(\.label)
      #expect(labels.filter { $0 == "Culture" }.count == 1)
    }
  }

  @Test("another order of the priorities is another order of the contracts; a stale list is refused")
  func order() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let territory = ID<Territory>.new()
      let scenes = [
        try await Scene.one(in: service.database, family: "PETIT", territory: territory),
        try await Scene.one(in: service.database, family: "GRAND", territory: territory),
      ]
      for (scene, priority) in zip(scenes, ["commission", "normale"]) {
        _ = try await service.client(as: scene.referent).call(
          ContractsAPI.draftContract, ["dossier": scene.dossier], ContractDraft(priority: priority))
      }
      let chef = try await service.client(as: .someone(.chefDeService, territories: [territory]))
      let families = { try await chef.call(ContractsAPI.listContracts, [:], ContractFilter()).items.map(\.familyName) }
      #expect(try await families() == ["PETIT", "GRAND"])
      let administrator = try await service.client(as: .someone(.administrateur))
      let list = try await administrator.call(Self.lists.all)[.contractPriority]
      let wanted = ["normale"] + list.entries.map(\.code).filter { $0 != "normale" }
      let ordered = try await administrator.call(
        Self.lists.order, Self.priorities, ListOrder(codes: wanted), version: list.version)
      #expect(ordered.entries.map(\.code) == wanted)
      #expect(try await families() == ["GRAND", "PETIT"])
      let stale = try await problem {
        try await administrator.call(
          Self.lists.order, Self.priorities, ListOrder(codes: wanted.reversed()), version: list.version)
      }
      #expect(stale?.status == 412)
      let incomplete = try await problem {
        try await administrator.call(
          Self.lists.order, Self.priorities, ListOrder(codes: ["normale"]), version: ordered.version)
      }
      #expect(incomplete?.status == 422)
    }
  }

  @Test("the last open entry of a list stays open; the same again leaves no line in the history")
  func lastOpen() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let entries = try await administrator.call(Self.lists.all)[.contractPriority].entries
      for entry in entries.dropLast() {
        _ = try await administrator.call(
          Self.lists.changeEntry, Self.entry(entry.code, of: Self.priorities),
          ListEntryChange(label: entry.label, open: false), version: 1)
      }
      let last = try #require(entries.last)
      let path = Self.entry(last.code, of: Self.priorities)
      let refused = try await problem {
        try await administrator.call(
          Self.lists.changeEntry, path, ListEntryChange(label: last.label, open: false), version: 1)
      }
      #expect(refused?.status == 409 && refused?.type == "/problemes/derniere-valeur")
      let same = try await administrator.call(
        Self.lists.changeEntry, path, ListEntryChange(label: last.label, open: true), version: 1)
      #expect(same.version == 1)
      let history = try await administrator.call(Self.lists.changes, Self.priorities, ListChangeQuery()).items
      #expect(history.count == entries.count - 1)
    }
  }

  @Test("another service's list does not exist here, and nobody but an administrator changes one")
  func refused() async throws {
    try await ServiceUnderTest.run(ContractsProcess.process, at: march12) { service in
      let administrator = try await service.client(as: .someone(.administrateur))
      let foreign = try await problem {
        try await administrator.call(
          Self.lists.addEntry, ["list": CountyListName.endReason.rawValue], ListEntryDraft(label: "Autre"))
      }
      #expect(foreign?.status == 404)
      let chef = try await service.client(as: .someone(.chefDeService))
      let forbidden = try await problem {
        try await chef.call(Self.lists.addEntry, Self.themes, ListEntryDraft(label: "Autre chose"))
      }
      #expect(forbidden?.status == 403)
    }
  }
}
