import Postgres

/// The second half of a reconciliation: who follows whom, which exits are to be proposed, and what is told to whom.
enum FeedFollowUp {
  /// One open lead référent a person. Another one in Genesis is a réorientation: the former ends the day before the
  /// feed's date and keeps step access for thirty days; an exit entered here while Genesis still has the référent open
  /// is taken back (rule F4, rule F5).
  static let referents = """
    create temp table feed_move on commit drop as
      select p.dossier, p.known, p.lead, p.lead_organisation, p.territory, l.id as former_entry, l.account as former,
        l.organisation as former_organisation, l.until_date as former_until, l.from_date as former_from,
        case
          when l.id is null then 'entered'
          when l.account = p.lead then 'reopened'
          else 'changed'
        end as what,
        p.designated, p.position
      from feed_person p
      left join dossiers.referent same
        on same.dossier = p.dossier and same.kind = 'lead' and same.until_date is null and same.account = p.lead
      -- Whoever is new has none: asked for a whole county, an index is read for nobody.
      left join lateral (select r.id, r.account, r.organisation, r.from_date, r.until_date from dossiers.referent r
        where p.known is not null and r.dossier = p.known and r.kind = 'lead' order by r.from_date desc limit 1) l on true
      where same.id is null;
    analyze feed_move (dossier, known, what);
    update dossiers.referent r set until_date = null, reason = null, ended_by = null, version = r.version + 1
    from feed_move m where m.what = 'reopened' and r.id = m.former_entry;
    update dossiers.dossier d set lead = r.account, lead_organisation = r.organisation, lead_since = r.from_date,
      version = d.version + 1
    from feed_move m join dossiers.referent r on r.id = m.former_entry
    where m.what = 'reopened' and d.id = m.known
      and (d.lead, d.lead_organisation, d.lead_since) is distinct from (r.account, r.organisation, r.from_date);

    """ + Reorientation.script(of: moves)

  /// Who enters, and who changes hands. A former entry that ended before the feed's date stays as it is.
  private static let moves: SQL = """
    select m.dossier, m.known is null as is_new, null::timestamptz as at, m.position as place, m.former_entry, m.former,
      m.former_organisation, m.lead, m.lead_organisation, 'feed' as source, 'Réorientation' as ended_because,
      null::text as begun_because, day.feed as access_from, 'Fin des saisies après réorientation' as access_because,
      case when open.is_so then greatest(m.former_from, day.feed - 1) end as last_day,
      case m.what when 'entered' then m.designated else greatest(day.feed, m.former_from + 1) end as first_day,
      case when open.is_so then
        greatest(day.feed, caller.today()) + current_setting('jalons.handover_days')::int end as access_until
    from feed_move m cross join (select current_setting('jalons.feed_date')::date as feed) day
    cross join lateral (
      select m.what = 'changed' and (m.former_until is null or m.former_until >= day.feed) as is_so) open
    where m.what in ('entered', 'changed')
    """

  /// Who is still in the feed: `refreshed_on` stays null for them, so that a full feed rewrites only who left or came
  /// back. Somebody set aside is not absent.
  static let refreshed = """
    create temp table feed_held_back on commit drop as
      select distinct genesis_id from feed_staging where (quarantined or doubtful) and genesis_id is not null;
    create unique index on feed_held_back (genesis_id);
    create temp table feed_absent on commit drop as
      select d.id, d.refreshed_on is null as is_new from dossiers.dossier d
      where current_setting('jalons.feed_stock') = 'true'
        and not exists (select from feed_person p where p.dossier = d.id)
        and not exists (select from feed_held_back s where s.genesis_id = d.genesis_id);
    create unique index on feed_absent (id);
    update dossiers.dossier d set refreshed_on = null
    where current_setting('jalons.feed_stock') = 'true' and d.refreshed_on is not null
      and not exists (select from feed_absent a where a.id = d.id);
    update dossiers.dossier d set refreshed_on = dossiers.latest_stock()
    from feed_absent a where a.is_new and a.id = d.id;
    update dossiers.dossier d set refreshed_on = current_setting('jalons.feed_date')::date
    from (select dossier from feed_person
      union select d.id from feed_held_back s join dossiers.dossier d on d.genesis_id = s.genesis_id) p
    where current_setting('jalons.feed_stock') <> 'true' and p.dossier = d.id;
    insert into dossiers.latest_stock as l (reference_date)
    select current_setting('jalons.feed_date')::date where current_setting('jalons.feed_stock') = 'true'
    on conflict (only_row) do update set reference_date = greatest(l.reference_date, excluded.reference_date);
    """

