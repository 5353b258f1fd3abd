-- Whose flow a run read: the county's own, which says who follows whom, or CNAF's (VRSB), which says who is entitled to what.
-- Each has days of its own.
alter table dossiers.feed_run
  add column format text not null default 'genesis' check (format in ('genesis', 'cnaf'));
