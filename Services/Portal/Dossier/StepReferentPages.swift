import API
import Domain
import Foundation
import Service

func addStepReferentPages(to pages: Pages) {
  let steps = "dossiers/{dossier}/referents/etape"
  pages.get(steps, rights: [.nameStepReferent]) { visit in
    try await namingPage(OpenDossier.load(visit), typed: nil, faults: FormFaults())
  }
  pages.post(steps, rights: [.nameStepReferent]) { visit in try await nameStepReferent(visit) }
  pages.get("\(steps)/{stepReferent}", rights: [.nameStepReferent]) { visit in
    let (open, entry) = try await found(visit)
    guard entry.isOpen(on: visit.today) else { return over(open) }
    return daysPage(open, entry, typed: nil, version: entry.version, faults: FormFaults())
  }
  pages.post("\(steps)/{stepReferent}", rights: [.nameStepReferent]) { visit in try await changeDays(visit) }
  pages.get("\(steps)/{stepReferent}/fin", rights: [.nameStepReferent]) { visit in
    let (open, entry) = try await found(visit)
    guard entry.isOpen(on: visit.today) else { return over(open) }
    return open.page(asking: open.ending(of: entry), in: "referents")
  }
  pages.post("\(steps)/{stepReferent}/fin", rights: [.nameStepReferent]) { visit in try await endAccess(visit) }
}

extension ReferentEntry {
  fileprivate func address(in open: OpenDossier) -> String {
    open.address("referents/etape/\(id.uuidString.lowercased())")
  }
}

extension OpenDossier {
  /// What may be done with a line of the référents' history: a step référent's days changed, the access taken back.
  func actions(on entry: ReferentEntry) -> [Action] {
    guard entry.kind == .step, entry.isOpen(on: today) else { return [] }
    let address = entry.address(in: self)
    return [
      Action("Changer les dates", address, weight: .plain),
      Action("Retirer l’accès", "\(address)/fin", weight: .plain, confirmation: ending(of: entry)),
    ]
  }

  fileprivate func ending(of entry: ReferentEntry) -> Confirmation {
    let begun = entry.fromDate <= today
    let others =
      detail.lead?.account == entry.account ? "Il reste référent de parcours du dossier." : nil
    return Confirmation(
      id: "retirer-\(entry.id.uuidString.lowercased())", title: "Retirer l’accès de \(entry.name) ?",
      consequences: [
        begun
          ? "\(entry.name) n’a plus accès au dossier, dès maintenant, et en est prévenu."
          : "\(entry.name) n’aura pas accès au dossier le \(French.long(entry.fromDate)), et en est prévenu.",
        others ?? "Le référent de parcours ne change pas. Ce qui a été saisi reste.",
      ],
      reassurance: "La frise et le journal d’audit en gardent la trace ; vous pourrez nommer la personne de nouveau.",
      address: "\(entry.address(in: self))/fin", label: "Retirer l’accès", isDangerous: true,
      values: [HiddenValue("version", String(entry.version))], back: address("referents"))
  }
}

/// - Throws: 404 for somebody who is no step référent of this dossier.
private func found(_ visit: Visit) async throws -> (OpenDossier, ReferentEntry) {
  let open = try await OpenDossier.load(visit)
  let id = try visit.id("stepReferent", of: ReferentEntry.self).value
  guard let entry = open.detail.referents.first(where: { $0.id == id && $0.kind == .step }) else {
    throw Problem.notFound("Ce référent d’étape")
  }
  return (open, entry)
}

private func over(_ open: OpenDossier) -> PageAnswer {
  .see(open.address("referents"), saying: "Cet accès est déjà terminé.", tone: .info)
}

private func dayFields(from: String?, until: String?, _ faults: FormFaults) -> FieldGroup {
  FieldGroup(
    isPaired: true,
    fields: [
      .date("from", "Du", value: from, faults.common("from")),
      .date("until", "Au (inclus)", value: until, faults.common("until")),
    ])
}

// MARK: Naming

private func namingPage(
  _ open: OpenDossier, typed: FormAnswers?, faults: FormFaults
) async throws -> PageAnswer {
  async let naming = AccountPicker.names(open.visit)
  async let delaying = open.visit.services.call(ServiceName.dossiers.delays.all)
  let (names, days) = try await (naming, delaying[.stepAccess])
  let from = typed.map { $0["from"] } ?? French.short(open.today)
  let until = typed.map { $0["until"] } ?? French.short(open.today.adding(days: days))
  let form = Form(
    id: "etape", address: open.address("referents/etape"),
    groups: [
      FieldGroup(fields: [
        .text(
          "account", "Collaborateur", value: typed?["account"], suggestions: names,
          faults.common("account", help: "Son nom, ou le début de son nom"))
      ]), dayFields(from: from, until: until, faults),
    ], values: [Visit.freshKey], submit: "Nommer référent d’étape", cancel: Link("Annuler", open.address("referents"))
  )
  let lead = "Il accède au dossier entre ces deux dates, par exemple pour finir ses saisies après une réorientation."
  let head = PageHead("Nommer un référent d’étape", lead: lead, back: Link("Référents", open.address("referents")))
  return open.page(head, in: "referents", faults.general + [form]).with(faults)
}

