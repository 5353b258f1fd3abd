import API
import Domain
import Foundation
import Service

private let batchRights: [Right] = [
  .exitDossier, .cancelExit, .transferCaseloads, .writeNotes, .standby, .nameStepReferent, .depositDocuments,
]

/// What is done to many dossiers at once: how far it is, what became of each, and the way back.
let batchesRoom = Room(rights: batchRights) { pages in
  pages.get("lots/{batch}", rights: batchRights) { visit in try await batchPage(visit) }
  pages.get("lots/{batch}/avancement", rights: batchRights) { visit in
    let batch = try await visit.services.call(DossiersAPI.showBatch, ["batch": visit.id("batch", of: Batch.self)])
    return batch.endedAt == nil ? visit.fragment([progress(batch)]) : .see(batch.address)
  }
  pages.post("lots/{batch}/annuler", rights: [.exitDossier, .cancelExit, .transferCaseloads]) { visit in
    let id = try visit.id("batch", of: Batch.self)
    let batch = try await visit.services.call(DossiersAPI.showBatch, ["batch": id])
    if batch.kind == .transferred, batch.undoable, visit.form["confirme"] == nil { return taking(back: batch, visit) }
    let undone = try await visit.services.call(DossiersAPI.undoBatch, ["batch": id])
    return undone.answer(back: undone.kind.back.address)
  }
}

/// A transferred caseload concerns several people, and taking it back too: asked first.
private func taking(back batch: Batch, _ visit: Visit) -> PageAnswer {
  let count = French.count(batch.done, "dossier")
  let question = Confirmation(
    id: "reprendre", title: "Annuler ce transfert ?",
    consequences: [
      "\(count) \(batch.done > 1 ? "reviennent" : "revient") à l’ancien référent, dès maintenant.",
      "Ceux à qui ils avaient été confiés n’y ont plus accès. Chacun en est prévenu.",
    ], address: "\(batch.address)/annuler", label: "Annuler le transfert de \(count)", isDangerous: true,
    values: [HiddenValue("confirme", "oui")], back: batch.address, keep: "Garder le transfert")
  return visit.page(
    PageHead("Annuler ce transfert ?", back: batch.kind.back), .beneficiaries,
    [Panel("Ce qui va se passer", [question])])
}

private func progress(_ batch: Batch) -> ProgressBar {
  let settled = batch.done + batch.refused
  return ProgressBar(
    "\(settled) dossiers sur \(batch.total)", percent: batch.total == 0 ? nil : settled * 100 / batch.total,
    detail: "Vous pouvez quitter cette page : le traitement continue.", poll: "\(batch.address)/avancement")
}

private func batchPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("batch", of: Batch.self)
  let onlyRefused = visit.query["effet"] == "refus"
  let query = BatchRowQuery(outcome: onlyRefused ? .refused : nil, limit: 50, after: visit.query["apres"])
  async let showing = visit.services.call(DossiersAPI.showBatch, ["batch": id])
  async let listing = visit.services.call(DossiersAPI.listBatchRows, ["batch": id], query)
  let (batch, rows) = try await (showing, listing)
  let lead = "Demandé le \(French.moment(batch.createdAt))"
  guard batch.endedAt != nil else {
    let reload = Action("Actualiser", batch.address, icon: .refresh)
    let head = PageHead("Traitement en cours", lead: lead, back: batch.kind.back, actions: [reload])
    return visit.page(head, .beneficiaries, [Panel(batch.kind.title, [progress(batch)])])
  }
  let undo = batch.undoable ? [Action("Annuler", "\(batch.address)/annuler", icon: .undo, posts: true)] : []
  let head = PageHead(batch.kind.title, lead: lead, back: batch.kind.back, actions: undo)
  return visit.page(head, .beneficiaries, [summary(batch), table(rows, batch, query, onlyRefused: onlyRefused)])
}

private func summary(_ batch: Batch) -> Notice {
  let done = batch.kind.done(batch.done)
  guard batch.refused > 0 else { return Notice(done, nil, .done) }
  return Notice(
    "\(done), \(French.count(batch.refused, "dossier refusé", "dossiers refusés"))",
    "Chaque refus dit pourquoi. Les autres dossiers sont faits.", .waiting,
    actions: batch.done > 0 ? [Action("Voir les refus seuls", "\(batch.address)?effet=refus", weight: .plain)] : [])
}

private func table(_ rows: Page<BatchRow>, _ batch: Batch, _ query: BatchRowQuery, onlyRefused: Bool) -> Table {
  let lines = rows.items.map { row in
    let isRefused = row.outcome == .refused
    let isLeft = row.outcome == .cancelled
    // Nothing is said of a dossier out of reach, its name least of all.
    let name = row.name ?? "Dossier hors de votre portée"
    return Row(
      id: row.dossier.description, address: row.name == nil ? nil : "/dossiers/\(row.dossier)", name: name,
      mark: isRefused ? .late : .neutral,
      [
        Cell(name),
        isRefused
          ? Cell(Badge("Refusé", .late, icon: .alert), detail: row.reason)
          : isLeft
            ? Cell(Badge("Arrêté avant son tour", .neutral)) : Cell(Badge(batch.kind.outcome, .done, icon: .check)),
      ])
  }
  func address(after: String?) -> String {
    Address(batch.address, ["effet": onlyRefused ? "refus" : nil, "apres": after]).text
  }
  return Table(
    id: "resultats", caption: "Résultat pour chaque dossier", columns: [Column("Personne"), Column("Résultat")],
    rows: lines, empty: EmptyState("Aucun refus", "Tous les dossiers sont faits.", icon: .check),
    pager: Pager(first: query.after == nil ? nil : address(after: nil), next: rows.next.map { address(after: $0) }))
}
