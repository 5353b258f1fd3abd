-- Documents that left for the person by e-mail: which, to what address, and what the mail server said. They are the proof that
-- the document was sent; the files themselves are in the store of documents.

create table contracts.mailing (
  -- What the e-mail is known by, on its way too.
  id uuid primary key,
  contract uuid not null references contracts.contract on delete cascade,
  dossier uuid not null,
  address text not null check (length(address) between 3 and 320),
  subject text not null,
  -- As the person reads its name.
  file_name text not null check (length(file_name) between 1 and 200),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  bytes int not null,
  asked_at timestamptz(3) not null,
  asked_by uuid not null,
  asked_by_name text not null,
  status text not null default 'waiting' check (status in ('waiting', 'sent', 'failed')),
  fault text,
  provider text,
  settled_at timestamptz(3),
  constraint mailing_settled check ((status = 'waiting') = (settled_at is null))
);
create index mailing_contract on contracts.mailing (contract, asked_at desc);
call jalons.protect('contracts.mailing', 'dossier');