private func nameStepReferent(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  var faults = FormFaults()
  let account = try await AccountPicker.chosen("account", visit, &faults)
  let from = visit.form.date("from", today: visit.today, missing: "Indiquez le premier jour.", &faults)
  let until = visit.form.date("until", today: visit.today, missing: "Indiquez le dernier jour.", &faults)
  guard faults.isEmpty, let account, let from, let until else {
    return try await namingPage(OpenDossier.load(visit), typed: visit.form, faults: faults)
  }
  do {
    let draft = StepReferentDraft(account: account, from: from, until: until)
    let named = try await visit.services.call(DossiersAPI.nameStepReferent, ["dossier": id], draft, key: visit.key)
    return .see("/dossiers/\(id)/referents", saying: "\(named.name) est référent d’étape.")
  } catch let problem as Problem {
    let faults = try FormFaults(problem, fields: ["account", "from", "until"])
    return try await namingPage(OpenDossier.load(visit), typed: visit.form, faults: faults)
  }
}

// MARK: Changing and ending

private func daysPage(
  _ open: OpenDossier, _ entry: ReferentEntry, typed: FormAnswers?, version: Int, faults: FormFaults
) -> PageAnswer {
  let form = Form(
    id: "dates", address: entry.address(in: open),
    groups: [
      dayFields(
        from: typed.map { $0["from"] } ?? French.short(entry.fromDate),
        until: typed.map { $0["until"] } ?? entry.untilDate.map(French.short), faults)
    ], values: [HiddenValue("version", String(version))], submit: "Enregistrer les dates",
    cancel: Link("Annuler", open.address("referents")))
  let lead =
    entry.fromDate <= open.today
    ? "L’accès a commencé le \(French.long(entry.fromDate)). Son dernier jour se choisit à partir d’aujourd’hui."
    : "L’accès n’a pas encore commencé."
  let head = PageHead(
    "Changer les dates de \(entry.name)", lead: lead, back: Link("Référents", open.address("referents")))
  return open.page(head, in: "referents", faults.general + [form]).with(faults)
}

private func changeDays(_ visit: Visit) async throws -> PageAnswer {
  let (open, entry) = try await found(visit)
  let version = try visit.version
  var faults = FormFaults()
  let from = visit.form.date("from", today: visit.today, missing: "Indiquez le premier jour.", &faults)
  let until = visit.form.date("until", today: visit.today, missing: "Indiquez le dernier jour.", &faults)
  guard faults.isEmpty, let from, let until else {
    return daysPage(open, entry, typed: visit.form, version: version, faults: faults)
  }
  do {
    let changed = try await visit.services.call(
      DossiersAPI.changeStepReferent, ["dossier": open.detail.id, "stepReferent": entry.id.uuidString.lowercased()],
      StepReferentDays(from: from, until: until), version: version)
    let last = changed.untilDate.map { " jusqu’au \(French.long($0))" } ?? ""
    return .see(open.address("referents"), saying: "\(changed.name) est référent d’étape\(last).")
  } catch let problem as Problem where problem.status == 412 {
    func field(_ name: String, _ label: String, _ theirs: CalendarDate?) -> ConflictField {
      ConflictField(name: name, label: label, mine: visit.form[name] ?? "", theirs: theirs.map(French.short) ?? "")
    }
    return open.conflict(
      [field("from", "Du", entry.fromDate), field("until", "Au", entry.untilDate)], version: entry.version,
      address: entry.address(in: open), in: "referents")
  } catch let problem as Problem where problem.type == "/problemes/acces-termine" {
    return over(open)
  } catch let problem as Problem {
    let faults = try FormFaults(problem, fields: ["from", "until"])
    return daysPage(open, entry, typed: visit.form, version: version, faults: faults)
  }
}

private func endAccess(_ visit: Visit) async throws -> PageAnswer {
  let (open, entry) = try await found(visit)
  do {
    _ = try await visit.services.call(
      DossiersAPI.endStepReferent, ["dossier": open.detail.id, "stepReferent": entry.id.uuidString.lowercased()],
      version: try visit.version)
    return .see(open.address("referents"), saying: "\(entry.name) n’a plus accès au dossier.")
  } catch let problem as Problem where problem.status == 412 {
    return .see(
      open.address("referents"), saying: "Ces dates ont changé entre-temps : voici l’état actuel.", tone: .waiting)
  } catch let problem as Problem where problem.type == "/problemes/acces-termine" {
    return over(open)
  }
}
