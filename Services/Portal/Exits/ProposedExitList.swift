import API
import Domain
import Foundation
import Service

private let pageLength = 50

/// Which proposals a page shows: all of it is in the address.
struct ProposedExitView: Sendable {
  var q: String?
  var reason: ProposedExit.Reason?
  var lead: ID<Account>?
  /// Nil: those that await a decision.
  var decision: ProposedExit.Decision?
  var after: String?

  init(_ answers: FormAnswers) {
    q = answers["q"]
    reason = answers["motif"].flatMap(ProposedExit.Reason.init(rawValue:))
    lead = answers.id("referent")
    decision = ["acceptees": .accepted, "gardees": .declined][answers["decision"] ?? ""]
    after = answers["apres"]
  }

  private static let words: [ProposedExit.Decision: String] = [.accepted: "acceptees", .declined: "gardees"]

  var filter: ProposedExitFilter { ProposedExitFilter(q: q, reason: reason, lead: lead) }

  var query: ProposedExitQuery {
    ProposedExitQuery(q: q, reason: reason, lead: lead, decision: decision, limit: pageLength, after: after)
  }

  func address(_ path: String = "/sorties", _ change: (inout ProposedExitView) -> Void = { _ in }) -> String {
    var other = self
    other.after = nil
    change(&other)
    return Address(
      path,
      [
        "q": other.q, "motif": other.reason?.rawValue, "referent": other.lead?.description,
        "decision": other.decision.flatMap { Self.words[$0] }, "apres": other.after,
        "tout": path == "/sorties" ? nil : "oui",
      ]
    ).text
  }

  /// What a form carries on, so that it acts on the same proposals.
  var values: [HiddenValue] {
    [
      HiddenValue("tout", "oui"), HiddenValue("q", q ?? ""), HiddenValue("motif", reason?.rawValue ?? ""),
      HiddenValue("referent", lead?.description ?? ""),
    ]
  }

  var tabs: Tabs {
    func link(_ text: String, _ wanted: ProposedExit.Decision?) -> Link {
      Link(text, address { $0.decision = wanted }, isCurrent: decision == wanted)
    }
    return Tabs(
      "Décision", [link("À décider", nil), link("Acceptées", .accepted), link("Gardées dans la file", .declined)])
  }

  func bar(_ counts: ProposedExitCounts, showsLeads: Bool) -> FilterBar {
    var active: [Link] = []
    if let q { active.append(Link("« \(q) »", address { $0.q = nil })) }
    if let reason { active.append(Link(reason.label, address { $0.reason = nil })) }
    if let lead, let name = counts.leads.first(where: { $0.lead == lead })?.name {
      active.append(Link("Réf. \(name)", address { $0.lead = nil }))
    }
    func shown(_ label: String, _ count: Int) -> String { decision == nil ? "\(label) (\(count))" : label }
    let reasons = ProposedExit.Reason.allCases.map { value in
      let count = counts.reasons.first { $0.reason == value }?.count ?? 0
      return Choice(value.rawValue, shown(value.label, count), isChosen: value == reason)
    }
    let leads = counts.leads.map {
      Choice($0.lead.description, shown($0.name, $0.count), isChosen: $0.lead == lead)
    }
    var fields: [Field] = [
      .text("q", "Nom ou prénom", value: q, maximumLength: 100, .optional),
      .select("motif", "Motif", [Choice("", "Tous")] + reasons, .optional),
    ]
    if showsLeads { fields.append(.select("referent", "Référent", [Choice("", "Tous")] + leads, .optional)) }
    return FilterBar(
      address: "/sorties", fields: fields, active: active,
      reset: address {
        ($0.q, $0.reason, $0.lead) = (nil, nil, nil)
      }, values: decision.flatMap { Self.words[$0] }.map { [HiddenValue("decision", $0)] } ?? [])
  }

  var isNarrowed: Bool { q != nil || reason != nil || lead != nil }
}

/// The exits that Genesis suggests, to be accepted or declined singly or together, and those that were decided.
func proposedExitsPage(_ visit: Visit) async throws -> PageAnswer {
  let view = ProposedExitView(visit.query)
  async let listing = visit.services.call(DossiersAPI.listProposedExits, [:], view.query)
  async let counting = visit.services.call(DossiersAPI.countProposedExits)
  let (found, counts) = try await (listing, counting)
  var actions: [Action] = []
  if view.decision == nil, let total = found.total, total > 1 {
    actions = [Action("Accepter les \(total) sorties…", view.address("/sorties/choix"), icon: .check)]
  }
  let head = PageHead("Sorties proposées", lead: lead(view, visit), actions: actions)
  let bar = view.bar(counts, showsLeads: visit.person.scope != .own)
  return visit.page(head, .beneficiaries, [view.tabs, bar, table(found, view, visit)])
}

