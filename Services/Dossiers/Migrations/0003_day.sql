-- What each new day does by itself runs once, whichever copy gets there first.
create table dossiers.day_turned (
  day date primary key,
  at timestamptz not null default now()
);
