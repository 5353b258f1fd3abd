import API
import Domain
import Service

let accountsRoom = Room(
  rights: [.administer],
  administration: [
    GuardedLink(
      rights: [.administer], link: Link("Collaborateurs", "/administration/collaborateurs"),
      text: "Comptes, profils et invitations ; référents nommés par Genesis à confirmer")
  ],
  blocks: [
    HomeBlock("Comptes à confirmer", rights: [.administer]) { try await pendingBlock($0) }
  ]
) { pages in
  pages.get("administration/collaborateurs", rights: [.administer]) { visit in try await accountsPage(visit) }
  addAccountFormPages(to: pages)
  addAccountPages(to: pages)
}

/// On the home page while somebody waits.
private func pendingBlock(_ visit: Visit) async throws -> HomeContent {
  let query = AccountQuery(status: .pending, limit: 1)
  let waiting = try await visit.services.call(IdentityAPI.listAccounts, [:], query)
  guard let total = waiting.total, total > 0 else { return HomeContent() }
  let address = Address("/administration/collaborateurs", ["etat": AccountStatus.pending.word]).text
  return HomeContent(counters: [
    Counter(
      total, total == 1 ? "compte à confirmer" : "comptes à confirmer", detail: "nommés par Genesis",
      address: address, .waiting)
  ])
}
