-- The contracts (CER), their objectives, the passages between their states, and the lists that a county keeps.

-- What the person and the référent work on. Codes are stored, labels are the county's.
create table contracts.theme (
  code text primary key check (code ~ '^[a-z0-9_]{1,40}$'),
  label text not null check (length(label) between 1 and 120),
  position int not null,
  open boolean not null default true
);

-- How much of a hurry the référent says there is; `position` is the order in the secretariat's list.
create table contracts.priority (
  code text primary key check (code ~ '^[a-z0-9_]{1,40}$'),
  label text not null check (length(label) between 1 and 120),
  position int not null check (position between 1 and 999),
  open boolean not null default true
);

-- The passages between states (rule K1): who, with which right, and whether a reason is asked for.
create table contracts.transition (
  from_state text not null check (from_state in ('proposition', 'soumis', 'etude', 'attente', 'valide', 'non_valide')),
  to_state text not null check (to_state in ('proposition', 'soumis', 'etude', 'attente', 'valide', 'non_valide')),
  label text not null check (length(label) between 1 and 120),
  profiles text[] not null,
  -- The right that the profile must have kept as well.
  entitled text not null check (entitled in ('draftContracts', 'moveContracts', 'decideContracts')),
  -- Only the person's current lead référent, not a step référent.
  lead_only boolean not null default false,
  needs_reason boolean not null default false,
  enabled boolean not null default true,
  position int not null,
  primary key (from_state, to_state),
  check (from_state <> to_state)
);

create table contracts.contract (
  id uuid primary key,
  dossier uuid not null,
  -- The dossier's, kept in step by its event: lists and counts of a territory stay index scans.
  territory uuid,
  kind text not null default 'cer' check (kind in ('cer', 'ce')),
  -- Numbering is free (rule K4): the first one entered here is 1 by convention.
  number int not null check (number between 1 and 999),
  state text not null default 'proposition'
    check (state in ('proposition', 'soumis', 'etude', 'attente', 'valide', 'non_valide')),
  state_since timestamptz(3) not null,
  submitted_at timestamptz(3),
  starts_on date not null,
  ends_on date,
  signed_on date,
  last_contract boolean not null default false,
  priority text constraint contract_priority references contracts.priority,
  -- The priority's position when it was chosen; 1000 without one. It leads the order of the lists.
  urgency int not null default 1000,
  comment text not null default '',
  situation text not null default '',
  evaluation text not null default '',
  expression text not null default '',
  consent text not null default 'none' check (consent in ('none', 'sms', 'yes', 'no')),
  consent_at timestamptz(3),
  -- Hours of activity a week.
  target_hours int check (target_hours between 0 and 60),
  author uuid not null,
  author_name text not null,
  author_organisation uuid,
  decision text check (decision in ('valide', 'non_valide')),
  decision_comment text not null default '',
  decided_on date,
  decided_by uuid,
  decided_by_name text,
  note_for_referent text not null default '',
  version int not null default 1,
  created_at timestamptz(3) not null,
  constraint contract_dates check (ends_on is null or ends_on >= starts_on),
  constraint contract_consent check ((consent = 'none') = (consent_at is null)),
  -- A decided contract says which decision and since when; the two never part.
  constraint contract_decided check (
    state not in ('valide', 'non_valide') or (decision is not distinct from state and decided_on is not null))
);
create index contract_dossier on contracts.contract (dossier, starts_on desc);
create index contract_territory on contracts.contract (territory, state, urgency, state_since, id);
create index contract_state on contracts.contract (state, urgency, state_since, id);
create index contract_order on contracts.contract (urgency, state_since, id);
create index contract_renewal on contracts.contract (territory, ends_on, id)
  where state = 'valide' and not last_contract and ends_on is not null;
create index contract_ending on contracts.contract (ends_on, id)
  where state = 'valide' and not last_contract and ends_on is not null;

create table contracts.objective (
  id uuid primary key,
  contract uuid not null references contracts.contract on delete cascade,
  dossier uuid not null,
  position int not null,
  theme text not null constraint objective_theme references contracts.theme,
  person_does text not null,
  referent_does text not null default '',
  due_on date,
  -- The step or positioning that serves it, linked at any time (rule K5).
  step uuid
);
create index objective_contract on contracts.objective (contract, position);
create index objective_step on contracts.objective (step) where step is not null;

create table contracts.state_change (
  id uuid primary key,
  -- The order of the passages, also of two within a millisecond: the contract is locked while it moves.
  position bigint generated always as identity,
  contract uuid not null references contracts.contract on delete cascade,
  dossier uuid not null,
  from_state text,
  to_state text not null,
  by_account uuid not null,
  by_name text not null,
  at timestamptz(3) not null,
  reason text
);
create index state_change_contract on contracts.state_change (contract, position);

