import API
import Domain
import Foundation
import Postgres
import Service

/// Searches kept under a name, and how each person likes the list. Whose they are is row-level security's business.
struct SavedSearchStore: Sendable {
  let postgres: PostgresClient

  private struct Kept: Decodable, Sendable {
    let id: ID<SavedSearch>
    let name: String
    let audience: SavedSearch.Audience
    let ownerName: String
    let isMine: Bool
    let search: JSONValue
    let ticked: Int?
    let version: Int

    var shown: SavedSearch {
      get throws {
        SavedSearch(
          id: id, name: name, audience: audience, ownerName: ownerName, isMine: isMine,
          search: try JSONDecoder.jalons.decode(DossierSearch.self, from: JSONEncoder.jalons.encode(search)),
          ticked: ticked, version: version)
      }
    }
  }

  /// Persons out of the reader's reach are counted by nothing.
  private static let columns: SQL = """
    id, name, audience, owner_name, owner = caller.account() as is_mine, search,
    case when search ? 'selection' then (select count(*)::int from dossiers.selected t
      join dossiers.dossier d on d.id = t.dossier where t.search = saved_search.id) end as ticked, version
    """

  /// One's own first, then the team's, then everyone's; each by name.
  func list(for caller: Caller) async throws -> Page<SavedSearch> {
    try await postgres.withTransaction(as: caller) { transaction in
      let kept = try await transaction.query(
        """
        select \(Self.columns) from dossiers.saved_search
        order by owner = caller.account() desc, audience = 'team' desc, name, id limit 300
        """, as: Kept.self)
      return Page(items: try kept.map { try $0.shown })
    }
  }

  /// - Throws: 422 for the team of somebody who acts for no structure; 409 where one already has fifty.
  func save(_ draft: SavedSearchDraft, for caller: Caller, at moment: Date) async throws -> SavedSearch {
    let (name, search) = try Self.checked(draft, for: caller)
    return try await postgres.withTransaction(as: caller) { transaction in
      try await Self.check(search, in: transaction)
      if let same = try await Self.named(name, besides: nil, in: transaction) {
        // A repeated click gets back the search that the first one made.
        guard draft.dossiers == nil, same.audience == draft.audience,
          try JSONValue(encoding: same.search) == JSONValue(encoding: search)
        else {
          throw Self.twice
        }
        return same
      }
      let count = try await transaction.first(
        "select count(*)::int from dossiers.saved_search where owner = \(caller.account)", as: Int.self)
      guard (count ?? 0) < 50 else {
        throw Problem.conflict(
          "trop-de-recherches", "Vous avez déjà cinquante recherches.", detail: "Supprimez-en une, puis recommencez.")
      }
      let id = ID<SavedSearch>.new(at: moment)
      let kept = draft.dossiers == nil ? search : DossierSearch(selection: id, sort: .name)
      try await transaction.execute(
        """
        insert into dossiers.saved_search (id, owner, owner_name, organisation, audience, name, search, saved_at)
        values (\(id), \(caller.account), \(caller.name), \(caller.organisation), \(draft.audience), \(name),
          \(json: kept), \(moment))
        """)
      if let dossiers = draft.dossiers { try await Self.keep(dossiers, under: id, in: transaction) }
      return try await locked(id, in: transaction)
    }
  }

  /// - Throws: 404 for another person's; 412 with the search as it is now.
  func change(
    _ id: ID<SavedSearch>, to draft: SavedSearchDraft, version: Int, for caller: Caller, at moment: Date
  ) async throws -> SavedSearch {
    let (name, search) = try Self.checked(draft, for: caller)
    return try await postgres.withTransaction(as: caller) { transaction in
      try await Self.check(search, in: transaction)
      let before = try await locked(id, in: transaction).held(version: version)
      if name != before.name, try await Self.named(name, besides: id, in: transaction) != nil { throw Self.twice }
      try await transaction.execute(
        """
        update dossiers.saved_search set name = \(name), audience = \(draft.audience), search = \(json: search),
          organisation = \(caller.organisation), saved_at = \(moment), version = version + 1 where id = \(id)
        """)
      return try await locked(id, in: transaction)
    }
  }

  func remove(_ id: ID<SavedSearch>, version: Int, for caller: Caller) async throws {
    try await postgres.withTransaction(as: caller) { transaction in
      _ = try await locked(id, in: transaction).held(version: version)
      try await transaction.execute("delete from dossiers.saved_search where id = \(id)")
    }
  }

