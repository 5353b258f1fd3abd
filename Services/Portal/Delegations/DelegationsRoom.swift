import API
import Domain
import Service

/// A colleague away and whoever acts in their place: given by oneself on « Mon compte », or by an administrator for
/// somebody who cannot.
let delegationsRoom = Room(
  blocks: [HomeBlock("Remplacements", rights: []) { try await replacementBlock($0) }]
) { pages in
  pages.get("compte/remplacements/nouveau") { visit in
    try await delegationForm(visit, .own, FormAnswers(), FormFaults())
  }
  pages.post("compte/remplacements/nouveau") { visit in try await addDelegation(visit, .own) }
  pages.get("compte/remplacements/{delegation}/fin") { visit in try await endingPage(visit, .own) }
  pages.post("compte/remplacements/{delegation}/fin") { visit in try await endDelegation(visit, .own) }
  let base = "administration/collaborateurs/{account}/remplacements"
  pages.get("\(base)/nouveau", rights: [.administer]) { visit in
    try await delegationForm(visit, await seat(visit), FormAnswers(), FormFaults())
  }
  pages.post("\(base)/nouveau", rights: [.administer]) { visit in try await addDelegation(visit, await seat(visit)) }
  pages.get("\(base)/{delegation}/fin", rights: [.administer]) { visit in
    try await endingPage(visit, await seat(visit))
  }
  pages.post("\(base)/{delegation}/fin", rights: [.administer]) { visit in
    try await endDelegation(visit, await seat(visit))
  }
}

/// Whose replacements are looked at.
enum Seat: Sendable {
  case own
  case account(AccountDetail)

  var home: String {
    switch self {
    case .own: "/compte"
    case .account(let account): account.address
    }
  }

  var base: String { "\(home)/remplacements" }
  /// Where one goes back to, and its name.
  var back: Link {
    switch self {
    case .own: Link("Mon compte", "\(home)#remplacements")
    case .account(let account): Link(account.name, "\(home)#remplacements")
    }
  }
  var area: Area? {
    switch self {
    case .own: nil
    case .account: .administration
    }
  }

  func isOneself(_ account: ID<Account>, _ visit: Visit) -> Bool {
    switch self {
    case .own: account == visit.person.account
    case .account(let seat): account == seat.id
    }
  }

  func list(_ visit: Visit) async throws -> [Delegation] {
    switch self {
    case .own: try await visit.services.call(IdentityAPI.listDelegations).items
    case .account(let account):
      try await visit.services.call(IdentityAPI.listAccountDelegations, ["account": account.id]).items
    }
  }
}

private func seat(_ visit: Visit) async throws -> Seat {
  let account = try visit.id("account", of: Account.self)
  return .account(try await visit.services.call(IdentityAPI.showAccount, ["account": account]))
}

/// On the home page of whoever is to act in somebody's place now.
private func replacementBlock(_ visit: Visit) async throws -> HomeContent {
  guard visit.person.replacing == nil, !visit.person.mustEnrol else { return HomeContent() }
  let lent = try await visit.services.call(IdentityAPI.showMe).profiles.filter { $0.replaces != nil }
  guard !lent.isEmpty else { return HomeContent() }
  let items = lent.compactMap { choice in
    choice.replaces.map { replaced in
      Item(
        replaced.name, text: choice.label, meta: "jusqu’au \(French.long(replaced.until))", icon: .swap,
        actions: [choice.action])
    }
  }
  return HomeContent(
    panel: Panel(
      "Vous remplacez", count: items.count, [ItemList("Remplacements", items, empty: EmptyState("Personne", ""))]))
}
