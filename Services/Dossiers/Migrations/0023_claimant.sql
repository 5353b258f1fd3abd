-- MSA's claimant number is the claimant's NIR. It is sealed as NIRs are; claimant_number then holds what anybody may read.
alter table dossiers.household add column claimant_sealed bytea;
-- Which NIR it is, as two may look the same once masked.
alter table dossiers.household add column claimant_hash bytea;

-- What earlier runs told of its changes, and corrections at the screen, in clear. The household's own numbers are sealed by
-- the process, which has the key.
create function pg_temp.masked(number text) returns text language sql immutable as $$
  select case when number ~ '^[1-478][0-9]{5}[0-9AB][0-9]{6}([0-9]{2})?$'
    then concat_ws(' ', substr(number, 1, 1), substr(number, 2, 2), substr(number, 4, 2), '•• ••• ••• ••') else number end
$$;
-- Of every row, whatever its policy says.
alter table dossiers.feed_row no force row level security;
alter table dossiers.feed_correction no force row level security;
update dossiers.feed_row set changes = jsonb_set(changes, '{claimantNumber}',
    jsonb_build_array(pg_temp.masked(changes #>> '{claimantNumber,0}'), pg_temp.masked(changes #>> '{claimantNumber,1}')))
where changes ? 'claimantNumber';
update dossiers.feed_correction set changes = (
    select jsonb_agg(case when change ->> 'field' = 'MATRICULE' then change - 'before' - 'after' else change end)
    from jsonb_array_elements(changes) change)
where changes @> '[{"field": "MATRICULE"}]';
alter table dossiers.feed_row force row level security;
alter table dossiers.feed_correction force row level security;
