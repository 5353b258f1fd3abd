-- The end as everybody may read it: reports of other services showed the one that is only intended (rule K11).

alter table contracts.contract add column told_end date generated always as (
  case when state in ('valide', 'non_valide') or end_changed_at is null then ends_on else proposed_end end) stored;

create or replace view contracts.v1_contract with (security_invoker = true) as
  select id, dossier, territory, kind, number, state, starts_on, ends_on, signed_on, decided_on, last_contract, author,
    submitted_at, told_end
  from contracts.contract;
call jalons.publish('contracts.v1_contract');
