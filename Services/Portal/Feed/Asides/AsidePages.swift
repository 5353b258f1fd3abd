import API
import Domain
import Foundation
import Service

func addAsidePages(to pages: Pages) {
  pages.get("flux/de-cote", rights: [.importFeed]) { visit in try await asidesPage(visit) }
  pages.get("flux/de-cote/{aside}", rights: [.importFeed]) { visit in
    asidePage(visit, try await shown(visit), typed: nil, FormFaults())
  }
  pages.post("flux/de-cote/{aside}", rights: [.importFeed]) { visit in try await correct(visit) }
  pages.get("flux/de-cote/{aside}/laisser", rights: [.importFeed]) { visit in
    dismissalPage(visit, try await shown(visit), FormFaults())
  }
  pages.post("flux/de-cote/{aside}/laisser", rights: [.importFeed]) { visit in try await dismiss(visit) }
  pages.post("flux/de-cote/{aside}/reprendre", rights: [.importFeed]) { visit in try await reopen(visit) }
}

private func path(_ visit: Visit) throws -> [String: String] {
  ["aside": try visit.id("aside", of: FeedAside.self).description]
}

private func shown(_ visit: Visit) async throws -> FeedAsideDetail {
  try await visit.services.call(DossiersAPI.showFeedAside, path(visit))
}

/// What is wrong first, then everything that Genesis wrote; each value can be corrected.
///
/// - Parameter typed: what came back with faults.
private func asidePage(
  _ visit: Visit, _ detail: FeedAsideDetail, typed: FormAnswers?, _ faults: FormFaults
) -> PageAnswer {
  let aside = detail.aside
  var body: [any Piece] = faults.general
  if aside.state != .open { body.append(settledNotice(visit, detail)) }
  body.append(issuesPanel(detail))
  if aside.state == .open {
    let showsEmpty = visit.query["tout"] == "oui"
    body.append(AsideForm(detail, typed: typed, faults: faults, showsEmpty: showsEmpty).form)
  } else {
    body += AsideForm(detail, typed: nil, faults: FormFaults()).facts
  }
  if !detail.history.isEmpty { body.append(Panel("Qui a fait quoi", [history(detail)])) }
  let dismissal = Action("Laisser de côté…", "\(aside.address)/laisser", icon: .pause)
  let empties =
    visit.query["tout"] == "oui"
    ? Action("Masquer les données absentes", aside.address, icon: .minus, weight: .plain)
    : Action("Voir les données absentes", "\(aside.address)?tout=oui", icon: .plus, weight: .plain)
  let head = PageHead(
    aside.name.isEmpty ? "Foyer sans nom" : aside.name,
    lead: "Flux du \(French.long(aside.referenceDate)), reçu le \(French.moment(aside.receivedAt))",
    back: Link("Mis de côté par le flux", asidesAddress), badges: [aside.state.badge],
    actions: aside.state == .open ? [empties, dismissal] : [])
  return visit.page(head, .administration, title: "Mis de côté par le flux", body).with(faults)
}

private func settledNotice(_ visit: Visit, _ detail: FeedAsideDetail) -> Notice {
  let aside = detail.aside
  switch aside.state {
  case .dismissed:
    return Notice(
      "Ce foyer est laissé de côté", aside.comment,
      actions: [
        Action(
          "Le reprendre", "\(aside.address)/reprendre", icon: .undo, posts: true,
          values: [HiddenValue("version", String(detail.version))])
      ])
  case .outdated:
    return Notice(
      "Un flux plus récent a parlé de ce foyer",
      "Il n’y a plus rien à corriger ici. S’il est encore mal décrit, il figure dans la liste « À corriger ».")
  case .corrected, .open: return Notice("Ce foyer a été corrigé et repris", nil, .done)
  }
}

private func issuesPanel(_ detail: FeedAsideDetail) -> Panel {
  var seen: Set<String> = []
  let items = detail.persons.enumerated().flatMap { index, person in
    person.problems.compactMap { issue -> Item? in
      guard seen.insert("\(issue.code) \(issue.field) \(issue.message)").inserted else { return nil }
      let label = AsideGroup.labels[issue.field] ?? issue.field
      return Item(
        FeedWords.problem(issue.code), text: issue.message,
        meta: detail.persons.count > 1 ? "\(label) · \(personName(person, index))" : label,
        icon: issue.isGrave ? .alert : .info,
        badges: issue.isGrave ? [] : [Badge("Signalé seulement", .neutral)])
    }
  }
  return Panel(
    "Pourquoi",
    [
      ItemList(
        "Motifs", items,
        empty: EmptyState("Aucun motif", "Les valeurs sont telles que corrigées.", icon: .check))
    ])
}

