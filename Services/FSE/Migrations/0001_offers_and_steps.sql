-- Operators, offers, FSE operations; the steps of a dossier, its participations and their forms.

create table fse.operator (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  address text,
  postal_code text,
  commune text,
  phone text,
  email text,
  -- The organisation whose accounts work for it, where it has any: they reach who is registered with it.
  organisation uuid,
  active boolean not null default true,
  version int not null default 1
);
create unique index operator_name on fse.operator (lower(name));
create index operator_organisation on fse.operator (organisation) where organisation is not null;

-- Lists that the administration keeps: classes of offers, reasons for which a step ends.
create table fse.list_entry (
  list text not null check (list in ('classification', 'end_reason')),
  code text not null check (code ~ '^[a-z0-9_]{1,40}$'),
  name text not null check (length(name) between 1 and 200),
  position int not null default 0,
  active boolean not null default true,
  primary key (list, code)
);
insert into fse.list_entry (list, code, name, position) values
  ('classification', 'fse', 'FSE', 10),
  ('classification', 'emploi', 'Emploi', 20),
  ('classification', 'formation', 'Formation et qualification', 30),
  ('classification', 'diagnostic', 'Diagnostic et évaluation', 40),
  ('classification', 'iae', 'Insertion par l’activité économique', 50),
  ('classification', 'mobilite', 'Mobilité', 60),
  ('classification', 'sante', 'Santé', 70),
  ('classification', 'logement', 'Logement', 80),
  ('classification', 'social', 'Lien social et citoyenneté', 90),
  ('classification', 'numerique', 'Numérique', 100),
  ('end_reason', 'terminee', 'Étape menée à son terme', 10),
  ('end_reason', 'emploi', 'Accès à un emploi', 20),
  ('end_reason', 'formation', 'Accès à une formation', 30),
  ('end_reason', 'reorientation', 'Réorientation', 40),
  ('end_reason', 'abandon', 'Abandon', 50),
  ('end_reason', 'non_presente', 'Ne s’est pas présenté·e', 60),
  ('end_reason', 'sante', 'Raison de santé', 70),
  ('end_reason', 'demenagement', 'Déménagement', 80),
  ('end_reason', 'fin_droit', 'Fin du droit', 90),
  ('end_reason', 'autre', 'Autre raison', 100);

create table fse.questionnaire (
  version int not null,
  form text not null check (form in ('entry', 'exit')),
  definition jsonb not null,
  made_at timestamptz not null default now(),
  primary key (version, form)
);

create table fse.operation (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  code text not null check (length(code) between 1 and 60),
  starts_on date not null,
  ends_on date not null,
  -- The accounts that manage it: the scope "operation" is made of its participants.
  managers uuid[] not null default '{}',
  objective text,
  questionnaire int not null default 1,
  -- Days after which a form is late: entry from the first day, exit from the last (four weeks, Regulation 2021/1057).
  entry_days int not null default 28 check (entry_days between 0 and 366),
  exit_days int not null default 28 check (exit_days between 0 and 366),
  -- Above this share of incomplete sheets the county risks a financial correction.
  incomplete_limit int not null default 35 check (incomplete_limit between 0 and 100),
  version int not null default 1,
  check (ends_on >= starts_on)
);
create unique index operation_code on fse.operation (lower(code));

create table fse.offer (
  id uuid primary key,
  name text not null check (length(name) between 1 and 200),
  search text not null generated always as (jalons.plain(name)) stored,
  operator uuid constraint offer_operator references fse.operator,
  classification text not null,
  starts_on date not null,
  ends_on date not null,
  active boolean not null default true,
  needs_partner boolean not null default false,
  needs_attendance boolean not null default false,
  needs_report boolean not null default false,
  uses_sessions boolean not null default false,
  -- Whether the county opened to the operator the persons registered on it.
  open_to_operator boolean not null default false,
  description text,
  operation uuid constraint offer_operation references fse.operation,
  version int not null default 1,
  check (ends_on >= starts_on)
);
create index offer_listed on fse.offer (name, id);
create index offer_search on fse.offer using gin (search gin_trgm_ops);
create index offer_of_operator on fse.offer (operator);
create index offer_of_operation on fse.offer (operation) where operation is not null;

