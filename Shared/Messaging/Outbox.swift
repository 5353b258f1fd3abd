import API
import Domain
import Foundation
import Postgres

extension Transaction {
  /// Announces what happened, in the same transaction as the change: it travels if and only if the change is kept.
  ///
  /// Events of one key leave in the order of their commits: announcing takes a lock on the key's bucket, so two
  /// transactions about one dossier do it one after the other. Announce last, just before the transaction ends.
  public func announce(_ events: [any Event], at moment: Date) async throws {
    guard !events.isEmpty else { return }
    let buckets = Set(events.map { Outbox.bucket(of: $0.key) }).sorted()
    let actor: UUID? = caller.scope == .system ? nil : caller.account.value
    let rows = try events.map { event in
      (
        id: UUID.version7(at: moment), stream: Swift.type(of: event).stream, key: event.key,
        type: Swift.type(of: event).type, data: try PostgresJSON.text(event)
      )
    }
    try await batch([
      "select pg_advisory_xact_lock(hashtext(\(schema)), bucket) from unnest(\(buckets)::int[]) bucket",
      """
      insert into \(unsafeSQL: schema).outbox (id, stream, key, type, data, actor, actor_name, traceparent, occurred_at)
      select id, stream, key, type, data, \(actor)::uuid, \(actor == nil ? nil : caller.name)::text,
        \(caller.act?.trace)::text, \(moment)::timestamptz
      from unnest(\(rows.map(\.id))::uuid[], \(rows.map(\.stream))::text[], \(rows.map(\.key))::text[],
        \(rows.map(\.type))::text[], \(rows.map(\.data))::jsonb[]) with ordinality
        as event (id, stream, key, type, data, place)
      order by place
      """,
    ])
    tellAfterCommit()
  }

  public func announce(_ event: any Event, at moment: Date) async throws { try await announce([event], at: moment) }
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
