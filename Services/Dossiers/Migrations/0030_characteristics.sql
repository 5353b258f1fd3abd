-- Characteristics (rule C18): typed entries by family, which the county defines, with the profiles that read and write
-- each. The table that the first migration made for them was never written to.
drop table dossiers.characteristic;

create table dossiers.characteristic_family (
  code text primary key check (code ~ '^[a-z0-9_]{1,40}$'),
  label text not null check (length(label) between 1 and 120),
  position int not null,
  open boolean not null default true
);
call jalons.keep_list('dossiers.characteristic_family');
insert into dossiers.characteristic_family (code, label, position) values
  ('administratif_cd07', 'AdministratifCD07', 1), ('situation', 'Situation', 2), ('parcours', 'Parcours', 3);

create table dossiers.characteristic (
  code text primary key check (code ~ '^[a-z0-9_]{1,40}$'),
  family text not null references dossiers.characteristic_family,
  label text not null check (length(label) between 1 and 120),
  kind text not null check (kind in ('line', 'text', 'number', 'date', 'yes_no', 'choice', 'choices')),
  choices text[] not null default '{}',
  -- Profiles; none: each that reaches dossiers reads it, each that may edit characteristics writes it.
  readers text[] not null default '{}',
  writers text[] not null default '{}',
  required boolean not null default false,
  open boolean not null default true,
  -- Read from the dossier itself, where the feed or a request of a formal notice wrote it: nobody writes it here.
  locked boolean not null default false,
  position int generated always as identity,
  version int not null default 1
);
create unique index characteristic_label on dossiers.characteristic (family, jalons.plain(label));
insert into dossiers.characteristic (code, family, label, kind, choices, locked) values
  ('date_actualisation', 'administratif_cd07', 'Date actualisation dossier', 'date', '{}', true),
  ('etat_droit', 'administratif_cd07', 'Etat du droit', 'choice', array['Demande en attente de décision',
    'Droit refusé', 'Droit ouvert et versable', 'Droit ouvert et suspendu', 'Droit ouvert mais versement suspendu',
    'Droit clos', 'Droit clos sur mois antérieur', 'Non défini'], true),
  ('sdd_nsdd', 'administratif_cd07', 'SDD/NSDD', 'choice',
    array['Soumis à droit et devoir', 'Non soumis à droit et devoir'], true),
  ('date_sortie', 'administratif_cd07', 'Date de sortie du dispositif', 'date', '{}', true),
  ('motif_demande_midem', 'administratif_cd07', 'Motif demande de MIDEM', 'text', '{}', true),
  ('date_demande_midem', 'administratif_cd07', 'Date demande de MIDEM', 'date', '{}', true),
  ('motif_midem', 'administratif_cd07', 'Motif MIDEM secrétariat', 'line', '{}', true),
  ('date_midem', 'administratif_cd07', 'DateMIDEM', 'date', '{}', true),
  ('bilan_de_fin_d_etape', 'parcours', 'Bilan de fin d’étape', 'text', '{}', false);

create table dossiers.characteristic_value (
  dossier uuid not null references dossiers.dossier,
  characteristic text not null references dossiers.characteristic,
  -- Several choices are lines. Null: said once, and no longer.
  value text,
  -- What a search compares: words without case or accents, and the number or the day that the value is.
  plain text generated always as (left(jalons.plain(value), 200)) stored,
  number double precision,
  day date,
  author uuid not null,
  author_name text not null,
  at timestamptz not null,
  version int not null default 1,
  primary key (dossier, characteristic)
);
-- At 110,000 dossiers with 40 values each, a criterion reads one characteristic's stretch of one of these.
create index characteristic_value_plain on dossiers.characteristic_value (characteristic, plain, dossier)
  where value is not null;
create index characteristic_value_number on dossiers.characteristic_value (characteristic, number, dossier)
  where number is not null;
create index characteristic_value_day on dossiers.characteristic_value (characteristic, day, dossier)
  where day is not null;
call jalons.protect('dossiers.characteristic_value', 'dossier');

-- What a value was before an update with history.
create table dossiers.characteristic_past (
  position bigint generated always as identity primary key,
  dossier uuid not null references dossiers.dossier,
  characteristic text not null references dossiers.characteristic,
  value text,
  author_name text not null,
  at timestamptz(3) not null,
  replaced_by text not null,
  replaced_at timestamptz(3) not null
);
create index characteristic_past_dossier on dossiers.characteristic_past (dossier, position desc);
call jalons.protect('dossiers.characteristic_past', 'dossier');

-- Beside reaching the dossier: a value is read by the profiles of its characteristic. Background work has no profile.
create policy readers on dossiers.characteristic_value as restrictive using (
  caller.profile() = '' or characteristic = any (array(select c.code from dossiers.characteristic c
    where c.readers = '{}' or caller.profile() = any (c.readers))));
create policy readers on dossiers.characteristic_past as restrictive using (
  caller.profile() = '' or characteristic = any (array(select c.code from dossiers.characteristic c
    where c.readers = '{}' or caller.profile() = any (c.readers))));

-- Why a right was suspended is kept with its event, as why it was closed is.
alter table dossiers.entitlement_event add column suspension_reason text;
