-- A meeting for a group (guide, Prise de rendez-vous collectifs): what its appointments have in common, and the job that books
-- them person by person. Its appointments bear its identifier in `meeting`.

create table scheduling.meeting (
  id uuid primary key,
  agent uuid not null,
  agent_name text not null,
  kind text not null references scheduling.appointment_kind,
  theme text references scheduling.appointment_theme,
  place uuid references scheduling.place,
  place_name text,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  -- How many may come; as many as are asked where null.
  capacity int check (capacity between 1 and 200),
  planned_by uuid not null,
  planned_by_name text not null,
  planned_at timestamptz(3) not null,
  check (ends_at > starts_at)
);
create index meeting_start on scheduling.meeting (starts_at desc, id desc);
create index appointment_meeting on scheduling.appointment (meeting);
alter table scheduling.meeting enable row level security;
alter table scheduling.meeting force row level security;
-- It names nobody but its agent: who planned it, and whoever may look at that agenda.
create policy open on scheduling.meeting
  to reach_own, reach_organisation, reach_territory, reach_operation, reach_enrolled, reach_county, reach_none
  using (planned_by = caller.account() or scheduling.open_agenda(agent) is not null);
create policy system on scheduling.meeting to reach_system using (true);

call jalons.keep_jobs('scheduling', 'booking');
