-- Events of a day or half a day (guide, Évènements): their kinds are the county's, a person registers once, the last place
-- is given once (rule S13).

alter table fse.list_entry drop constraint list_entry_list_check;
alter table fse.list_entry add constraint list_entry_list_check
  check (list in ('classification', 'end_reason', 'gathering_kind'));
insert into fse.list_entry (list, code, name, position) values
  ('gathering_kind', 'forum', 'Forum emploi', 10),
  ('gathering_kind', 'rencontre', 'Rencontre employeurs', 20),
  ('gathering_kind', 'information', 'Information collective', 30),
  ('gathering_kind', 'salon', 'Salon', 40);

create table fse.gathering (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  search text not null generated always as (jalons.plain(name)) stored,
  kind text not null,
  on_day date not null,
  -- The whole day where it is empty.
  half text check (half in ('morning', 'afternoon')),
  place text check (length(place) <= 300),
  capacity int check (capacity between 1 and 10000),
  taken int not null default 0,
  description text check (length(description) <= 4000),
  organiser uuid not null,
  organiser_name text not null,
  version int not null default 1,
  -- Decided here whatever two people do at once: those who register do not see everybody who is registered.
  constraint gathering_capacity check (capacity is null or taken <= capacity)
);
create index gathering_day on fse.gathering (on_day desc, id desc);
create index gathering_search on fse.gathering using gin (search gin_trgm_ops);

create table fse.guest (
  gathering uuid not null constraint guest_gathering references fse.gathering,
  dossier uuid not null,
  territory uuid,
  presence text not null default 'awaited' check (presence in ('awaited', 'present', 'absent')),
  invited_by uuid not null,
  invited_by_name text not null,
  invited_at timestamptz not null,
  confirmed_by_name text,
  confirmed_at timestamptz,
  constraint guest_once primary key (gathering, dossier)
);
create index guest_dossier on fse.guest (dossier);
call jalons.protect('fse.guest', 'dossier', 'territory');

create function fse.count_guests() returns trigger language plpgsql as $$
begin
  update fse.gathering set taken = taken + case tg_op when 'INSERT' then 1 else -1 end
  where id = coalesce(new.gathering, old.gathering);
  return null;
end $$;
create trigger count_guests after insert or delete on fse.guest for each row execute function fse.count_guests();
