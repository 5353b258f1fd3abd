import API
import Domain
import Service

let listsRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Listes", listsAddress),
      text: "Motifs, thèmes, types, priorités : ce que proposent les formulaires")
  ]
) { pages in
  let entry = "administration/listes/{list}/valeurs/{entry}"
  pages.get("administration/listes", rights: [.administer]) { visit in try await listsPage(visit) }
  pages.form("administration/listes/{list}", rights: [.administer], ListEntryForm.self)
  pages.form(entry, rights: [.administer], ListEntryNameForm.self)
  pages.post("\(entry)/monter", rights: [.administer]) { visit in try await moveListEntry(visit, by: -1) }
  pages.post("\(entry)/descendre", rights: [.administer]) { visit in try await moveListEntry(visit, by: 1) }
  pages.post("\(entry)/fermer", rights: [.administer]) { visit in try await setListEntry(visit, open: false) }
  pages.post("\(entry)/rouvrir", rights: [.administer]) { visit in try await setListEntry(visit, open: true) }
}

let listsAddress = "/administration/listes"

/// How many changes a page shows.
private let changesShown = 20

/// Every list of every service, asked for side by side.
private func listsPage(_ visit: Visit) async throws -> PageAnswer {
  let lists = try await visit.gathered(from: ServiceName.withLists) { $0.lists.all }
  let rows = CountyListName.allCases.map { name in
    let list = lists[name]
    let closed = list.entries.count - list.offered().count
    return Row(
      id: name.rawValue, address: name.address, name: name.title,
      [
        Cell(name.title, detail: name.use),
        Cell(
          French.count(list.offered().count, "valeur proposée", "valeurs proposées"),
          detail: closed == 0 ? nil : French.count(closed, "fermée", "fermées")),
      ])
  }
  let table = Table(
    id: "listes", caption: "Listes du département", columns: [Column("Liste"), Column("Valeurs")], rows: rows,
    empty: EmptyState("Aucune liste", "Les listes viennent avec Jalons.", icon: .list))
  let head = PageHead(
    "Listes", lead: "Ce que proposent les formulaires. Ouvrez une liste pour la compléter, l’ordonner ou la corriger.",
    back: Link("Administration", "/administration"))
  return visit.page(head, .administration, [table])
}

func shownList(_ visit: Visit) async throws -> CountyList {
  guard let name = CountyListName(rawValue: visit.parameters["list"] ?? "") else {
    throw Problem.notFound("Cette liste")
  }
  return try await visit.services.call(name.service.lists.all)[name]
}

func shownEntry(_ visit: Visit) async throws -> (CountyList, ListEntry) {
  let list = try await shownList(visit)
  guard let entry = list.entries.first(where: { $0.code == visit.parameters["entry"] }) else {
    throw Problem.notFound("Cette valeur")
  }
  return (list, entry)
}

/// One list: its entries, a line for one more, and who changed what.
struct ListEntryForm: SettingForm {
  let visit: Visit
  let list: CountyList
  let changes: [ListChange]

  static let room = "Listes"

  static func load(_ visit: Visit) async throws -> ListEntryForm {
    let list = try await shownList(visit)
    let history = try await visit.services.call(
      list.name.service.lists.changes, ["list": list.name.rawValue], ListChangeQuery(limit: changesShown))
    return ListEntryForm(visit: visit, list: list, changes: history.items)
  }

  var groups: [QuestionGroup<ListEntryDraft>] {
    [QuestionGroup(.line("label", \.label, "Libellé", width: .medium, missing: "Donnez un libellé."))]
  }

  var draft: ListEntryDraft { ListEntryDraft(label: "") }
  var version: Int? { nil }
  var sending: Sending { Sending("ajout", "Ajouter la valeur") }
  var head: PageHead { PageHead(list.name.title, lead: list.name.use, back: Link("Listes", listsAddress)) }

  func body(_ form: any Piece) -> [any Piece] {
    let table = Table(
      id: "valeurs", caption: list.name.title,
      columns: [Column("Libellé"), Column("État"), Column("Actions", isTitleHidden: true)],
      rows: list.entries.enumerated().map { row($1, at: $0, in: list) },
      count: French.count(list.entries.count, "valeur"),
      empty: EmptyState("Aucune valeur", "Ajoutez la première ci-dessous.", icon: .list))
    let entries = changes.map { change in
      let (what, changes) = change.words(in: list)
      return HistoryEntry(French.moment(change.at), who: change.accountName, what, changes: changes)
    }
    return [
      table, Panel("Ajouter une valeur", id: "ajouter", [form]),
      Panel.history(entries, untouched: "La liste est celle d’origine."),
    ]
  }

  func save(_ draft: ListEntryDraft, version: Int?) async throws -> PageAnswer {
    let entry = try await visit.services.call(
      list.name.service.lists.addEntry, ["list": list.name.rawValue], draft, key: visit.key)
    return .see(list.name.address, saying: "« \(entry.label) » est proposée dès maintenant.")
  }
}

private func row(_ entry: ListEntry, at index: Int, in list: CountyList) -> Row {
  func order(_ label: String, _ part: String, _ icon: Icon) -> Action {
    Action(
      label, entry.address(in: list.name, part), icon: icon, weight: .plain, posts: true,
      values: [HiddenValue("version", String(list.version))])
  }
  var actions: [Action] = []
  if index > 0 { actions.append(order("Monter", "monter", .sortAscending)) }
  if index < list.entries.count - 1 { actions.append(order("Descendre", "descendre", .sortDescending)) }
  actions += [
    Action("Renommer", entry.address(in: list.name), icon: .edit, weight: .plain),
    Action(
      entry.open ? "Fermer" : "Rouvrir", entry.address(in: list.name, entry.open ? "fermer" : "rouvrir"),
      icon: entry.open ? .lock : .undo, weight: .plain, posts: true,
      values: [HiddenValue("version", String(entry.version))]),
  ]
  return Row(
    id: entry.code, name: entry.label, [Cell(entry.label), Cell(entry.badge), Cell(actions: actions)])
}
