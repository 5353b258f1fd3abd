-- A notification says what it is about, by its kind and identifier; at which address that is, the portal alone knows. The
-- column `link` stays for the version before and is written no more.
alter table scheduling.notification add column subject_kind text, add column subject uuid;
update scheduling.notification set
  subject_kind = case
    when link like '/dossiers/%' then 'dossier'
    when link = '/beneficiaires' then 'caseload'
    when link = '/agenda' then 'agenda'
    when link = '/flux' then 'feeds'
    when link like '/flux/%' then 'feed'
    when link like '/compte%' then 'delegations'
    when link like '/administration/usages/%' then 'abnormal-use'
  end,
  subject = substring(link from '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}')::uuid
where link is not null;
