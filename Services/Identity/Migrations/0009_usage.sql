-- Use out of the ordinary: how many dossiers and exports a day are noticed, how many suspend the account, and within which
-- hours one works, profile by profile (CNIL's recommendation on the traces of access, and its decision on France Travail:
-- what agents open has to be watched while they do it, not after).

alter table identity.security_rule
  add column dossiers_noticed int default 200 check (dossiers_noticed between 1 and 100000),
  add column dossiers_most int default 1000 check (dossiers_most between 1 and 100000),
  add column exports_noticed int default 20 check (exports_noticed between 1 and 100000),
  add column exports_most int default 100 check (exports_most between 1 and 100000),
  add column opens_at int check (opens_at between 0 and 23),
  add column closes_at int check (closes_at between 1 and 24);

-- A suspended account waits for somebody to look at what it did.
alter table identity.account drop constraint account_status_check;
alter table identity.account add constraint account_status_check
  check (status in ('pending', 'invited', 'active', 'suspended', 'closed'));

-- What each account did on a day, in Paris.
create table identity.usage_day (
  account uuid not null,
  day date not null,
  dossiers int not null default 0,
  exports int not null default 0,
  outside int not null default 0,
  primary key (account, day)
);
-- Which dossiers, so that one opened twice counts once; emptied the day after.
create table identity.usage_dossier (
  account uuid not null,
  day date not null,
  dossier uuid not null,
  primary key (account, day, dossier)
);

create table identity.abnormal_use (
  id uuid primary key,
  account uuid not null,
  account_name text not null,
  profile text not null,
  day date not null,
  kind text not null check (kind in ('dossiers', 'exports', 'outside')),
  suspends boolean not null,
  -- What was passed.
  threshold int not null,
  at timestamptz not null,
  settled_at timestamptz,
  settled_by uuid,
  settled_name text,
  comment text,
  unique (account, day, kind, suspends)
);
create index abnormal_use_open on identity.abnormal_use (id) where settled_at is null;
