-- An appointment that an exit keeps: its agent no longer reaches the dossier, and kept it to meet the person. It stands in that
-- agenda with the person's name, and nothing else of the dossier; « Occupé » would tell the agent nothing.
alter table scheduling.appointment add column kept_for text;

create function scheduling.kept(agent uuid, after timestamptz, before timestamptz)
returns table (id uuid, name text, kind_label text, place_name text)
language sql stable security definer set search_path = '' as $$
  select a.id, a.kept_for, k.label, a.place_name
  from scheduling.appointment a join scheduling.appointment_kind k on k.code = a.kind
  where a.agent = $1 and $1 in (caller.account(), caller.seat()) and a.kept_for is not null
    and a.outcome in ('planned', 'held') and a.starts_at < $3 and a.ends_at > $2
  order by a.starts_at limit 1000
$$;
grant select on scheduling.appointment_kind to reach_definer;
alter function scheduling.kept(uuid, timestamptz, timestamptz) owner to reach_definer;
revoke execute on function scheduling.kept(uuid, timestamptz, timestamptz) from public;
grant execute on function scheduling.kept(uuid, timestamptz, timestamptz) to scheduling_writer;
