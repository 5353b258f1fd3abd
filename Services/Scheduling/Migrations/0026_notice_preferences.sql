-- How an account wants to be told of each kind of thing: in the portal where nothing is said, by e-mail as well, or not at all.
create table scheduling.notice_preference (
  account uuid not null,
  kind text not null,
  way text not null check (way in ('email', 'none')),
  primary key (account, kind)
);
alter table scheduling.notice_preference enable row level security;
alter table scheduling.notice_preference force row level security;
create policy mine on scheduling.notice_preference
  to reach_own, reach_organisation, reach_territory, reach_operation, reach_enrolled, reach_county, reach_none
  using (account = caller.account());
create policy system on scheduling.notice_preference to reach_system using (true);
