-- Organisations, territories, accounts, profiles, sessions, signing keys, audit log.

create table identity.territory (
  id uuid primary key,
  code text not null unique,
  name text not null
);

create table identity.organisation (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  -- A department's team, a partner that accompanies, an operator of offers.
  kind text not null default 'accompagnement' check (kind in ('departement', 'accompagnement', 'operateur')),
  territory uuid references identity.territory,
  genesis_ref text unique,
  pending boolean not null default false,
  version int not null default 1
);

create table identity.account (
  id uuid primary key,
  email text not null check (length(email) between 3 and 254),
  family_name text not null check (length(family_name) between 1 and 100),
  given_name text not null default '' check (length(given_name) <= 100),
  organisation uuid references identity.organisation,
  -- pending: named by the feed and not confirmed; invited: a link was sent; active; closed.
  status text not null default 'pending' check (status in ('pending', 'invited', 'active', 'closed')),
  password text,
  -- Given by an administrator's command, and to be replaced by its owner.
  password_temporary boolean not null default false,
  genesis_ref text unique,
  signed_in_at timestamptz,
  created_at timestamptz not null default now(),
  version int not null default 1
);
create unique index account_email on identity.account (lower(email));
create index account_name on identity.account (family_name, given_name, id);
create index organisation_name on identity.organisation (name, id);

create table identity.account_profile (
  id uuid primary key,
  account uuid not null references identity.account on delete cascade,
  profile text not null,
  organisation uuid references identity.organisation,
  territories uuid[] not null default '{}',
  constraint account_profile_once unique nulls not distinct (account, profile, organisation)
);

-- What each profile may do, seeded from the access table and narrowed by the county.
create table identity.profile_right (
  profile text not null,
  entitled text not null,
  primary key (profile, entitled)
);

create table identity.session (
  id uuid primary key,
  account uuid not null references identity.account on delete cascade,
  -- Null once the profile was withdrawn: the session stays, to say why it was closed.
  account_profile uuid references identity.account_profile on delete set null,
  client text not null default 'browser' check (client in ('browser', 'api')),
  secret_hash bytea not null unique,
  created_at timestamptz not null,
  seen_at timestamptz not null,
  expires_at timestamptz not null,
  address text,
  agent text,
  closed_at timestamptz,
  -- A code: what people read is written in the program.
  closed_because text
);
create index session_account on identity.session (account) where closed_at is null;
create index session_known on identity.session (account, address, created_at);

-- Attempts to sign in that have not succeeded, by the hash of what they have in common: an account's address with the
-- network it is tried from, the account alone, the network alone. An account that does not exist counts like any other.
create table identity.sign_in_failure (
  subject text primary key,
  failures int not null,
  failed_at timestamptz not null
);
create index sign_in_failure_age on identity.sign_in_failure (failed_at);

create table identity.invitation (
  id uuid primary key,
  account uuid not null references identity.account on delete cascade,
  secret_hash bytea not null unique,
  made_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);
create index invitation_open on identity.invitation (account) where used_at is null;

create table identity.signing_key (
  kid text primary key,
  public_x text not null,
  -- The private key, sealed with the process's secret.
  sealed bytea not null,
  made_at timestamptz not null,
  retired_at timestamptz
);

create table identity.audit_entry (
  position bigint generated always as identity primary key,
  event uuid not null unique,
  at timestamptz not null,
  account uuid not null,
  account_name text not null,
  profile text,
  scope text not null,
  act text not null,
  kind text not null,
  dossier uuid,
  object text,
  address text,
  -- The hash of this entry and of the one before: a line cannot be changed or taken out unseen.
  hash bytea not null
);
create index audit_entry_dossier on identity.audit_entry (dossier, position desc) where dossier is not null;
create index audit_entry_account on identity.audit_entry (account, position desc);

create view identity.v1_territory as select id, code, name from identity.territory;
create view identity.v1_organisation as
  select id, name, kind, territory, genesis_ref, pending from identity.organisation;
create view identity.v1_account as
  select id, email, family_name, given_name, upper(family_name) || case when given_name = '' then '' else ' ' || given_name end as name,
    organisation, status, genesis_ref from identity.account;
-- Which account acts under which profile, for those who must tell all chefs de service of a territory.
create view identity.v1_account_profile as
  select account, profile, organisation, territories from identity.account_profile;
call jalons.publish('identity.v1_territory', 'identity.territory');
call jalons.publish('identity.v1_organisation', 'identity.organisation');
call jalons.publish('identity.v1_account_profile', 'identity.account_profile');
-- The account's password and failures stay at home: columns are granted one by one.
alter view identity.v1_account set (security_invoker = true);
do $$ declare scope text; begin
  foreach scope in array array['own', 'organisation', 'territory', 'operation', 'enrolled', 'county', 'none', 'system', 'definer'] loop
    execute format('grant select on identity.v1_account to reach_%s', scope);
    execute format('grant select (id, email, family_name, given_name, organisation, status, genesis_ref) on identity.account to reach_%s', scope);
  end loop;
end $$;
-- The audit log is written and read, never changed, not even by its own service.
revoke update, delete on identity.audit_entry from identity_writer;
