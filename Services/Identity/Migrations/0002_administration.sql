-- The delegate searches the audit log by account, dossier, kind and period, newest first; lines come from several
-- services, so that their positions follow the moments only roughly. Administrators search accounts by profile and
-- rename territories, seeing which version they change.
create index audit_entry_moment on identity.audit_entry (at desc, position desc);
create index audit_entry_kind_moment on identity.audit_entry (kind, at desc, position desc);
create index audit_entry_account_moment on identity.audit_entry (account, at desc, position desc);
create index audit_entry_dossier_moment on identity.audit_entry (dossier, at desc, position desc)
  where dossier is not null;
-- Served the same two questions in the order of positions.
drop index identity.audit_entry_account;
drop index identity.audit_entry_dossier;

create index account_profile_profile on identity.account_profile (profile, account);
create index account_status on identity.account (status, family_name, given_name, id);

alter table identity.territory add column version int not null default 1;
