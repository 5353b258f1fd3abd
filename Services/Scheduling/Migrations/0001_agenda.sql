-- Places, appointments, agendas, reminders, notifications.

create table scheduling.place (
  id uuid primary key,
  name text not null check (length(name) between 1 and 120),
  address text,
  -- The territory it serves; every territory when null.
  territory uuid,
  active boolean not null default true,
  version int not null default 1
);
create unique index place_name on scheduling.place (lower(name), territory) nulls not distinct where active;

create table scheduling.appointment_kind (
  code text primary key,
  label text not null,
  position int not null,
  active boolean not null default true
);
create table scheduling.appointment_theme (
  code text primary key,
  label text not null,
  position int not null,
  active boolean not null default true
);
insert into scheduling.appointment_kind (code, label, position) values
  ('entretien', 'Entretien individuel référent', 1),
  ('telephone', 'Entretien téléphonique', 2),
  ('visite', 'Visite à domicile', 3),
  ('visio', 'Entretien en visioconférence', 4),
  ('tripartite', 'Entretien tripartite', 5),
  ('collectif', 'Réunion collective', 6);
insert into scheduling.appointment_theme (code, label, position) values
  ('premier', 'Premier entretien', 1),
  ('elaboration_cer', 'Élaboration CER', 2),
  ('renouvellement_cer', 'Renouvellement CER', 3),
  ('suivi', 'Suivi', 4),
  ('bilan', 'Bilan', 5),
  ('autre', 'Autre', 6);

-- The hours between which another slot is offered; 1 is Monday.
create table scheduling.opening (
  weekday int not null check (weekday between 1 and 7),
  opens time not null,
  closes time not null,
  primary key (weekday, opens),
  check (closes > opens)
);
insert into scheduling.opening (weekday, opens, closes)
  select weekday, opens, closes from generate_series(1, 5) weekday,
    (values ('08:30'::time, '12:00'::time), ('13:30', '17:30')) as hours (opens, closes);

create table scheduling.appointment (
  id uuid primary key,
  dossier uuid not null,
  territory uuid,
  agent uuid not null,
  agent_name text not null,
  kind text not null references scheduling.appointment_kind,
  theme text references scheduling.appointment_theme,
  place uuid references scheduling.place,
  place_name text,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  outcome text not null default 'planned'
    check (outcome in ('planned', 'held', 'excused', 'absent', 'cancelled_referent', 'cancelled_person')),
  summary text,
  step uuid,
  reminder boolean not null default false,
  -- The dossier changed hands and the new référent was not free at that hour.
  needs_attention boolean not null default false,
  -- Appointments of one group share a meeting; any other has its own.
  meeting uuid not null,
  booked_by uuid not null,
  booked_by_name text not null,
  booked_at timestamptz not null,
  version int not null default 1,
  check (ends_at > starts_at),
  -- An agent is in one meeting at a time, and a person in one place, whatever tab booked it.
  constraint appointment_agent_free exclude using gist
    (agent with =, meeting with <>, tstzrange(starts_at, ends_at) with &&) where (outcome in ('planned', 'held')),
  constraint appointment_person_free exclude using gist
    (dossier with =, tstzrange(starts_at, ends_at) with &&) where (outcome in ('planned', 'held'))
);
create index appointment_dossier on scheduling.appointment (dossier, starts_at desc, id desc);
create index appointment_agent on scheduling.appointment (agent, starts_at);
create index appointment_pending on scheduling.appointment (territory, ends_at, id) where outcome = 'planned';
create index appointment_pending_agent on scheduling.appointment (agent, ends_at, id) where outcome = 'planned';
call jalons.protect('scheduling.appointment', 'dossier', 'territory');

create table scheduling.agenda_share (
  owner uuid not null,
  shared_with uuid not null,
  may_write boolean not null,
  shared_at timestamptz not null,
  primary key (owner, shared_with),
  check (owner <> shared_with)
);
create index agenda_share_with on scheduling.agenda_share (shared_with);
alter table scheduling.agenda_share enable row level security;
alter table scheduling.agenda_share force row level security;
create policy mine on scheduling.agenda_share
  to reach_own, reach_organisation, reach_territory, reach_operation, reach_enrolled, reach_county, reach_none
  using (caller.account() in (owner, shared_with)) with check (owner = caller.account());
create policy system on scheduling.agenda_share to reach_system using (true);

-- The county's rule for reminders, with its history: the newest counts.
create table scheduling.reminder_rule (
  valid_from timestamptz primary key,
  hours_before int not null check (hours_before between 1 and 336),
  body text not null,
  author uuid,
  author_name text
);
insert into scheduling.reminder_rule (valid_from, hours_before, body) values ('2000-01-01', 48,
  'Rappel: vous avez RDV pour votre dossier RSA le {date} à {heure} avec M/Mme {agent}.[ Le RDV aura lieu à : {lieu}.]');

-- What is to be sent to a person, and what became of it. Number and text are apart.
create table scheduling.message (
  id uuid primary key,
  appointment uuid references scheduling.appointment on delete set null,
  dossier uuid,
  account uuid,
  channel text not null check (channel in ('sms', 'email')),
  status text not null default 'queued' check (status in ('queued', 'sent', 'delivered', 'failed', 'too_late')),
  due_at timestamptz not null,
  -- What the provider knows it by: the same key is never sent twice.
  key text not null unique,
  attempts int not null default 0,
  -- By the database's clock: a copy works on it until then, or it is not to be tried again before.
  claimed_until timestamptz,
  -- A call was begun and its result is not known.
  called_at timestamptz,
  provider text,
  provider_id text,
  segments int,
  fault text,
  settled_at timestamptz,
  created_at timestamptz not null
);
create index message_due on scheduling.message (due_at) where status = 'queued';
create index message_appointment on scheduling.message (appointment, created_at desc);
create index message_settled on scheduling.message (settled_at desc, id desc) where settled_at is not null;
call jalons.protect('scheduling.message', 'dossier');

