-- A secretariat takes appointments for the référents of its territory (rule A5), besides those of its structure.
create or replace function scheduling.open_agenda(agent uuid) returns text
language sql stable security definer set search_path = '' as $$
  select case
    when $1 in (caller.account(), caller.seat()) then 'write'
    when caller.organisation() is not null and exists (
      select from identity.v1_account a where a.id = $1 and a.organisation = caller.organisation()) then 'write'
    when caller.organisation() is not null and exists (
      select from identity.v1_account_profile p
      where p.account = $1 and p.organisation = caller.organisation()) then 'write'
    when caller.profile() in ('secretariat_dispositif', 'secretariat_proximite') and exists (
      select from identity.v1_account_profile p join identity.v1_account a on a.id = p.account
        left join identity.v1_organisation o on o.id = coalesce(p.organisation, a.organisation)
      where p.account = $1 and p.profile in ('referent', 'referent_fse', 'accompagnateur_emploi')
        and (p.territories && caller.territories() or o.territory = any (caller.territories()))) then 'write'
    else (
      select case when bool_or(s.may_write) then 'write' else 'read' end
      from scheduling.agenda_share s where s.owner = $1 and s.shared_with in (caller.account(), caller.seat())
      having count(*) > 0)
  end
$$;
