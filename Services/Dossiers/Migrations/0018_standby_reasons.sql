-- Why a dossier is set aside becomes a list that the county keeps (rule C6), where it was typed before.

create table dossiers.standby_reason (
  code text primary key check (code ~ '^[a-z0-9_]{1,40}$'),
  label text not null check (length(label) between 1 and 120),
  position int not null,
  open boolean not null default true
);
call jalons.keep_list('dossiers.standby_reason');
insert into dossiers.standby_reason (code, label, position) values
  ('maladie', 'Maladie', 1),
  ('parental', 'Congé de maternité ou parental', 2),
  ('contrat_aide', 'Contrat aidé', 3),
  ('formation', 'Formation', 4),
  ('activite', 'Reprise d’activité', 5),
  ('demenagement', 'Déménagement', 6),
  ('autre', 'Autre motif', 7);
-- What was typed and is not among these stays readable, and is not offered any more.
insert into dossiers.standby_reason (code, label, position, open)
select 'ancien_' || row_number() over (order by min(label)), min(label), 7 + row_number() over (order by min(label)), false
from (select left(btrim(reason), 120) as label from dossiers.standby where btrim(reason) <> '') typed
where not exists (select from dossiers.standby_reason r where jalons.plain(r.label) = jalons.plain(typed.label))
group by jalons.plain(label);

-- The version before goes on writing `reason`; what it writes has no code, and shows as it was typed.
alter table dossiers.standby add column reason_code text references dossiers.standby_reason;
update dossiers.standby s set reason_code = coalesce((
  select r.code from dossiers.standby_reason r
  where jalons.plain(r.label) = jalons.plain(left(s.reason, 120)) order by r.open desc limit 1), 'autre');
