-- A second factor for accounts: the code of an authenticator (RFC 6238), recovery codes, and which profiles force it.

create table identity.second_factor (
  account uuid primary key references identity.account on delete cascade,
  -- Twenty bytes, sealed with the process's secret and bound to the account.
  secret bytea not null,
  begun_at timestamptz not null,
  -- Until a first code confirms it nothing is asked at sign-in.
  confirmed_at timestamptz,
  -- The thirty seconds of the last code taken: neither it nor an earlier one is taken again.
  last_step bigint not null default 0
);

create table identity.recovery_code (
  account uuid not null references identity.second_factor on delete cascade,
  hash bytea not null,
  used_at timestamptz,
  primary key (account, hash)
);

-- Proofs of a right password that opened a session, until they would have ended anyway.
create table identity.spent_proof (
  id uuid primary key,
  expires_at timestamptz not null
);
create index spent_proof_age on identity.spent_proof (expires_at);

-- Which profiles force a second factor: the county's choice, made by an administrator. A profile without a row does not,
-- and none does at first: jalonsctl and the systems that bring the feed sign in with a password alone.
create table identity.second_factor_rule (
  profile text primary key,
  forced boolean not null
);
