-- What the county asks of each profile at the door (rule A9): a second factor,
-- how many sessions at once, how long without use and in all. Every change stays with who made it and when.

create table identity.security_rule (
  profile text primary key,
  second_factor boolean not null default false,
  -- How many sessions of one account at once; null for any number.
  sessions int check (sessions between 1 and 50),
  idle_minutes int not null default 30 check (idle_minutes between 15 and 480),
  hours int not null default 10 check (hours between 1 and 24),
  version int not null default 1
);
-- The table that the version before reads stays as it was, until that version is gone.
insert into identity.security_rule (profile, second_factor)
select profile, forced from identity.second_factor_rule;

create table identity.security_change (
  position bigint generated always as identity primary key,
  profile text not null,
  before jsonb not null,
  after jsonb not null,
  at timestamptz not null,
  account uuid not null,
  account_name text not null
);
create index security_change_profile on identity.security_change (profile, position desc);
-- What was decided is read, never rewritten.
revoke update, delete on identity.security_change from identity_writer;
