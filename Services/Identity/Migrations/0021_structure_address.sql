-- Where a structure is: its letters bear it.
alter table identity.organisation add column address text check (length(address) between 1 and 200),
  add column postal_code text check (length(postal_code) between 1 and 10),
  add column commune text check (length(commune) between 1 and 100);
create or replace view identity.v1_organisation as
  select id, name, kind, territory, genesis_ref, pending, address, postal_code, commune from identity.organisation;
-- A view that is replaced forgets whose policies it asks.
call jalons.publish('identity.v1_organisation');
