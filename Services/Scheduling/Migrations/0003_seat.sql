-- Whoever acts in the place of a colleague away has that colleague's agenda, what is shared with them, and what they
-- are told, besides one's own agenda.
alter policy mine on scheduling.agenda_share
  using (caller.account() in (owner, shared_with) or shared_with = caller.seat()) with check (owner = caller.account());
alter policy mine on scheduling.notification using (account = caller.seat());

create or replace function scheduling.open_agenda(agent uuid) returns text
language sql stable security definer set search_path = '' as $$
  select case
    when $1 in (caller.account(), caller.seat()) then 'write'
    when caller.organisation() is not null and exists (
      select from identity.v1_account a where a.id = $1 and a.organisation = caller.organisation()) then 'write'
    when caller.organisation() is not null and exists (
      select from identity.v1_account_profile p
      where p.account = $1 and p.organisation = caller.organisation()) then 'write'
    else (
      select case when bool_or(s.may_write) then 'write' else 'read' end
      from scheduling.agenda_share s where s.owner = $1 and s.shared_with in (caller.account(), caller.seat())
      having count(*) > 0)
  end
$$;
