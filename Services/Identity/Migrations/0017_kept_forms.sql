-- What somebody had typed when their session ended: sealed, for a day, for them alone.
create table identity.kept_form (
  id uuid primary key,
  account uuid not null references identity.account on delete cascade,
  kept_at timestamptz not null,
  -- The page and the answers, under a key of the suite's secret.
  sealed bytea not null
);
create index kept_form_account on identity.kept_form (account, kept_at desc);
create index kept_form_age on identity.kept_form (kept_at);

alter table identity.kept_form enable row level security;
alter table identity.kept_form force row level security;
create policy author on identity.kept_form using (account = caller.account()) with check (account = caller.account());
create policy system on identity.kept_form to reach_system using (true) with check (true);
