-- Who moves a contract becomes the county's to decide on a page (rule K1), with what Jalons came with beside it.

alter table contracts.transition add column usual jsonb;
update contracts.transition set usual = jsonb_build_object(
  'profiles', to_jsonb(profiles), 'needsReason', needs_reason, 'enabled', enabled);
alter table contracts.transition alter column usual set not null;

create table contracts.transition_change (
  position bigint generated always as identity primary key,
  before jsonb not null,
  after jsonb not null,
  at timestamptz(3) not null,
  account uuid not null,
  account_name text not null
);
-- What was decided is read, never rewritten.
revoke update, delete on contracts.transition_change from contracts_writer;