create table fse.offer_session (
  id uuid primary key,
  offer uuid not null references fse.offer on delete cascade,
  name text not null check (length(name) between 1 and 200),
  starts_on date not null,
  ends_on date not null,
  check (ends_on >= starts_on)
);
create index offer_session_offer on fse.offer_session (offer, starts_on);

create table fse.step (
  id uuid primary key,
  dossier uuid not null,
  territory uuid,
  offer uuid not null constraint step_offer references fse.offer,
  session uuid constraint step_session references fse.offer_session,
  -- Who carries it out, where the offer has several operators.
  partner uuid constraint step_partner references fse.operator,
  -- step: registered; positioning: a wish, to be confirmed by converting it.
  kind text not null check (kind in ('step', 'positioning')),
  planned_from date not null,
  planned_until date not null,
  from_date date,
  until_date date,
  end_reason text,
  comment text,
  operation uuid constraint step_operation references fse.operation,
  -- Whether it went through to the operation (passage en convention); the forms are closed otherwise.
  participates boolean not null default false,
  registered_by uuid not null,
  registered_by_name text not null,
  registered_at timestamptz not null,
  version int not null default 1,
  constraint step_days check (
    planned_until >= planned_from and coalesce(until_date, planned_until) >= coalesce(from_date, planned_from)),
  -- A dossier is on one FSE operation at a time (rule S5), decided here whatever two people do at once.
  constraint step_one_operation exclude using gist (
    dossier with =, daterange(coalesce(from_date, planned_from), coalesce(until_date, planned_until), '[]') with &&
  ) where (operation is not null and kind = 'step')
);
create index step_dossier on fse.step (dossier, planned_from desc, id);
create index step_of_offer on fse.step (offer, planned_from desc, id);
create index step_of_session on fse.step (session) where session is not null;
create index step_of_partner on fse.step (partner) where partner is not null;

create table fse.participation (
  id uuid primary key,
  dossier uuid not null,
  territory uuid,
  operation uuid not null references fse.operation,
  -- The step on which the person is now, or was last.
  step uuid not null constraint participation_step references fse.step,
  -- The first entry and the last exit: who comes back is counted once (annexe D of the common indicators).
  from_date date not null,
  until_date date not null,
  entries int not null default 1,
  entry_completed_at timestamptz,
  exit_completed_at timestamptz,
  -- When it was announced that the exit form is due; empty until then.
  exit_announced_at timestamptz,
  version int not null default 1,
  constraint participation_days check (until_date >= from_date),
  constraint participation_once unique (dossier, operation)
);
create index participation_of_operation on fse.participation (operation, from_date);
create index participation_of_step on fse.participation (step);
create index participation_entry_due on fse.participation (from_date, id) where entry_completed_at is null;
create index participation_exit_due on fse.participation (until_date, id) where exit_completed_at is null;
create index participation_unannounced on fse.participation (until_date)
  where exit_completed_at is null and exit_announced_at is null;
create index participation_territory on fse.participation (territory);

create table fse.answer_sheet (
  participation uuid not null references fse.participation on delete cascade,
  form text not null check (form in ('entry', 'exit')),
  dossier uuid not null,
  territory uuid,
  -- The questionnaire that was answered, whatever the operation's is later.
  questionnaire int not null,
  answers jsonb not null default '{}',
  completed_at timestamptz,
  completed_by uuid,
  version int not null default 1,
  primary key (participation, form)
);

-- A proposed end: the référent changed or an exit was entered, so an exit form is to be filled in. It ends nothing.
create table fse.form_due (
  id uuid primary key,
  dossier uuid not null,
  territory uuid,
  participation uuid not null references fse.participation on delete cascade,
  form text not null check (form in ('entry', 'exit')),
  reason text not null check (reason in ('referent_changed', 'exit_recorded')),
  proposed_until date not null,
  due_on date not null,
  proposed_at timestamptz not null,
  resolved_at timestamptz
);
create unique index form_due_open on fse.form_due (participation, form) where resolved_at is null;

-- Who is reached through the FSE: participants of the operations that an account manages; persons registered on an
-- offer that an operator carries out and that the county opened to it.
create or replace function reach.operation() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select p.dossier from fse.participation p join fse.operation o on o.id = p.operation
  where caller.account() = any (o.managers)
$$;
create or replace function reach.enrolled_steps() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select s.id from fse.step s
  join fse.offer o on o.id = s.offer
  join fse.operator r on r.id = coalesce(s.partner, o.operator)
  where r.organisation = caller.organisation() and o.open_to_operator and s.kind = 'step'
