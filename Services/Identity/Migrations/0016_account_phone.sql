-- Where a collaborator is reached at work: contracts and letters give it to the person beside the référent's name.
alter table identity.account add column phone text check (phone ~ '^0[1-9][0-9]{8}$');

-- Added last, so that whoever reads the view as it was still does.
create or replace view identity.v1_account with (security_invoker = true) as
  select id, email, family_name, given_name, upper(family_name) || case when given_name = '' then '' else ' ' || given_name end as name,
    organisation, status, genesis_ref, phone from identity.account;
do $$ declare scope text; begin
  foreach scope in array array['own', 'organisation', 'territory', 'operation', 'enrolled', 'county', 'none', 'system', 'definer'] loop
    execute format('grant select (phone) on identity.account to reach_%s', scope);
  end loop;
end $$;
