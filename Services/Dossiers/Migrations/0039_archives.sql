-- A dossier that was left is archived after the county's delay: the secretariats alone still reach it, to read (rule C22).
alter table dossiers.dossier add column archived_on date;
create index dossier_archived on dossiers.dossier (archived_on) where archived_on is not null;
create or replace view dossiers.v1_dossier as
  select id, number, household, role, partner, title, family_name, birth_name, given_name, sex, birth_date, nationality,
    territory, state, entered_on, entitlement, duties, duties_since, orientation, oriented_on, closed_on, closure_reason,
    outside_county, commune, postal_code, phone, email, sms_refused, lead, lead_organisation, lead_since,
    coalesce(refreshed_on, dossiers.latest_stock()) as refreshed_on, birth_precision, archived_on
  from dossiers.dossier;
call jalons.publish('dossiers.v1_dossier');

-- A dossier that a scope reaches exists once archived for the secretariats alone. Each service joins `v1_dossier`, and so does not show it
-- either. The condition stands in the policies of the scopes: beside a restrictive policy Postgres does not use the index of what a scope
-- reaches.
do $$ declare scope record; begin
  for scope in
    select polname, pg_get_expr(polqual, polrelid) as reached from pg_policy
    where polrelid = 'dossiers.dossier'::regclass
      and polname in ('own', 'organisation', 'territory', 'operation', 'enrolled', 'county')
  loop
    execute format('alter policy %I on dossiers.dossier using ((%s) and (archived_on is null or caller.profile() = ''''
      or caller.profile() like ''secretariat\_%%''))', scope.polname, scope.reached);
  end loop;
end $$;

-- What a call that changes something asks instead of the dossier's id.
create function dossiers.changeable(dossier uuid, archived date) returns uuid language plpgsql stable parallel safe as $$
begin
  if archived is not null then
    raise exception 'the dossier is archived' using errcode = 'check_violation', constraint = 'dossier_archived';
  end if;
  return dossier;
end $$;
do $$ begin
  execute format('grant execute on function dossiers.changeable(uuid, date) to %s', jalons.groups());
end $$;

-- Who is followed again, by the feed for example, leaves the archives.
create function dossiers.leave_archives() returns trigger language plpgsql as $$
begin
  if new.lead is not null then
    new.archived_on := null;
    if new.state = 'left' then new.state := 'entered'; end if;
  end if;
  return new;
end $$;
create trigger leave_archives before update of lead on dossiers.dossier
  for each row when (old.archived_on is not null) execute function dossiers.leave_archives();
