import API
import Domain
import Service

private let pageLength = 50
/// How many of those who wait are shown over the list of all.
private let pendingShown = 5
private let base = "/administration/collaborateurs"

/// What the list of accounts is narrowed to: all of it is in the address.
private struct AccountFilter {
  var q: String?
  var status: AccountStatus?
  var profile: Profile?
  var organisation: ID<Organisation>?
  let after: String?

  init(_ query: FormAnswers) {
    q = query["q"]
    status = AccountStatus(word: query["etat"])
    profile = query["profil"].flatMap(Profile.init(rawValue:))
    organisation = query.id("structure")
    after = query["apres"]
  }

  var isNarrowed: Bool { q != nil || status != nil || profile != nil || organisation != nil }

  var asked: AccountQuery {
    AccountQuery(
      q: q, organisation: organisation, status: status, profile: profile, limit: pageLength, after: after)
  }

  func address(after cursor: String? = nil) -> String {
    Address(
      base,
      [
        "q": q, "etat": status?.word, "profil": profile?.rawValue, "structure": organisation?.description,
        "apres": cursor,
      ]
    ).text
  }

  private func address(_ change: (inout AccountFilter) -> Void) -> String {
    var copy = self
    change(&copy)
    return copy.address()
  }

  func bar(_ directory: Directory) -> FilterBar {
    var active: [Link] = []
    if let q { active.append(Link("« \(q) »", address { $0.q = nil })) }
    if let status { active.append(Link("État : \(status.label)", address { $0.status = nil })) }
    if let profile { active.append(Link("Profil : \(profile.label)", address { $0.profile = nil })) }
    if let organisation {
      let name = directory.name(organisation) ?? "inconnue"
      active.append(Link("Structure : \(name)", address { $0.organisation = nil }))
    }
    return FilterBar(
      address: base,
      fields: [
        .text("q", "Nom ou adresse électronique", value: q, maximumLength: 100, .optional),
        .select(
          "etat", "État",
          [Choice("", "Tous")] + AccountStatus.allCases.map { Choice($0.word, $0.label, isChosen: $0 == status) },
          .optional),
        .select(
          "profil", "Profil",
          [Choice("", "Tous")] + Profile.allCases.map { Choice($0.rawValue, $0.label, isChosen: $0 == profile) },
          .optional),
        .select(
          "structure", "Structure", directory.choices(chosen: organisation?.description, none: "Toutes"),
          .optional),
      ], active: active, reset: base)
  }
}

/// The accounts by name; those whom the feed named and nobody confirmed come first.
func accountsPage(_ visit: Visit) async throws -> PageAnswer {
  let filter = AccountFilter(visit.query)
  async let knowing = Directory.load(visit)
  async let waiting = pending(filter, visit)
  async let listing = visit.services.call(IdentityAPI.listAccounts, [:], filter.asked)
  let (directory, pending, found) = try await (knowing, waiting, listing)
  let table = Table(
    id: "collaborateurs", caption: "Collaborateurs",
    columns: [
      Column("Nom"), Column("Profils"), Column("Structure", isSecondary: true), Column("État"),
    ], rows: found.items.map(row), count: countLine(found, filter), empty: emptyState(filter),
    pager: Pager(
      first: filter.after == nil ? nil : filter.address(), next: found.next.map { filter.address(after: $0) }))
  let add = Action("Inviter un collaborateur", "\(base)/nouveau", icon: .plus, weight: .primary)
  let head = PageHead("Collaborateurs", back: Link("Administration", "/administration"), actions: [add])
  return visit.page(head, .administration, (pending.map { [pendingPanel($0)] } ?? []) + [filter.bar(directory), table])
}

/// Those who wait, over the first page of the whole list; nil elsewhere and when nobody does.
private func pending(_ filter: AccountFilter, _ visit: Visit) async throws -> Page<AccountRow>? {
  guard !filter.isNarrowed, filter.after == nil else { return nil }
  let query = AccountQuery(status: .pending, limit: pendingShown)
  let found = try await visit.services.call(IdentityAPI.listAccounts, [:], query)
  return found.items.isEmpty ? nil : found
}

private func pendingPanel(_ waiting: Page<AccountRow>) -> Panel {
  let total = waiting.total ?? waiting.items.count
  let items = waiting.items.map { account in
    Item(
      account.name, address: "\(base)/\(account.id)",
      meta: [account.organisation?.name, reachable(account) ? account.email : "adresse électronique à renseigner"]
        .compactMap { $0 }.joined(separator: " · "), icon: .user,
      actions: [
        Action("Vérifier et confirmer", "\(base)/\(account.id)/confirmation", icon: .check, weight: .plain)
      ])
  }
  let all = Action(
    "Voir les \(total)", Address(base, ["etat": AccountStatus.pending.word]).text, weight: .plain)
  return Panel(
    "À confirmer", id: "a-confirmer", count: total, actions: total > items.count ? [all] : [],
    [
      Paragraph(
        "Genesis les nomme référents. Ils ne peuvent se connecter qu’une fois confirmés.", isMuted: true),
      ItemList("Comptes à confirmer", items, empty: EmptyState("Personne n’attend", "Rien à confirmer.")),
    ])
}

private func reachable(_ account: AccountRow) -> Bool {
  account.email.map { !$0.hasSuffix(AccountDetail.withoutAddress) } ?? false
}

private func row(_ account: AccountRow) -> Row {
  Row(
    id: account.id.description, address: "\(base)/\(account.id)", name: account.name,
    mark: account.status == .pending ? .waiting : .neutral,
    [
      Cell(account.name, detail: reachable(account) ? account.email : "sans adresse électronique"),
      Cell((account.profiles ?? []).map(\.label).joined(separator: ", ")), Cell(account.organisation?.name),
      Cell(account.status.badge),
    ])
}

private func countLine(_ found: Page<AccountRow>, _ filter: AccountFilter) -> String {
  let total = found.total ?? found.items.count
  return total == found.items.count
    ? French.count(total, "collaborateur")
    : French.count(found.items.count, "collaborateur affiché", "collaborateurs affichés") + " sur \(total)"
}

private func emptyState(_ filter: AccountFilter) -> EmptyState {
  if filter.status == .pending, filter.q == nil, filter.profile == nil, filter.organisation == nil {
    return EmptyState(
      "Personne n’attend d’être confirmé", "Les référents que Genesis nomme pour la première fois s’affichent ici.",
      icon: .check, actions: [Action("Tous les collaborateurs", base, icon: .users)])
  }
  return EmptyState(
    "Aucun collaborateur ne correspond", "Vérifiez l’orthographe, retirez un filtre, ou invitez la personne.",
    icon: .users, actions: [Action("Retirer les filtres", base, icon: .x)])
}