  /// Of those that were ticked, the dossiers that exist for the caller. One out of reach leaves no trace.
  /// - Throws: 422 where none is left.
  private static func keep(
    _ dossiers: [ID<Dossier>], under id: ID<SavedSearch>, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      insert into dossiers.selected (search, dossier)
      select \(id), d.id from dossiers.dossier d where d.id = any(\(dossiers)::uuid[])
      """)
    let count = try await transaction.first(
      "select count(*)::int from dossiers.selected where search = \(id)", as: Int.self)
    guard let count, count > 0 else {
      throw Problem.invalid([Fault("dossiers", "obligatoire", "Cochez au moins une personne de la liste.")])
    }
  }

  private static let twice = Problem.conflict(
    "recherche-existante", "Vous avez déjà une recherche de ce nom.",
    detail: "Modifiez-la, ou donnez un autre nom à celle-ci.")

  /// The caller's search of this name. Two requests of one account wait for one another here.
  private static func named(
    _ name: String, besides id: ID<SavedSearch>?, in transaction: Transaction
  ) async throws -> SavedSearch? {
    let caller = transaction.caller
    try await transaction.execute(
      "select pg_advisory_xact_lock(hashtext(\("dossiers.saved_search." + caller.account.description)))")
    return try await transaction.first(
      """
      select \(columns) from dossiers.saved_search
      where owner = \(caller.account) and name = \(name) and id is distinct from \(id)::uuid limit 1
      """, as: Kept.self)?.shown
  }

  /// `for update` finds what may be changed alone: one's own.
  private func locked(_ id: ID<SavedSearch>, in transaction: Transaction) async throws -> SavedSearch {
    guard
      let kept = try await transaction.first(
        "select \(Self.columns) from dossiers.saved_search where id = \(id) for update", as: Kept.self)
    else { throw Problem.notFound("Cette recherche") }
    return try kept.shown
  }

  private static func checked(
    _ draft: SavedSearchDraft, for caller: Caller
  ) throws -> (name: String, search: DossierSearch) {
    var faults: [Fault] = []
    let name = draft.name.trimmingCharacters(in: .whitespacesAndNewlines)
    if name.isEmpty { faults.append(Fault("name", "obligatoire", "Donnez un nom à la recherche.")) }
    if draft.audience == .team, caller.organisation == nil {
      faults.append(
        Fault("audience", "sans-structure", "Vous n’avez pas de structure : choisissez « moi » ou « tous »."))
    }
    if !faults.isEmpty { throw Problem.invalid(faults) }
    var search = draft.search
    // A search is kept, not the place somebody had come to in its results.
    search.limit = nil
    search.after = nil
    return (name, search)
  }

  /// - Throws: 422 for an account, a structure, a territory or a characteristic that does not exist.
  private static func check(_ search: DossierSearch, in transaction: Transaction) async throws {
    _ = try await CriterionConditions.of(search.criteria ?? [], in: transaction)
    let leads = (search.lead ?? []).enumerated().map { BodyReference.anyAccount($1, at: "search.lead.\($0)") }
    let structures = (search.organisation ?? []).enumerated().map {
      BodyReference.organisation($1, at: "search.organisation.\($0)")
    }
    let territories = (search.territory ?? []).enumerated().map {
      BodyReference.territory($1, at: "search.territory.\($0)")
    }
    let selection = search.selection.map {
      BodyReference(
        "search.selection", "Cette sélection n’existe plus. Cochez de nouveau les personnes.",
        "select from dossiers.saved_search where id = \($0)")
    }
    let named: [BodyReference?] = leads + structures + territories
    try await transaction.check(named + [selection])
  }

  // MARK: The list

  private struct KeptView: Decodable, Sendable {
    let columns: [String]
    let opensWith: ID<SavedSearch>?
  }

  func view(for caller: Caller) async throws -> ListView {
    try await postgres.withTransaction(as: caller) { transaction in
      let kept = try await transaction.first(
        """
        select v.columns, s.id as opens_with from dossiers.list_view v
        left join dossiers.saved_search s on s.id = v.opens_with where v.account = \(caller.account)
        """, as: KeptView.self)
      guard let kept else { return .usual }
      return ListView(columns: kept.columns.compactMap(ListView.Column.init(rawValue:)), opensWith: kept.opensWith)
    }
  }

  /// - Throws: 422 for a search that the caller does not see.
  func set(_ view: ListView, for caller: Caller) async throws -> ListView {
    var columns: [ListView.Column] = []
    for column in view.columns where !columns.contains(column) { columns.append(column) }
    let chosen = columns
    return try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.check(
        view.opensWith.map {
          BodyReference(
            "opensWith", "Cette recherche n’existe plus. Choisissez-en une autre.",
            "select from dossiers.saved_search where id = \($0)")
        })
      try await transaction.execute(
        """
        insert into dossiers.list_view (account, columns, opens_with)
        values (\(caller.account), \(chosen.map(\.rawValue))::text[], \(view.opensWith))
        on conflict (account) do update set columns = excluded.columns, opens_with = excluded.opens_with
        """)
      return ListView(columns: chosen, opensWith: view.opensWith)
    }
  }
}
