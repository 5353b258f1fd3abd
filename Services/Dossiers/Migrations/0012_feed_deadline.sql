-- By when the county expects the day's feed, and the days on which it was late (rule F8).

-- Every rule there was; the one of the highest version holds.
create table dossiers.feed_deadline (
  version int primary key,
  -- Local time; null while nothing is expected.
  expected_by time,
  valid_from timestamptz not null,
  author uuid,
  author_name text
);
insert into dossiers.feed_deadline (version, expected_by, valid_from) values (1, '07:00', '2000-01-01');

create table dossiers.feed_late (
  day date primary key,
  expected_by time not null,
  noticed_at timestamptz not null,
  -- When it came after all, and by which run.
  arrived_at timestamptz,
  run uuid
);
