import API
import Domain
import Service

func addTerritoryPages(to pages: Pages) {
  pages.get("administration/territoires", rights: [.administer]) { visit in try await territoriesPage(visit) }
  pages.get("administration/territoires/nouveau", rights: [.administer]) { visit in
    territoryForm(visit, nil, FormAnswers(), version: nil, FormFaults())
  }
  pages.post("administration/territoires/nouveau", rights: [.administer]) { visit in try await add(visit) }
  pages.get("administration/territoires/{territory}", rights: [.administer]) { visit in
    let territory = try await shown(visit)
    return territoryForm(
      visit, territory, FormAnswers([("name", territory.name)]), version: territory.version, FormFaults())
  }
  pages.post("administration/territoires/{territory}", rights: [.administer]) { visit in try await rename(visit) }
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

private func shown(_ visit: Visit) async throws -> TerritoryRow {
  let id = try visit.id("territory", of: Territory.self)
  // A county has some dozens: the list is as quick as one of them would be.
  let all = try await visit.services.call(IdentityAPI.listTerritories).items
  guard let found = all.first(where: { $0.id == id }) else { throw Problem.notFound("Ce territoire") }
  return found
}

/// - Parameter territory: nil for a new one.
private func territoryForm(
  _ visit: Visit, _ territory: TerritoryRow?, _ typed: FormAnswers, version: Int?, _ faults: FormFaults,
  notices: [Notice] = []
) -> PageAnswer {
  let code = Field.text(
    "code", "Code dans Genesis", value: typed["code"], width: .medium, maximumLength: 50,
    faults.common("code", help: "Tel que le flux l’écrit, par exemple CENTRE ; il ne change plus ensuite"))
  let name = Field.text(
    "name", "Nom", value: typed["name"], maximumLength: 100,
    faults.common("name", help: "Celui que les collaborateurs lisent"))
  let form = Form(
    id: "territoire", address: territory.map { "\(base)/\($0.id)" } ?? "\(base)/nouveau",
    groups: [FieldGroup(fields: territory == nil ? [code, name] : [name])],
    values: [version.map { HiddenValue("version", String($0)) } ?? Visit.freshKey],
    submit: territory == nil ? "Ajouter le territoire" : "Enregistrer", cancel: Link("Annuler", base))
  let head = PageHead(
    territory?.name ?? "Ajouter un territoire", lead: territory.map { "Code dans Genesis : \($0.code)" },
    back: Link("Territoires", base))
  return visit.page(head, .administration, title: "Territoire", notices + faults.general + [form]).with(faults)
}

private func add(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  if visit.form["code"] == nil { faults.add("code", "Indiquez le code que Genesis donne au territoire.") }
  if visit.form["name"] == nil { faults.add("name", "Indiquez le nom du territoire.") }
  if faults.isEmpty, let code = visit.form["code"], let name = visit.form["name"] {
    do {
      let added = try await visit.services.call(
        IdentityAPI.addTerritory, [:], NewTerritory(code: code, name: name), key: visit.key)
      return .see(base, saying: "Le territoire « \(added.name) » est ajouté.")
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: ["code", "name"])
      if problem.type.hasSuffix("/code-pris") { faults.add("code", problem.title) }
    }
  }
  return territoryForm(visit, nil, visit.form, version: nil, faults)
}

private func rename(_ visit: Visit) async throws -> PageAnswer {
  let (id, version) = (try visit.id("territory", of: Territory.self), try visit.version)
  var faults = FormFaults()
  guard let name = visit.form["name"] else {
    faults.add("name", "Indiquez le nom du territoire.")
    return territoryForm(visit, try await shown(visit), visit.form, version: version, faults)
  }
  do {
    let saved = try await visit.services.call(
      IdentityAPI.changeTerritory, ["territory": id], TerritoryChange(name: name), version: version)
    return .see(base, saying: "Le territoire s’appelle maintenant « \(saved.name) ».")
  } catch let problem as Problem where problem.status == 412 {
    let current = try await shown(visit)
    let notice = Notice(
      "Ce territoire a changé pendant que vous l’aviez ouvert",
      "Il s’appelle maintenant « \(current.name) ». Votre saisie est conservée : vérifiez-la, puis enregistrez.",
      .waiting)
    return territoryForm(visit, current, visit.form, version: current.version, faults, notices: [notice])
      .with(status: 412)
  } catch let problem as Problem {
    faults = try FormFaults(problem, fields: ["name"])
    return territoryForm(visit, try await shown(visit), visit.form, version: version, faults)
  }
}
