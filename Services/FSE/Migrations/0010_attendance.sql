-- Presence on a step, by day and half-day (guide, Nécessite la saisie de présence): typed by the référent or the operator
-- from the signed sheet (rule S11).

create table fse.attendance (
  step uuid not null references fse.step on delete cascade,
  dossier uuid not null,
  territory uuid,
  on_day date not null,
  half text not null check (half in ('morning', 'afternoon')),
  -- 0: expected, and did not come.
  minutes int not null check (minutes between 0 and 480),
  typed_by uuid not null,
  typed_by_name text not null,
  typed_at timestamptz not null,
  primary key (step, on_day, half)
);
create index attendance_dossier on fse.attendance (dossier);
call jalons.protect('fse.attendance', 'dossier', 'territory', enrolled => true);
-- An operator reads and types the presence on its own steps.
create policy own_steps on fse.attendance as restrictive to reach_enrolled
  using (step = any (array(select reach.enrolled_steps())));
