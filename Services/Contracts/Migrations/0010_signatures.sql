-- The signature of a contract by a code sent to the person's telephone: what was shown, what was sent, and what was signed.
-- The files themselves are in the store of documents, under their digests.

-- The keys that documents are signed with, the newest first to sign. A key that the operator gives stays with the operator:
-- only its certificates are kept, so that what it signed is known again.
create table contracts.signing_identity (
  position bigint generated always as identity primary key,
  -- PEM, the key's own first.
  certificates bytea not null,
  sealed_key bytea,
  made_at timestamptz(3) not null
);
alter table contracts.signing_identity enable row level security;
alter table contracts.signing_identity force row level security;
create policy system on contracts.signing_identity to reach_system using (true);

create table contracts.signature (
  id uuid primary key,
  contract uuid not null references contracts.contract on delete cascade,
  dossier uuid not null,
  status text not null default 'shown'
    check (status in ('shown', 'sent', 'confirmed', 'signed', 'replaced', 'locked')),
  -- The version of the contract that the document says; another version is another text.
  contract_version int not null,
  model_label text not null,
  file_name text not null,
  -- Of the document as it was shown.
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  pages int not null check (pages > 0),
  -- `+33612345678`
  phone text not null,
  beneficiary text not null,
  started_at timestamptz(3) not null,
  started_by uuid not null,
  started_by_name text not null,
  read_at timestamptz(3),
  -- The code itself is nowhere: an HMAC of it, under a key that the database has not.
  code_hash bytea,
  code_until timestamptz(3),
  codes int not null default 0,
  tries int not null default 0,
  message uuid unique,
  delivery text check (delivery in ('waiting', 'delayed', 'sent', 'failed')),
  delivery_fault text,
  delivered_at timestamptz(3),
  confirmed_at timestamptz(3),
  confirmed_by_name text,
  confirmed_address text,
  signed_digest text check (signed_digest ~ '^[0-9a-f]{64}$'),
  evidence_digest text check (evidence_digest ~ '^[0-9a-f]{64}$'),
  filed_at timestamptz(3),
  constraint signature_confirmed check ((status in ('confirmed', 'signed')) = (confirmed_at is not null)),
  constraint signature_filed check (
    (status = 'signed') = (signed_digest is not null and evidence_digest is not null and filed_at is not null))
);
create index signature_contract on contracts.signature (contract, started_at desc);
create index signature_unfiled on contracts.signature (confirmed_at) where status = 'confirmed';
create index signature_filed on contracts.signature (filed_at) where filed_at is not null;
-- One is under way at a time, whatever tab began it.
create unique index signature_open on contracts.signature (contract) where status in ('shown', 'sent', 'confirmed');
call jalons.protect('contracts.signature', 'dossier');
