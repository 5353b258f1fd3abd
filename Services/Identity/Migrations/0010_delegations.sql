-- Delegations: somebody away, and who acts in their place, from one day to another.
create table identity.delegation (
  id uuid primary key,
  absent uuid not null references identity.account on delete cascade,
  replacement uuid not null references identity.account on delete cascade,
  from_date date not null,
  until_date date not null,
  comment text check (length(comment) <= 300),
  made_at timestamptz not null,
  made_by uuid not null,
  made_by_name text not null,
  -- Ended before its last day, or withdrawn before its first.
  ended_at timestamptz,
  ended_by_name text,
  check (absent <> replacement),
  check (until_date >= from_date),
  constraint delegation_once exclude using gist
    (absent with =, replacement with =, daterange(from_date, until_date, '[]') with &&) where (ended_at is null)
);
create index delegation_absent on identity.delegation (absent, until_date);
create index delegation_replacement on identity.delegation (replacement, until_date);

-- Whose profile a session is under, where it is a colleague's.
alter table identity.session add column delegation uuid references identity.delegation on delete set null;
create index session_delegation on identity.session (delegation) where delegation is not null and closed_at is null;

-- In whose place an act was done; part of the line's hash where there is one.
alter table identity.audit_entry add column replaces uuid;
create index audit_entry_replaces on identity.audit_entry (replaces, at desc, position desc) where replaces is not null;