  /// Exits to be proposed, on the last day of the month, and those whose cause is gone. What a move to another territory
  /// or a partner's exit proposes is `ExitCauses`' business.
  static let exits = """
    create temp table feed_cause on commit drop as
      select d.id as dossier, d.territory, case
          -- A day's changes say nothing of who is absent, nor take back what a full feed said.
          when d.refreshed_on is not null and (current_setting('jalons.feed_stock') = 'true'
            or d.refreshed_on < dossiers.latest_stock()) then 'feed_stopped'
          when d.entitlement in ('5', '6') then 'closed'
          when d.outside_county then 'moved_away'
          when d.duties = false then 'exempt'
        end as reason
      from dossiers.dossier d
      where (d.refreshed_on is not null or d.entitlement in ('5', '6') or d.outside_county or d.duties = false)
        and exists (select from dossiers.referent r where r.dossier = d.id and r.kind = 'lead' and r.until_date is null);
    delete from feed_cause where reason is null;
    update dossiers.proposed_exit e set decision = 'outdated', decided_at = current_setting('jalons.feed_now')::timestamptz,
      version = e.version + 1
    where e.decision is null and e.reason not in ('other_territory', 'partner')
      and not exists (select from feed_cause c where c.dossier = e.dossier);
    create temp table feed_exit (dossier uuid, reason text, exit_on date) on commit drop;
    with proposed as (
      insert into dossiers.proposed_exit (id, dossier, territory, reason, exit_on, proposed_on)
      select jalons.ordered_id(row_number() over ()), c.dossier, c.territory, c.reason,
        (date_trunc('month', caller.today()) + interval '1 month - 1 day')::date, caller.today()
      from feed_cause c
      where not exists (select from dossiers.proposed_exit e where e.dossier = c.dossier and e.decision is null)
        and not exists (select from dossiers.proposed_exit e
          where e.dossier = c.dossier and e.decision = 'declined' and e.reason = c.reason)
      on conflict (dossier) where decision is null do nothing
      returning dossier, reason, exit_on)
    insert into feed_exit select dossier, reason, exit_on from proposed;
    """

  /// A formal notice asked for here is served once the feed's date is later than the request's (rule C20).
  static let notices = """
    update dossiers.formal_notice_request r set served_on = d.formal_notice_on, served_reason = d.formal_notice_reason
    from dossiers.dossier d
    where d.id = r.dossier and r.served_on is null and r.withdrawn_on is null
      and d.formal_notice_on > r.requested_on;
    """

  /// What others must hear of, each with its key.
  static let events = """
    create temp table feed_event (place bigint generated always as identity, key text, type text, data jsonb)
      on commit drop;
    insert into feed_event (key, type, data)
    select 'structure', 'dossiers.structure-discovered.v1', jsonb_build_object(
      'territories', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'code', code)) from feed_territory where is_new), '[]'),
      'organisations', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'genesisRef', ref, 'name', name, 'territory', territory))
        from feed_organisation where is_new), '[]'),
      'accounts', coalesce((select jsonb_agg(jsonb_build_object('id', id, 'genesisRef', ref, 'familyName', coalesce(family_name, ref),
        'givenName', coalesce(given_name, ''), 'email', email, 'organisation', organisation)) from feed_account where is_new), '[]'))
    where exists (select from feed_territory where is_new) or exists (select from feed_organisation where is_new)
      or exists (select from feed_account where is_new);
    insert into feed_event (key, type, data)
    select m.dossier::text, 'dossiers.entered.v1', jsonb_build_object('dossier', m.dossier, 'lead', m.lead,
      'organisation', m.lead_organisation, 'territory', m.territory, 'on', m.designated,
      'entitlement', p.entitlement, 'rightSince', \(FeedDifferences.firstSince))
    from feed_move m join feed_detail p on p.dossier = m.dossier where m.what = 'entered';
    insert into feed_event (key, type, data)
    select dossier::text, 'dossiers.exit-recorded.v1', jsonb_build_object('dossier', dossier, 'account', lead)
    from feed_move where what = 'reopened';
    insert into feed_event (key, type, data)
    select dossier::text, 'dossiers.referent-changed.v1', jsonb_build_object('dossier', dossier, 'former', former,
      'formerOrganisation', former_organisation, 'lead', lead, 'organisation', lead_organisation,
      'on', current_setting('jalons.feed_date')::date,
      'accessUntil', case when former_until is null or former_until >= current_setting('jalons.feed_date')::date then
        greatest(current_setting('jalons.feed_date')::date, caller.today()) + current_setting('jalons.handover_days')::int end)
    from feed_move where what = 'changed';
    insert into feed_event (key, type, data)
    select dossier::text, 'dossiers.territory-changed.v1', jsonb_build_object('dossier', c.dossier,
      'former', c.former_territory, 'territory', p.territory)
    from feed_changed c join feed_detail p using (dossier) where c.territory_changed;
    insert into feed_event (key, type, data)
    select dossier::text, 'dossiers.entitlement-changed.v1', jsonb_build_object('dossier', c.dossier,
      'entitlement', p.entitlement, 'duties', p.duties, 'on', c.right_since)
    from feed_changed c join feed_detail p using (dossier) where c.right_changed;
    """

