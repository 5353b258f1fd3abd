-- What there is of a contract on paper: its scan, and how the person was given it. The files are in the store of documents.

create table contracts.scan (
  id uuid primary key,
  contract uuid not null references contracts.contract on delete cascade,
  dossier uuid not null,
  file_name text not null check (length(file_name) between 1 and 200),
  content_type text not null check (content_type in ('application/pdf', 'image/jpeg', 'image/png')),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  bytes int not null,
  added_at timestamptz(3) not null,
  added_by uuid not null,
  added_by_name text not null,
  -- The same file again is the one that is there.
  unique (contract, digest)
);
call jalons.protect('contracts.scan', 'dossier');

create table contracts.handover (
  id uuid primary key,
  contract uuid not null references contracts.contract on delete cascade,
  dossier uuid not null,
  way text not null check (way in ('by_hand', 'post', 'email')),
  on_day date not null,
  at timestamptz(3) not null,
  by_account uuid not null,
  by_name text not null
);
create index handover_contract on contracts.handover (contract, at desc);
call jalons.protect('contracts.handover', 'dossier');

-- PDFs that were made lately, by the digest of the Word document that they were made from. Nothing lists them: who asks for
-- a document has read what is in it first.
create table contracts.made_pdf (
  source text primary key check (source ~ '^[0-9a-f]{64}$'),
  pdf bytea not null,
  made_at timestamptz(3) not null
);
create index made_pdf_age on contracts.made_pdf (made_at);
alter table contracts.made_pdf enable row level security;
alter table contracts.made_pdf force row level security;
create policy system on contracts.made_pdf to reach_system using (true);