call jalons.protect('contracts.contract', 'dossier', 'territory');
call jalons.protect('contracts.objective', 'dossier');
call jalons.protect('contracts.state_change', 'dossier');
-- An operator sees identity, its step and its forms, nothing else (rule A7): no contract exists for it.
drop policy if exists enrolled on contracts.contract;
drop policy if exists enrolled on contracts.objective;
drop policy if exists enrolled on contracts.state_change;

create view contracts.v1_contract as
  select id, dossier, territory, kind, number, state, starts_on, ends_on, signed_on, decided_on, last_contract, author,
    submitted_at
  from contracts.contract;
-- What people wrote to each other stays at home: the columns of the view are granted one by one.
alter view contracts.v1_contract set (security_invoker = true);
do $$ declare scope text; begin
  foreach scope in array array['own', 'organisation', 'territory', 'operation', 'enrolled', 'county', 'none', 'system', 'definer'] loop
    execute format('grant usage on schema contracts to reach_%s', scope);
    execute format('grant select on contracts.v1_contract to reach_%s', scope);
    execute format('grant select (id, dossier, territory, kind, number, state, starts_on, ends_on, signed_on, decided_on,
      last_contract, author, submitted_at) on contracts.contract to reach_%s', scope);
  end loop;
end $$;

insert into contracts.theme (code, label, position) values
  ('emploi', 'Emploi', 1),
  ('formation', 'Formation', 2),
  ('creation_activite', 'Création ou développement d’activité', 3),
  ('langue', 'Maîtrise de la langue', 4),
  ('mobilite', 'Mobilité', 5),
  ('logement', 'Logement', 6),
  ('sante', 'Santé', 7),
  ('famille', 'Famille et garde d’enfants', 8),
  ('droits', 'Accès aux droits', 9),
  ('budget', 'Budget', 10),
  ('numerique', 'Numérique', 11),
  ('vie_sociale', 'Vie sociale et citoyenneté', 12),
  ('autre', 'Autre', 13);

insert into contracts.priority (code, label, position) values
  ('retablissement', 'Rétablissement des droits', 10),
  ('commission', 'Passage en commission demandé', 20),
  ('reorientation', 'Réorientation à discuter', 30),
  ('rappel', 'Situation sensible : rappeler le référent', 40),
  ('diagnostic', 'Diagnostic demandé', 50),
  ('normale', 'Traitement courant', 100);

insert into contracts.transition
  (from_state, to_state, label, profiles, entitled, lead_only, needs_reason, enabled, position)
select from_state, to_state, label,
  case who
    when 'referents' then array['referent', 'referent_fse', 'accompagnateur_emploi']
    when 'service' then array['secretariat_dispositif', 'chef_de_service', 'ali']
    else array['chef_de_service', 'ali']
  end, entitled, lead_only, needs_reason, enabled, row_number() over ()
from (values
  ('proposition', 'soumis', 'Soumettre à l’étude', 'referents', 'draftContracts', true, false, true),
  ('soumis', 'etude', 'Passer à l’étude en commission', 'service', 'moveContracts', false, false, true),
  ('soumis', 'attente', 'Passer en attente de décision', 'service', 'moveContracts', false, false, true),
  ('soumis', 'proposition', 'Renvoyer au référent', 'service', 'moveContracts', false, true, false),
  ('etude', 'attente', 'Passer en attente de décision', 'service', 'moveContracts', false, false, true),
  ('etude', 'valide', 'Valider (accord de la commission)', 'service', 'moveContracts', false, false, true),
  ('etude', 'non_valide', 'Ne pas valider (refus de la commission)', 'service', 'moveContracts', false, false, true),
  ('etude', 'soumis', 'Revenir à « Soumis à l’étude »', 'service', 'moveContracts', false, false, true),
  ('attente', 'valide', 'Valider', 'chefs', 'decideContracts', false, false, true),
  ('attente', 'non_valide', 'Ne pas valider', 'chefs', 'decideContracts', false, false, true),
  ('attente', 'etude', 'Revenir à l’étude en commission', 'chefs', 'decideContracts', false, false, true),
  ('attente', 'soumis', 'Revenir à « Soumis à l’étude »', 'service', 'moveContracts', false, false, true),
  ('valide', 'non_valide', 'Passer à « Non validé »', 'chefs', 'decideContracts', false, false, true),
  ('valide', 'attente', 'Revenir en attente de décision', 'chefs', 'decideContracts', false, false, true),
  ('non_valide', 'valide', 'Passer à « Validé »', 'chefs', 'decideContracts', false, false, true),
  ('non_valide', 'attente', 'Revenir en attente de décision', 'chefs', 'decideContracts', false, false, true)
) as seed (from_state, to_state, label, who, entitled, lead_only, needs_reason, enabled);
