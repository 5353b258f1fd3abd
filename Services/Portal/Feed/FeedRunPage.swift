import API
import Domain
import Foundation
import Service

/// One run: how far it is while it goes on, and what it did once it has ended. The page turns from one into the other by
/// itself; without scripts, « Actualiser » does.
func feedPage(_ visit: Visit) async throws -> PageAnswer {
  guard let id = visit.parameters["feed"].flatMap({ UUID(uuidString: $0) }) else { throw Problem.notFound() }
  let path = ["feed": id.uuidString.lowercased()]
  let run = try await visit.services.call(DossiersAPI.showFeed, path)
  let head = PageHead(
    run.title, lead: "Reçu le \(French.moment(run.startedAt))",
    back: Link("Flux Genesis", "/flux"),
    actions: run.isDateWithdrawable && visit.may(.importFeed)
      ? [Action("Écarter sa date…", "\(run.address)/date", icon: .undo, weight: .plain)] : [])
  guard run.status != .running else {
    let body: [any Piece] = [Live("deversement", address: run.address, every: 2, feedProgress(run))]
    return visit.page(head, .administration, title: "Flux Genesis", body)
  }
  let query = FeedRowQuery(visit.query)
  // Names are for those who may import; an operator sees the counts alone.
  async let showing = visit.services.call(DossiersAPI.showFeedEffects, path)
  async let listing = visit.may(.importFeed) ? visit.services.call(DossiersAPI.listFeedRows, path, query) : nil
  let (effects, rows) = try await (showing, listing)
  var body = notices(of: run, isOpen: visit.may(.importFeed))
  body.append(Panel("En bref", [feedFacts(run)]))
  if run.status == .applied || run.status == .checked {
    body += feedEffects(run, effects, isOpen: visit.may(.importFeed))
    if let rows { body += feedRows(run, rows, query, visit) }
  }
  return visit.page(
    head, .administration, title: "Flux Genesis", [Live("deversement", address: visit.address, body)])
}

/// What is said of a run that has ended, before its figures.
private func notices(of run: FeedRun, isOpen: Bool) -> [any Piece] {
  var body: [any Piece] = []
  if let refusal = run.refusal { body.append(refusalNotice(run, refusal, isOpen: isOpen)) }
  if run.mode == .dryRun, run.status == .checked { body.append(trialNotice(run, isOpen: isOpen)) }
  if let basis = run.basis {
    let isTrial = run.origin == "dry_run"
    body.append(
      Notice(
        isTrial ? "Appliqué après un essai à blanc" : "Relancé après une interruption", nil,
        actions: [
          Action(
            isTrial ? "Voir l’essai" : "Voir le déversement interrompu", "/flux/\(basis.uuidString.lowercased())",
            weight: .plain)
        ]))
  }
  if run.format == .cnaf {
    body.append(
      Notice(
        "Flux des bénéficiaires de la CNAF (VRSB)",
        "Il met à jour le droit, les devoirs, l’identité et l’adresse des personnes déjà suivies dans Jalons. Il ne dit ni "
          + "qui les suit, ni qui n’est plus suivi : référents, orientations et contacts restent ceux du département."))
  }
  body += run.notes.map { Notice($0, nil, .waiting) }
  if let withdrawn = run.dateWithdrawnAt {
    body.append(
      Notice(
        "La date de ce flux a été écartée le \(French.moment(withdrawn))",
        "Les fichiers suivants ne lui sont pas comparés.", .waiting))
  }
  return body
}

/// Why the file was not taken, and the way to start an interrupted one again.
private func refusalNotice(_ run: FeedRun, _ refusal: String, isOpen: Bool) -> Notice {
  guard run.status == .failed else { return Notice.refusal("Le fichier a été refusé", refusal) }
  let restart = Action(
    "Relancer", "\(run.address)/relancer", icon: .refresh, weight: .primary, posts: true, values: [Visit.freshKey])
  let deposit = Action("Déposer le fichier", "/flux#depot", icon: .upload)
  return Notice(
    "L’import s’est interrompu", refusal, .late, actions: isOpen ? [run.isRestartable ? restart : deposit] : [])
}

extension Visit {
  /// The address with its query, as it was asked for.
  fileprivate var address: String {
    Address(
      path,
      ["effet": query["effet"], "champ": query["champ"], "motif": query["motif"], "apres": query["apres"]]
    ).text
  }
}

