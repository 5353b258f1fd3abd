-- What the guide asks of an offer besides: the operators among which one is chosen, the territories that it is meant for,
-- whether operators read the telephone; the places of a session, of which the last is given once (rule S10).

create table fse.offer_partner (
  offer uuid not null references fse.offer on delete cascade,
  operator uuid not null constraint offer_partner_operator references fse.operator,
  primary key (offer, operator)
);
create index offer_partner_of_operator on fse.offer_partner (operator);

alter table fse.offer
  add column shows_phone boolean not null default false,
  -- Empty: the whole county.
  add column territories uuid[] not null default '{}';
create index offer_days on fse.offer (ends_on, starts_on) where active;

alter table fse.offer_session
  add column places int check (places between 1 and 10000),
  add column taken int not null default 0;
update fse.offer_session o set taken = (
  select count(*) from fse.step s where s.session = o.id and s.kind = 'step');
-- Decided here whatever two people do at once: the second waits for the row, then finds no place.
alter table fse.offer_session add constraint session_places check (places is null or taken <= places);

-- Those who register see only the registrations of their own scope: the places are counted beside them.
create function fse.count_places() returns trigger language plpgsql as $$
declare
  gone uuid := case when tg_op <> 'INSERT' and old.kind = 'step' then old.session end;
  come uuid := case when tg_op <> 'DELETE' and new.kind = 'step' then new.session end;
begin
  if gone is distinct from come then
    update fse.offer_session set taken = taken + case when id = come then 1 else -1 end where id in (gone, come);
  end if;
  return null;
end $$;
create trigger count_places after insert or delete or update of session, kind on fse.step
  for each row execute function fse.count_places();

-- How many registrations an offer has, whoever reaches them: says why it is not deleted.
create function reach.registrations(asked uuid) returns int
language sql stable security definer set search_path = '' as $$
  select count(*)::int from fse.step where offer = asked
$$;
alter function reach.registrations(uuid) owner to reach_definer;

-- What is written of a step when it is over: the assessment, and what it was to reach.
alter table fse.step
  add column report text check (length(report) <= 4000),
  add column objective text check (length(objective) <= 1000);
