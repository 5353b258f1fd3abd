import API
import Domain
import Foundation
import Service

func addAsidePages(to pages: Pages) {
  pages.get("flux/de-cote", rights: [.importFeed]) { visit in try await asidesPage(visit) }
  pages.form("flux/de-cote/{aside}", rights: [.importFeed], AsideForm.self)
  pages.form("flux/de-cote/{aside}/laisser", rights: [.importFeed], DismissalForm.self)
  pages.post("flux/de-cote/{aside}/reprendre", rights: [.importFeed]) { visit in try await reopen(visit) }
}

func asidePath(_ visit: Visit) throws -> [String: String] {
  ["aside": try visit.id("aside", of: FeedAside.self).description]
}

func shownAside(_ visit: Visit) async throws -> FeedAsideDetail {
  try await visit.services.call(DossiersAPI.showFeedAside, asidePath(visit))
}

func settledNotice(_ detail: FeedAsideDetail) -> Notice {
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

func issuesPanel(_ detail: FeedAsideDetail) -> Panel {
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

func asideHistory(_ detail: FeedAsideDetail) -> History {
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

/// What says why a household is left as it is.
private struct DismissalForm: SettingForm {
  let visit: Visit
  let detail: FeedAsideDetail

  static let room = "Laisser de côté"

  static func load(_ visit: Visit) async throws -> DismissalForm {
    DismissalForm(visit: visit, detail: try await shownAside(visit))
  }

  struct Draft: Sendable {
    var reason = ""
  }

  var groups: [QuestionGroup<Draft>] {
    let missing = "Dites pourquoi, en quelques mots."
    return [
      QuestionGroup(
        text: "Rien ne sera repris de ce foyer. Le prochain flux le laissera de côté de lui-même, tant que ses défauts "
          + "restent les mêmes.",
        .area("reason", \.reason, "Pourquoi", rows: 3, most: 500, missing: missing)
          .help("Ce que doit savoir qui retombera sur ce foyer")
          .check { $0.reason.count < 3 ? missing : nil })
    ]
  }

  var draft: Draft { Draft() }
  var version: Int? { detail.version }
  var changed: Notice? { .changed("Ce foyer a été modifié entre-temps.") }
  var sending: Sending { Sending("laisser", "Laisser de côté", cancel: detail.aside.address) }

  var head: PageHead {
    let aside = detail.aside
    return PageHead(
      "Laisser de côté", lead: aside.name, back: Link(aside.name.isEmpty ? "Foyer" : aside.name, aside.address))
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let after = try await visit.services.call(
      DossiersAPI.dismissFeedAside, asidePath(visit), FeedDismissal(reason: draft.reason), version: version)
    return .see(
      asidesAddress, saying: "\(after.aside.name) est laissé de côté.",
      undo: Saying.Undo(address: "\(after.aside.address)/reprendre", values: ["version": String(after.version)]))
  }
}

private func reopen(_ visit: Visit) async throws -> PageAnswer {
  let address = try await shownAside(visit).aside.address
  return try await .acting(at: address, unless: "Ce foyer a changé") {
    do {
      _ = try await visit.services.call(
        DossiersAPI.reopenFeedAside, asidePath(visit), NoInput(), version: try visit.version)
      return .see(address, saying: "Le foyer est de nouveau à corriger.")
    } catch let problem as Problem where problem.status == 409 {
      return .see(address, saying: problem.title, tone: .waiting)
    }
  }
}
