-- Some people are registered with a month or a year of birth alone; the rest of the date is then its first day.
alter table dossiers.dossier add column birth_precision text not null default 'day'
  check (birth_precision in ('day', 'month', 'year'));
create or replace view dossiers.v1_dossier as
  select id, number, household, role, partner, title, family_name, birth_name, given_name, sex, birth_date, nationality,
    territory, state, entered_on, entitlement, duties, duties_since, orientation, oriented_on, closed_on, closure_reason,
    outside_county, commune, postal_code, phone, email, sms_refused, lead, lead_organisation, lead_since,
    coalesce(refreshed_on, dossiers.latest_stock()) as refreshed_on, birth_precision
  from dossiers.dossier;
-- A view that is replaced forgets whose policies it asks.
call jalons.publish('dossiers.v1_dossier');
