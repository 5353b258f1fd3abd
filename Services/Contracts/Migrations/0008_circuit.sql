-- What the circuit lacked: the end that the référent proposed beside the one that was decided, every field as it was
-- with who changed it, what the county asks for before a contract is submitted, and which endings were announced.

alter table contracts.contract add column proposed_end date;
-- The last end of which it was announced that it comes, and that it has come.
alter table contracts.contract add column expiring_told date;
alter table contracts.contract add column expired_told date;
-- The ends that the list of renewals showed already are no news on the first day.
update contracts.contract set expiring_told = ends_on
where state = 'valide' and ends_on is not null and ends_on <= current_date + 60;

create table contracts.field_change (
  -- The order of the changes: the contract is locked while it changes.
  position bigint generated always as identity primary key,
  contract uuid not null references contracts.contract on delete cascade,
  dossier uuid not null,
  field text not null check (length(field) between 1 and 40),
  before text,
  after text,
  by_account uuid not null,
  by_name text not null,
  at timestamptz(3) not null
);
create index field_change_contract on contracts.field_change (contract, position desc);
call jalons.protect('contracts.field_change', 'dossier');
-- No contract exists for an operator (rule A7).
drop policy if exists enrolled on contracts.field_change;
-- What was changed is read, never rewritten; it goes with a draft that is removed.
revoke update on contracts.field_change from contracts_writer;

-- What a contract must have to be submitted. The last row holds; without one, Jalons asks for everything.
create table contracts.submission_terms (
  position bigint generated always as identity primary key,
  required text[] not null,
  at timestamptz(3) not null,
  account uuid not null,
  account_name text not null
);
revoke update, delete on contracts.submission_terms from contracts_writer;

-- Contracts are followed by the day on which they were worked out, and by that of their decision.
create index contract_signed on contracts.contract (signed_on, id) where signed_on is not null;
create index contract_decided on contracts.contract (state, decided_on, id) where decided_on is not null;
