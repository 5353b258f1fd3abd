import Postgres

/// A dossier goes to another lead référent (rules C9, F4): the former's entry ends, the new one's begins, the former keeps step
/// access for a while, and the dossier says whose it is. The feed does it for a whole file at once, a transfer for one
/// dossier; what each tells of it is its own.
enum Reorientation {
  /// In their order: one open lead at a time is the database's own rule.
  /// - Parameter moves: a query of one row a dossier, with
  ///   `dossier`, `is_new` (the dossier was made with its référent), `at` (when it changed; null leaves that alone), `place`;
  ///   `former_entry`, `former`, `former_organisation`, `last_day` (null where the entry stays as it is), `ended_because`;
  ///   `lead`, `lead_organisation`, `first_day`, `begun_because`, `source` (`feed` or `local`);
  ///   `access_from`, `access_until` (null for no access), `access_because`.
  static func statements(of moves: SQL) -> [SQL] {
    [
      """
      update dossiers.referent r set until_date = m.last_day, ended_by = m.source, reason = m.ended_because,
        version = r.version + 1
      from (\(moves)) m where r.id = m.former_entry and m.last_day is not null
      """,
      """
      insert into dossiers.referent (id, dossier, account, organisation, kind, from_date, source, reason)
      select jalons.ordered_id(m.place), m.dossier, m.lead, m.lead_organisation, 'lead', m.first_day, m.source,
        m.begun_because
      from (\(moves)) m order by m.place
      """,
      """
      insert into dossiers.referent (id, dossier, account, organisation, kind, from_date, until_date, source, reason)
      select gen_random_uuid(), m.dossier, m.former, m.former_organisation, 'step', m.access_from, m.access_until,
        'handover', m.access_because
      from (\(moves)) m where m.access_until is not null
      """,
      """
      update dossiers.dossier d set lead = m.lead, lead_organisation = m.lead_organisation, lead_since = m.first_day,
        version = d.version + 1, updated_at = coalesce(m.at, d.updated_at)
      from (\(moves)) m
      where d.id = m.dossier and not m.is_new
        and (d.lead, d.lead_organisation, d.lead_since) is distinct from (m.lead, m.lead_organisation, m.first_day)
      """,
    ]
  }

  /// The same as text, for a query that has no parameters.
  static func script(of moves: SQL) -> String {
    statements(of: moves).map { $0.text + ";\n" }.joined()
  }
}
