-- Who added and changed the places, as for the county's other lists.

create table scheduling.place_change (
  position bigint generated always as identity primary key,
  place uuid not null,
  before jsonb,
  after jsonb not null,
  at timestamptz(3) not null,
  account uuid not null,
  account_name text not null
);
-- What was decided is read, never rewritten.
revoke update, delete on scheduling.place_change from scheduling_writer;
