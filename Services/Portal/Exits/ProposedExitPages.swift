import API
import Domain
import Foundation
import Service

let exitsRoom = Room(
  rights: [.exitDossier, .cancelExit],
  blocks: [
    HomeBlock("Sorties proposées", rights: [.exitDossier, .cancelExit]) { visit in try await proposedExitBlock(visit)
    }
  ]
) { pages in
  let rights: [Right] = [.exitDossier, .cancelExit]
  pages.get("sorties", rights: rights) { visit in try await proposedExitsPage(visit) }
  pages.post("sorties/accepter", rights: rights) { visit in try await decide(visit, accepted: true) }
  pages.post("sorties/refuser", rights: rights) { visit in try await decide(visit, accepted: false) }
  pages.get("dossiers/{dossier}/sortie-proposee", rights: rights) { visit in try await proposedExitPage(visit) }
}

private let pageLength = 50

private func proposedExitBlock(_ visit: Visit) async throws -> HomeContent {
  let found = try await visit.services.call(DossiersAPI.listProposedExits, [:], ProposedExitQuery(limit: 5))
  guard !found.items.isEmpty else { return HomeContent() }
  let items = found.items.map { exit in
    Item(
      French.name(exit.familyName, exit.givenName), address: "/dossiers/\(exit.dossier)/sortie-proposee",
      meta: "\(exit.reason.label) · au \(French.long(exit.exitOn))", icon: .logout)
  }
  let all = Action("Décider", "/sorties", weight: .plain)
  let list = ItemList("Sorties proposées", items, empty: EmptyState("Aucune sortie proposée", "Rien à décider."))
  return HomeContent(panel: Panel("Sorties proposées", count: found.total, actions: [all], [list]))
}

/// The exits that the feed suggests, to be accepted or declined singly or together.
private func proposedExitsPage(_ visit: Visit) async throws -> PageAnswer {
  let query = ProposedExitQuery(limit: pageLength, after: visit.query["apres"])
  let found = try await visit.services.call(DossiersAPI.listProposedExits, [:], query)
  let rows = found.items.map { exit in
    let name = French.name(exit.familyName, exit.givenName)
    let values = [HiddenValue("dossier", exit.dossier.description)]
    return Row(
      id: exit.dossier.description, address: "/dossiers/\(exit.dossier)", name: name,
      [
        Cell(name), Cell(exit.reason.label), Cell(French.long(exit.exitOn)), Cell(French.long(exit.proposedOn)),
        Cell(actions: [
          Action("Accepter", "/sorties/accepter", weight: .outline, posts: true, values: values),
          Action("Garder", "/sorties/refuser", weight: .plain, posts: true, values: values),
        ]),
      ])
  }
  let table = Table(
    id: "sorties", caption: "Sorties proposées",
    columns: [
      Column("Personne"), Column("Motif"), Column("Dernier jour proposé"), Column("Proposée le", isSecondary: true),
      Column("Décision", isTitleHidden: true),
    ], rows: rows, count: found.total.map { French.count($0, "sortie proposée", "sorties proposées") },
    selection: Selection(
      "dossier",
      [
        SubmitButton("Accepter les sorties", "/sorties/accepter"),
        SubmitButton("Garder dans la file active", "/sorties/refuser"),
      ]),
    empty: EmptyState(
      "Aucune sortie à décider", "Genesis n’en propose pas en ce moment. Rien ne sort sans votre accord.",
      icon: .check),
    pager: Pager(
      first: query.after == nil ? nil : "/sorties", next: found.next.map { Address("/sorties", ["apres": $0]).text }))
  let lead = "Accepter fixe le dernier jour dans la file active ; le secrétariat peut revenir dessus."
  return visit.page(PageHead("Sorties proposées", lead: lead), .beneficiaries, [table])
}