  /// Into the outbox, in the order in which they were gathered.
  static let announce = """
    insert into dossiers.outbox (id, stream, key, type, data, occurred_at)
    select jalons.ordered_id(place), 'dossiers', key, type, data, current_setting('jalons.feed_now')::timestamptz
    from feed_event order by place;
    """

  /// Person by person: who was created, changed (a change of référent is a change like the others) or set aside; then,
  /// after the file's last line, whose exit is proposed.
  static func rows(into table: String) -> String {
    """
    with moved as (
      select m.dossier, jsonb_build_object('lead', jsonb_build_array(
          case when m.what = 'reopened' then '' else coalesce(former.name, '') end,
          coalesce(lead.name, concat_ws(' ', upper(f.family_name), f.given_name)))) as change
      from feed_move m left join identity.v1_account former on former.id = m.former
      left join identity.v1_account lead on lead.id = m.lead
      left join feed_name f on f.id = m.lead
      where m.what <> 'entered')
    insert into \(table) (run, position, genesis_id, name, outcome, dossier, changes, problems)
    select current_setting('jalons.feed_run')::uuid, s.position, s.genesis_id,
      concat_ws(' ', coalesce(s.family_name, d.family_name), coalesce(s.given_name, d.given_name)), u.outcome, u.dossier,
      coalesce(c.changes, '{}') || coalesce(m.change, '{}'), coalesce(s.problems, '[]')
    from feed_outcome u join feed_staging s on s.position = u.position
    left join feed_changed c on c.dossier = u.dossier
    left join moved m on m.dossier = u.dossier
    left join dossiers.dossier d on s.said_before and d.genesis_id = s.genesis_id;
    insert into \(table) (run, position, genesis_id, name, outcome, dossier, changes)
    select current_setting('jalons.feed_run')::uuid,
      (select coalesce(max(position), 0) from feed_staging) + row_number() over (order by d.search, d.id), d.genesis_id,
      concat_ws(' ', d.family_name, d.given_name), 'exit', d.id,
      jsonb_build_object('exit', jsonb_build_array(e.exit_on, e.reason))
    from feed_exit e join dossiers.dossier d on d.id = e.dossier;
    """
  }

  /// Who was created, changed or set aside, and what référents are called whom nobody knew; then how many of each.
  static let outcomes = """
    create temp table feed_outcome on commit drop as
      select p.position, p.dossier, case when p.known is null then 'created' else 'updated' end as outcome
      from feed_person p
      where p.known is null or exists (select from feed_changed c where c.dossier = p.dossier)
        or exists (select from feed_move m where m.dossier = p.dossier)
      union all select position, null, 'quarantined' from feed_staging where quarantined
      union all select s.position, null, 'quarantined' from feed_staging s
      left join feed_person p on p.position = s.position
      where s.doubtful and not s.quarantined and p.position is null;
    analyze feed_outcome;
    create temp table feed_name on commit drop as
      select distinct on (a.id) a.id, a.family_name, a.given_name, o.name as structure
      from feed_account a left join feed_organisation o on o.id = a.organisation order by a.id;
    analyze feed_name;
    """

  static let counts = """
    select (select count(*)::int from feed_staging) as read,
      (select count(*)::int from feed_outcome where outcome = 'created') as created,
      (select count(*)::int from feed_outcome where outcome = 'updated') as updated,
      (select count(*)::int from feed_outcome where outcome = 'quarantined') as quarantined,
      (select count(*)::int from feed_person) as taken,
      (select count(*)::int from feed_move where what = 'changed') as moved,
      (select count(*)::int from feed_exit) as exits
    """
}
