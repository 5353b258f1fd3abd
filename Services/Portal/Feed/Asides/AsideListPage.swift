import API
import Domain
import Foundation
import Service

let asidesAddress = "/flux/de-cote"

/// The households that feeds set aside, those to be corrected first.
func asidesPage(_ visit: Visit) async throws -> PageAnswer {
  let state = FeedAside.State(word: visit.query["etat"]) ?? .open
  let problem = visit.query["motif"]
  let page = try await visit.services.call(
    DossiersAPI.listFeedAsides, [:],
    FeedAsideQuery(state: state, problem: problem, limit: 50, after: visit.query["apres"]))
  let rows = page.items.map { aside in
    Row(
      id: aside.id.text, address: aside.address, name: aside.name,
      mark: aside.state == .open ? .waiting : .neutral,
      [
        Cell(aside.name.isEmpty ? "Foyer sans nom" : aside.name, detail: aside.comment),
        Cell(aside.problems.map(FeedWords.problem).joined(separator: " ; ")),
        Cell(French.short(aside.referenceDate)),
        Cell(aside.badge, detail: aside.settlement),
      ])
  }
  func address(_ other: FeedAside.State, after: String? = nil) -> String {
    Address(
      asidesAddress, ["etat": other == .open ? nil : other.word, "motif": problem, "apres": after]
    ).text
  }
  let table = Table(
    id: "mis-de-cote", caption: "Foyers mis de côté : \(state.label)",
    columns: [
      Column("Foyer"), Column("Motif"), Column("Flux du", isSecondary: true), Column("État", isSecondary: true),
    ],
    rows: rows, count: page.total.map { French.count($0, "foyer") },
    empty: EmptyState(
      state == .open ? "Rien à corriger" : "Aucun foyer",
      state == .open
        ? "Les foyers que Genesis décrit mal arrivent ici avec la raison ; corrigez-les ou laissez-les de côté."
        : "Aucun foyer mis de côté n’est dans cet état.", icon: .check),
    pager: Pager(
      first: visit.query["apres"] == nil ? nil : address(state), next: page.next.map { address(state, after: $0) }))
  let tabs = Tabs(
    "États", FeedAside.State.allCases.map { Link($0.label, address($0), isCurrent: $0 == state) })
  var body: [any Piece] = [tabs]
  if let problem {
    body.append(
      Notice(
        "Motif : \(FeedWords.problem(problem))", nil,
        actions: [Action("Voir tous les motifs", Address(asidesAddress, ["etat": state.word]).text, weight: .plain)]))
  }
  let head = PageHead(
    "Mis de côté par le flux",
    lead: "Corrigez aussi Genesis : sans cela, le prochain flux les mettra de nouveau de côté.",
    back: Link("Flux Genesis", "/flux"))
  return visit.page(head, .administration, body + [table])
}

extension FeedAside {
  var address: String { "\(asidesAddress)/\(id.uuidString.lowercased())" }

  fileprivate var badge: Badge { state.badge }

  /// « P. Durand, le 12 mars 2026 ».
  fileprivate var settlement: String? {
    guard let settledAt else { return nil }
    return [settledBy, "le \(French.long(CalendarDate(settledAt)))"].compactMap { $0 }.joined(separator: ", ")
  }
}
