import API
import Domain
import Foundation
import Messaging
import Postgres

/// Keeps what every service says was read and done. Each line's hash covers the hash of the line before, and lines are
/// added one at a time, so that none can be changed or taken out unseen (`AuditChain` in jalonsctl looks).
let keepActs = Consumer.Handling.on(AuditedAct.self) { event, envelope, transaction in
  let entry = AuditEntry(
    position: 0, event: envelope.id, at: event.at, account: event.account, accountName: event.name,
    profile: event.profile?.rawValue, scope: event.scope.rawValue, act: event.act.name, kind: event.act.kind.rawValue,
    dossier: event.act.dossier, object: event.act.object, address: event.act.address,
    replaces: event.replaces)
  try await transaction.batch([
    "select pg_advisory_xact_lock(hashtext('identity.audit_entry'))",
    """
    insert into identity.audit_entry
      (event, at, account, account_name, profile, scope, act, kind, dossier, object, address, replaces, hash)
    select \(entry.event)::uuid, \(entry.at)::timestamptz, \(entry.account)::uuid, \(entry.accountName),
      \(entry.profile), \(entry.scope), \(entry.act), \(entry.kind), \(entry.dossier)::uuid, \(entry.object),
      \(entry.address), \(entry.replaces)::uuid, sha256(coalesce(
        (select hash from identity.audit_entry order by position desc limit 1), ''::bytea)
        || \(try entry.canonical())::bytea)
    """,
  ])
}
