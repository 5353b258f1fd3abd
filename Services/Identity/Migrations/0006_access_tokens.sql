-- Access tokens: what a program carries instead of somebody's password. Limited to reading or writing some services, to a
-- profile of its owner and in time.
create table identity.access_token (
  id uuid primary key,
  account uuid not null references identity.account on delete cascade,
  -- Null once the profile was withdrawn: it opens nothing any more.
  account_profile uuid references identity.account_profile on delete set null,
  name text not null check (length(name) between 1 and 80),
  secret_hash bytea not null unique,
  permits text[] not null check (cardinality(permits) > 0),
  created_at timestamptz not null,
  expires_on date not null,
  last_used_at timestamptz,
  last_address text,
  revoked_at timestamptz
);
create index access_token_account on identity.access_token (account, created_at desc) where revoked_at is null;
