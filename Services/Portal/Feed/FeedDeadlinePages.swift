import API
import Domain
import Foundation
import Service

let deadlineAddress = "/flux/heure"

func addDeadlinePages(to pages: Pages) {
  pages.get("flux/heure", rights: [.readFeedRuns]) { visit in
    let deadline = try await visit.services.call(DossiersAPI.showFeedDeadline)
    return deadlinePage(visit, deadline, typed: nil, FormFaults())
  }
  pages.post("flux/heure", rights: [.importFeed]) { visit in try await change(visit) }
}

/// Shown where the feed's watchers look first, until it comes.
func lateNotice(_ deadline: FeedDeadline) -> Notice? {
  guard let late = deadline.late, let hour = deadline.expectedBy.map(shown) else { return nil }
  return Notice(
    "Le flux du jour n’est pas arrivé",
    "Il était attendu à \(hour), le \(French.long(late.day)). Vérifiez l’extraction de Genesis et son dépôt.", .late)
}

private func deadlinePage(
  _ visit: Visit, _ deadline: FeedDeadline, typed: FormAnswers?, _ faults: FormFaults
) -> PageAnswer {
  var body: [any Piece] = faults.general
  if let notice = lateNotice(deadline) { body.append(notice) }
  if visit.may(.importFeed) {
    body.append(form(deadline, typed: typed, faults))
  } else {
    body.append(
      Panel("Heure attendue", [Facts([Fact("Flux du jour", deadline.expectedBy.map(shown) ?? "Rien n’est attendu")])]))
  }
  let history = deadline.rules.map { rule in
    HistoryEntry(
      rule.authorName == nil ? "À l’installation" : French.moment(rule.validFrom), who: rule.authorName ?? "Jalons",
      rule.expectedBy.map { "Flux attendu à \(shown($0))" } ?? "Aucun flux attendu")
  }
  body.append(
    SideBySide(
      left: [Panel("Jours en retard", [lateDays(deadline)])],
      right: [Panel("Ce que le Département a décidé", [History(history)])]))
  let head = PageHead(
    "Heure attendue du flux",
    lead: "Passé cette heure sans flux, l’exploitant et l’administrateur sont prévenus, une fois "
      + "par jour, dans Jalons et par courriel.", back: Link("Flux Genesis", "/flux"))
  return visit.page(head, .administration, body).with(faults)
}

private func form(_ deadline: FeedDeadline, typed: FormAnswers?, _ faults: FormFaults) -> Form {
  let isExpected = typed.map { $0["attendu"] == "oui" } ?? (deadline.expectedBy != nil)
  return Form(
    id: "heure", address: deadlineAddress,
    groups: [
      FieldGroup(fields: [
        .checkbox("attendu", "Un flux est attendu chaque jour", isChecked: isExpected),
        .time(
          "expectedBy", "Au plus tard à", value: typed.map { $0["expectedBy"] ?? "" } ?? deadline.expectedBy.map(shown),
          faults.common("expectedBy", help: "Par exemple 7 h 00", isRequired: false)),
      ])
    ], values: [HiddenValue("version", String(deadline.version))], submit: "Enregistrer l’heure",
    cancel: Link("Annuler", "/flux"))
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

private func change(_ visit: Visit) async throws -> PageAnswer {
  let version = try visit.version
  let current = try await visit.services.call(DossiersAPI.showFeedDeadline)
  var faults = FormFaults()
  var expected: String?
  if visit.form["attendu"] == "oui" {
    expected = visit.form["expectedBy"].flatMap(FrenchTime.read).map { "\($0.hour.twoDigits):\($0.minute.twoDigits)" }
    if expected == nil { faults.add("expectedBy", "Indiquez une heure, par exemple 7 h 00.") }
  }
  guard faults.isEmpty else { return deadlinePage(visit, current, typed: visit.form, faults) }
  do {
    _ = try await visit.services.call(
      DossiersAPI.changeFeedDeadline, [:], FeedDeadlineDraft(expectedBy: expected), version: version)
    return .see(
      deadlineAddress,
      saying: expected.map { "Le flux est attendu à \(shown($0))." } ?? "Plus aucun flux n’est attendu.")
  } catch let problem as Problem where problem.status == 412 {
    return .see(deadlineAddress, saying: "L’heure a été modifiée entre-temps : voici l’état actuel.", tone: .waiting)
  } catch let problem as Problem {
    return deadlinePage(visit, current, typed: visit.form, try FormFaults(problem, fields: ["expectedBy"]))
  }
}