func personName(_ person: FeedAsideDetail.Person, _ index: Int) -> String {
  let name = [person.values["NOM"], person.values["PRENOM"]].compactMap { $0 }.joined(separator: " ")
  return name.isEmpty ? "Personne \(index + 1)" : name
}

private func history(_ detail: FeedAsideDetail) -> History {
  History(
    detail.history.map { entry in
      HistoryEntry(
        French.moment(entry.at), who: entry.who, entry.sentence, reason: entry.comment, entry.tone,
        changes: entry.changes.map { change in
          let label = AsideGroup.labels[change.field] ?? change.field
          guard change.field != "NIR" else { return Change(label, from: "masqué", to: "corrigé") }
          return Change(label, from: change.before, to: change.after)
        })
    })
}

// MARK: Acts

private func correct(_ visit: Visit) async throws -> PageAnswer {
  let before = try await shown(visit)
  let (version, base) = (try visit.version, before.aside.address)
  do {
    let detail = try await visit.services.call(
      DossiersAPI.correctFeedAside, path(visit), AsideForm.correction(visit.form, of: before), version: version,
      key: visit.key)
    guard detail.aside.state == .corrected else {
      let reason = detail.history.first { $0.kind == .refused }?.comment
      return asidePage(
        visit, detail, typed: nil, FormFaults(general: .refusal("Le foyer n’a pas pu être repris", reason)))
    }
    return .see(asidesAddress, saying: "\(detail.aside.name) : le foyer est corrigé et repris.")
  } catch let problem as Problem where problem.status == 412 {
    return .see(base, saying: "Ce foyer a été modifié entre-temps : voici son état actuel.", tone: .waiting)
  } catch let problem as Problem {
    let names = AsideForm.names(of: before)
    return asidePage(visit, before, typed: visit.form, try FormFaults(problem, fields: names))
  }
}

private func dismissalPage(_ visit: Visit, _ detail: FeedAsideDetail, _ faults: FormFaults) -> PageAnswer {
  let aside = detail.aside
  let form = Form(
    id: "laisser", address: "\(aside.address)/laisser",
    groups: [
      FieldGroup(
        text: "Rien ne sera repris de ce foyer. Le prochain flux le laissera de côté de lui-même, tant que ses défauts "
          + "restent les mêmes.",
        fields: [
          .area(
            "reason", "Pourquoi", value: visit.form["reason"], rows: 3, maximumLength: 500,
            faults.common("reason", help: "Ce que doit savoir qui retombera sur ce foyer"))
        ])
    ], values: [HiddenValue("version", String(detail.version))], submit: "Laisser de côté",
    cancel: Link("Annuler", aside.address))
  let head = PageHead(
    "Laisser de côté", lead: aside.name, back: Link(aside.name.isEmpty ? "Foyer" : aside.name, aside.address))
  return visit.page(head, .administration, faults.general + [form]).with(faults)
}

private func dismiss(_ visit: Visit) async throws -> PageAnswer {
  guard let reason = visit.form["reason"], reason.count >= 3 else {
    var faults = FormFaults()
    faults.add("reason", "Dites pourquoi, en quelques mots.")
    return dismissalPage(visit, try await shown(visit), faults)
  }
  let version = try visit.version
  do {
    let detail = try await visit.services.call(
      DossiersAPI.dismissFeedAside, path(visit), FeedDismissal(reason: reason), version: version)
    return .see(
      asidesAddress, saying: "\(detail.aside.name) est laissé de côté.",
      undo: Saying.Undo(address: "\(detail.aside.address)/reprendre", values: ["version": String(detail.version)]))
  } catch let problem as Problem where problem.status == 412 {
    let detail = try await shown(visit)
    return .see(
      detail.aside.address, saying: "Ce foyer a été modifié entre-temps : voici son état actuel.", tone: .waiting)
  } catch let problem as Problem {
    return dismissalPage(visit, try await shown(visit), try FormFaults(problem, fields: ["reason"]))
  }
}

private func reopen(_ visit: Visit) async throws -> PageAnswer {
  let version = try visit.version
  do {
    let detail = try await visit.services.call(
      DossiersAPI.reopenFeedAside, path(visit), NoInput(), version: version)
    return .see(detail.aside.address, saying: "Le foyer est de nouveau à corriger.")
  } catch let problem as Problem where [409, 412].contains(problem.status) {
    let detail = try await shown(visit)
    return .see(detail.aside.address, saying: problem.title, tone: .waiting)
  }
}
