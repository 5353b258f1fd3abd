import API
import Domain
import Foundation
import Service

/// How many dossiers each référent follows and can follow, and a whole caseload given to others (rule C9).
let caseloadsRoom = Room(rights: [.cancelExit, .transferCaseloads]) { pages in
  let reading: [Right] = [.cancelExit, .transferCaseloads]
  pages.get("files-actives", rights: reading) { visit in try await caseloadsPage(visit) }
  pages.get("files-actives/{account}", rights: reading) { visit in
    try await caseloadPage(visit, typed: nil, faults: FormFaults())
  }
  pages.post("files-actives/{account}/capacite", rights: [.transferCaseloads]) { visit in
    try await setCapacity(visit)
  }
  pages.get("files-actives/{account}/transfert", rights: [.transferCaseloads]) { visit in
    try await transferPage(visit, typed: nil, faults: FormFaults())
  }
  pages.post("files-actives/{account}/transfert", rights: [.transferCaseloads]) { visit in
    try await transferPreviewPage(visit)
  }
  pages.post("files-actives/{account}/transfert/confirmation", rights: [.transferCaseloads]) { visit in
    try await transfer(visit)
  }
}

extension CaseloadRow {
  var address: String { "/files-actives/\(account)" }
  var isOver: Bool { capacity.map { load > $0 } ?? false }

  /// « 42 sur 60 »
  var shownLoad: String { capacity.map { "\(load) sur \($0)" } ?? "\(load)" }
}

/// The bars of at most so many caseloads: past that they are read in the table.
private let mostBars = 40

private func caseloadsPage(_ visit: Visit) async throws -> PageAnswer {
  let territory: ID<Territory>? = visit.query.id("territoire")
  async let listing = visit.services.call(DossiersAPI.listCaseloads, [:], CaseloadQuery(territory: territory))
  async let naming = visit.services.call(IdentityAPI.listTerritories)
  let (rows, territories) = try await (listing.items, naming.items)
  let over = rows.filter(\.isOver)
  var body: [any Piece] = []
  if visit.person.scope == .county { body.append(bar(territories, chosen: territory)) }
  if !over.isEmpty {
    body.append(
      Notice(
        "\(French.count(over.count, "file active dépasse", "files actives dépassent")) la capacité fixée",
        over.prefix(5).map { "\($0.name) (\($0.shownLoad))" }.joined(separator: ", ")
          + (over.count > 5 ? "…" : "."), .waiting))
  }
  if !rows.isEmpty { body.append(Panel("Charge de chaque référent", [chart(rows)])) }
  body.append(table(rows))
  let head = PageHead(
    "Files actives", lead: "Dossiers suivis par chaque référent de parcours, et ce qu’il peut en suivre.",
    back: Link("Bénéficiaires", "/beneficiaires"))
  return visit.page(head, .beneficiaries, body)
}

private func bar(_ territories: [TerritoryRow], chosen: ID<Territory>?) -> FilterBar {
  let choices = territories.map { Choice($0.id.description, $0.name, isChosen: $0.id == chosen) }
  let active = territories.filter { $0.id == chosen }.map { Link("Territoire : \($0.name)", "/files-actives") }
  return FilterBar(
    address: "/files-actives", fields: [.select("territoire", "Territoire", [Choice("", "Tous")] + choices, .optional)],
    active: active, reset: "/files-actives")
}

private func chart(_ rows: [CaseloadRow]) -> Chart {
  Chart(
    bars: rows.sorted { ($1.load, $0.name) < ($0.load, $1.name) }.prefix(mostBars).map { row in
      ChartFigure(
        row.name, Double(row.load), shown: row.isOver ? "\(row.shownLoad), au-delà" : row.shownLoad,
        row.isOver ? .late : .info, address: row.address)
    }, title: "Dossiers suivis", unit: "dossiers, sur la capacité fixée", labelTitle: "Référent")
}

