import API
import Domain
import Foundation
import Service

/// Many contracts moved at once: the question, how far it is, and what became of each.
func addContractMovingPages(to pages: Pages) {
  let rights: [Right] = [.moveContracts, .decideContracts]
  pages.post("passages", rights: rights) { visit in try await movingQuestion(visit, FormFaults()) }
  pages.post("passages/demande", rights: rights) { visit in try await moveMany(visit) }
  pages.get("passages/{moving}", rights: rights) { visit in try await movingPage(visit) }
  pages.get("passages/{moving}/avancement", rights: rights) { visit in
    let moving = try await shownMoving(visit)
    return moving.endedAt == nil ? visit.fragment([moving.progress]) : .see(moving.address)
  }
}

extension ContractMoving {
  fileprivate var address: String { "/passages/\(id)" }

  fileprivate var progress: ProgressBar {
    let settled = done + refused
    return ProgressBar(
      "\(settled) contrats sur \(total)", percent: total == 0 ? nil : settled * 100 / total,
      detail: "Vous pouvez quitter cette page : le traitement continue.", poll: "\(address)/avancement")
  }

  /// « 12 contrats passés à « Validé » ».
  fileprivate var told: String {
    "\(French.count(done, "contrat passé", "contrats passés")) à « \(to.label) »"
  }
}

private func shownMoving(_ visit: Visit) async throws -> ContractMoving {
  try await visit.services.call(ContractsAPI.showMoving, ["moving": visit.id("moving", of: ContractMoving.self)])
}

/// Which contracts a form is about: those that were ticked, or all that are in the state of the list.
private struct ChosenContracts {
  let contracts: [ID<Contract>]
  /// Where the list stood from which they were chosen.
  let from: ContractState?
  let isAll: Bool

  init(_ visit: Visit) {
    contracts = visit.form.all("contract").prefix(500).compactMap { ID<Contract>($0) }
    from = ContractState(word: visit.query["depuis"] ?? visit.form["depuis"])
    isAll = from != nil && (visit.query["tout"] ?? visit.form["tout"]) == "oui"
  }

  var isNothing: Bool { !isAll && contracts.isEmpty }
  var back: String { Address("/contrats", ["etat": from?.word]).text }

  var values: [HiddenValue] {
    let chosen = isAll ? [HiddenValue("tout", "oui")] : contracts.map { HiddenValue("contract", $0.description) }
    return chosen + [HiddenValue("depuis", from?.word ?? ""), Visit.freshKey]
  }

  func count(_ visit: Visit) async throws -> Int {
    guard isAll else { return Set(contracts).count }
    return try await visit.services.call(ContractsAPI.countContracts).items.first { $0.state == from }?.count ?? 0
  }
}

/// To which state, and what goes with it.
private func movingQuestion(_ visit: Visit, _ faults: FormFaults) async throws -> PageAnswer {
  let chosen = ChosenContracts(visit)
  let (from, back) = (chosen.from, chosen.back)
  guard !chosen.isNothing else {
    return .see(back, saying: "Cochez d’abord les contrats à faire passer.", tone: .info)
  }
  let count = French.count(try await chosen.count(visit), "contrat")
  let typed = visit.form["to"]
  let targets = ContractState.allCases.filter { $0 != .proposition && $0 != from }
  let question = Confirmation(
    id: "passages", title: "Faire passer \(count)",
    consequences: [
      "Chaque contrat passe, ou est refusé avec la raison ; les autres n’en dépendent pas.",
      "Un compte rendu dit ce qu’il en est de chacun.",
    ], address: "/passages/demande", label: "Faire passer \(count)",
    values: chosen.values,
    fields: [
      .radios(
        "to", "Nouvel état", targets.map { Choice($0.word, $0.label, isChosen: $0.word == typed) }, faults.common("to")),
      .area(
        "reason", "Motif", value: visit.form["reason"], rows: 3, maximumLength: 2000,
        faults.common("reason", help: "Là où le circuit en demande un", isRequired: false)),
      .area(
        "comment", "Commentaire de la décision", value: visit.form["comment"], rows: 4, maximumLength: 10_000,
        faults.common(
          "comment", help: "Avec une décision seulement ; figure sur chaque document de décision", isRequired: false)),
    ], back: back)
  return visit.page(
    PageHead("Faire passer \(count)", back: Link("Suivi des CER", back)), .contracts,
    faults.general + [Panel("Ce qui va se passer", [question])]
  ).with(faults)
}

