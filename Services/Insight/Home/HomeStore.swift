import API
import Domain
import Foundation
import Postgres
import Service

/// The blocks of each person's home page, one page for each profile that they act as.
struct HomeStore: Sendable {
  let postgres: PostgresClient

  private struct Kept: Decodable, Sendable { let places: [HomePlace] }

  func layout(for caller: Caller) async throws -> HomeLayout {
    try await postgres.withTransaction(as: caller) { transaction in
      let kept = try await transaction.first(
        """
        select places from insight.home
        where account = \(caller.account) and profile = \(caller.profile?.rawValue ?? "")
        """, as: Kept.self)
      return HomeLayout(places: kept?.places)
    }
  }

  /// A block named twice stands where it is named first.
  func set(_ layout: HomeLayout, for caller: Caller) async throws -> HomeLayout {
    let profile = caller.profile?.rawValue ?? ""
    var places: [HomePlace]?
    if let asked = layout.places {
      var named = Set<String>()
      places = asked.filter { named.insert($0.block).inserted }
    }
    let kept = places
    return try await postgres.withTransaction(as: caller) { transaction in
      guard let kept else {
        try await transaction.execute(
          "delete from insight.home where account = \(caller.account) and profile = \(profile)")
        return HomeLayout(places: nil)
      }
      try await transaction.execute(
        """
        insert into insight.home (account, profile, places) values (\(caller.account), \(profile), \(json: kept))
        on conflict (account, profile) do update set places = excluded.places
        """)
      return HomeLayout(places: kept)
    }
  }
}

func addHomeRoutes(to routes: Routes, store: HomeStore) {
  routes.handle(InsightAPI.showHome) { _, request in try await store.layout(for: request.caller) }
  routes.handle(InsightAPI.setHome) { layout, request in try await store.set(layout, for: request.caller) }
}
