import API
import Domain
import Foundation
import Service

let standbySection = DossierSection(
  "Veilles", path: "veille", icon: .pause, position: 75, kinds: [.standby],
  actions: { open in
    guard open.visit.may(.standby), open.isLeads, open.detail.state == .entered else { return [] }
    return [Action("Mettre en veille", open.address("veille/nouvelle"), icon: .pause, weight: .plain)]
  })

func addStandbyPages(to pages: Pages) {
  let standbys = "dossiers/{dossier}/veille"
  pages.get(standbys, rights: [.readDossiers]) { visit in try await standbysPage(visit) }
  pages.get("\(standbys)/nouvelle", rights: [.standby]) { visit in
    let open = try await OpenDossier.load(visit)
    let typed = StandbyAnswers(from: French.short(visit.today))
    return try await standbyForm(open, nil, typed, version: nil, faults: FormFaults())
  }
  pages.post("\(standbys)/nouvelle", rights: [.standby]) { visit in try await startStandby(visit) }
  pages.get("\(standbys)/{standby}", rights: [.standby]) { visit in
    let (open, standby) = try await found(visit)
    let typed = StandbyAnswers(standby)
    return try await standbyForm(open, standby.id, typed, version: standby.version, faults: FormFaults())
  }
  pages.post("\(standbys)/{standby}", rights: [.standby]) { visit in try await changeStandby(visit) }
  pages.get("\(standbys)/{standby}/suppression", rights: [.standby]) { visit in
    let (open, standby) = try await found(visit)
    return open.page(asking: open.removal(of: standby), in: "veille")
  }
  pages.post("\(standbys)/{standby}/suppression", rights: [.standby]) { visit in try await removeStandby(visit) }
}

/// What stands in the form, as it was typed.
private struct StandbyAnswers {
  var from: String?
  var until: String?
  var reason: String?
  var comment: String?

  init(from: String) { self.from = from }

  init(_ standby: Standby) {
    from = French.short(standby.fromDate)
    until = standby.untilDate.map(French.short)
    reason = standby.reason
    comment = standby.comment
  }

  init(_ form: FormAnswers) {
    from = form["from"]
    until = form["until"]
    reason = form["reason"]
    comment = form["comment"]
  }

  func draft(_ form: FormAnswers, today: CalendarDate, _ faults: inout FormFaults) -> StandbyDraft? {
    let from = form.date("from", today: today, missing: "Indiquez le premier jour de la veille.", &faults)
    let until = form.date("until", today: today, &faults)
    if reason == nil { faults.add("reason", "Choisissez le motif de la veille.") }
    if let from, let until, until < from {
      faults.add(
        "until",
        "La fin (\(French.short(until))) précède le début (\(French.short(from))). Corrigez l’une des deux dates.")
    }
    guard faults.isEmpty, let from, let reason else { return nil }
    return StandbyDraft(from: from, until: until, reason: reason, comment: comment)
  }
}

private func found(_ visit: Visit) async throws -> (OpenDossier, Standby) {
  let id = try visit.id("dossier", of: Dossier.self)
  async let opening = OpenDossier.load(visit)
  async let listing = visit.services.call(DossiersAPI.listStandbys, ["dossier": id])
  let (open, standbys) = try await (opening, listing.items)
  guard
    let standby = standbys.first(where: { $0.id.uuidString.lowercased() == visit.parameters["standby"]?.lowercased() }
    )
  else { throw Problem.notFound("Cette veille") }
  return (open, standby)
}

extension OpenDossier {
  fileprivate func removal(of standby: Standby) -> Confirmation {
    Confirmation(
      id: "supprimer-\(standby.id.uuidString.lowercased())", title: "Supprimer cette veille ?",
      consequences: [
        "Elle disparaît du dossier, comme si elle n’avait pas été saisie.",
        standby.isRunning(on: today)
          ? "Le dossier revient à l’état Entrée." : "L’état du dossier ne change pas.",
      ], reassurance: "Pour garder la trace d’une veille terminée, modifiez plutôt sa date de fin.",
      address: address("veille/\(standby.id.uuidString.lowercased())/suppression"), label: "Supprimer la veille",
      isDangerous: true, values: [HiddenValue("version", String(standby.version))], back: address("veille"))
  }
}

