import API
import Domain
import Service

func addListEntry(_ visit: Visit) async throws -> PageAnswer {
  let list = try await shownList(visit)
  var faults = FormFaults()
  if let label = visit.form["label"] {
    do {
      let entry = try await visit.services.call(
        list.name.service.lists.addEntry, ["list": list.name.rawValue], ListEntryDraft(label: label), key: visit.key)
      return .see(list.name.address, saying: "« \(entry.label) » est proposée dès maintenant.")
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: ["label"])
    }
  } else {
    faults.add("label", "Donnez un libellé.")
  }
  return try await listPage(visit, faults: faults)
}

/// A choice under another name, on the records that have it too.
func listEntryPage(
  _ visit: Visit, _ list: CountyListName, _ entry: ListEntry, typed: String?, version: Int, _ faults: FormFaults,
  notices: [Notice] = []
) -> PageAnswer {
  let form = Form(
    id: "valeur", address: entry.address(in: list),
    groups: [
      FieldGroup(fields: [
        .text(
          "label", "Libellé", value: typed, width: .medium, maximumLength: 120,
          faults.common("label", help: "Les fiches qui portent déjà cette valeur montreront le nouveau libellé"))
      ])
    ], values: [HiddenValue("version", String(version))], submit: "Renommer", cancel: Link("Annuler", list.address))
  let head = PageHead("Renommer « \(entry.label) »", back: Link(list.title, list.address))
  return visit.page(head, .administration, title: "Listes", notices + faults.general + [form]).with(faults)
}

func renameListEntry(_ visit: Visit) async throws -> PageAnswer {
  let (list, entry) = try await shownEntry(visit)
  let version = try visit.version
  var faults = FormFaults()
  if let label = visit.form["label"] {
    do {
      _ = try await change(entry, of: list, ListEntryChange(label: label, open: entry.open), version, visit)
      return .see(list.name.address, saying: "« \(label) » remplace « \(entry.label) ».")
    } catch let problem as Problem where problem.status == 412 {
      let notice = Notice(
        "Cette valeur a changé entre-temps : « \(entry.label) ».",
        "Votre saisie est conservée : vérifiez-la, puis renommez de nouveau.", .waiting)
      return listEntryPage(
        visit, list.name, entry, typed: label, version: entry.version, faults, notices: [notice]
      ).with(status: 412)
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: ["label"])
    }
  } else {
    faults.add("label", "Donnez un libellé.")
  }
  return listEntryPage(visit, list.name, entry, typed: visit.form["label"], version: version, faults)
}

func setListEntry(_ visit: Visit, open: Bool) async throws -> PageAnswer {
  let (list, entry) = try await shownEntry(visit)
  return try await telling(list.name) {
    let changed = try await change(
      entry, of: list, ListEntryChange(label: entry.label, open: open), try visit.version, visit)
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
  _ entry: ListEntry, of list: CountyList, _ change: ListEntryChange, _ version: Int, _ visit: Visit
) async throws -> ListEntry {
  try await visit.services.call(
    list.name.service.lists.changeEntry, ["list": list.name.rawValue, "entry": entry.code], change, version: version)
}

/// Back to the list, which says why nothing was done.
private func telling(
  _ list: CountyListName, _ body: () async throws -> PageAnswer
) async throws -> PageAnswer {
  do {
    return try await body()
  } catch let problem as Problem where problem.status == 412 {
    return .see(
      list.address, saying: "La liste a changé entre-temps. La voici : recommencez si besoin.", tone: .waiting)
  } catch let problem as Problem where problem.status == 409 {
    return .see(
      list.address, saying: [problem.title, problem.detail].compactMap { $0 }.joined(separator: " "), tone: .late)
  }
}