private func table(_ rows: [CaseloadRow]) -> Table {
  let lines = rows.map { row in
    Row(
      id: row.account.description, address: row.address, name: row.name, mark: row.isOver ? .late : .neutral,
      [
        Cell(row.name, detail: row.organisation),
        row.isOver
          ? Cell(Badge(row.shownLoad, .late, icon: .alert), detail: "\(row.load - (row.capacity ?? 0)) de trop")
          : Cell(row.shownLoad),
        Cell(String(row.dossiers)), Cell(String(row.standby)), Cell(String(row.leaving)),
        Cell(String(row.proposedExits)),
      ])
  }
  return Table(
    id: "files-actives", caption: "Files actives",
    columns: [
      Column("Référent"), Column("Dossiers"), Column("Dans votre périmètre", isNumber: true, isSecondary: true),
      Column("En veille", isNumber: true, isSecondary: true),
      Column("Sortie datée", isNumber: true, isSecondary: true), Column("Sortie proposée", isNumber: true),
    ], rows: lines, count: French.count(rows.count, "file active", "files actives"),
    empty: EmptyState(
      "Aucune file active", "Aucun dossier de votre périmètre n’a de référent de parcours. Genesis les nomme.",
      icon: .users))
}

private func caseloadPage(_ visit: Visit, typed: FormAnswers?, faults: FormFaults) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  let row = try await visit.services.call(DossiersAPI.showCaseload, ["account": id])
  var facts = [
    Fact("Structure", row.organisation), Fact("Dossiers suivis", String(row.load)),
    Fact("Dans votre périmètre", String(row.dossiers)), Fact("En veille", String(row.standby)),
    Fact("Sortie déjà datée", String(row.leaving)),
    Fact(
      "Sortie proposée", String(row.proposedExits),
      address: row.proposedExits > 0 && visit.person.may(anyOf: [.exitDossier, .cancelExit])
        ? "/sorties?referent=\(row.account)" : nil),
  ]
  if let capacity = row.capacity {
    let left = capacity - row.load
    facts.append(
      Fact(
        "Capacité", French.count(capacity, "dossier"),
        badge: left < 0
          ? Badge("\(-left) de trop", .late, icon: .alert) : Badge("\(left) de libre", .done, icon: .check)))
  }
  var body: [any Piece] = [Panel("En bref", [Facts(facts)])]
  var actions: [Action] = []
  if visit.may(.transferCaseloads) {
    if row.dossiers > row.leaving {
      actions = [Action("Transférer la file active", "\(row.address)/transfert", icon: .swap, weight: .primary)]
    }
    body.append(Panel("Capacité", id: "capacite", [capacityForm(row, typed: typed, faults: faults)]))
  }
  let list = Action("Voir les dossiers", "/beneficiaires?referent=\(row.account)", icon: .users)
  let head = PageHead(
    row.name, lead: "File active", back: Link("Files actives", "/files-actives"), actions: [list] + actions)
  return visit.page(head, .beneficiaries, title: "File active", faults.general + body).with(faults)
}

private func capacityForm(_ row: CaseloadRow, typed: FormAnswers?, faults: FormFaults) -> Form {
  Form(
    id: "capacite-form", address: "\(row.address)/capacite",
    groups: [
      FieldGroup(fields: [
        .text(
          "dossiers", "Dossiers que ce référent peut suivre",
          value: typed.map { $0["dossiers"] } ?? row.capacity.map(String.init),
          width: .narrow, unit: "dossiers", maximumLength: 4, inputMode: .numeric,
          faults.common(
            "dossiers", help: "Vide : aucune limite. Elle répartit les transferts et prévient ; elle n’interdit rien.",
            isRequired: false))
      ])
    ], values: [HiddenValue("version", String(row.version))], submit: "Enregistrer la capacité", isGuarded: false)
}

private func setCapacity(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("account", of: Account.self)
  var faults = FormFaults()
  let typed = visit.form["dossiers"]
  if let typed, Int(typed) == nil { faults.add("dossiers", "« \(typed) » n’est pas un nombre de dossiers.") }
  guard faults.isEmpty else { return try await caseloadPage(visit, typed: visit.form, faults: faults) }
  do {
    let row = try await visit.services.call(
      DossiersAPI.setCapacity, ["account": id], CapacityDraft(dossiers: typed.flatMap { Int($0) }),
      version: visit.version)
    let said =
      row.capacity.map { "La capacité est de \(French.count($0, "dossier"))." } ?? "Aucune capacité n’est fixée."
    return .see(row.address, saying: said)
  } catch let problem as Problem {
    return try await caseloadPage(visit, typed: visit.form, faults: FormFaults(problem, fields: ["dossiers"]))
  }
}
