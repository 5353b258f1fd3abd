import API
import Domain
import Foundation
import Service

let gatheringsSection = DossierSection(
  "Évènements", path: "evenements", icon: .calendar, position: 45,
  actions: { open in
    open.visit.may(.gatherings)
      ? [Action("Inscrire à un évènement", open.address("evenements/nouveau"), icon: .calendar, weight: .plain)] : []
  },
  summary: nil)

func addDossierGatheringPages(to pages: Pages) {
  pages.get("dossiers/{dossier}/evenements", rights: [.readDossiers]) { visit in
    try await dossierGatheringsPage(visit)
  }
  pages.form("dossiers/{dossier}/evenements/nouveau", rights: [.gatherings], InvitationForm.self)
}

private func dossierGatheringsPage(_ visit: Visit) async throws -> PageAnswer {
  let id = try visit.id("dossier", of: Dossier.self)
  async let opening = OpenDossier.load(visit)
  async let listing = visit.services.call(FSEAPI.listDossierGatherings, ["dossier": id])
  let (open, guests) = try await (opening, listing.items)
  let rows = guests.map { guest in
    Row(
      id: guest.gathering.description, address: gatheringAddress(guest.gathering), name: guest.gatheringName,
      [
        Cell(guest.gatheringName, detail: guest.place),
        Cell(French.long(guest.onDay), detail: guest.half?.label),
        Cell(guest.presence.badge), Cell(guest.invitedByName),
      ])
  }
  let table = Table(
    id: "evenements", caption: "Évènements",
    columns: [Column("Évènement"), Column("Jour"), Column("Présence"), Column("Inscrit par", isSecondary: true)],
    rows: rows,
    empty: EmptyState("Aucun évènement", "Inscrivez la personne à un forum, une rencontre, un salon.", icon: .calendar))
  let add = Action("Inscrire à un évènement", open.address("evenements/nouveau"), icon: .plus, weight: .primary)
  let head = PageHead("Évènements", actions: visit.may(.gatherings) ? [add] : [])
  return open.page(head, in: "evenements", [table])
}

/// The person's registration on an event to come.
struct InvitationForm: DossierForm {
  let open: OpenDossier
  let gatherings: [Gathering]

  static let section = "evenements"

  static func load(_ visit: Visit) async throws -> InvitationForm {
    async let opening = OpenDossier.load(visit)
    async let listing = visit.services.call(
      FSEAPI.listGatherings, [:], GatheringQuery(from: visit.today.adding(days: -30), limit: 200))
    return try await InvitationForm(open: opening, gatherings: listing.items)
  }

  struct Draft: Sendable {
    var gathering: ID<Gathering>?
  }

  var groups: [QuestionGroup<Draft>] {
    let choices = gatherings.sorted { $0.onDay < $1.onDay }.map { gathering in
      Choice(
        gathering.id.description,
        [gathering.title, gathering.placesLeft == 0 ? "complet" : nil].compactMap { $0 }.joined(separator: " · "))
    }
    return [
      QuestionGroup(
        .list(
          "gathering", \.gathering, "Évènement", none: "Choisissez un évènement", missing: "Choisissez un évènement.",
          choices
        ).help("Ceux du dernier mois et à venir"))
    ]
  }

  var draft: Draft { Draft(gathering: visit.query.id("evenement")) }
  var version: Int? { nil }
  var sending: Sending { Sending("evenement", "Inscrire", cancel: open.address("evenements")) }
  var head: PageHead { PageHead("Inscrire à un évènement", back: Link("Évènements", open.address("evenements"))) }

  func place(of problem: Problem) -> String? { problem.status == 409 ? "gathering" : nil }

  func save(_ draft: Draft, version: Int?) async throws -> PageAnswer {
    guard let gathering = draft.gathering else { throw Problem.malformed("Le formulaire est incomplet.") }
    let guest = try await visit.services.call(
      FSEAPI.inviteToGathering, open.path, GuestDraft(gathering: gathering), key: visit.key)
    return .see(open.address("evenements"), saying: "La personne est inscrite à « \(guest.gatheringName) ».")
  }
}