$$;
create or replace function reach.enrolled() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select s.dossier from fse.step s
  join fse.offer o on o.id = s.offer
  join fse.operator r on r.id = coalesce(s.partner, o.operator)
  where r.organisation = caller.organisation() and o.open_to_operator and s.kind = 'step'
$$;
grant usage on schema fse to reach_definer;
grant select on fse.operator, fse.offer, fse.operation, fse.step, fse.participation to reach_definer;
alter function reach.operation() owner to reach_definer;
alter function reach.enrolled_steps() owner to reach_definer;
alter function reach.enrolled() owner to reach_definer;

call jalons.protect('fse.step', 'dossier', 'territory');
call jalons.protect('fse.participation', 'dossier', 'territory');
call jalons.protect('fse.answer_sheet', 'dossier', 'territory');
call jalons.protect('fse.form_due', 'dossier', 'territory');

-- An operator sees its own steps of a person and the participation that goes with them, nothing else.
create policy own_steps on fse.step as restrictive to reach_enrolled
  using (id = any (array(select reach.enrolled_steps())));
create policy own_steps on fse.participation as restrictive to reach_enrolled using (exists (
  select from fse.step s where s.dossier = participation.dossier and s.operation = participation.operation));
create policy own_steps on fse.answer_sheet as restrictive to reach_enrolled using (exists (
  select from fse.participation p where p.id = answer_sheet.participation));
create policy own_steps on fse.form_due as restrictive to reach_enrolled using (exists (
  select from fse.participation p where p.id = form_due.participation));
-- A manager sees the participations of the operations managed, not those of the same person in another.
create policy managed on fse.participation as restrictive to reach_operation using (exists (
  select from fse.operation o where o.id = participation.operation and caller.account() = any (o.managers)));
create policy managed on fse.answer_sheet as restrictive to reach_operation using (exists (
  select from fse.participation p where p.id = answer_sheet.participation));
create policy managed on fse.form_due as restrictive to reach_operation using (exists (
  select from fse.participation p where p.id = form_due.participation));

create view fse.v1_offer as
  select o.id, o.name, o.classification, o.operator, r.name as operator_name, o.starts_on, o.ends_on, o.active,
    o.operation
  from fse.offer o left join fse.operator r on r.id = o.operator;
call jalons.publish('fse.v1_offer', 'fse.offer', 'fse.operator');
create view fse.v1_step as
  select s.id, s.dossier, s.territory, s.offer, o.name as offer_name, o.classification, s.session, s.partner, s.kind,
    s.planned_from, s.planned_until, s.from_date, s.until_date, s.end_reason, s.operation, s.registered_by,
    s.registered_at
  from fse.step s join fse.offer o on o.id = s.offer;
call jalons.publish('fse.v1_step', 'fse.step', 'fse.offer');
create view fse.v1_participation as
  select p.id, p.dossier, p.territory, p.operation, o.name as operation_name, o.code as operation_code, p.step,
    p.from_date, p.until_date, p.entries, p.entry_completed_at, p.exit_completed_at
  from fse.participation p join fse.operation o on o.id = p.operation;
call jalons.publish('fse.v1_participation', 'fse.participation', 'fse.operation');
-- The forms that somebody has to fill in: entry from the first day, exit from the last, or once an end is proposed.
create view fse.v1_form_due as
  select p.dossier, p.territory, p.id as participation, p.operation, o.name as operation_name, 'entry' as form,
    p.from_date as since, p.from_date + o.entry_days as due_on, null::text as reason, null::date as proposed_until
  from fse.participation p join fse.operation o on o.id = p.operation
  where p.entry_completed_at is null and p.from_date <= caller.today()
  union all
  select p.dossier, p.territory, p.id, p.operation, o.name, 'exit',
    case when p.until_date <= caller.today() then p.until_date else d.proposed_until end,
    case when p.until_date <= caller.today() then p.until_date + o.exit_days else d.due_on end,
    d.reason, d.proposed_until
  from fse.participation p join fse.operation o on o.id = p.operation
  left join fse.form_due d on d.participation = p.id and d.form = 'exit' and d.resolved_at is null
  where p.exit_completed_at is null and (p.until_date <= caller.today() or d.id is not null);
call jalons.publish('fse.v1_form_due', 'fse.participation', 'fse.operation', 'fse.form_due');
