import API
import Crypto
import Domain
import Foundation
import Messaging
import Postgres
import Service

/// Keeps what every service says was read and done. Each line's hash covers the hash of the line before, and those that
/// come together are added together, one copy at a time, so that none can be changed or taken out unseen (`AuditChain`
/// in jalonsctl looks). A mark under a key that the database does not have shows that identity wrote the line, and so all
/// lines before it.
func keepActs(marks: KeySeal) -> Consumer.Handling {
  .all(AuditedAct.self) { received, transaction in
    try await transaction.execute("select pg_advisory_xact_lock(hashtext('identity.audit_entry'))")
    var hash =
      try await transaction.first(
        "select hash from identity.audit_entry order by position desc limit 1", as: Data.self) ?? Data()
    var statements: [SQL] = []
    for one in received {
      let entry = AuditEntry(one.event, one.envelope)
      hash = Data(try SHA256.hash(data: hash + entry.canonical()))
      statements.append(
        """
        insert into identity.audit_entry
          (event, at, account, account_name, profile, scope, act, kind, dossier, object, address, replaces, hash, mark)
        values (\(entry.event), \(entry.at), \(entry.account), \(entry.accountName), \(entry.profile), \(entry.scope),
          \(entry.act), \(entry.kind), \(entry.dossier), \(entry.object), \(entry.address), \(entry.replaces), \(hash),
          \(marks.auditMark(of: hash)))
        """)
    }
    for start in stride(from: 0, to: statements.count, by: 64) {
      try await transaction.batch(Array(statements[start..<min(start + 64, statements.count)]))
    }
  }
}

extension AuditEntry {
  fileprivate init(_ event: AuditedAct, _ envelope: Envelope) {
    self.init(
      position: 0, event: envelope.id, at: event.at, account: event.account, accountName: event.name,
      profile: event.profile?.rawValue, scope: event.scope.rawValue, act: event.act.name, kind: event.act.kind.rawValue,
      dossier: event.act.dossier, object: event.act.object, address: event.act.address, replaces: event.replaces)
  }
}
