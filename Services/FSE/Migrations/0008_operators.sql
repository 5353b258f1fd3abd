-- Whom to call at an operator, its registration number, and what its users should know (guide, Les opérateurs).
alter table fse.operator
  add column contact text check (length(contact) <= 200),
  add column siret text check (siret ~ '^[0-9]{14}$'),
  add column remarks text check (length(remarks) <= 2000);