extension Standby {
  fileprivate func isRunning(on day: CalendarDate) -> Bool {
    fromDate <= day && untilDate.map { $0 >= day } ?? true
  }
}

private func standbysPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  async let opening = OpenDossier.load(visit)
  async let listing = visit.services.call(DossiersAPI.listStandbys, ["dossier": id])
  async let delaying = visit.services.call(ServiceName.dossiers.delays.all)
  let (open, standbys, isManual) = try await (opening, listing.items, delaying[.standbyReturn] == 1)
  let mayChange = visit.may(.standby) && open.isLeads
  let isRunning = { (standby: Standby) in standby.isRunning(on: visit.today) }
  // Its last day has passed and nobody has brought the dossier back: the county keeps the guide's return by hand.
  let overdue =
    open.detail.state == .standby && !standbys.contains(where: isRunning)
    ? standbys.first { $0.untilDate.map { $0 < visit.today } ?? false } : nil
  let rows = standbys.map { standby in
    let address = open.address("veille/\(standby.id.uuidString.lowercased())")
    let removal = open.removal(of: standby)
    let actions =
      mayChange
      ? [
        Action("Modifier", address, weight: .plain),
        Action("Supprimer", "\(address)/suppression", weight: .plain, confirmation: removal),
      ] : []
    let isOverdue = standby.id == overdue?.id
    return Row(
      id: standby.id.uuidString, name: standby.reasonLabel,
      mark: isOverdue ? .late : isRunning(standby) ? .waiting : .neutral,
      [
        Cell(standby.reasonLabel, detail: standby.comment), Cell(French.long(standby.fromDate)),
        Cell(standby.untilDate.map(French.long) ?? "sans date de fin"),
        isOverdue
          ? Cell(Badge("Fin dépassée", .late, icon: .alert))
          : isRunning(standby)
            ? Cell(Badge("En cours", .waiting, icon: .pause))
            : standby.fromDate > visit.today ? Cell(Badge("À venir", .info, icon: .calendar)) : Cell("Terminée"),
        Cell(actions: actions),
      ])
  }
  let start = Action("Mettre en veille", open.address("veille/nouvelle"), icon: .pause, weight: .primary)
  let table = Table(
    id: "veilles", caption: "Veilles",
    columns: [
      Column("Motif"), Column("Du"), Column("Au"), Column("État"), Column("Actions", isTitleHidden: true),
    ], rows: rows,
    empty: EmptyState(
      "Aucune veille", "Une veille met le dossier de côté pour un temps ; il reste dans la file active.", icon: .pause
    ))
  let head = PageHead(
    "Veilles", lead: standbyEnd(isManual: isManual), actions: mayChange && open.detail.state == .entered ? [start] : [])
  let back = mayChange ? overdue.map { [open.back(from: $0)] } ?? [] : []
  return open.page(head, in: "veille", back + [table])
}

private func standbyEnd(isManual: Bool) -> String {
  isManual
    ? "À la fin de la veille, remettez le dossier en entrée : il n’y revient pas de lui-même."
    : "La veille prend fin d’elle-même le lendemain de sa date de fin."
}

extension OpenDossier {
  /// Saving a standby that is over settles the state of its dossier.
  fileprivate func back(from standby: Standby) -> Notice {
    let typed = StandbyAnswers(standby)
    let values = [
      ("from", typed.from), ("until", typed.until), ("reason", typed.reason), ("comment", typed.comment),
      ("version", String(standby.version)),
    ].compactMap { name, value in value.map { HiddenValue(name, $0) } }
    let action = Action(
      "Remettre le dossier en entrée", address("veille/\(standby.id.uuidString.lowercased())"), icon: .undo,
      posts: true, values: values)
    return Notice(
      "La veille devait finir le \(standby.untilDate.map(French.long) ?? "").",
      "Le dossier est toujours en veille. Remettez-le en entrée, ou prolongez la veille en modifiant sa date de fin.",
      .waiting, actions: [action])
  }
}

