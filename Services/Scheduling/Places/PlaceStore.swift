import API
import Domain
import Foundation
import Postgres
import Service

struct PlaceStore: Sendable {
  let postgres: PostgresClient

  private static let columns: SQL = "id, name, address, territory, active, version"

  func places(for caller: Caller) async throws -> [Place] {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.query(
        "select \(Self.columns) from scheduling.place order by name, id limit 500", as: Place.self)
    }
  }

  /// - Throws: 409 when an active place of the territory has this name.
  func add(_ draft: PlaceDraft, as caller: Caller, at moment: Date) async throws -> Place {
    try await refusingTwins {
      try await postgres.withTransaction(as: caller) { transaction in
        try await transaction.check(draft.territory.map { BodyReference.territory($0, at: "territory") })
        let place = Place(
          id: .new(at: moment), name: draft.name, address: draft.address, territory: draft.territory,
          active: draft.active, version: 1)
        try await transaction.execute(
          """
          insert into scheduling.place (id, name, address, territory, active)
          values (\(place.id), \(place.name), \(place.address), \(place.territory), \(place.active))
          """)
        try await Self.remember(place.id, nil, draft, at: moment, in: transaction)
        return place
      }
    }
  }

  /// - Throws: 404; 412; 409 as `add`.
  func change(
    _ id: ID<Place>, to draft: PlaceDraft, version: Int, as caller: Caller, at moment: Date
  ) async throws -> Place {
    try await refusingTwins {
      try await postgres.withTransaction(as: caller) { transaction in
        let before = try await transaction.held(
          "select \(Self.columns) from scheduling.place where id = \(id) for update", as: Place.self, version: version,
          missing: "Ce lieu")
        if draft.territory != before.territory {
          try await transaction.check(draft.territory.map { BodyReference.territory($0, at: "territory") })
        }
        try await transaction.execute(
          """
          update scheduling.place set name = \(draft.name), address = \(draft.address),
            territory = \(draft.territory), active = \(draft.active), version = version + 1
          where id = \(id)
          """)
        if before.draft != draft { try await Self.remember(id, before.draft, draft, at: moment, in: transaction) }
        return Place(
          id: id, name: draft.name, address: draft.address, territory: draft.territory, active: draft.active,
          version: version + 1)
      }
    }
  }

  /// The newest first.
  func changes(_ query: ListChangeQuery, for caller: Caller) async throws -> Page<PlaceChange> {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.changes(
        "position, before, after, at, account_name", of: "scheduling.place_change", after: query,
        limit: query.limit)
    }
  }

  private static func remember(
    _ place: ID<Place>, _ before: PlaceDraft?, _ after: PlaceDraft, at moment: Date, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      insert into scheduling.place_change (place, before, after, at, account, account_name)
      values (\(place), \(json: before), \(json: after), \(moment), \(transaction.caller.account),
        \(transaction.caller.name))
      """)
  }

  private func refusingTwins(_ body: @Sendable () async throws -> Place) async throws -> Place {
    do {
      return try await body()
    } catch let error as PostgresError where error.constraint == "place_name" {
      throw Problem.conflict(
        "lieu-existant", "Un lieu de ce nom existe déjà.", detail: "Modifiez-le, ou donnez un autre nom.")
    }
  }
}

extension Place {
  /// What may be changed of it.
  var draft: PlaceDraft { PlaceDraft(name: name, address: address, territory: territory, active: active) }
}
