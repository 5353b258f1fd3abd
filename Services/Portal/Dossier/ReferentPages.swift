import API
import Domain
import Foundation
import Service

let referentsSection = DossierSection(
  "Référents", path: "referents", icon: .users, position: 70,
  actions: { open in
    var actions: [Action] = []
    if open.visit.may(.nameStepReferent) {
      actions.append(
        Action("Nommer un référent d’étape", open.address("referents/etape"), icon: .user, weight: .plain))
    }
    if open.visit.may(.exitDossier), open.isLeads, let lead = open.detail.lead {
      let label = lead.untilDate == nil ? "Sortir de la file active" : "Changer le jour de la sortie"
      actions.append(Action(label, open.address("referents/sortie"), icon: .logout, weight: .plain))
    }
    if let cancel = open.cancelExitAction { actions.append(cancel) }
    return actions
  })

func addReferentPages(to pages: Pages) {
  let dossier = "dossiers/{dossier}"
  pages.get("\(dossier)/referents", rights: [.readDossiers]) { visit in try await referentsPage(visit) }
  pages.get("\(dossier)/referents/sortie", rights: [.exitDossier]) { visit in
    try await exitPage(visit, typed: nil, faults: FormFaults())
  }
  pages.post("\(dossier)/referents/sortie", rights: [.exitDossier]) { visit in try await recordExit(visit) }
  pages.get("\(dossier)/referents/annuler-sortie", rights: [.cancelExit, .exitDossier]) { visit in
    let open = try await OpenDossier.load(visit)
    return open.page(asking: open.exitCancellation, in: "referents")
  }
  pages.post("\(dossier)/referents/annuler-sortie", rights: [.cancelExit, .exitDossier]) { visit in
    let id = try visit.id("dossier", of: Dossier.self)
    _ = try await visit.services.call(DossiersAPI.cancelExit, ["dossier": id])
    return .see("/dossiers/\(id)/referents", saying: "La sortie est annulée.")
  }
  StepReferents.add(to: pages)
}

extension OpenDossier {
  fileprivate var cancelExitAction: Action? {
    // The lead while it is to come; the secretariats afterwards too.
    guard visit.may(.cancelExit) || visit.may(.exitDossier) && isLeads && !leadEnded, lastLead?.untilDate != nil else {
      return nil
    }
    return Action(
      "Annuler la sortie", address("referents/annuler-sortie"), icon: .undo, weight: .plain,
      confirmation: exitCancellation)
  }

  fileprivate var exitCancellation: Confirmation {
    let lead = lastLead?.name ?? "Le référent"
    return Confirmation(
      id: "annuler-sortie", title: "Annuler la sortie ?",
      consequences: [
        "\(lead) est référent de parcours, sans date de fin.",
        leadEnded ? "Le dossier revient aussitôt dans sa file active." : "Le dossier reste dans sa file active.",
        "La sortie que Genesis avait proposée est de nouveau à décider.",
      ],
      address: address("referents/annuler-sortie"), label: "Annuler la sortie", back: address("referents"),
      keep: "Garder la sortie")
  }
}

extension OpenDossier {
  /// What becomes of the other half of a couple: each has a dossier of one's own.
  var partnerAtExit: [Notice] {
    guard let partner = detail.partner else { return [] }
    let name = French.name(partner.familyName, partner.givenName)
    let open =
      partner.reachable
      ? [Action("Ouvrir son dossier", "/dossiers/\(partner.dossier)/referents", icon: .arrowRight, weight: .plain)] : []
    return [
      Notice(
        "\(name), en couple, garde son propre dossier",
        "Cette sortie ne le change pas. Quand le droit du foyer est clos ou que le foyer a déménagé, et que le même "
          + "référent suit les deux, la sortie de \(name) lui est proposée aussi, le même jour.", actions: open)
    ]
  }
}

