import API
import Domain
import Foundation
import Service

/// A new standby, or a change of one (rule C6).
struct StandbyForm: DossierForm {
  let open: OpenDossier
  /// Nil for a new one.
  let standby: Standby?
  let lists: [CountyList]
  /// How a standby ends, which the county decides.
  let end: String

  static let section = "veille"

  static func load(_ visit: Visit) async throws -> StandbyForm {
    async let finding = visit.parameters["standby"] == nil ? (OpenDossier.load(visit), nil) : Standbys.found(visit)
    async let listing = visit.services.call(ServiceName.dossiers.lists.all)
    async let delaying = visit.services.call(ServiceName.dossiers.delays.all)
    let ((open, standby), lists, delays) = try await (finding, listing, delaying)
    return StandbyForm(open: open, standby: standby, lists: lists, end: Standbys.end(delays))
  }

  var groups: [QuestionGroup<StandbyDraft>] {
    [
      QuestionGroup(
        isPaired: true,
        .date("from", \.from, "Du", missing: "Indiquez le premier jour de la veille."),
        .date("until", \.until, "Au (inclus)").notBefore("from", \.from, \.until)),
      QuestionGroup(
        .list(
          "reason", \.reason, "Motif", none: "Choisissez un motif", width: .medium,
          missing: "Choisissez le motif de la veille.", of: lists[.standbyReason]),
        .area("comment", \.comment, "Commentaire", rows: 3)),
    ]
  }

  var draft: StandbyDraft { standby?.draft ?? StandbyDraft(from: open.today, until: nil, reason: "") }
  var version: Int? { standby?.version }

  var sending: Sending {
    Sending(
      "veille", standby == nil ? "Mettre en veille" : "Enregistrer", cancel: open.address("veille"),
      to: standby.map { open.address(of: $0) } ?? open.address("veille/nouvelle"))
  }

  var head: PageHead {
    PageHead(
      standby == nil ? "Mettre en veille" : "Modifier la veille", lead: "Le dossier reste dans la file active. \(end)",
      back: Link("Veilles", open.address("veille")))
  }

  func save(_ draft: StandbyDraft, version: Int?) async throws -> PageAnswer {
    guard let standby else {
      _ = try await visit.services.call(DossiersAPI.startStandby, open.path, draft, key: visit.key)
      return .see(open.address("veille"), saying: "La veille est enregistrée.")
    }
    _ = try await visit.services.call(
      DossiersAPI.changeStandby, ["dossier": open.detail.id, "standby": standby.id.uuidString.lowercased()], draft,
      version: version)
    return .see(open.address("veille"), saying: "La veille est modifiée.")
  }
}

extension Standby {
  var draft: StandbyDraft { StandbyDraft(from: fromDate, until: untilDate, reason: reason, comment: comment) }
}
