-- The papers that prove a step (rule S19): the signed attendance sheet, scanned; the registration at France Travail, which the
-- guide asks for where a person has an aided job; what proves the exit. The files are in the store of documents.

create table fse.evidence (
  id uuid primary key,
  step uuid not null references fse.step on delete cascade,
  dossier uuid not null,
  territory uuid,
  kind text not null check (kind in ('attendance', 'employment', 'exit', 'other')),
  file_name text not null check (length(file_name) between 1 and 200),
  content_type text not null check (content_type in ('application/pdf', 'image/jpeg', 'image/png')),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  bytes int not null,
  added_at timestamptz(3) not null,
  added_by uuid not null,
  added_by_name text not null,
  -- The same file again is the one that is there.
  constraint evidence_once unique (step, digest)
);
create index evidence_dossier on fse.evidence (dossier);
call jalons.protect('fse.evidence', 'dossier', 'territory', enrolled => true);
-- An operator reads and adds what proves its own steps.
create policy own_steps on fse.evidence as restrictive to reach_enrolled
  using (step = any (array(select reach.enrolled_steps())));
