import API
import Domain
import Foundation
import Service

/// What one asked for and that takes its time: how far each is, what came of it, and a way to stop it.
let jobsRoom = Room(
  rights: [], accountLinks: [GuardedLink(rights: [], link: Link("Mes travaux", jobsAddress, icon: .list))]
) { pages in
  pages.get("travaux") { visit in try await jobsPage(visit) }
  pages.post("travaux/{service}/{job}/arret") { visit in try await stopJob(visit) }
}

let jobsAddress = "/travaux"

private let pageLength = 50

extension OwnJob.Kind {
  var title: String {
    switch self {
    case .exitsAccepted: Batch.Kind.exitsAccepted.title
    case .exitsDeclined: Batch.Kind.exitsDeclined.title
    case .exitsReopened: Batch.Kind.exitsReopened.title
    case .exitsCancelled: Batch.Kind.exitsCancelled.title
    case .transferred: Batch.Kind.transferred.title
    case .takenBack: Batch.Kind.takenBack.title
    case .notesAdded: Batch.Kind.notesAdded.title
    case .standbysStarted: Batch.Kind.standbysStarted.title
    case .stepReferentsNamed: Batch.Kind.stepReferentsNamed.title
    case .documentsFiled: Batch.Kind.documentsFiled.title
    }
  }
}

extension OwnJob {
  /// Where what it did is shown, target by target.
  var address: String {
    switch kind {
    case .exitsAccepted, .exitsDeclined, .exitsReopened, .exitsCancelled, .transferred, .takenBack, .notesAdded,
      .standbysStarted, .stepReferentsNamed, .documentsFiled:
      "/lots/\(id)"
    }
  }

  fileprivate var state: Badge {
    guard endedAt != nil else { return Badge("En cours", .info, icon: .clock) }
    if cancelled > 0 { return Badge("Arrêté", .neutral) }
    return refused > 0
      ? Badge("Terminé, avec des refus", .waiting, icon: .alert) : Badge("Terminé", .done, icon: .check)
  }

  fileprivate var result: String {
    guard endedAt != nil else { return "\(done + refused) sur \(total)" }
    let parts = [
      French.count(done, "fait", "faits"), refused > 0 ? French.count(refused, "refusé", "refusés") : nil,
      cancelled > 0 ? French.count(cancelled, "laissé", "laissés") : nil,
    ]
    return parts.compactMap { $0 }.joined(separator: ", ")
  }
}

/// A job with the service that does it.
private struct PlacedJob: Sendable {
  let service: ServiceName
  let job: OwnJob
}

private func jobsPage(_ visit: Visit) async throws -> PageAnswer {
  let before = visit.query["avant"].flatMap { Moment.parse($0) }
  let found = try await jobs(visit, before: before)
  let shown = found.prefix(pageLength)
  let rows = shown.map { placed in
    let job = placed.job
    let stop = Action(
      "Arrêter", "\(jobsAddress)/\(placed.service.rawValue)/\(job.id)/arret", icon: .x, weight: .plain, posts: true)
    return Row(
      id: job.id.description, address: job.address, name: job.kind.title,
      [
        Cell(job.kind.title), Cell(French.moment(job.createdAt)), Cell(job.state, detail: job.result),
        Cell(actions: job.endedAt == nil ? [stop] : []),
      ])
  }
  let next = found.count > pageLength ? shown.last.map { Moment.text($0.job.createdAt) } : nil
  let table = Table(
    id: "travaux", caption: "Mes travaux",
    columns: [
      Column("Travail"), Column("Demandé le", isSecondary: true), Column("Où il en est"),
      Column("Arrêter", isTitleHidden: true),
    ],
    rows: rows,
    empty: EmptyState(
      "Aucun travail",
      "Ce que vous demandez pour beaucoup de dossiers à la fois s’affiche ici tant qu’il dure, puis "
        + "quelques semaines.", icon: .list),
    pager: Pager(
      first: before == nil ? nil : jobsAddress, next: next.map { Address(jobsAddress, ["avant": $0]).text }))
  let reload = Action("Actualiser", jobsAddress, icon: .refresh)
  let head = PageHead(
    "Mes travaux", lead: "Ils continuent quand vous quittez la page. Vous seul les voyez.", actions: [reload])
  return visit.page(head, nil, [table])
}

/// One more than a page, of all services, newest first.
private func jobs(_ visit: Visit, before: Date?) async throws -> [PlacedJob] {
  let query = OwnJobQuery(before: before, limit: pageLength + 1)
  return try await withThrowingTaskGroup(of: [PlacedJob].self) { group in
    for service in ServiceName.withJobs {
      group.addTask {
        try await visit.services.call(service.jobs.all, [:], query).map { PlacedJob(service: service, job: $0) }
      }
    }
    var all: [PlacedJob] = []
    for try await part in group { all += part }
    return all.sorted { $0.job.createdAt > $1.job.createdAt }
  }
}

private func stopJob(_ visit: Visit) async throws -> PageAnswer {
  guard let service = visit.parameters["service"].flatMap(ServiceName.init(rawValue:)),
    ServiceName.withJobs.contains(service)
  else { throw Problem.notFound("Ce traitement") }
  let job = try await visit.services.call(service.jobs.cancel, ["job": visit.id("job", of: OwnJob.self)])
  let left = job.cancelled
  return .see(
    jobsAddress,
    saying: left == 0
      ? "Tout était déjà fait." : "\(French.count(left, "dossier est laissé", "dossiers sont laissés")) tel quel.")
}