/// How far the run is: the bar, the parts of the work, and what has been read.
private func feedProgress(_ run: FeedRun) -> [any Piece] {
  guard let progress = run.progress else { return [] }
  var details: [String] = []
  if run.counts.read > 0 { details.append("\(French.number(run.counts.read)) demandeurs et conjoints lus") }
  if let expected = progress.expected {
    details.append("\(French.number(expected)) personnes annoncées, enfants compris")
  }
  if progress.phase == .reading, let bytes = progress.bytes {
    details.append("\(megabytes(progress.bytesRead)) sur \(megabytes(bytes)) Mo")
  }
  if let rate = progress.rate, progress.phase == .reading {
    details.append("\(French.number(rate)) personnes par seconde")
  }
  let bar = ProgressBar(
    progress.phase.sentence, percent: progress.percent, detail: details.isEmpty ? nil : details.joined(separator: " · ")
  )
  let stages = FeedRun.Progress.Phase.allCases.map { phase in
    Stage(
      phase.label, phase == progress.phase ? .current : phase.place < progress.phase.place ? .past : .ahead)
  }
  return [
    Panel(
      run.mode == .dryRun ? "Essai à blanc en cours" : "Application en cours",
      actions: [Action("Actualiser", run.address, icon: .refresh, weight: .plain)],
      [
        bar, Stages("Étapes du déversement", stages),
        Paragraph(
          "Vous pouvez quitter cette page : le travail continue. Tant qu’il n’est pas fini, rien n’est changé dans les "
            + "dossiers.", isMuted: true),
      ])
  ]
}

private func megabytes(_ bytes: Int) -> String {
  let tenths = Int((Double(bytes) / 100_000).rounded())
  return tenths >= 100 ? French.number(tenths / 10) : "\(tenths / 10),\(tenths % 10)"
}

extension FeedRun.Progress.Phase {
  fileprivate var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

  fileprivate var label: String {
    switch self {
    case .waiting: "Attente"
    case .reading: "Lecture"
    case .comparing: "Comparaison"
    case .writing: "Dossiers"
    case .referents: "Référents"
    case .exits: "Sorties proposées"
    case .finishing: "Bilan"
    }
  }

  fileprivate var sentence: String {
    switch self {
    case .waiting: "Le fichier attend son tour"
    case .reading: "Lecture du fichier"
    case .comparing: "Comparaison avec les dossiers"
    case .writing: "Mise à jour des dossiers"
    case .referents: "Mise à jour des référents"
    case .exits: "Recherche des sorties à proposer"
    case .finishing: "Bilan du déversement"
    }
  }
}

extension FeedRun.Progress {
  /// Of the whole, reading counting for half: what was measured at a county's size. Nil while it waits.
  fileprivate var percent: Int? {
    switch phase {
    case .waiting: nil
    case .reading: bytes.map { $0 > 0 ? min(50, bytesRead * 50 / $0) : 50 }
    case .comparing: 55
    case .writing: 70
    case .referents: 85
    case .exits: 92
    case .finishing: 96
    }
  }
}

private func feedFacts(_ run: FeedRun) -> Facts {
  Facts([
    Fact("État", nil, badge: run.badge),
    Fact("Contenu", run.kind), Fact("Données du", run.referenceDate.map(French.long)),
    Fact(
      "Origine",
      [
        "http": "Fichier déposé", "folder": "Dossier surveillé", "correction": "Correction à l’écran",
        "dry_run": "Essai à blanc appliqué", "restart": "Relancé après une interruption",
      ][run.origin]
        ?? run.origin),
    Fact(
      "Lu avec", run.mapping.map { "\($0.name ?? "Une correspondance") (version \($0.version))" } ?? "Format reconnu",
      address: run.mapping.flatMap { $0.name == nil ? nil : "\(mappingsAddress)/\($0.id.uuidString.lowercased())" }),
    Fact("Terminé", run.endedAt.map(French.moment)), Fact("Durée", run.duration),
    Fact("Personnes lues", French.number(run.counts.read)),
    Fact("Dossiers créés", French.number(run.counts.created)),
    Fact("Mis à jour", French.number(run.counts.updated)), Fact("Inchangés", French.number(run.counts.unchanged)),
    Fact(
      run.format == .cnaf ? "Pas suivies dans Jalons" : "Sans référent ouvert", French.number(run.counts.ignored)),
    Fact("Mises de côté", French.number(run.counts.quarantined)),
    Fact("Changent de référent", French.number(run.counts.moved)),
    Fact("Sorties proposées", French.number(run.counts.exits)),
  ])
}

extension FeedRun {
  fileprivate var duration: String? {
    guard let endedAt else { return nil }
    let seconds = Int(endedAt.timeIntervalSince(startedAt).rounded())
    return seconds < 60 ? "\(seconds) s" : "\(seconds / 60) min \(seconds % 60) s"
  }
}
