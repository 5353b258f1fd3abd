import API
import Domain
import Service

let transitionsRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Circuit du CER", transitionsAddress),
      text: "Qui fait passer un contrat d’un état à l’autre")
  ]
) { pages in
  pages.get("administration/circuit", rights: [.administer]) { visit in try await transitionsPage(visit) }
  pages.get("administration/circuit/origine", rights: [.administer]) { visit in try await resetPage(visit) }
  pages.post("administration/circuit/origine", rights: [.administer]) { visit in try await resetTransitions(visit) }
  pages.form("administration/circuit/demande", rights: [.administer], SubmissionForm.self)
  pages.form("administration/circuit/{from}/{to}", rights: [.administer], TransitionForm.self)
}

let transitionsAddress = "/administration/circuit"

/// How many changes the page shows.
private let changesShown = 20

extension ContractTransition {
  var address: String { "\(transitionsAddress)/\(from.rawValue)/\(to.rawValue)" }
  var isChanged: Bool { terms != usual }

  /// What else it asks for; nil for nothing.
  fileprivate var conditions: String? {
    let asked = [
      leadOnly ? "référent de parcours de la personne" : nil, terms.needsReason ? "avec un motif" : nil,
    ].compactMap { $0 }
    return asked.isEmpty ? nil : asked.joined(separator: ", ")
  }
}

extension TransitionTerms {
  var who: String {
    profiles.isEmpty ? "personne" : profiles.map(\.label).joined(separator: ", ")
  }
}

/// The passages out of each state, and who changed them.
private func transitionsPage(_ visit: Visit) async throws -> PageAnswer {
  async let showing = visit.services.call(ContractsAPI.showTransitions)
  async let remembering = visit.services.call(
    ContractsAPI.listTransitionChanges, [:], ListChangeQuery(limit: changesShown))
  let (table, history) = try await (showing, remembering.items)
  let panels: [any Piece] = ContractState.allCases.compactMap { state in
    let passages = table.items.filter { $0.from == state }
    return passages.isEmpty ? nil : Panel("De « \(state.label) »", [list(passages, from: state)])
  }
  let reset = Action("Revenir au circuit d’origine", "\(transitionsAddress)/origine", icon: .undo)
  let asked = Action("Avant de soumettre", submissionAddress, icon: .check)
  let head = PageHead(
    "Circuit du CER",
    lead:
      "Qui fait passer un contrat d’un état à l’autre. Qui ne peut pas le faire avancer ne peut pas non plus le modifier.",
    back: Link("Administration", "/administration"),
    actions: [asked] + (table.items.contains(where: \.isChanged) ? [reset] : []))
  return visit.page(head, .administration, panels + [past(history)])
}

private func list(_ passages: [ContractTransition], from state: ContractState) -> Table {
  Table(
    id: "passages-\(state.rawValue)", caption: "Passages depuis « \(state.label) »",
    columns: [Column("Passage"), Column("Par"), Column("État"), Column("Origine", isSecondary: true)],
    rows: passages.map { passage in
      Row(
        id: passage.to.rawValue, address: passage.address, name: passage.label,
        [
          Cell(passage.label, detail: "vers « \(passage.to.label) »"),
          Cell(passage.terms.who, detail: passage.conditions),
          passage.terms.enabled
            ? Cell(Badge("Ouvert", .done, icon: .check)) : Cell(Badge("Fermé", .neutral, icon: .lock)),
          passage.isChanged ? Cell(Badge("Décidé ici", .info, icon: .edit)) : Cell("D’origine"),
        ])
    }, empty: EmptyState("Aucun passage", "Cet état est le dernier.", icon: .flag))
}

private func past(_ history: [TransitionChange]) -> Panel {
  let entries = history.map { change in
    HistoryEntry(
      French.moment(change.at), who: change.accountName,
      change.after.count == 1 ? "Passage modifié" : "\(change.after.count) passages modifiés",
      changes: zip(change.before, change.after).flatMap { words($0, $1) })
  }
  return .history(entries, untouched: "Le circuit est celui d’origine.")
}

private func words(_ before: TransitionsDraft.Item, _ after: TransitionsDraft.Item) -> [Change] {
  let name = "\(after.from.label) → \(after.to.label)"
  func opening(_ terms: TransitionTerms) -> String { terms.enabled ? "ouvert" : "fermé" }
  func reason(_ terms: TransitionTerms) -> String { terms.needsReason ? "demandé" : "non demandé" }
  return [
    Change(name, from: opening(before.terms), to: opening(after.terms)),
    Change("\(name), par", from: before.terms.who, to: after.terms.who),
    Change("\(name), motif", from: reason(before.terms), to: reason(after.terms)),
  ].filter { $0.before != $0.after }
}

func shownTransition(_ visit: Visit) async throws -> (ContractTransitions, Int) {
  let table = try await visit.services.call(ContractsAPI.showTransitions)
  let (from, to) = (visit.parameters["from"], visit.parameters["to"])
  guard let index = table.items.firstIndex(where: { $0.from.rawValue == from && $0.to.rawValue == to }) else {
    throw Problem.notFound("Ce passage")
  }
  return (table, index)
}
