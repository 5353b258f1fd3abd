-- Who gave a contract another end than its référent: the page attributed it to them.
alter table contracts.contract add column end_changed_by_name text;
alter table contracts.contract add column end_changed_at timestamptz(3);

-- Back from « Attente de décision » is for the chef de service and the ALI alone (rule K1): the first table
-- gave one of the two ways to the secretariat. A county that has narrowed it further keeps what it has left.
update contracts.transition set entitled = 'decideContracts',
  profiles = case when profiles && array['chef_de_service', 'ali']
    then array(select p from unnest(profiles) p where p in ('chef_de_service', 'ali'))
    else array['chef_de_service', 'ali'] end,
  usual = jsonb_set(usual, '{profiles}', '["chef_de_service", "ali"]')
where from_state = 'attente' and to_state = 'soumis';
