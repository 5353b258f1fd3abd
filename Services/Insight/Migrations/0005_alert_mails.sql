-- Who has their favourite alerts sent by e-mail, and how often. They are counted in the name of the person under the profile
-- that they acted as when they asked; `caller` is that person as the program reads them.
create table insight.alert_mail (
  account uuid primary key,
  rhythm text not null check (rhythm in ('daily', 'weekly')),
  caller jsonb not null,
  -- The last day that is settled: nothing is sent for it any more.
  settled_on date not null
);
alter table insight.alert_mail enable row level security;
alter table insight.alert_mail force row level security;
create policy owner on insight.alert_mail using (account = caller.account()) with check (account = caller.account());
create policy system on insight.alert_mail to reach_system using (true) with check (true);
