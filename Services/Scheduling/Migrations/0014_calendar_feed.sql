-- A secret address under which one's calendar program reads one's appointments. What the account could see when it made the
-- address is looked up anew at each read, under the profile that is kept here. Of the secret only a hash is kept.

create table scheduling.calendar_feed (
  account uuid primary key,
  account_name text not null,
  profile text not null,
  organisation uuid,
  secret_hash bytea not null unique,
  -- Says of each hour nothing but that it is taken.
  neutral boolean not null,
  made_at timestamptz(3) not null,
  last_read_at timestamptz(3),
  last_address text
);
alter table scheduling.calendar_feed enable row level security;
alter table scheduling.calendar_feed force row level security;
create policy mine on scheduling.calendar_feed
  to reach_own, reach_organisation, reach_territory, reach_operation, reach_enrolled, reach_county, reach_none
  using (account = caller.account());
create policy system on scheduling.calendar_feed to reach_system using (true);
