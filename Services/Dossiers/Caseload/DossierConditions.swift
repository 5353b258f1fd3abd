import API
import Domain
import Foundation
import Postgres

/// What a list of dossiers is narrowed to, as conditions on a row `d` of `dossiers.dossier`; names and characteristics
/// have conditions of their own (`SearchWords`, `CriterionConditions`).
enum DossierConditions {
  static func of(_ search: DossierSearch, for caller: Caller) -> [SQL] {
    var conditions: [SQL] = [
      search.archived == true ? "d.archived_on is not null" : "d.archived_on is null"
    ]
    if let opened = search.opened {
      conditions.append("\(unsafeSQL: opened ? "" : "not ")\(isOpened(by: caller.account))")
    }
    if let selection = search.selection {
      conditions.append("d.id in (select s.dossier from dossiers.selected s where s.search = \(selection))")
    }
    // What is not shown to an operator's people is not found by trying either.
    if caller.scope == .enrolled { return conditions }
    return conditions + person(search, today: caller.today) + accompaniment(search)
  }

  static func isOpened(by account: ID<Account>) -> SQL {
    "exists (select from dossiers.opened r where r.dossier = d.id and r.account = \(account))"
  }

  private static func person(_ search: DossierSearch, today: CalendarDate) -> [SQL] {
    var conditions: [SQL] = []
    if let states = search.entitlement, !states.isEmpty {
      conditions.append("d.entitlement = any(\(states.map(\.rawValue))::text[])")
    }
    if let duties = search.duties { conditions.append("d.duties = \(duties)") }
    let places = (search.commune ?? []).map { PlainText.of($0) }.filter { !$0.isEmpty }
    if !places.isEmpty {
      let beginnings = places.map { $0 + "%" }
      conditions.append(
        """
        (jalons.plain(d.commune) like any(\(beginnings)::text[]) or d.postal_code like any(\(beginnings)::text[]))
        """)
    }
    // A person is 25 from the birthday on until the day before the next one.
    if let age = search.ageFrom {
      conditions.append("d.birth_date <= \(today)::date - make_interval(years => \(age)::int)")
    }
    if let age = search.ageUntil {
      conditions.append("d.birth_date > \(today)::date - make_interval(years => \(age + 1)::int)")
    }
    if let refreshed = search.refreshed {
      conditions.append(refreshed ? "d.refreshed_on is null" : "d.refreshed_on is not null")
    }
    return conditions
  }

  private static func accompaniment(_ search: DossierSearch) -> [SQL] {
    var conditions: [SQL] = []
    if let states = search.state, !states.isEmpty {
      conditions.append("d.state = any(\(states.map(\.rawValue))::text[])")
    }
    if let leads = search.lead, !leads.isEmpty { conditions.append("d.lead = any(\(leads)::uuid[])") }
    if let structures = search.organisation, !structures.isEmpty {
      conditions.append("d.lead_organisation = any(\(structures)::uuid[])")
    }
    if let territories = search.territory, !territories.isEmpty {
      conditions.append("d.territory = any(\(territories)::uuid[])")
    }
    if let day = search.enteredFrom { conditions.append("coalesce(d.lead_since, d.entered_on) >= \(day)") }
    if let day = search.enteredUntil { conditions.append("coalesce(d.lead_since, d.entered_on) <= \(day)") }
    if let met = met(search) { conditions.append(met) }
    if search.withoutContract == true {
      conditions.append("not exists (select from contracts.v1_contract c where c.dossier = d.id)")
    }
    if let day = search.withoutAppointmentSince {
      conditions.append(
        """
        not exists (select from scheduling.v1_appointment p where p.dossier = d.id
          and p.starts_at >= \(day)::timestamp at time zone caller.zone() and p.outcome in ('planned', 'held'))
        """)
    }
    return conditions
  }

  /// An appointment of one of the themes, on one of the days; nil where neither is asked.
  private static func met(_ search: DossierSearch) -> SQL? {
    var conditions: [SQL] = []
    if let themes = search.theme, !themes.isEmpty { conditions.append("p.theme = any(\(themes)::text[])") }
    if let day = search.metFrom {
      conditions.append("p.starts_at >= \(day)::timestamp at time zone caller.zone()")
    }
    if let day = search.metUntil {
      conditions.append("p.starts_at < (\(day)::date + 1)::timestamp at time zone caller.zone()")
    }
    guard !conditions.isEmpty else { return nil }
    return """
      exists (select from scheduling.v1_appointment p where p.dossier = d.id
        and \(conditions.joined(separator: " and ")))
      """
  }
}
