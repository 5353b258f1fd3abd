import API
import Domain
import Service

let rightsRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Profils et droits", rightsAddress), text: "Ce que chaque profil peut faire")
  ]
) { pages in
  pages.get("administration/droits", rights: [.administer]) { visit in try await rightsPage(visit) }
  pages.form("administration/droits/{profile}", rights: [.administer], RightsForm.self)
  pages.get("administration/droits/{profile}/origine", rights: [.administer]) { visit in
    try await restorationPage(visit)
  }
  pages.post("administration/droits/{profile}/origine", rights: [.administer]) { visit in
    try await restoreRights(visit)
  }
}

let rightsAddress = "/administration/droits"

/// How many changes the pages show.
private let changesShown = 20

extension ProfileRights {
  var address: String { "\(rightsAddress)/\(profile.rawValue)" }
  /// What a page offers to take and to give back.
  var offered: [Right] { usual.filter { !Right.awaited.contains($0) } }
  var withdrawn: [Right] { offered.filter { !rights.contains($0) } }
}

/// What each profile may do, what the county took from it, and who decided it.
private func rightsPage(_ visit: Visit) async throws -> PageAnswer {
  async let listing = visit.services.call(IdentityAPI.listProfileRights)
  async let remembering = rightsHistory(visit, of: nil)
  let (all, history) = try await (listing, remembering)
  let rows = all.map { shown in
    Row(
      id: shown.profile.rawValue, address: shown.address, name: shown.profile.label,
      [
        Cell(shown.profile.label, detail: French.count(shown.accounts, "compte")),
        Cell(French.count(shown.offered.count - shown.withdrawn.count, "droit")),
        shown.withdrawn.isEmpty
          ? Cell("Aucun")
          : Cell(
            Badge(French.count(shown.withdrawn.count, "retiré"), .waiting, icon: .minus)),
        Cell(shown.withdrawn.map(\.label).joined(separator: ", ")),
      ])
  }
  let table = Table(
    id: "droits", caption: "Droits par profil",
    columns: [
      Column("Profil"), Column("Droits"), Column("Retirés"), Column("Lesquels", isSecondary: true),
    ], rows: rows, empty: EmptyState("Aucun profil", "Les profils viennent avec Jalons.", icon: .users))
  let head = PageHead(
    "Profils et droits",
    lead: "Le Département peut retirer des droits à un profil et les lui rendre, jamais lui en donner de plus.",
    back: Link("Administration", "/administration"))
  return visit.page(head, .administration, orphans(all) + [table, history])
}

/// What nobody may do any more.
private func orphans(_ all: [ProfileRights]) -> [any Piece] {
  let lost = Right.allCases.filter { right in
    all.contains { $0.offered.contains(right) } && !all.contains { $0.rights.contains(right) }
  }
  guard !lost.isEmpty else { return [] }
  return [
    Notice(
      "Plus aucun profil n’a \(lost.count == 1 ? "ce droit" : "ces droits")",
      "\(lost.map(\.label).joined(separator: ", ")). Rendez-le à un profil s’il doit servir.", .waiting)
  ]
}

/// Who changed what, newest first.
func rightsHistory(_ visit: Visit, of profile: Profile?) async throws -> Panel {
  let query = ProfileRightChangeQuery(profile: profile, limit: changesShown)
  let found = try await visit.services.call(IdentityAPI.listProfileRightChanges, [:], query).items
  let entries = found.map { change in
    HistoryEntry(
      French.moment(change.at), who: change.accountName, change.profile.label,
      changes: change.withdrawn.map { Change($0.label, from: "donné", to: "retiré") }
        + change.restored.map { Change($0.label, from: "retiré", to: "rendu") })
  }
  return .history(entries, untouched: "Les droits sont ceux d’origine.")
}

func shownRights(_ visit: Visit) async throws -> ProfileRights {
  let code = visit.parameters["profile"] ?? ""
  // A dozen: the list is as quick as one of them would be.
  let all = try await visit.services.call(IdentityAPI.listProfileRights)
  guard let shown = all.first(where: { $0.profile.rawValue == code }) else { throw Problem.notFound("Ce profil") }
  return shown
}
