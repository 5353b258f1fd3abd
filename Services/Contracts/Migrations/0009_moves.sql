-- Moves of many contracts at once: each is done or refused by itself, in the name of the person who asked.

call jalons.keep_jobs('contracts', 'move');
-- The day up to which endings were announced.
create table contracts.day_turned (
  day date primary key,
  at timestamptz not null default now()
);
