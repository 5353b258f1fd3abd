import API
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// What is said of a person under the characteristics that the caller may read (rule C18).
struct CharacteristicSheetStore: Sendable {
  let postgres: PostgresClient

  func sheet(of dossier: ID<Dossier>, for caller: Caller) async throws -> CharacteristicSheet {
    try await postgres.withTransaction(as: caller) { transaction in try await Self.read(dossier, in: transaction) }
  }

  private static func read(_ dossier: ID<Dossier>, in transaction: Transaction) async throws -> CharacteristicSheet {
    let definitions = try await CharacteristicStore.readable(in: transaction, defining: false)
    let codes = Set(definitions.map(\.code))
    let written = try await transaction.query(
      """
      select characteristic, value, author_name, at from dossiers.characteristic_value
      where dossier = \(dossier) and value is not null
      """, as: CharacteristicValue.self)
    let locked = definitions.isEmpty ? [] : try await LockedCharacteristic.values(of: dossier, in: transaction)
    return CharacteristicSheet(
      definitions: definitions, values: (locked + written).filter { codes.contains($0.characteristic) },
      version: try await version(of: dossier, in: transaction))
  }

  /// Values are emptied, never deleted, and their versions only grow: the sum never comes back.
  private static func version(of dossier: ID<Dossier>, in transaction: Transaction) async throws -> Int {
    try await transaction.first(
      "select coalesce(sum(version), 0)::int + 1 from dossiers.characteristic_value where dossier = \(dossier)",
      as: Int.self) ?? 1
  }

  private struct Before: Decodable, Sendable {
    let characteristic: String
    let value: String?
    let authorName: String
    let at: Date
  }

  /// - Throws: 422 with every fault; 412 with the sheet as it is now.
  func update(
    _ update: CharacteristicUpdate, of dossier: ID<Dossier>, version: Int, for caller: Caller, at moment: Date
  ) async throws -> CharacteristicSheet {
    try await postgres.withTransaction(as: caller) { transaction in
      // Held, so that two who write at once wait for one another.
      try await transaction.execute("select from dossiers.dossier where id = \(dossier) for update")
      guard try await Self.version(of: dossier, in: transaction) == version else {
        throw Problem.stale(try JSONValue(encoding: await Self.read(dossier, in: transaction)))
      }
      let before = try await transaction.query(
        "select characteristic, value, author_name, at from dossiers.characteristic_value where dossier = \(dossier)",
        as: Before.self)
      let known = Dictionary(before.map { ($0.characteristic, $0) }) { first, _ in first }
      let definitions = try await CharacteristicStore.readable(in: transaction, defining: false)
      let values = try CharacteristicChecks.checked(
        update, definitions, current: known.compactMapValues(\.value), for: caller)
      let changed = values.filter { $0.text != known[$0.characteristic]?.value }
      for value in changed {
        if update.keepsHistory, let past = known[value.characteristic], past.value != nil {
          try await Self.keep(past, of: dossier, at: moment, in: transaction)
        }
        try await Self.write(value, of: dossier, at: moment, in: transaction)
      }
      if !changed.isEmpty { try await transaction.announce(CharacteristicsChanged(dossier: dossier), at: moment) }
      return try await Self.read(dossier, in: transaction)
    }
  }

  private static func keep(
    _ past: Before, of dossier: ID<Dossier>, at moment: Date, in transaction: Transaction
  ) async throws {
    try await transaction.execute(
      """
      insert into dossiers.characteristic_past (dossier, characteristic, value, author_name, at, replaced_by, replaced_at)
      values (\(dossier), \(past.characteristic), \(past.value), \(past.authorName), \(past.at),
        \(transaction.caller.name), \(moment))
      """)
  }

  private static func write(
    _ value: CheckedValue, of dossier: ID<Dossier>, at moment: Date, in transaction: Transaction
  ) async throws {
    let caller = transaction.caller
    try await transaction.execute(
      """
      insert into dossiers.characteristic_value as v (dossier, characteristic, value, number, day, author, author_name, at)
      values (\(dossier), \(value.characteristic), \(value.text), \(value.number)::float8, \(value.day)::date,
        \(caller.account), \(caller.name), \(moment))
      on conflict (dossier, characteristic) do update set value = excluded.value, number = excluded.number,
        day = excluded.day, author = excluded.author, author_name = excluded.author_name, at = excluded.at,
        version = v.version + 1
      """)
  }

  /// The newest first.
  func history(
    of dossier: ID<Dossier>, _ query: ListChangeQuery, for caller: Caller
  ) async throws -> Page<CharacteristicPast> {
    try await postgres.withTransaction(as: caller) { transaction in
      try await transaction.changes(
        "position, characteristic, label, kind, value, author_name, at, replaced_by, replaced_at",
        of: """
          (select p.*, c.label, c.kind from dossiers.characteristic_past p
            join dossiers.characteristic c on c.code = p.characteristic where p.dossier = \(dossier)) past
          """, after: query, limit: query.limit)
    }
  }
}
