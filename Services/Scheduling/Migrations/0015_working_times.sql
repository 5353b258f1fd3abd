-- When somebody is away, and the hours they work where those are not the county's: who looks at an agenda sees both, and no
-- hour is offered outside them.

create table scheduling.absence (
  id uuid primary key,
  account uuid not null,
  from_date date not null,
  -- Included.
  until_date date not null,
  note text check (length(note) between 1 and 120),
  entered_at timestamptz(3) not null,
  check (until_date >= from_date)
);
create index absence_account on scheduling.absence (account, until_date);
create table scheduling.working_hours (
  account uuid not null,
  weekday int not null check (weekday between 1 and 7),
  opens time not null,
  closes time not null,
  primary key (account, weekday, opens),
  check (closes > opens)
);

do $$ declare target regclass; begin
  foreach target in array array['scheduling.absence', 'scheduling.working_hours']::regclass[] loop
    execute format('alter table %s enable row level security', target);
    execute format('alter table %s force row level security', target);
    execute format('create policy mine on %s
      to reach_own, reach_organisation, reach_territory, reach_operation, reach_enrolled, reach_county, reach_none
      using (account = caller.account())', target);
    -- Whoever may look at the agenda.
    execute format('create policy open on %s for select
      to reach_own, reach_organisation, reach_territory, reach_operation, reach_enrolled, reach_county, reach_none
      using (scheduling.open_agenda(account) is not null)', target);
    execute format('create policy system on %s to reach_system using (true)', target);
  end loop;
end $$;
