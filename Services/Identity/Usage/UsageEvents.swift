import API
import Domain
import Foundation
import Messaging
import Postgres

/// Counts what accounts do, while they do it: past what is noticed, those who watch are told; past what is the most, the
/// account is suspended and its sessions are closed everywhere.
let countUse = Consumer.Handling.on(AuditedAct.self) { event, _, transaction in
  guard let profile = event.profile, event.act.dossier != nil || event.act.kind == .export else { return }
  let terms = try await SecurityRuleStore.terms(of: profile, in: transaction)
  let (before, after) = try await UsageStore.count(event, terms, in: transaction)
  for passing in after.passings(since: before, terms) {
    try await UsageStore.keep(passing, of: event, profile, in: transaction)
  }
}
