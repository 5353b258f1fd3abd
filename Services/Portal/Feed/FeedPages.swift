import API
import Domain
import Foundation
import Service

let feedRoom = Room(
  rights: [.readFeedRuns],
  administration: [
    GuardedLink(
      rights: [.readFeedRuns], link: Link("Flux Genesis", "/flux"), text: "Déversements reçus et leurs effets")
  ],
  blocks: [HomeBlock("Flux Genesis", rights: [.readFeedRuns], place: .right) { try await feedBlock($0) }]
) { pages in
  pages.get("flux", rights: [.readFeedRuns]) { visit in try await feedsPage(visit, faults: FormFaults()) }
  pages.post("flux", rights: [.importFeed], limit: DossiersAPI.importFeed.limit) { visit in
    try await importFeed(visit)
  }
  addAsidePages(to: pages)
  addTrialPages(to: pages)
  addDeadlinePages(to: pages)
  addMappingPages(to: pages)
  pages.get("flux/{feed}", rights: [.readFeedRuns]) { visit in try await feedPage(visit) }
  pages.get("flux/{feed}/ecarts", rights: [.importFeed]) { visit in try await feedGapsPage(visit) }
  pages.get("flux/{feed}/ecarts/{account}", rights: [.importFeed]) { visit in try await absenteesPage(visit) }
}

extension FeedRun {
  var address: String { "/flux/\(id.uuidString.lowercased())" }

  var badge: Badge {
    switch status {
    case .running where progress?.phase == .waiting: Badge("En attente", .waiting, icon: .clock)
    case .running: Badge("En cours", .info, icon: .clock)
    case .applied: Badge("Appliqué", .done, icon: .check)
    case .checked: Badge("Essai à blanc", .info, icon: .eye)
    case .refused: Badge("Refusé", .late, icon: .x)
    case .failed: Badge("Interrompu", .late, icon: .alert)
    }
  }

  /// The file's name, or what else brought it.
  var title: String { origin == "correction" ? "Foyer corrigé à l’écran" : fileName ?? "Déversement" }

  var kind: String {
    guard let stock else { return "Non lu" }
    return format == .cnaf ? "Droits (CNAF)" : stock ? "Stock complet" : "Flux du jour"
  }
}

private func feedBlock(_ visit: Visit) async throws -> HomeContent {
  async let listing = visit.services.call(DossiersAPI.listFeeds)
  async let expecting = visit.services.call(DossiersAPI.showFeedDeadline)
  let (runs, deadline) = (try await listing.items, try await expecting)
  let late = lateNotice(deadline).map { [$0] } ?? []
  let all = Action("Tous les déversements", "/flux", weight: .plain)
  guard
    let last = runs.first(where: {
      $0.status == .applied && $0.origin != "correction" && $0.format == .genesis
    })
  else {
    let never = EmptyState("Aucun déversement", "Aucun fichier de Genesis n’a encore été appliqué.", icon: .download)
    return HomeContent(panel: Panel("Flux Genesis", actions: [all], late + [never]))
  }
  let isLate = last.startedAt.distance(to: visit.moment) > 3 * 86_400
  let facts = Facts([
    Fact(
      "Dernier déversement", French.moment(last.startedAt), address: last.address,
      badge: isLate ? Badge("Plus de trois jours", .waiting, icon: .clock) : nil),
    Fact("Données du", last.referenceDate.map(French.long)),
    Fact("Personnes lues", French.number(last.counts.read)),
    Fact("Mises de côté", French.number(last.counts.quarantined)),
  ])
  return HomeContent(panel: Panel("Flux Genesis", actions: [all], late + [facts]))
}

