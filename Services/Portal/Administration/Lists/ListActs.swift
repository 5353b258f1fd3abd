import API
import Domain
import Service

/// A choice under another name, on the records that have it too.
struct ListEntryNameForm: SettingForm {
  let visit: Visit
  let list: CountyListName
  let entry: ListEntry

  static let room = "Listes"

  static func load(_ visit: Visit) async throws -> ListEntryNameForm {
    let (list, entry) = try await shownEntry(visit)
    return ListEntryNameForm(visit: visit, list: list.name, entry: entry)
  }

  var groups: [QuestionGroup<ListEntryChange>] {
    [
      QuestionGroup(
        .line("label", \.label, "Libellé", width: .medium, missing: "Donnez un libellé.").help(
          "Les fiches qui portent déjà cette valeur montreront le nouveau libellé"))
    ]
  }

  var draft: ListEntryChange { ListEntryChange(label: entry.label, open: entry.open) }
  var version: Int? { entry.version }
  var sending: Sending { Sending("valeur", "Renommer", cancel: list.address) }
  var head: PageHead { PageHead("Renommer « \(entry.label) »", back: Link(list.title, list.address)) }

  func save(_ draft: ListEntryChange, version: Int?) async throws -> PageAnswer {
    _ = try await change(entry, of: list, draft, version, visit)
    return .see(list.address, saying: "« \(draft.label) » remplace « \(entry.label) ».")
  }
}

func setListEntry(_ visit: Visit, open: Bool) async throws -> PageAnswer {
  let (list, entry) = try await shownEntry(visit)
  return try await telling(list.name) {
    let changed = try await change(
      entry, of: list.name, ListEntryChange(label: entry.label, open: open), try visit.version, visit)
    let undo = Saying.Undo(
      address: entry.address(in: list.name, open ? "fermer" : "rouvrir"), values: ["version": String(changed.version)])
    let said =
      open
      ? "« \(entry.label) » est de nouveau proposée."
      : "« \(entry.label) » n’est plus proposée ; les fiches qui la portent la gardent."
    return .see(list.name.address, saying: said, undo: undo)
  }
}

/// One place up or down.
func moveListEntry(_ visit: Visit, by step: Int) async throws -> PageAnswer {
  let (list, entry) = try await shownEntry(visit)
  var codes = list.entries.map(\.code)
  guard let here = codes.firstIndex(of: entry.code), codes.indices.contains(here + step) else {
    return .see(list.name.address)
  }
  codes.swapAt(here, here + step)
  let wanted = ListOrder(codes: codes)
  return try await telling(list.name) {
    _ = try await visit.services.call(
      list.name.service.lists.order, ["list": list.name.rawValue], wanted, version: try visit.version)
    return .see(list.name.address, saying: "« \(entry.label) » est à la place \(here + step + 1).")
  }
}

private func change(
  _ entry: ListEntry, of list: CountyListName, _ change: ListEntryChange, _ version: Int?, _ visit: Visit
) async throws -> ListEntry {
  try await visit.services.call(
    list.service.lists.changeEntry, ["list": list.rawValue, "entry": entry.code], change, version: version)
}

/// Back to the list, which says why nothing was done.
private func telling(
  _ list: CountyListName, _ body: () async throws -> PageAnswer
) async throws -> PageAnswer {
  do {
    return try await .acting(at: list.address, unless: "La liste a changé", body)
  } catch let problem as Problem where problem.status == 409 {
    return .see(
      list.address, saying: [problem.title, problem.detail].compactMap { $0 }.joined(separator: " "), tone: .late)
  }
}
