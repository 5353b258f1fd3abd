-- Others are told that an interview was summed up; to work that out they had to be able to read the summary.
alter table scheduling.appointment add column summarised boolean generated always as (summary is not null) stored;
create or replace view scheduling.v1_appointment with (security_invoker = true) as
  select a.id, a.dossier, a.territory, a.agent, a.agent_name, a.starts_at, a.ends_at, a.kind, k.label as kind_label,
    a.theme, t.label as theme_label, a.place_name, a.outcome, a.summarised
  from scheduling.appointment a
  join scheduling.appointment_kind k on k.code = a.kind
  left join scheduling.appointment_theme t on t.code = a.theme;
