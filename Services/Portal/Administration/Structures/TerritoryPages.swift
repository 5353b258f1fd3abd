import API
import Domain
import Service

func addTerritoryPages(to pages: Pages) {
  pages.get("administration/territoires", rights: [.administer]) { visit in try await territoriesPage(visit) }
  pages.form("administration/territoires/nouveau", rights: [.administer], TerritoryForm.self)
  pages.form("administration/territoires/{territory}", rights: [.administer], TerritoryForm.self)
}

private let base = "/administration/territoires"

private func territoriesPage(_ visit: Visit) async throws -> PageAnswer {
  let territories = try await visit.services.call(IdentityAPI.listTerritories).items
  let rows = territories.map { territory in
    Row(
      id: territory.id.description, address: "\(base)/\(territory.id)", name: territory.name,
      [Cell(territory.name), Cell(territory.code)])
  }
  let table = Table(
    id: "territoires", caption: "Territoires", columns: [Column("Territoire"), Column("Code dans Genesis")], rows: rows,
    count: French.count(rows.count, "territoire"),
    empty: EmptyState(
      "Aucun territoire", "Genesis les nomme dans son premier flux ; vous pouvez aussi les ajouter.", icon: .mapPin))
  let add = Action("Ajouter un territoire", "\(base)/nouveau", icon: .plus, weight: .primary)
  let head = PageHead(
    "Structures et territoires", back: Link("Administration", "/administration"), actions: [add])
  return visit.page(head, .administration, [structureTabs(territories: true), table])
}

/// A territory, new or renamed.
struct TerritoryForm: SettingForm {
  let visit: Visit
  /// Nil for a new one.
  let territory: TerritoryRow?

  static let room = "Territoire"

  static func load(_ visit: Visit) async throws -> TerritoryForm {
    guard visit.parameters["territory"] != nil else { return TerritoryForm(visit: visit, territory: nil) }
    let id = try visit.id("territory", of: Territory.self)
    // A county has some dozens: the list is as quick as one of them would be.
    let all = try await visit.services.call(IdentityAPI.listTerritories).items
    guard let found = all.first(where: { $0.id == id }) else { throw Problem.notFound("Ce territoire") }
    return TerritoryForm(visit: visit, territory: found)
  }

  var groups: [QuestionGroup<NewTerritory>] {
    let code = Question<NewTerritory>.line(
      "code", \.code, "Code dans Genesis", width: .medium, missing: "Indiquez le code que Genesis donne au territoire."
    ).help("Tel que le flux l’écrit, par exemple CENTRE ; il ne change plus ensuite")
    let name = Question<NewTerritory>.line("name", \.name, "Nom", missing: "Indiquez le nom du territoire.")
      .help("Celui que les collaborateurs lisent")
    return [QuestionGroup(nil, all: territory == nil ? [code, name] : [name])]
  }

  var draft: NewTerritory { NewTerritory(code: territory?.code ?? "", name: territory?.name ?? "") }
  var version: Int? { territory?.version }

  var sending: Sending {
    Sending("territoire", territory == nil ? "Ajouter le territoire" : "Enregistrer", cancel: base)
  }

  var head: PageHead {
    PageHead(
      territory?.name ?? "Ajouter un territoire", lead: territory.map { "Code dans Genesis : \($0.code)" },
      back: Link("Territoires", base))
  }

  func save(_ draft: NewTerritory, version: Int?) async throws -> PageAnswer {
    guard let territory else {
      let added = try await visit.services.call(IdentityAPI.addTerritory, [:], draft, key: visit.key)
      return .see(base, saying: "Le territoire « \(added.name) » est ajouté.")
    }
    let saved = try await visit.services.call(
      IdentityAPI.changeTerritory, ["territory": territory.id], TerritoryChange(name: draft.name), version: version)
    return .see(base, saying: "Le territoire s’appelle maintenant « \(saved.name) ».")
  }

  func place(of problem: Problem) -> String? { problem.type.hasSuffix("/code-pris") ? "code" : nil }
}