create table scheduling.message_content (
  message uuid primary key references scheduling.message on delete cascade,
  recipient text not null,
  body text not null
);
alter table scheduling.message_content enable row level security;
alter table scheduling.message_content force row level security;
create policy system on scheduling.message_content to reach_system using (true);

-- The provider of an instance without one: it keeps what it was given, once per key.
create table scheduling.sent_by_outbox (
  key text primary key,
  channel text not null,
  sender text not null,
  recipient text not null,
  body text not null,
  taken_at timestamptz not null
);
alter table scheduling.sent_by_outbox enable row level security;
alter table scheduling.sent_by_outbox force row level security;
create policy system on scheduling.sent_by_outbox to reach_system using (true);

create table scheduling.notification (
  id uuid primary key,
  account uuid not null,
  kind text not null,
  title text not null,
  link text,
  dossier uuid,
  -- How many things of the same kind and day it stands for.
  occurrences int not null default 1,
  on_day date not null,
  at timestamptz not null,
  read_at timestamptz
);
create index notification_account on scheduling.notification (account, at desc, id desc);
create index notification_unread on scheduling.notification (account, at desc, id desc) where read_at is null;
create unique index notification_entered on scheduling.notification (account, on_day)
  where kind = 'entered' and read_at is null;
alter table scheduling.notification enable row level security;
alter table scheduling.notification force row level security;
create policy mine on scheduling.notification
  to reach_own, reach_organisation, reach_territory, reach_operation, reach_enrolled, reach_county, reach_none
  using (account = caller.account());
create policy system on scheduling.notification to reach_system using (true);

grant usage on schema scheduling to reach_definer;
grant select on scheduling.appointment, scheduling.agenda_share, scheduling.message, scheduling.message_content
  to reach_definer;

-- What an agenda is to the caller: 'write', 'read', or null when it does not exist for them (rule A5).
create function scheduling.open_agenda(agent uuid) returns text
language sql stable security definer set search_path = '' as $$
  select case
    when $1 = caller.account() then 'write'
    when caller.organisation() is not null and exists (
      select from identity.v1_account a where a.id = $1 and a.organisation = caller.organisation()) then 'write'
    when caller.organisation() is not null and exists (
      select from identity.v1_account_profile p
      where p.account = $1 and p.organisation = caller.organisation()) then 'write'
    else (
      select case when s.may_write then 'write' else 'read' end
      from scheduling.agenda_share s where s.owner = $1 and s.shared_with = caller.account())
  end
$$;
alter function scheduling.open_agenda(uuid) owner to reach_definer;
revoke execute on function scheduling.open_agenda(uuid) from public;
grant execute on function scheduling.open_agenda(uuid) to scheduling_writer;

-- The hours taken in an agenda that is open to the caller, those of dossiers out of reach included, and nothing else
-- about them.
create function scheduling.busy(agent uuid, after timestamptz, before timestamptz)
returns table (id uuid, starts_at timestamptz, ends_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select a.id, a.starts_at, a.ends_at from scheduling.appointment a
  where a.agent = $1 and a.outcome in ('planned', 'held') and a.starts_at < $3 and a.ends_at > $2
    and scheduling.open_agenda($1) is not null
  order by a.starts_at limit 1000
$$;
alter function scheduling.busy(uuid, timestamptz, timestamptz) owner to reach_definer;
revoke execute on function scheduling.busy(uuid, timestamptz, timestamptz) from public;
grant execute on function scheduling.busy(uuid, timestamptz, timestamptz) to scheduling_writer;

-- What left, with number and text: the service asks only for those who may see it.
create function scheduling.outgoing(before timestamptz, before_id uuid, most int)
returns table (id uuid, channel text, recipient text, text text, status text, provider text, segments int, fault text,
  dossier uuid, appointment uuid, settled_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select m.id, m.channel, c.recipient, c.body, m.status, m.provider, m.segments, m.fault, m.dossier, m.appointment,
    m.settled_at
  from scheduling.message m left join scheduling.message_content c on c.message = m.id
  where m.settled_at is not null and ($1 is null or (m.settled_at, m.id) < ($1, $2))
  order by m.settled_at desc, m.id desc limit $3
$$;
alter function scheduling.outgoing(timestamptz, uuid, int) owner to reach_definer;
revoke execute on function scheduling.outgoing(timestamptz, uuid, int) from public;
grant execute on function scheduling.outgoing(timestamptz, uuid, int) to scheduling_writer;

create view scheduling.v1_appointment as
  select a.id, a.dossier, a.territory, a.agent, a.agent_name, a.starts_at, a.ends_at, a.kind, k.label as kind_label,
    a.theme, t.label as theme_label, a.place_name, a.outcome, a.summary is not null as summarised
  from scheduling.appointment a
  join scheduling.appointment_kind k on k.code = a.kind
  left join scheduling.appointment_theme t on t.code = a.theme;
call jalons.publish('scheduling.v1_appointment', 'scheduling.appointment', 'scheduling.appointment_kind',
  'scheduling.appointment_theme');
