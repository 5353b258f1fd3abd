import API
import Domain
import Foundation
import Service

/// Who takes a caseload over: the référents of the same territories with their load, or any other colleague.
func transferPage(_ visit: Visit, typed: FormAnswers?, faults: FormFaults) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  async let showing = visit.services.call(DossiersAPI.showCaseload, ["account": id])
  async let listing = visit.services.call(DossiersAPI.listCaseloads, [:], CaseloadQuery())
  async let naming = AccountPicker.names(visit)
  async let delaying = visit.services.call(ServiceName.dossiers.delays.all)
  let (row, rows, names) = try await (showing, listing.items, naming)
  let access = try await delaying[.handover]
  let chosen = Set(typed?.all("target") ?? [])
  let colleagues = rows.filter { $0.account != id }.sorted { French.isBefore($0.name, $1.name) }.map { other in
    let help = [
      other.organisation,
      other.isOver ? "\(other.shownLoad) dossiers, au-delà de sa capacité" : "\(other.shownLoad) dossiers",
    ]
    return Choice(
      other.account.description, other.name, help: help.compactMap { $0 }.joined(separator: " · "),
      isChosen: chosen.contains(other.account.description))
  }
  let form = Form(
    id: "transfert", address: "\(row.address)/transfert",
    groups: [
      FieldGroup(
        "Qui reprend les dossiers",
        text: "Avec plusieurs collègues, les dossiers sont répartis selon ce que chacun peut encore suivre. "
          + "Un foyer reste ensemble.",
        fields: (colleagues.isEmpty
          ? [] : [.checkboxes("target", "Référents", colleagues, faults.common("targets", isRequired: false))])
          + [
            .text(
              "account", "Un autre collègue", value: typed?["account"], suggestions: names,
              faults.common("account", help: "Son nom, ou le début de son nom", isRequired: false))
          ]),
      FieldGroup(fields: [
        .checkbox(
          "keepsAccess", "\(row.name) garde un accès de \(French.count(access, "jour")), pour finir ses saisies",
          isChecked: isChosen(typed, "keepsAccess")),
        .text(
          "reason", "Motif", value: typed?["reason"], maximumLength: 500,
          faults.common("reason", help: "Il se lit dans l’historique des référents", isRequired: false)),
      ]),
    ], submit: "Voir ce que cela change", cancel: Link("Annuler", row.address), isGuarded: false)
  let warning = Notice(
    "Genesis fait foi",
    "Saisissez aussi ce transfert dans Genesis avant le prochain déversement : sans cela, il serait défait.", .waiting)
  let head = PageHead(
    "Transférer la file active", lead: "\(row.name) · \(French.count(row.dossiers, "dossier")) dans votre périmètre",
    back: Link(row.name, row.address))
  return visit.page(head, .beneficiaries, faults.general + [warning, form]).with(faults)
}

private func isChosen(_ typed: FormAnswers?, _ name: String) -> Bool { typed.map { $0[name] != nil } ?? true }

/// The colleagues that a form names, with a fault at the field where there are none.
private func targets(_ visit: Visit, _ faults: inout FormFaults) async throws -> [ID<Account>] {
  var targets = visit.form.all("target").compactMap { ID<Account>($0) }
  if visit.form["account"] != nil, let other = try await AccountPicker.chosen("account", visit, &faults) {
    targets.append(other)
  }
  if targets.isEmpty, faults.isEmpty {
    faults.add("account", "Choisissez au moins un collègue qui reprend les dossiers.")
  }
  return targets
}

/// What the transfer would do, with the question.
func transferPreviewPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  var faults = FormFaults()
  let targets = try await targets(visit, &faults)
  guard faults.isEmpty else { return try await transferPage(visit, typed: visit.form, faults: faults) }
  do {
    async let showing = visit.services.call(DossiersAPI.showCaseload, ["account": id])
    async let previewing = visit.services.call(
      DossiersAPI.previewTransfer, ["account": id], TransferQuery(targets: targets))
    async let delaying = visit.services.call(ServiceName.dossiers.delays.all)
    let (row, preview, access) = try await (showing, previewing, delaying[.handover])
    let head = PageHead(
      "Transférer \(French.count(preview.dossiers, "dossier"))",
      lead: "File active de \(row.name), à partir d’aujourd’hui",
      back: Link("Choisir d’autres collègues", "\(row.address)/transfert"))
    let question = confirmation(row, preview, targets, access: access, visit)
    let over = preview.shares.filter(\.isOver)
    let warning = over.map { share in
      Notice(
        "\(share.name) dépasserait sa capacité",
        "\(share.load + share.receives) dossiers pour une capacité de \(share.capacity ?? 0). Vous pouvez transférer "
          + "malgré tout, ou choisir un collègue de plus.", .waiting)
    }
    return visit.page(
      head, .beneficiaries, warning + [shares(preview), Panel("Ce qui va se passer", [question])])
  } catch let problem as Problem {
    let faults = try FormFaults(problem, fields: ["targets", "reason"])
    return try await transferPage(visit, typed: visit.form, faults: faults)
  }
}

