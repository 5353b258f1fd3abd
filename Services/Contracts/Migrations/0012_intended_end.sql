-- Another end that the service intends is the deciders' alone until the contract is decided (rule K11): the lines of its history
-- are told apart from those that the référent made.
alter table contracts.field_change add column by_service boolean not null default false;
update contracts.field_change f set by_service = true
where f.field = 'endsOn' and coalesce((
  select s.to_state from contracts.state_change s where s.contract = f.contract and s.at < f.at
  order by s.position desc limit 1), 'proposition') <> 'proposition';
