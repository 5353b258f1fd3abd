-- Documents of a dossier, in folders and under names that the county decides (rule D1). The contents are in the store
-- of files, under their digests; here is what is said of them.

create table dossiers.document_folder (
  code text primary key check (code ~ '^[a-z0-9_]{1,40}$'),
  label text not null check (length(label) between 1 and 120),
  position int not null,
  open boolean not null default true
);
call jalons.keep_list('dossiers.document_folder');
insert into dossiers.document_folder (code, label, position) values
  ('courriers', 'Courriers', 1),
  ('administratif', 'Pièces administratives', 2),
  ('contrats', 'CER scannés', 3),
  ('orientation', 'Orientation et diagnostics', 4),
  ('emploi', 'Emploi et formation', 5),
  ('autres', 'Autres documents', 6);

-- The county's table of names: where a type goes, how it is called, whether a folder lacks it.
create table dossiers.document_type (
  code text primary key check (code ~ '^[a-z0-9_]{1,40}$'),
  label text not null check (length(label) between 1 and 120),
  position int not null,
  open boolean not null default true,
  folder text references dossiers.document_folder,
  name text not null default '' check (name ~ '^[A-Za-z0-9_-]{0,120}$'),
  is_required boolean not null default false
);
call jalons.keep_list('dossiers.document_type');
insert into dossiers.document_type (code, label, position, folder, name, is_required) values
  ('courrier_departement', 'Courrier du Département', 1, 'courriers', 'Courrier_DATE', false),
  ('convocation', 'Convocation', 2, 'courriers', 'Convocation_DATE', false),
  ('courrier_recu', 'Courrier reçu', 3, 'courriers', 'Courrier_recu_DATE', false),
  ('identite', 'Pièce d’identité', 4, 'administratif', 'Piece_identite', true),
  ('attestation', 'Attestation de droits', 5, 'administratif', 'Attestation_DATE', false),
  ('cer', 'CER signé', 6, 'contrats', 'CER_DATE', true),
  ('fiche_orientation', 'Fiche d’orientation', 7, 'orientation', 'Orientation_DATE', false),
  ('diagnostic', 'Diagnostic', 8, 'orientation', 'Diagnostic_DATE', false),
  ('cv', 'CV', 9, 'emploi', 'CV', false),
  ('diplome', 'Diplôme, attestation de formation', 10, 'emploi', 'Diplome_DATE', false),
  ('autre', 'Autre document', 11, 'autres', '', false);

create table dossiers.opened_folder (
  dossier uuid not null references dossiers.dossier on delete cascade,
  folder text not null references dossiers.document_folder,
  opened_at timestamptz not null,
  account uuid not null,
  account_name text not null,
  primary key (dossier, folder)
);
call jalons.protect('dossiers.opened_folder', 'dossier');

create table dossiers.document (
  id uuid primary key,
  dossier uuid not null references dossiers.dossier on delete cascade,
  folder text not null references dossiers.document_folder,
  type text not null references dossiers.document_type,
  name text not null check (name ~ '^[A-Za-z0-9_-]{1,120}$'),
  kind text not null check (kind in ('pdf', 'docx', 'doc', 'jpeg', 'png')),
  bytes int not null check (bytes > 0),
  -- Null once it is deleted: the row is the trace.
  digest text check (digest ~ '^[0-9a-f]{64}$'),
  sent_on date,
  comment text,
  deposited_at timestamptz not null,
  author uuid not null,
  author_name text not null,
  removed_at timestamptz,
  removed_by uuid,
  removed_by_name text,
  version int not null default 1,
  check ((removed_at is null) = (digest is not null))
);
create index document_dossier on dossiers.document (dossier, id desc) where removed_at is null;
create unique index document_name on dossiers.document (dossier, folder, lower(name)) where removed_at is null;
create index document_digest on dossiers.document (digest) where digest is not null;
call jalons.protect('dossiers.document', 'dossier');

-- Contents of which the last document may be gone, or that never got one because a deposit broke off: `DocumentSweep`
-- erases those to which nothing refers any more.
create table dossiers.loose_content (
  digest text primary key check (digest ~ '^[0-9a-f]{64}$'),
  noted_at timestamptz not null
);
create index loose_content_noted on dossiers.loose_content (noted_at);

create function dossiers.note_loose_content() returns trigger language plpgsql as $$
begin
  if old.digest is not null and (tg_op = 'DELETE' or new.digest is distinct from old.digest) then
    insert into dossiers.loose_content (digest, noted_at) values (old.digest, clock_timestamp())
    on conflict (digest) do update set noted_at = excluded.noted_at;
  end if;
  return null;
end $$;
create trigger document_loose after update or delete on dossiers.document
  for each row execute function dossiers.note_loose_content();