private func moveMany(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  let to = ContractState(word: visit.form["to"])
  if to == nil { faults.add("to", "Choisissez le nouvel état.") }
  if to == .refused, visit.form["comment"] == nil {
    faults.add("comment", "Dites pourquoi ces contrats ne sont pas validés.")
  }
  guard faults.isEmpty, let to else { return try await movingQuestion(visit, faults) }
  let chosen = ChosenContracts(visit)
  let asked = ContractMoves(
    contracts: chosen.isAll ? nil : chosen.contracts, from: chosen.isAll ? chosen.from : nil, to: to,
    reason: visit.form["reason"],
    comment: to.isDecided ? visit.form["comment"] : nil)
  let moving = try await visit.services.call(ContractsAPI.moveContracts, [:], asked, key: visit.key)
  guard moving.endedAt != nil, moving.refused == 0 else { return .see(moving.address) }
  return .see(chosen.back, saying: "\(moving.told).")
}

private func movingPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("moving", of: ContractMoving.self)
  let onlyRefused = visit.query["effet"] == "refus"
  let query = BatchRowQuery(outcome: onlyRefused ? .refused : nil, limit: 50, after: visit.query["apres"])
  async let showing = shownMoving(visit)
  async let listing = visit.services.call(ContractsAPI.listMovingRows, ["moving": id], query)
  let (moving, rows) = try await (showing, listing)
  let lead = "Demandé le \(French.moment(moving.createdAt))"
  let back = Link("Suivi des CER", "/contrats")
  guard moving.endedAt != nil else {
    let reload = Action("Actualiser", moving.address, icon: .refresh)
    let head = PageHead("Passages en cours", lead: lead, back: back, actions: [reload])
    return visit.page(head, .contracts, [Panel("Vers « \(moving.to.label) »", [moving.progress])])
  }
  let head = PageHead("Passages vers « \(moving.to.label) »", lead: lead, back: back)
  return visit.page(head, .contracts, [summary(moving), table(rows, moving, query, onlyRefused: onlyRefused)])
}

private func summary(_ moving: ContractMoving) -> Notice {
  guard moving.refused > 0 else { return Notice(moving.told, nil, .done) }
  return Notice(
    "\(moving.told), \(French.count(moving.refused, "contrat refusé", "contrats refusés"))",
    "Chaque refus dit pourquoi. Les autres contrats sont passés.", .waiting,
    actions: moving.done > 0 ? [Action("Voir les refus seuls", "\(moving.address)?effet=refus", weight: .plain)] : [])
}

private func table(
  _ rows: Page<ContractMovingRow>, _ moving: ContractMoving, _ query: BatchRowQuery, onlyRefused: Bool
) -> Table {
  let lines = rows.items.map { row in
    let isRefused = row.outcome == .refused
    let name = row.name ?? "Contrat hors de votre portée"
    return Row(
      id: row.contract.description, address: row.name == nil ? nil : contractAddress(row.contract), name: name,
      mark: isRefused ? .late : .neutral,
      [
        Cell(name),
        isRefused
          ? Cell(Badge("Refusé", .late, icon: .alert), detail: row.reason) : Cell(moving.to.badge),
      ])
  }
  func address(after: String?) -> String {
    Address(moving.address, ["effet": onlyRefused ? "refus" : nil, "apres": after]).text
  }
  return Table(
    id: "resultats", caption: "Résultat pour chaque contrat", columns: [Column("Contrat"), Column("Résultat")],
    rows: lines, empty: EmptyState("Aucun refus", "Tous les contrats sont passés.", icon: .check),
    pager: Pager(first: query.after == nil ? nil : address(after: nil), next: rows.next.map { address(after: $0) }))
}
