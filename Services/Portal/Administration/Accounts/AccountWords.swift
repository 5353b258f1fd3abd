import API
import Domain
import Service

extension AccountStatus {
  /// In the address of a list.
  var word: String {
    switch self {
    case .pending: "a-confirmer"
    case .invited: "invites"
    case .active: "actifs"
    case .suspended: "suspendus"
    case .closed: "fermes"
    }
  }

  init?(word: String?) {
    guard let found = Self.allCases.first(where: { $0.word == word }) else { return nil }
    self = found
  }

  var label: String {
    switch self {
    case .pending: "À confirmer"
    case .invited: "Invité"
    case .active: "Actif"
    case .suspended: "Suspendu"
    case .closed: "Fermé"
    }
  }

  var badge: Badge {
    switch self {
    case .pending: Badge(label, .waiting, icon: .clock)
    case .invited: Badge(label, .info, icon: .mail)
    case .active: Badge(label, .done, icon: .check)
    case .suspended: Badge(label, .late, icon: .lock)
    case .closed: Badge(label, .neutral, icon: .lock)
    }
  }
}

extension Scope {
  /// Which dossiers a profile of this scope opens.
  var reachText: String {
    switch self {
    case .own: "Les dossiers dont la personne est référente"
    case .organisation: "Les dossiers suivis par sa structure"
    case .territory: "Tous les dossiers des territoires choisis"
    case .operation: "Les participants de ses opérations FSE"
    case .enrolled: "Les inscrits des offres que sa structure réalise"
    case .county: "Tous les dossiers du département"
    case .none, .system: "Aucun dossier"
    }
  }
}

extension AccountDetail {
  var address: String { "/administration/collaborateurs/\(id)" }
}

/// The structures and territories of the county, to choose from and to name.
struct Directory: Sendable {
  let organisations: [OrganisationRow]
  let territories: [TerritoryRow]

  /// A county has some hundreds of structures; past a thousand the rest is left out.
  static func load(_ visit: Visit) async throws -> Directory {
    async let naming = visit.services.call(IdentityAPI.listTerritories)
    var organisations: [OrganisationRow] = []
    var after: String?
    repeat {
      let query = OrganisationQuery(limit: 200, after: after)
      let page = try await visit.services.call(IdentityAPI.listOrganisations, [:], query)
      organisations += page.items
      after = page.next
    } while after != nil && organisations.count < 1000
    return Directory(organisations: organisations, territories: try await naming.items)
  }

  func name(_ organisation: ID<Organisation>?) -> String? {
    organisation.flatMap { id in organisations.first { $0.id == id }?.name }
  }

  func names(_ ids: [ID<Territory>]) -> String {
    territories.filter { ids.contains($0.id) }.map(\.name).joined(separator: ", ")
  }

  func choices(chosen: String?, none: String) -> [Choice] {
    [Choice("", none)]
      + organisations.map { Choice($0.id.description, $0.name, isChosen: $0.id.description == chosen) }
  }
}