private func feedsPage(_ visit: Visit, faults: FormFaults) async throws -> PageAnswer {
  async let listing = visit.services.call(DossiersAPI.listFeeds)
  async let expecting = visit.services.call(DossiersAPI.showFeedDeadline)
  async let reading = visit.may(.importFeed) ? visit.services.call(DossiersAPI.listFeedMappings).items : []
  let (runs, deadline, mappings) = (try await listing.items, try await expecting, try await reading)
  let rows = runs.map { run in
    Row(
      id: run.id.text, address: run.address, name: run.title,
      mark: run.status == .refused || run.status == .failed ? .late : .neutral,
      [
        Cell(French.moment(run.startedAt), detail: run.title), Cell(run.badge), Cell(run.kind),
        Cell(French.number(run.counts.read)), Cell(French.number(run.counts.created)),
        Cell(French.number(run.counts.updated)), Cell(French.number(run.counts.quarantined)),
      ])
  }
  let table = Table(
    id: "flux", caption: "Déversements de Genesis",
    columns: [
      Column("Reçu le"), Column("État"), Column("Contenu", isSecondary: true), Column("Lues", isNumber: true),
      Column("Créées", isNumber: true, isSecondary: true), Column("Mises à jour", isNumber: true, isSecondary: true),
      Column("De côté", isNumber: true),
    ], rows: rows,
    empty: EmptyState(
      "Aucun déversement", "Déposez un fichier, ou laissez-le arriver dans le dossier surveillé.", icon: .download))
  let upload =
    visit.may(.importFeed)
    ? [Panel("Déposer un fichier", id: "depot", [uploadForm(faults, mappings.filter(\.isActive))])] : []
  let aside = Action("Mis de côté", asidesAddress, icon: .edit)
  let head = PageHead(
    "Flux Genesis", back: Link("Administration", "/administration"),
    actions: (visit.may(.importFeed) ? [aside, Action("Correspondances", mappingsAddress, icon: .link)] : []) + [
      Action("Heure attendue", deadlineAddress, icon: .clock)
    ])
  return visit.page(
    head, .administration, faults.general + (lateNotice(deadline).map { [$0] } ?? []) + [table] + upload
  )
  .with(faults)
}

private func uploadForm(_ faults: FormFaults, _ mappings: [FeedMapping]) -> Form {
  // Only where the county reads files of its own.
  let how =
    mappings.isEmpty
    ? []
    : [
      Field.select(
        "mapping", "Comment le lire",
        [Choice("", "Le reconnaître à son contenu et à son nom", isChosen: true)]
          + mappings.map { Choice($0.id.uuidString.lowercased(), "Correspondance « \($0.name) »") },
        width: .medium, faults.common("mapping", isRequired: false))
    ]
  return Form(
    id: "flux-depot", address: "/flux",
    groups: [
      FieldGroup(
        fields: [
          .file(
            "fichier", "Fichier de Genesis ou de la CNAF", accept: ".xml,.csv,.txt,.gz",
            faults.common(
              "fichier",
              help:
                "Genesis : XML ou CSV ; CNAF : flux des bénéficiaires (VRSB). Compressé (.gz) ou non, 100 Mo au plus"
            ))
        ] + how + [
          .radios(
            "mode", "Que faire du fichier",
            [
              Choice(
                "dry-run", "L’essayer à blanc", help: "Montre ce qui changerait, sans rien changer", isChosen: true),
              Choice("apply", "L’appliquer", help: "Crée et met à jour les dossiers"),
            ], faults.common("mode"))
        ])
    ], submit: "Déposer le fichier", isMultipart: true, isGuarded: false)
}

private func importFeed(_ visit: Visit) async throws -> PageAnswer {
  var faults = FormFaults()
  guard let file = visit.form.file("fichier"), !file.isEmpty else {
    faults.add("fichier", "Choisissez le fichier à déposer.")
    return try await feedsPage(visit, faults: faults)
  }
  let mode = visit.form["mode"] == "apply" ? "apply" : "dry-run"
  var query = ["mode": mode, "name": file.name, "wait": "false"]
  query["mapping"] = visit.form["mapping"]
  do {
    let run = try await visit.services.upload(DossiersAPI.importFeed, query: query, file: file.content)
    return .see(run.address)
  } catch let problem as Problem {
    return try await feedsPage(visit, faults: FormFaults(problem, fields: ["fichier", "mapping", "mode"]))
  }
}
