import API
import Domain
import Postgres

/// A step référent ends nothing of the lead's: no exit, no standby (rule C7). Whoever reaches a dossier as a
/// référent does so as its lead or as a step référent; the other scopes go by their rights alone.
enum LeadRule {
  static let refusal = Problem(
    "reserve-au-referent", 403, "Seul le référent de parcours peut faire cela.",
    detail: "Vous êtes référent d’étape de ce dossier. Demandez-le à son référent de parcours.")

  /// - Throws: 404 for a dossier out of reach; 403 for a step référent.
  static func check(_ dossier: ID<Dossier>, in transaction: Transaction) async throws {
    guard transaction.caller.scope == .own else { return }
    // Held, so that two who set it aside, or end it, wait for one another.
    let found = try await transaction.first(
      "select id from dossiers.dossier where id = \(dossier) for update", as: ID<Dossier>.self)
    guard found != nil else { throw Problem.notFound("Ce dossier") }
    let leads = try await transaction.first(
      """
      select true from dossiers.referent where dossier = \(dossier) and kind = 'lead' and account = caller.seat()
        and from_date <= caller.today() and (until_date is null or until_date >= caller.today())
      """, as: Bool.self)
    guard leads == true else { throw refusal }
  }
}
