import API
import Domain
import Foundation
import Postgres

extension Transaction {
  /// Announces what happened, in the same transaction as the change: it travels if and only if the change is kept.
  ///
  /// Events of one key leave in the order of their commits: with its commit a transaction takes a lock on the bucket of
  /// each key that it announces, all of them at once and in one order, so that two never wait for each other.
  public func announce(_ events: [any Event], at moment: Date) async throws {
    guard !events.isEmpty else { return }
    let actor: UUID? = caller.scope == .system ? nil : caller.account.value
    leave(
      try events.map { event in
        Announcement(
          id: UUID.version7(at: moment), stream: Swift.type(of: event).stream, key: event.key,
          type: Swift.type(of: event).type, data: try PostgresJSON.text(event), actor: actor,
          actorName: actor == nil ? nil : caller.name, trace: caller.act?.trace, at: moment)
      })
  }

  public func announce(_ event: any Event, at moment: Date) async throws { try await announce([event], at: moment) }
}

/// An event on its way into the outbox.
struct Announcement: ClosingStatement {
  let id: UUID
  let stream: String
  let key: String
  let type: String
  let data: String
  let actor: UUID?
  let actorName: String?
  let trace: String?
  let at: Date

  static func statements(for left: [any ClosingStatement], schema: String) -> [SQL] {
    let all = left.compactMap { $0 as? Announcement }
    let buckets = Set(all.map { Outbox.bucket(of: $0.key) }).sorted()
    // One transaction is one caller's, and one act.
    let cause = all.first
    return [
      "select pg_advisory_xact_lock(hashtext(\(schema)), bucket) from unnest(\(buckets)::int[]) bucket",
      """
      insert into \(unsafeSQL: schema).outbox (id, stream, key, type, data, actor, actor_name, traceparent, occurred_at)
      select id, stream, key, type, data, \(cause?.actor)::uuid, \(cause?.actorName)::text, \(cause?.trace)::text, at
      from unnest(\(all.map(\.id))::uuid[], \(all.map(\.stream))::text[], \(all.map(\.key))::text[],
        \(all.map(\.type))::text[], \(all.map(\.data))::jsonb[], \(all.map(\.at))::timestamptz[]) with ordinality
        as event (id, stream, key, type, data, at, place)
      order by place
      """,
    ]
  }
}

public enum Outbox {
  /// Keys share 1,024 locks: a feed that announces for a whole county stays within the server's lock table.
  public static let buckets = 1024

  /// FNV-1a of the key's text, so that every process and every version gives the same bucket.
  public static func bucket(of key: String) -> Int {
    var hash: UInt32 = 2_166_136_261
    for byte in key.utf8 { hash = (hash ^ UInt32(byte)) &* 16_777_619 }
    return Int(hash % UInt32(buckets))
  }

  /// What ends a transaction of `caller`: the key of a write that may be sent again, and the audit log's entry.
  public static func lastStatements(_ caller: Caller, schema: String, at moment: Date) throws -> [SQL] {
    guard caller.scope != .system else { return [] }
    var statements: [SQL] = []
    if let key = caller.idempotency {
      statements.append(
        """
        insert into \(unsafeSQL: schema).idempotency (account, key, endpoint, fingerprint)
        values (\(caller.account), \(key.key), \(key.endpoint), \(key.fingerprint))
        """)
    }
    if let entry = try audit(caller, schema: schema, at: moment) { statements.append(entry) }
    return statements
  }

  private static func audit(_ caller: Caller, schema: String, at moment: Date) throws -> SQL? {
    guard let act = caller.act else { return nil }
    let event = AuditedAct(
      act: act, account: caller.account, name: caller.name, replaces: caller.replaces?.account,
      profile: caller.profile, scope: caller.scope, at: moment)
    return try """
    insert into \(unsafeSQL: schema).outbox (id, stream, key, type, data, actor, actor_name, traceparent, occurred_at)
    values (\(UUID.version7(at: moment)), 'audit', \(event.key), \(AuditedAct.type), \(json: event),
      \(caller.account), \(caller.name), \(act.trace), \(moment))
    """
  }
}

/// Somebody read or did something that the audit log keeps.
public struct AuditedAct: Event {
  public static let type = "audit.act.v1"
  public var act: Act
  public var account: ID<Account>
  public var name: String
  public var replaces: ID<Account>?
  public var profile: Profile?
  public var scope: Scope
  public var at: Date
  public var key: String { account.description }
}
