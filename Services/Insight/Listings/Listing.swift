import API
import Domain
import Foundation
import Postgres
import Service

/// The rows of a list across services, as one statement over what the owners publish. Whose rows they are is decided
/// by the policies of the caller's role.
enum Listing {
  /// What every list needs to know of the moment.
  struct Moment: Sendable {
    let today: CalendarDate
    let now: Date
  }

  /// The exits that the feed suggests and nobody has decided.
  static let proposedExits: SQL = """
    select d.id as dossier, d.family_name, d.given_name, 'Sortie proposée par Genesis' as detail, e.exit_on as date,
      e.id::text as id
    from dossiers.v1_proposed_exit e join dossiers.v1_dossier d on d.id = e.dossier
    """

  /// The contracts in one of these states; nil for any.
  static func contracts(in states: [ContractState]?) -> SQL {
    let narrowed: SQL = states.map { "where c.state = any(\($0))" } ?? ""
    return """
      select d.id as dossier, d.family_name, d.given_name,
        upper(c.kind) || ' n° ' || c.number || ' · ' || case c.state when 'proposition' then 'proposition'
          when 'soumis' then 'soumis' when 'etude' then 'à l’étude' when 'attente' then 'en attente'
          when 'valide' then 'validé' else 'non validé' end as detail,
        c.starts_on as date, c.id::text as id
      from contracts.v1_contract c join dossiers.v1_dossier d on d.id = c.dossier \(narrowed)
      """
  }

  /// The valid contracts that end within `days` (the county's delay when nil) or have ended, unless marked as the last or followed by a valid one.
  static func renewals(within days: Int?, _ moment: Moment) -> SQL {
    """
    select d.id as dossier, d.family_name, d.given_name,
      upper(c.kind) || ' n° ' || c.number || case when c.ends_on < \(moment.today)::date
        then ' · échu' else ' · à échéance' end as detail,
      c.ends_on as date, c.id::text as id
    from contracts.v1_contract c join dossiers.v1_dossier d on d.id = c.dossier
    where c.state = 'valide' and not c.last_contract and c.ends_on is not null
      and c.ends_on <= \(moment.today)::date + \(days.map { "\($0)::int" } ?? CountyDelay.renewal.sql) and d.state <> 'left'
      and not exists (select from contracts.v1_contract n where n.dossier = c.dossier and n.state = 'valide'
        and (n.starts_on, n.id) > (c.starts_on, c.id))
    """
  }

  /// The FSE forms that somebody has to fill in.
  static let formsDue: SQL = """
    select d.id as dossier, d.family_name, d.given_name,
      case f.form when 'entry' then 'Entrée · ' else 'Sortie · ' end || f.operation_name as detail,
      f.due_on as date, f.participation::text || f.form as id
    from fse.v1_form_due f join dossiers.v1_dossier d on d.id = f.dossier
    """

  /// The appointments that are over and of which nobody has said how they went.
  static func unsettledAppointments(_ moment: Moment) -> SQL {
    """
    select d.id as dossier, d.family_name, d.given_name, a.kind_label || ' · ' || a.agent_name as detail,
      (a.starts_at at time zone 'Europe/Paris')::date as date, a.id::text as id
    from scheduling.v1_appointment a join dossiers.v1_dossier d on d.id = a.dossier
    where a.outcome = 'planned' and a.ends_at < \(moment.now)::timestamptz
    """
  }

  /// The people of the active file for whom no contract was ever entered, whatever its state (rule K14).
  static let withoutContract: SQL = """
    \(dossiers("'Aucun CER saisi'", day: "d.entered_on"))
    where d.state = 'entered' and not exists (select from contracts.v1_contract c where c.dossier = d.id)
    """

  /// The people of the active file who are no longer under duties.
  static let withoutDuties: SQL = """
    \(dossiers("'Non soumis aux droits et devoirs'", day: "d.duties_since"))
    where d.state <> 'left' and d.duties = false
    """

  /// The people of the active file whose entitlement is closed.
  static let closedEntitlement: SQL = """
    \(dossiers("'Droit clos'", day: "d.closed_on"))
    where d.state <> 'left' and d.entitlement = any(\([EntitlementState.closed, .closedEarlier]))
    """

  /// The people of the active file.
  static let activeFile: SQL = """
    \(dossiers("case d.state when 'standby' then 'En veille' else 'Suivi' end", day: "d.entered_on"))
    where d.state <> 'left'
    """

  private static func dossiers(_ detail: SQL, day: SQL) -> SQL {
    """
    select d.id as dossier, d.family_name, d.given_name, \(detail) as detail, \(day) as date, d.id::text as id
    from dossiers.v1_dossier d
    """
  }
}

/// A row of a list as the database gives it.
struct ListedRow: Decodable, Sendable {
  let dossier: ID<Dossier>
  let familyName: String
  let givenName: String
  let detail: String
  let date: CalendarDate?
  let id: String

  var shown: InsightRow {
    InsightRow(
      dossier: dossier, familyName: familyName, givenName: givenName, detail: detail, date: date,
      link: "/dossiers/\(dossier)")
  }
}