private func referentsPage(_ visit: Visit) async throws -> PageAnswer {
  let open = try await OpenDossier.load(visit)
  let mayAct = visit.may(.nameStepReferent)
  let rows = open.detail.referents.map { referent in
    let kind = referent.kind == .lead ? "Référent de parcours" : "Référent d’étape"
    return Row(
      id: referent.id.text, name: referent.name,
      [
        Cell(referent.name, detail: referent.organisation),
        Cell(kind, detail: [source(referent.source), referent.reason].compactMap { $0 }.joined(separator: " · ")),
        Cell(French.long(referent.fromDate)),
        referent.untilDate == nil
          ? Cell(Badge("En cours", .done, icon: .check))
          : !referent.isOpen(on: open.today) || referent.kind == .step
            ? Cell(referent.untilDate.map(French.long))
            : Cell(Badge(referent.untilDate.map(French.long) ?? "", .waiting, icon: .logout)),
      ] + (mayAct ? [Cell(actions: open.actions(on: referent))] : []))
  }
  let table = Table(
    id: "referents", caption: "Historique des référents",
    columns: [
      Column("Référent"), Column("Rôle"), Column("Depuis le"), Column("Jusqu’au"),
    ] + (mayAct ? [Column("Actions", isTitleHidden: true)] : []), rows: rows,
    empty: EmptyState(
      "Aucun référent", "Genesis nomme le référent de parcours ; il n’y a rien à saisir.", icon: .users))
  let moves = (open.timeline?.items ?? []).filter { [.entered, .referent, .exit].contains($0.kind) }
  let told = moves.isEmpty ? [] : [Panel("Désignations, sorties et retours", [open.history(moves)])]
  return open.page(PageHead("Historique des référents"), in: "referents", [table] + told)
}

private func source(_ source: ReferentEntry.Source) -> String {
  switch source {
  case .feed: "Genesis"
  case .local: "Saisi dans Jalons"
  case .handover: "Réorientation"
  }
}

private func exitPage(_ visit: Visit, typed: FormAnswers?, faults: FormFaults) async throws -> PageAnswer {
  let open = try await OpenDossier.load(visit)
  async let naming = AccountPicker.names(visit)
  let coming = try await AppointmentsAfterExit.coming(open)
  let names = try await naming
  let after = coming.isEmpty ? [] : AppointmentsAfterExit.fields(typed: typed, names: names, faults: faults)
  let saved = open.detail.lead.flatMap { lead in
    lead.untilDate.map { LastDay.answers($0, reason: lead.reason, today: visit.today) }
  }
  let answers = typed ?? saved
  let form = Form(
    id: "sortie", address: open.address("referents/sortie"),
    groups: [
      FieldGroup(
        fields: LastDay.fields(typed: answers, faults: faults, today: visit.today) + after + [
          .area(
            "reason", "Motif", value: answers?["reason"], rows: 2, maximumLength: 500,
            faults.common("reason", isRequired: false))
        ])
    ], values: [Visit.freshKey],
    submit: saved == nil ? "Sortir de la file active" : "Changer le jour de la sortie",
    cancel: Link("Annuler", open.address("referents")))
  let consequence = Notice(
    "Ce que cela change",
    "Jusqu’à ce jour inclus, le dossier reste accessible à \(open.detail.lead?.name ?? "son référent"). Le lendemain, "
      + "il quitte sa file active : documents et questionnaires FSE sont à terminer avant. Avec un jour déjà passé, "
      + "l’accès cesse tout de suite. La personne reste inscrite au dispositif, et le secrétariat peut annuler la sortie."
  )
  let head = PageHead(
    saved == nil ? "Sortir de la file active" : "Changer le jour de la sortie",
    back: Link("Référents", open.address("referents")))
  let list: [any Piece] = coming.isEmpty ? [] : [AppointmentsAfterExit.list(coming)]
  let told: [any Piece] = [consequence] + open.partnerAtExit
  return open.page(head, in: "referents", faults.general + told + list + [form])
    .with(faults)
}

private func recordExit(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  var faults = FormFaults()
  let day = LastDay.chosen(visit.form, today: visit.today, &faults)
  if let day { LastDay.ask(about: day, visit.form, today: visit.today, &faults) }
  let appointments = try await AppointmentsAfterExit.chosen(visit, &faults)
  guard let day, faults.isEmpty else { return try await exitPage(visit, typed: visit.form, faults: faults) }
  do {
    let draft = ExitDraft(on: day, reason: visit.form["reason"], appointments: appointments)
    _ = try await visit.services.call(DossiersAPI.recordExit, ["dossier": id], draft, key: visit.key)
    // A day that is past takes the dossier away at once from a référent.
    let next = day < visit.today && visit.person.scope == .own ? "/beneficiaires" : "/dossiers/\(id)/referents"
    return .see(next, saying: "La sortie est enregistrée au \(French.long(day)).")
  } catch let problem as Problem {
    return try await exitPage(visit, typed: visit.form, faults: FormFaults(problem, fields: ["on", "reason"]))
  }
}
