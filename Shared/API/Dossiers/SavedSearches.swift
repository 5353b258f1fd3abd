import Domain
import Foundation

/// A search of dossiers kept under a name (rule C13).
public struct SavedSearch: Payload, Versioned {
  public enum Audience: String, Payload, CaseIterable { case mine, team, everyone }
  public var id: ID<SavedSearch>
  public var name: String
  public var audience: Audience
  public var ownerName: String
  /// Whether it is the caller's own, who alone changes it.
  public var isMine: Bool
  public var search: DossierSearch
  /// How many persons were ticked; nil for a search that finds its persons anew.
  public var ticked: Int?
  public var version: Int

  public init(
    id: ID<SavedSearch>, name: String, audience: Audience, ownerName: String, isMine: Bool, search: DossierSearch,
    ticked: Int? = nil, version: Int
  ) {
    self.id = id
    self.name = name
    self.audience = audience
    self.ownerName = ownerName
    self.isMine = isMine
    self.search = search
    self.ticked = ticked
    self.version = version
  }
}

public struct SavedSearchDraft: Payload, Constrained {
  public var name: String
  public var audience: SavedSearch.Audience
  public var search: DossierSearch
  /// Those ticked in the list: the search then finds these persons, and no others. A change leaves them as they are.
  public var dossiers: [ID<Dossier>]?
  public static let constraints: [String: Constraint] = ["name": .text(1...80), "dossiers": .items(1000)]

  public init(
    name: String, audience: SavedSearch.Audience, search: DossierSearch, dossiers: [ID<Dossier>]? = nil
  ) {
    self.name = name
    self.audience = audience
    self.search = search
    self.dossiers = dossiers
  }
}

/// How a person likes the list of dossiers.
public struct ListView: Payload, Constrained {
  public enum Column: String, Payload, CaseIterable {
    case commune, state, entitlement, duties, lead, since, refreshed, birthDate = "birth_date"

    /// As the list and its files head it.
    public var label: String {
      switch self {
      case .commune: "Commune"
      case .state: "État"
      case .entitlement: "Droit"
      case .duties: "Devoirs"
      case .lead: "Référent de parcours"
      case .since: "Suivi depuis"
      case .refreshed: "Actualisé"
      case .birthDate: "Naissance"
      }
    }
  }
  /// Beside the name, in this order.
  public var columns: [Column]
  /// The saved search that the list opens with.
  public var opensWith: ID<SavedSearch>?
  public static let constraints: [String: Constraint] = ["columns": .items(20)]

  public init(columns: [Column], opensWith: ID<SavedSearch>? = nil) {
    self.columns = columns
    self.opensWith = opensWith
  }

  public static let usual = ListView(columns: [.commune, .state, .entitlement, .duties, .lead, .since, .refreshed])
}

extension DossiersAPI {
  public static let listSavedSearches = Endpoint<NoInput, Page<SavedSearch>>(
    .dossiers, "listSavedSearches", .get, "saved-searches", allow: .having(.readDossiers),
    summary: "List the caller's saved searches, the team's and everyone's.")
  public static let saveSearch = Endpoint<SavedSearchDraft, SavedSearch>(
    .dossiers, "saveSearch", .post, "saved-searches", allow: .having(.readDossiers),
    summary: "Keep a search under a name.", success: 201, audit: .some(nil))
  public static let changeSavedSearch = Endpoint<SavedSearchDraft, SavedSearch>(
    .dossiers, "changeSavedSearch", .put, "saved-searches/{search}", allow: .having(.readDossiers),
    summary: "Change a saved search of one's own.", audit: .some(nil), versioned: true)
  public static let removeSavedSearch = Endpoint<NoInput, NoOutput>(
    .dossiers, "removeSavedSearch", .delete, "saved-searches/{search}", allow: .having(.readDossiers),
    summary: "Remove a saved search of one's own.", audit: .some(nil), versioned: true)
  public static let showListView = Endpoint<NoInput, ListView>(
    .dossiers, "showListView", .get, "list-view", allow: .having(.readDossiers),
    summary: "Show how the caller likes the list of dossiers.")
  public static let setListView = Endpoint<ListView, ListView>(
    .dossiers, "setListView", .put, "list-view", allow: .having(.readDossiers),
    summary: "Choose the columns of the list of dossiers and the search it opens with.", audit: .some(nil))
}
