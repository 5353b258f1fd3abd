import Domain
import Postgres

/// Agents who follow dossiers by name alone, and no longer this one: a stand-in whose colleague gave it up, a référent
/// d'étape whose time is over.
enum OutOfReach {
  private static let profiles = Profile.allCases.filter { $0.scope == .own }

  /// Whether the agent of the appointment `a` follows its dossier no more after `day`.
  static func after(_ day: CalendarDate) -> SQL {
    """
    (exists (select from identity.v1_account_profile p where p.account = a.agent and p.profile = any(\(profiles)))
      and not exists (select from identity.v1_account_profile p
        where p.account = a.agent and p.profile <> all(\(profiles)))
      and not exists (select from dossiers.v1_referent r where r.dossier = a.dossier and r.account = a.agent
        and (r.until_date is null or r.until_date > \(day))))
    """
  }
}