private func lead(_ view: ProposedExitView, _ visit: Visit) -> String {
  switch view.decision {
  case nil:
    "Accepter fixe le dernier jour dans la file active ; le secrétariat peut revenir dessus. Rien ne sort sans votre accord."
  case .accepted where visit.may(.cancelExit):
    "Annuler une sortie remet le dossier dans la file active de son référent ; elle est de nouveau à décider."
  case .accepted: "Une sortie acceptée par erreur est annulée par le secrétariat de dispositif."
  default: "Genesis ne repropose pas une sortie écartée pour le même motif."
  }
}

private func table(_ found: Page<ProposedExit>, _ view: ProposedExitView, _ visit: Visit) -> Table {
  let rows = found.items.map { row($0, view, visit) }
  let columns = [
    Column("Personne"), Column("Motif"), Column(view.decision == .accepted ? "Dernier jour" : "Dernier jour proposé"),
    Column(view.decision == nil ? "Proposée le" : "Décidée", isSecondary: true),
  ]
  let selection: Selection? =
    switch view.decision {
    case nil:
      Selection(
        "dossier",
        [
          SubmitButton("Accepter les sorties…", "/sorties/choix"),
          SubmitButton("Garder dans la file active", "/sorties/refuser"),
        ])
    case .accepted where visit.may(.cancelExit):
      Selection("dossier", [SubmitButton("Annuler les sorties", "/sorties/annuler")])
    default: nil
    }
  return Table(
    id: "sorties", caption: "Sorties proposées",
    columns: columns + (view.decision == nil ? [Column("Décision", isTitleHidden: true)] : []), rows: rows,
    count: found.total.map { French.count($0, "sortie proposée", "sorties proposées") }, selection: selection,
    empty: emptyState(view),
    pager: Pager(
      first: view.after == nil ? nil : view.address(),
      next: found.next.map { cursor in view.address { $0.after = cursor } }))
}

private func row(_ exit: ProposedExit, _ view: ProposedExitView, _ visit: Visit) -> Row {
  let name = French.name(exit.familyName, exit.givenName)
  let values = [HiddenValue("dossier", exit.dossier.description)]
  var cells = [
    Cell(name, detail: visit.person.scope == .own ? nil : exit.leadName.map { "Réf. \($0)" }), Cell(exit.reason.label),
  ]
  guard view.decision != nil else {
    cells += [
      Cell(French.long(exit.exitOn)), Cell(French.long(exit.proposedOn)),
      Cell(actions: [
        Action("Accepter", "/dossiers/\(exit.dossier)/sortie-proposee", weight: .outline),
        Action("Garder", "/sorties/refuser", weight: .plain, posts: true, values: values),
      ]),
    ]
    return Row(id: exit.dossier.description, address: "/dossiers/\(exit.dossier)", name: name, cells)
  }
  let isTakenBack = view.decision == .accepted && exit.leavesOn == nil
  cells += [
    isTakenBack
      ? Cell(Badge("Annulée depuis", .waiting, icon: .undo))
      : Cell(French.long(view.decision == .accepted ? exit.leavesOn ?? exit.exitOn : exit.exitOn)),
    Cell(exit.decidedAt.map(French.moment), detail: exit.decidedBy),
  ]
  return Row(id: exit.dossier.description, address: "/dossiers/\(exit.dossier)", name: name, cells)
}

private func emptyState(_ view: ProposedExitView) -> EmptyState {
  if view.isNarrowed {
    return EmptyState(
      "Aucune sortie ne correspond", "Retirez un filtre pour en voir d’autres.",
      actions: [Action("Retirer les filtres", view.address { ($0.q, $0.reason, $0.lead) = (nil, nil, nil) }, icon: .x)])
  }
  return switch view.decision {
  case nil:
    EmptyState(
      "Aucune sortie à décider", "Genesis n’en propose pas en ce moment. Rien ne sort sans votre accord.", icon: .check)
  case .accepted:
    EmptyState("Aucune sortie acceptée", "Celles que vous accepterez se retrouveront ici.", icon: .logout)
  default:
    EmptyState("Aucune sortie écartée", "Celles des personnes que vous gardez se retrouveront ici.", icon: .users)
  }
}
