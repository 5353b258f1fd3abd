-- What every scope may use of the foundation.
do $$ begin
  execute format('grant usage on schema caller, reach, jalons to %s', jalons.groups());
  execute format('grant execute on all functions in schema caller, reach, jalons to %s', jalons.groups());
  execute format('grant select on jalons.migration to %s', jalons.groups());
end $$;
