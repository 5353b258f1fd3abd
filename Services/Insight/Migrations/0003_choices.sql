-- How each person likes the alerts and the home page.
create table insight.alert_choice (
  account uuid not null,
  alert text not null check (alert ~ '^[a-z-]{1,40}$'),
  favourite boolean not null,
  days int check (days between 0 and 3660),
  primary key (account, alert)
);
create table insight.alert_filter (
  account uuid primary key,
  situation text not null check (situation in ('active', 'left', 'all')),
  scheme text not null default 'all' check (scheme in ('all', 'fse'))
);
-- Under each profile that a person acts as there is another day's work, and another page.
create table insight.home (
  account uuid not null,
  profile text not null,
  places jsonb not null,
  primary key (account, profile)
);
do $$ declare kept text; begin
  foreach kept in array array['alert_choice', 'alert_filter', 'home'] loop
    execute format('alter table insight.%I enable row level security', kept);
    execute format('alter table insight.%I force row level security', kept);
    execute format(
      'create policy owner on insight.%I using (account = caller.account()) with check (account = caller.account())', kept);
  end loop;
end $$;