private func shares(_ preview: TransferPreview) -> Table {
  Table(
    id: "repartition", caption: "Répartition",
    columns: [
      Column("Collègue"), Column("Reçoit", isNumber: true),
      Column("Suit aujourd’hui", isNumber: true, isSecondary: true),
      Column("Suivra", isNumber: true), Column("Capacité", isNumber: true),
    ],
    rows: preview.shares.map { share in
      Row(
        id: share.account.description, name: share.name, mark: share.isOver ? .waiting : .neutral,
        [
          Cell(share.name), Cell(String(share.receives)), Cell(String(share.load)),
          share.isOver
            ? Cell(Badge(String(share.load + share.receives), .waiting, icon: .alert))
            : Cell(String(share.load + share.receives)),
          Cell(share.capacity.map(String.init) ?? "sans limite"),
        ])
    }, empty: EmptyState("Personne", "Choisissez un collègue."))
}

private func confirmation(
  _ row: CaseloadRow, _ preview: TransferPreview, _ targets: [ID<Account>], access: Int, _ visit: Visit
) -> Confirmation {
  let keeps = visit.form["keepsAccess"] != nil
  var consequences = [
    "\(French.count(preview.dossiers, "dossier change", "dossiers changent")) de référent de parcours aujourd’hui"
      + " (\(French.count(preview.households, "foyer"))).",
    keeps
      ? "\(row.name) garde un accès de référent d’étape pendant \(French.count(access, "jour"))."
      : "\(row.name) n’a plus accès à ces dossiers, tout de suite.",
  ]
  if preview.standby > 0 {
    consequences.append(
      "\(French.count(preview.standby, "dossier en veille reste", "dossiers en veille restent")) en veille.")
  }
  if preview.leaving > 0 {
    let stay = French.count(
      preview.leaving, "dossier dont la sortie est datée reste", "dossiers dont la sortie est datée restent")
    consequences.append("\(stay) à \(row.name) jusqu’à ce jour.")
  }
  if preview.appointments > 0 {
    consequences.append(
      "\(French.count(preview.appointments, "rendez-vous à venir suit", "rendez-vous à venir suivent")) le dossier ; à une "
        + "heure déjà prise, le nouveau référent est prévenu pour le replacer.")
  }
  if preview.participations > 0 {
    consequences.append(
      "\(French.count(preview.participations, "questionnaire FSE de sortie devient", "questionnaires FSE de sortie deviennent"))"
        + " à remplir.")
  }
  consequences.append("Chacun en est prévenu.")
  let values =
    targets.map { HiddenValue("target", $0.description) } + [
      HiddenValue("keepsAccess", keeps ? "oui" : ""), HiddenValue("reason", visit.form["reason"] ?? ""), Visit.freshKey,
    ]
  return Confirmation(
    id: "transferer", title: "Transférer la file active", consequences: consequences,
    reassurance: "Vous pourrez annuler le transfert jusqu’à ce soir.",
    address: "\(row.address)/transfert/confirmation", label: "Transférer \(French.count(preview.dossiers, "dossier"))",
    values: values, back: row.address)
}

func transfer(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  var faults = FormFaults()
  let targets = try await targets(visit, &faults)
  guard faults.isEmpty else { return try await transferPage(visit, typed: visit.form, faults: faults) }
  do {
    let draft = TransferDraft(
      targets: targets, keepsAccess: visit.form["keepsAccess"] != nil, reason: visit.form["reason"])
    let batch = try await visit.services.call(DossiersAPI.transferCaseload, ["account": id], draft, key: visit.key)
    return batch.answer(back: "/files-actives")
  } catch let problem as Problem {
    let faults = try FormFaults(problem, fields: ["targets", "reason"])
    return try await transferPage(visit, typed: visit.form, faults: faults)
  }
}