private func standbyForm(
  _ open: OpenDossier, _ standby: UUID?, _ typed: StandbyAnswers, version: Int?, faults: FormFaults
) async throws -> PageAnswer {
  async let listing = open.visit.services.call(ServiceName.dossiers.lists.all)
  async let delaying = open.visit.services.call(ServiceName.dossiers.delays.all)
  let (reasons, isManual) = try await (listing[.standbyReason], delaying[.standbyReturn] == 1)
  let title = standby == nil ? "Mettre en veille" : "Modifier la veille"
  let form = Form(
    id: "veille", address: open.address("veille/\(standby?.uuidString.lowercased() ?? "nouvelle")"),
    groups: [
      FieldGroup(
        isPaired: true,
        fields: [
          .date("from", "Du", value: typed.from, faults.common("from")),
          .date("until", "Au (inclus)", value: typed.until, faults.common("until", isRequired: false)),
        ]),
      FieldGroup(fields: [
        .select(
          "reason", "Motif", [Choice("", "Choisissez un motif")] + reasons.choices(typed.reason), width: .medium,
          faults.common("reason")),
        .area(
          "comment", "Commentaire", value: typed.comment, rows: 3, maximumLength: 2000,
          faults.common("comment", isRequired: false)),
      ]),
    ], values: [version.map { HiddenValue("version", String($0)) } ?? Visit.freshKey],
    submit: standby == nil ? "Mettre en veille" : "Enregistrer", cancel: Link("Annuler", open.address("veille")))
  let lead = "Le dossier reste dans la file active. \(standbyEnd(isManual: isManual))"
  let head = PageHead(title, lead: lead, back: Link("Veilles", open.address("veille")))
  return open.page(head, in: "veille", faults.general + [form]).with(faults)
}

private let standbyFields = ["from", "until", "reason", "comment"]

private func startStandby(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  let typed = StandbyAnswers(visit.form)
  var faults = FormFaults()
  if let draft = typed.draft(visit.form, today: visit.today, &faults) {
    do {
      _ = try await visit.services.call(DossiersAPI.startStandby, ["dossier": id], draft, key: visit.key)
      return .see("/dossiers/\(id)/veille", saying: "La veille est enregistrée.")
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: standbyFields)
    }
  }
  return try await standbyForm(OpenDossier.load(visit), nil, typed, version: nil, faults: faults)
}

private func changeStandby(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  guard let standby = visit.parameters["standby"].flatMap({ UUID(uuidString: $0) }) else { throw Problem.notFound() }
  let version = try visit.version
  let typed = StandbyAnswers(visit.form)
  var faults = FormFaults()
  if let draft = typed.draft(visit.form, today: visit.today, &faults) {
    do {
      _ = try await visit.services.call(
        DossiersAPI.changeStandby, ["dossier": id, "standby": standby.uuidString.lowercased()], draft,
        version: version)
      return .see("/dossiers/\(id)/veille", saying: "La veille est modifiée.")
    } catch let problem as Problem where problem.status == 412 {
      return try await standbyConflict(visit, typed)
    } catch let problem as Problem {
      faults = try FormFaults(problem, fields: standbyFields)
    }
  }
  return try await standbyForm(OpenDossier.load(visit), standby, typed, version: version, faults: faults)
}

private func standbyConflict(_ visit: Visit, _ mine: StandbyAnswers) async throws -> PageAnswer {
  let (open, standby) = try await found(visit)
  let theirs = StandbyAnswers(standby)
  let reasons = try await visit.services.call(ServiceName.dossiers.lists.all)[.standbyReason].labels
  func field(_ name: String, _ label: String, _ value: KeyPath<StandbyAnswers, String?>) -> ConflictField {
    let (mine, theirs) = (mine[keyPath: value], theirs[keyPath: value])
    return ConflictField(
      name: name, label: label, mine: mine ?? "", theirs: theirs ?? "", mineShown: mine.flatMap { reasons[$0] },
      theirsShown: theirs.flatMap { reasons[$0] })
  }
  return open.conflict(
    [
      field("from", "Du", \.from), field("until", "Au", \.until), field("reason", "Motif", \.reason),
      field("comment", "Commentaire", \.comment),
    ], version: standby.version, address: open.address("veille/\(standby.id.uuidString.lowercased())"), in: "veille")
}

private func removeStandby(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  let standby = visit.parameters["standby"] ?? ""
  _ = try await visit.services.call(
    DossiersAPI.removeStandby, ["dossier": id, "standby": standby], version: try visit.version)
  return .see("/dossiers/\(id)/veille", saying: "La veille est supprimée.")
}