/// One proposal, with another day where it is needed.
private func proposedExitPage(_ visit: Visit) async throws -> PageAnswer {
  let open = try await OpenDossier.load(visit)
  guard let exit = open.detail.proposedExit else {
    return .see(open.address(), saying: "Cette sortie a déjà été décidée.", tone: .info)
  }
  let values = [HiddenValue("dossier", open.detail.id.description), HiddenValue("retour", open.address("referents"))]
  let acceptance = Confirmation(
    id: "accepter", title: "Accepter la sortie",
    consequences: [
      "Jusqu’au jour choisi inclus, le dossier reste accessible à \(open.detail.lead?.name ?? "son référent").",
      "Le lendemain, il quitte sa file active. Les questionnaires FSE de sortie sont à terminer avant.",
      "La personne reste inscrite au dispositif.",
    ], reassurance: "Le secrétariat peut annuler la sortie.", address: "/sorties/accepter",
    label: "Accepter la sortie",
    values: values, fields: [.date("exitOn", "Dernier jour", value: French.short(exit.exitOn))], back: open.address())
  let keep = Action(
    "Garder dans la file active", "/sorties/refuser", icon: .undo, posts: true, values: values)
  let facts = Facts([
    Fact("Motif", exit.reason.label), Fact("Proposée le", French.long(exit.proposedOn)),
    Fact("Dernier jour proposé", French.long(exit.exitOn)),
  ])
  let head = PageHead("Sortie proposée par Genesis", back: Link("Résumé", open.address()), actions: [keep])
  return open.page(head, in: "", [Panel("Proposition", [facts]), Panel("Accepter", [acceptance])])
}

/// What became of one dossier of a batch.
private struct Decided: Sendable {
  let dossier: ID<Dossier>
  let problem: Problem?
}

private func decide(_ visit: Visit, accepted: Bool) async throws -> PageAnswer {
  let dossiers = visit.form.all("dossier").prefix(200).compactMap { ID<Dossier>($0) }
  let back = Address.local(visit.form["retour"]) ?? "/sorties"
  guard !dossiers.isEmpty else {
    return .see(back, saying: "Cochez d’abord les sorties à décider.", tone: .info)
  }
  var faults = FormFaults()
  let day = visit.form.date("exitOn", today: visit.today, &faults)
  if let fault = faults["exitOn"] { throw Problem.invalid([Fault("exitOn", "date", fault)]) }
  var results: [Decided] = []
  // Eight at a time, so that a large batch does not take the service from everybody else.
  for start in stride(from: 0, to: dossiers.count, by: 8) {
    let batch = Array(dossiers[start..<min(start + 8, dossiers.count)])
    results += await sideBySide(batch) { await decideOne($0, accepted: accepted, day: day, visit) }
  }
  let done = results.filter { $0.problem == nil }.count
  let word = accepted ? "acceptée" : "écartée"
  if let only = results.first, results.count == 1 {
    if let problem = only.problem { throw problem }
    return .see(back, saying: "La sortie est \(word).")
  }
  if done == results.count {
    return .see(back, saying: "\(French.count(done, "sortie \(word)", "sorties \(word)s")).")
  }
  return try await batchPage(visit, results, done: done, word: word)
}

private func decideOne(_ dossier: ID<Dossier>, accepted: Bool, day: CalendarDate?, _ visit: Visit) async -> Decided {
  do {
    let decision = ProposedExitDecision(accepted: accepted, exitOn: accepted ? day : nil)
    _ = try await visit.services.call(DossiersAPI.decideProposedExit, ["dossier": dossier], decision)
    return Decided(dossier: dossier, problem: nil)
  } catch {
    return Decided(dossier: dossier, problem: error as? Problem ?? .busy)
  }
}

/// Each result of a batch of which a part was refused.
private func batchPage(_ visit: Visit, _ results: [Decided], done: Int, word: String) async throws -> PageAnswer {
  let rows = results.map { result in
    Row(
      id: result.dossier.description, address: "/dossiers/\(result.dossier)", name: "le dossier",
      mark: result.problem == nil ? .neutral : .late,
      [
        Cell("Ouvrir le dossier"),
        result.problem.map { Cell(Badge($0.title, .late, icon: .alert), detail: $0.detail) }
          ?? Cell(Badge("Sortie \(word)", .done, icon: .check)),
      ])
  }
  let failed = results.count - done
  let notice = Notice.refusal(
    "\(French.count(failed, "sortie n’a pas été décidée", "sorties n’ont pas été décidées"))",
    "Les \(done) autres le sont. Ouvrez les dossiers signalés pour voir ce qu’il en est.")
  let table = Table(
    id: "resultats", caption: "Résultats", columns: [Column("Dossier"), Column("Résultat")], rows: rows,
    empty: EmptyState("Rien", "Aucune sortie n’était choisie."))
  return visit.page(
    PageHead("Résultat des décisions", back: Link("Sorties proposées", "/sorties")), .beneficiaries, [notice, table])
}
