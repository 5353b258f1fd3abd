-- A statement asks which dossiers are the caller's once for each guarded table that it names, and the reads of one page name some forty of
-- them: a quarter of what Postgres does for a page. What was found is kept for the transaction, and found again after a change of référents,
-- or under another seat, structure or day.
do $$ declare scope record; begin
  for scope in select * from (values ('own', 'account', 'caller.seat()'), ('organisation', 'organisation', 'caller.organisation()'))
    as scope (name, follower, asker)
  loop
    execute format($create$
      create or replace function reach.%1$I() returns setof uuid
      language plpgsql stable security definer set search_path = '' as $body$
      declare
        asked text := %3$s || ' ' || caller.today() || ' ';
        kept text := current_setting('jalons.reach_%1$s', true);
        found uuid[];
      begin
        if starts_with(kept, asked) then
          return query select unnest(substr(kept, length(asked) + 1)::uuid[]);
          return;
        end if;
        found := array(
          select dossier from dossiers.referent
          where %2$I = %3$s and from_date <= caller.today()
            and (until_date is null or until_date >= caller.today()));
        perform set_config('jalons.reach_%1$s', asked || found::text, true);
        return query select unnest(found);
      end $body$ $create$, scope.name, scope.follower, scope.asker);
  end loop;
end $$;

create function dossiers.reach_changed() returns trigger language plpgsql as $$
begin
  perform set_config('jalons.reach_own', '', true), set_config('jalons.reach_organisation', '', true);
  return null;
end $$;
create trigger reach_changed after insert or update or delete on dossiers.referent
for each statement execute function dossiers.reach_changed();
