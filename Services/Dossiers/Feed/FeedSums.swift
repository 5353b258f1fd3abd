import Foundation

/// What a run did, added up once and kept: its page reads these few rows instead of a county's.
enum FeedSums {
  /// How often each field changed, and how many were set aside for each reason.
  static func tallies(of rows: String, into table: String) -> String {
    """
    insert into \(table) (run, kind, name, count)
    select r.run, 'field', field, count(*)
    from \(rows) r cross join lateral jsonb_object_keys(r.changes) field
    where r.run = current_setting('jalons.feed_run')::uuid and r.outcome = 'updated' group by 1, 3
    union all
    select r.run, 'problem', problem ->> 'code', count(distinct r.position)
    from \(rows) r cross join lateral jsonb_array_elements(r.problems) problem
    where r.run = current_setting('jalons.feed_run')::uuid and r.outcome = 'quarantined'
      and problem ->> 'severity' = 'quarantine' group by 1, 3;
    """
  }

  /// Each référent's persons as a full feed has them and as Jalons has them once it was applied; a day's changes say
  /// nothing about a caseload.
  static func gaps(into table: String) -> String {
    """
    insert into \(table) (run, account, name, organisation, in_feed, in_jalons, set_aside)
    select current_setting('jalons.feed_run')::uuid, coalesce(f.account, j.account),
      coalesce(a.name, concat_ws(' ', upper(n.family_name), n.given_name), ''), coalesce(o.name, n.structure),
      coalesce(f.in_feed, 0), coalesce(j.in_jalons, 0), coalesce(f.set_aside, 0)
    from (select account, sum(persons)::int as in_feed, (sum(persons) filter (where is_aside))::int as set_aside
        from (select lead as account, false as is_aside, count(*) as persons from feed_person group by 1
          union all select a.id, true, count(*) from feed_outcome u join feed_staging s on s.position = u.position
          join feed_account a on a.ref = s.ref_id where u.outcome = 'quarantined' and s.ref_until is null group by 1) counted
        group by 1) f
    full join (select account, count(*)::int as in_jalons from dossiers.referent
        where kind = 'lead' and until_date is null group by 1) j on j.account = f.account
    left join identity.v1_account a on a.id = coalesce(f.account, j.account)
    left join identity.v1_organisation o on o.id = a.organisation
    left join feed_name n on n.id = f.account
    where current_setting('jalons.feed_stock') = 'true';
    """
  }

  /// How many référents and persons those differences make.
  static func gapTotals(of run: UUID) -> String {
    """
    update dossiers.feed_run r set gaps = g.gaps, gap_persons = g.persons
    from (select count(*)::int as gaps, coalesce(sum(distance), 0)::int as persons from dossiers.feed_gap
      where run = '\(run)' and distance > 0) g
    where r.id = '\(run)';
    """
  }
}
