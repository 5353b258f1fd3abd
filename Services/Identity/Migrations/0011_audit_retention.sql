-- How long the audit log keeps its lines, with its history: the newest counts.
create table identity.audit_retention (
  version int primary key,
  months int not null check (months between 6 and 12),
  valid_from timestamptz not null,
  author uuid,
  author_name text
);
insert into identity.audit_retention (version, months, valid_from) values (1, 12, now());

-- Where the chain begins after lines were taken out for their age: the last of them and its hash.
create table identity.audit_anchor (
  position bigint primary key,
  hash bytea not null,
  removed bigint not null,
  until timestamptz not null,
  at timestamptz not null
);
revoke insert, update, delete on identity.audit_anchor from identity_writer;

-- Takes out the oldest lines, at most so many, all from before `cutoff`, which is six months ago or earlier whatever is
-- asked: it is the one way in which the service can shorten the log, from its old end alone. The last line stays, for the
-- next to follow.
create function identity.trim_audit(cutoff timestamptz, most int) returns int
language plpgsql security definer set search_path = '' as $$
declare
  bound timestamptz := least(cutoff, now() - interval '6 months');
  kept bigint;
  last_position bigint;
  count int;
begin
  perform pg_advisory_xact_lock(hashtext('identity.audit_entry'));
  select min(o.position) into kept from (
    select e.position, e.at from identity.audit_entry e order by e.position limit most + 1) o
  where o.at >= bound or o.position = (select max(e.position) from identity.audit_entry e);
  select max(o.position), count(*) into last_position, count from (
    select e.position from identity.audit_entry e order by e.position limit most) o
  where kept is null or o.position < kept;
  if count = 0 then return 0; end if;
  insert into identity.audit_anchor (position, hash, removed, until, at)
  select e.position, e.hash, count, bound, now() from identity.audit_entry e where e.position = last_position;
  delete from identity.audit_entry e where e.position <= last_position;
  return count;
end $$;
revoke execute on function identity.trim_audit(timestamptz, int) from public;
grant execute on function identity.trim_audit(timestamptz, int) to identity_writer;
