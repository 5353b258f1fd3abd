-- Signatures that another provider takes: what it knows them by, and which of its messages were taken already.

alter table contracts.signature add column provider text check (provider in ('yousign'));
alter table contracts.signature add column provider_request text unique;
alter table contracts.signature add column provider_document text;
alter table contracts.signature add constraint signature_provider check (
  (provider is null) = (provider_request is null) and (provider is null) = (provider_document is null));

-- A message that comes again is refused: it may have been recorded on its way.
create table contracts.provider_event (
  event text primary key check (length(event) between 1 and 100),
  at timestamptz(3) not null
);
create index provider_event_age on contracts.provider_event (at);
alter table contracts.provider_event enable row level security;
alter table contracts.provider_event force row level security;
create policy system on contracts.provider_event to reach_system using (true);
