import API
import Domain
import Foundation
import Service

let deadlineAddress = "/flux/heure"

func addDeadlinePages(to pages: Pages) {
  pages.form("flux/heure", rights: [.importFeed], reading: [.readFeedRuns], DeadlineForm.self)
}

/// Shown where the feed's watchers look first, until it comes.
func lateNotice(_ deadline: FeedDeadline) -> Notice? {
  guard let late = deadline.late, let hour = deadline.expectedBy.map(shown) else { return nil }
  return Notice(
    "Le flux du jour n’est pas arrivé",
    "Il était attendu à \(hour), le \(French.long(late.day)). Vérifiez l’extraction de Genesis et son dépôt.", .late)
}

/// The hour at which the day's feed is expected, who decided it, and the days on which it was late.
struct DeadlineForm: SettingForm {
  let visit: Visit
  let deadline: FeedDeadline

  static let room = "Heure attendue du flux"

  static func load(_ visit: Visit) async throws -> DeadlineForm {
    DeadlineForm(visit: visit, deadline: try await visit.services.call(DossiersAPI.showFeedDeadline))
  }

  struct Draft: Sendable {
    var isExpected: Bool
    var hour: FrenchTime?
  }

  var groups: [QuestionGroup<Draft>] {
    [
      QuestionGroup(
        .box("attendu", \.isExpected, "Un flux est attendu chaque jour"),
        .time("expectedBy", \.hour, "Au plus tard à").help("Par exemple 7 h 00").check(with: "attendu") {
          $0.isExpected && $0.hour == nil ? "Indiquez une heure, par exemple 7 h 00." : nil
        })
    ]
  }

  var draft: Draft {
    Draft(isExpected: deadline.expectedBy != nil, hour: deadline.expectedBy.flatMap(FrenchTime.read))
  }

  var version: Int? { deadline.version }
  var sending: Sending { Sending("heure", "Enregistrer l’heure", cancel: "/flux") }

  var head: PageHead {
    PageHead(
      "Heure attendue du flux",
      lead: "Passé cette heure sans flux, l’exploitant et l’administrateur sont prévenus, une fois "
        + "par jour, dans Jalons et par courriel.", back: Link("Flux Genesis", "/flux"))
  }

  func body(_ form: any Piece) -> [any Piece] {
    let now = Panel(
      "Heure attendue", [Facts([Fact("Flux du jour", deadline.expectedBy.map(shown) ?? "Rien n’est attendu")])])
    let history = deadline.rules.map { rule in
      HistoryEntry(
        rule.authorName == nil ? "À l’installation" : French.moment(rule.validFrom), who: rule.authorName ?? "Jalons",
        rule.expectedBy.map { "Flux attendu à \(shown($0))" } ?? "Aucun flux attendu")
    }
    let late: [any Piece] = lateNotice(deadline).map { [$0] } ?? []
    return late + [
      visit.may(.importFeed) ? form : now,
      SideBySide(
        left: [Panel("Jours en retard", [lateDays(deadline)])],
        right: [Panel("Ce que le Département a décidé", [History(history)])]),
    ]
  }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    let hour = draft.isExpected ? draft.hour : nil
    let expected = hour.map { "\($0.hour.twoDigits):\($0.minute.twoDigits)" }
    _ = try await visit.services.call(
      DossiersAPI.changeFeedDeadline, [:], FeedDeadlineDraft(expectedBy: expected), version: version)
    return .see(
      deadlineAddress, saying: hour.map { "Le flux est attendu à \($0.text)." } ?? "Plus aucun flux n’est attendu.")
  }
}

private func lateDays(_ deadline: FeedDeadline) -> any Piece {
  Table(
    id: "retards", caption: "Jours sans flux à l’heure",
    columns: [Column("Jour"), Column("Signalé"), Column("Arrivé")],
    rows: deadline.lateDays.map { late in
      Row(
        id: late.day.description, name: French.long(late.day), mark: late.arrivedAt == nil ? .late : .neutral,
        [
          Cell(French.long(late.day)), Cell(French.time(late.noticedAt)),
          late.arrivedAt.map { Cell(French.moment($0)) } ?? Cell(Badge("Non arrivé", .late, icon: .alert)),
        ])
    },
    empty: EmptyState("Aucun retard", "Chaque flux est arrivé à l’heure.", icon: .check))
}

/// `07:00` as people read it.
private func shown(_ hour: String) -> String {
  let parts = hour.split(separator: ":")
  guard parts.count == 2, let number = Int(parts[0]) else { return hour }
  return "\(number) h \(parts[1])"
}
