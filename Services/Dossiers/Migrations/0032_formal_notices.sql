-- Formal notices asked for here (rule C20): the secretariats serve them in Genesis, whose date comes back with the feed.
create table dossiers.formal_notice_request (
  id uuid primary key,
  dossier uuid not null references dossiers.dossier,
  reason text not null check (length(reason) between 1 and 500),
  requested_on date not null,
  author uuid not null,
  author_name text not null,
  requested_at timestamptz(3) not null,
  -- The feed's date and reason, when its date became later than the request's: kept, whatever the feed says afterwards.
  served_on date,
  served_reason text,
  -- Asked for by mistake: it stays in the dossier and is asked for no longer.
  withdrawn_on date,
  withdrawn_by text,
  check (served_on > requested_on)
);
-- One request at a time.
create unique index formal_notice_request_open on dossiers.formal_notice_request (dossier)
  where served_on is null and withdrawn_on is null;
create index formal_notice_request_dossier on dossiers.formal_notice_request (dossier, requested_at desc);
call jalons.protect('dossiers.formal_notice_request', 'dossier');
