-- Households, dossiers, référents: what the feed fills and everybody reads.

create table dossiers.household (
  id uuid primary key,
  -- NUMDEMRSA: one request for the RSA, one household.
  genesis_number text not null unique,
  payer text,
  payer_number text,
  claimant_number text,
  requested_on date,
  family_situation text,
  family_since date,
  dependent_children int,
  entitlement text not null default 'Z',
  entitlement_opened_on date,
  suspension_reason text,
  suspended_on date,
  closure_reason text,
  closed_on date,
  address text,
  postal_code text,
  insee_code text,
  commune text,
  territory uuid
);

create table dossiers.dossier (
  id uuid primary key,
  number bigint generated always as identity (start with 1001),
  household uuid not null references dossiers.household,
  role text not null check (role in ('DEM', 'CJT')),
  partner uuid,
  -- Shown on the dossier whoever follows the partner, as the household's data is (rule F1).
  partner_family_name text,
  partner_given_name text,
  -- IDPERS: the county system's own identifier of the person.
  genesis_id text not null unique,
  nir_hash bytea,
  title text,
  family_name text not null,
  birth_name text,
  given_name text not null,
  sex text,
  birth_date date,
  nationality text,
  territory uuid,
  state text not null default 'entered' check (state in ('entered', 'standby', 'left')),
  entered_on date not null,
  entitlement text not null default 'Z',
  duties boolean,
  duties_since date,
  orientation text,
  oriented_on date,
  closed_on date,
  closure_reason text,
  outside_county boolean not null default false,
  commune text,
  postal_code text,
  phone text,
  phone_source text not null default 'feed' check (phone_source in ('feed', 'local')),
  phone_changed_at timestamptz,
  feed_phone text,
  email text,
  email_source text not null default 'feed' check (email_source in ('feed', 'local')),
  email_changed_at timestamptz,
  feed_email text,
  sms_refused boolean not null default false,
  -- The current lead référent and since when, written together with dossiers.referent.
  lead uuid,
  lead_organisation uuid,
  lead_since date,
  formal_notice_on date,
  formal_notice_reason text,
  -- The last feed that held the person; null while every full feed holds them, so that a day's feed rewrites nothing.
  refreshed_on date,
  search text not null,
  created_at timestamptz not null default now(),
  updated_at timestamptz not null default now(),
  version int not null default 1
);
create index dossier_household on dossiers.dossier (household);
create unique index dossier_number on dossiers.dossier (number);
create index dossier_partner on dossiers.dossier (partner) where partner is not null;
create index dossier_territory on dossiers.dossier (territory, family_name, given_name, id);
create index dossier_lead on dossiers.dossier (lead, family_name, given_name, id);
create index dossier_name on dossiers.dossier (family_name, given_name, id);
create index dossier_search on dossiers.dossier using gin (search gin_trgm_ops);
create unique index dossier_nir on dossiers.dossier (nir_hash) where nir_hash is not null;
create index dossier_refreshed on dossiers.dossier (territory, refreshed_on) where refreshed_on is not null;

-- The reference date of the newest full feed that was applied.
create table dossiers.latest_stock (
  only_row boolean primary key default true check (only_row),
  reference_date date not null
);
create function dossiers.latest_stock() returns date language sql stable parallel safe as
  $$ select reference_date from dossiers.latest_stock $$;

-- The NIR, sealed with the process's secret; nobody else may read it.
create table dossiers.nir (
  dossier uuid primary key references dossiers.dossier,
  sealed bytea not null,
  -- Which NIR it is, to know when the feed corrected it.
  sealed_hash bytea
);

create table dossiers.referent (
  id uuid primary key,
  dossier uuid not null references dossiers.dossier,
  account uuid not null,
  organisation uuid,
  kind text not null check (kind in ('lead', 'step')),
  from_date date not null,
  until_date date,
  -- feed: named by Genesis; local: named here; handover: the former lead's thirty days.
  source text not null default 'feed' check (source in ('feed', 'local', 'handover')),
  reason text,
  ended_by text,
  created_at timestamptz not null default now(),
  version int not null default 1,
  check (until_date is null or until_date >= from_date),
  constraint referent_one_lead exclude using gist
    (dossier with =, daterange(from_date, until_date, '[]') with &&) where (kind = 'lead')
);
create index referent_dossier on dossiers.referent (dossier, from_date desc);
create index referent_account on dossiers.referent (account, until_date);
create index referent_organisation on dossiers.referent (organisation, until_date);

create or replace function reach.own() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select dossier from dossiers.referent
  where account = caller.account() and from_date <= caller.today()
    and (until_date is null or until_date >= caller.today())
$$;
create or replace function reach.organisation() returns setof uuid
language sql stable security definer set search_path = '' as $$
  select dossier from dossiers.referent
  where organisation = caller.organisation() and from_date <= caller.today()
    and (until_date is null or until_date >= caller.today())
$$;
grant usage on schema dossiers to reach_definer;
grant select on dossiers.referent to reach_definer;
alter function reach.own() owner to reach_definer;
alter function reach.organisation() owner to reach_definer;

-- Who has a name written nearly like these words, in the whole county: the asker's policy then leaves those that exist
-- for the asker. Likeness cannot use its index below a policy, and would be worked out row by row (0.5 s a search).
-- The longest word is looked up, the others are checked on what it found.
-- Half the letters in common, by threes: LEFEVRE is then close to LEFEBVRE.
create function dossiers.close_to(words text[]) returns setof uuid
language sql stable security definer set search_path = '' set pg_trgm.word_similarity_threshold = 0.5 as $$
  select d.id from dossiers.dossier d,
    lateral (select word as longest from unnest(words) word order by length(word) desc, word limit 1) w
  where w.longest operator(public.<%) d.search
    and not exists (
      select from unnest(words) word
      where not (d.search like '%' || word || '%' or word operator(public.<%) d.search))
$$;
revoke execute on function dossiers.close_to(text[]) from public;
grant execute on function dossiers.close_to(text[]) to dossiers_writer;
grant select (id, search) on dossiers.dossier to reach_definer;
alter function dossiers.close_to(text[]) owner to reach_definer;

call jalons.protect('dossiers.dossier', 'id', 'territory');
call jalons.protect('dossiers.referent', 'dossier');
call jalons.protect('dossiers.nir', 'dossier');

create table dossiers.entitlement_event (
  id uuid primary key,
  dossier uuid not null references dossiers.dossier,
  entitlement text not null,
  duties boolean,
  orientation text,
  closure_reason text,
  from_date date not null,
  recorded_at timestamptz not null default now()
);
create index entitlement_event_dossier on dossiers.entitlement_event (dossier, from_date desc);
call jalons.protect('dossiers.entitlement_event', 'dossier');

create table dossiers.standby (
  id uuid primary key,
  dossier uuid not null references dossiers.dossier,
  from_date date not null,
  until_date date,
  reason text not null,
  comment text,
  author uuid not null,
  removed_at timestamptz,
  version int not null default 1,
  check (until_date is null or until_date >= from_date)
);
create index standby_dossier on dossiers.standby (dossier, from_date desc);
call jalons.protect('dossiers.standby', 'dossier');

create table dossiers.proposed_exit (
  id uuid primary key,
  dossier uuid not null references dossiers.dossier,
  territory uuid,
  reason text not null check (reason in ('feed_stopped', 'closed', 'exempt', 'moved_away', 'other_territory', 'partner')),
  exit_on date not null,
  proposed_on date not null,
  decision text check (decision in ('accepted', 'declined', 'outdated')),
  decided_by uuid,
  decided_at timestamptz,
  version int not null default 1
);
create unique index proposed_exit_open on dossiers.proposed_exit (dossier) where decision is null;
create index proposed_exit_territory on dossiers.proposed_exit (territory) where decision is null;
call jalons.protect('dossiers.proposed_exit', 'dossier', 'territory');

create table dossiers.note (
  id uuid primary key,
  dossier uuid not null references dossiers.dossier,
  author uuid not null,
  author_name text not null,
  text text not null,
  audience text not null check (audience in ('public', 'private', 'assigned')),
  assignee uuid,
  written_at timestamptz not null,
  closed_at timestamptz,
  version int not null default 1,
  check ((audience = 'assigned') = (assignee is not null))
);
create index note_dossier on dossiers.note (dossier, written_at desc);
create index note_assignee on dossiers.note (assignee) where closed_at is null;
call jalons.protect('dossiers.note', 'dossier');
-- Beside reaching the dossier: a private note is its author's alone, an assigned one its author's and assignee's.
create policy audience on dossiers.note as restrictive using (
  audience = 'public' or author = caller.account() or (audience = 'assigned' and assignee = caller.account()));

create table dossiers.characteristic (
  id uuid primary key,
  dossier uuid not null references dossiers.dossier,
  family text not null,
  name text not null,
  value text,
  source text not null check (source in ('feed', 'local')),
  author uuid,
  at timestamptz not null,
  current boolean not null default true
);
create unique index characteristic_current on dossiers.characteristic (dossier, family, name) where current;
call jalons.protect('dossiers.characteristic', 'dossier');

-- What happened to a dossier, in every service, made from events alone.
create table dossiers.timeline_entry (
  event uuid primary key,
  dossier uuid not null,
  at timestamptz not null,
  kind text not null,
  title text not null,
  detail jsonb not null default '{}',
  actor uuid,
  actor_name text
);
create index timeline_entry_dossier on dossiers.timeline_entry (dossier, at desc, event);
call jalons.protect('dossiers.timeline_entry', 'dossier');

create table dossiers.opened (
  account uuid not null,
  dossier uuid not null references dossiers.dossier,
  at timestamptz not null,
  primary key (account, dossier)
);
create index opened_recent on dossiers.opened (account, at desc);

create view dossiers.v1_dossier as
  select id, number, household, role, partner, title, family_name, birth_name, given_name, sex, birth_date, nationality,
    territory, state, entered_on, entitlement, duties, duties_since, orientation, oriented_on, closed_on, closure_reason,
    outside_county, commune, postal_code, phone, email, sms_refused, lead, lead_organisation, lead_since,
    coalesce(refreshed_on, dossiers.latest_stock()) as refreshed_on
  from dossiers.dossier;
call jalons.publish('dossiers.v1_dossier', 'dossiers.dossier', 'dossiers.latest_stock');
create view dossiers.v1_referent as
  select id, dossier, account, organisation, kind, from_date, until_date, source from dossiers.referent;
call jalons.publish('dossiers.v1_referent', 'dossiers.referent');
create view dossiers.v1_address as
  select d.id as dossier, h.address, h.postal_code, h.commune, h.insee_code, h.family_situation, h.dependent_children
  from dossiers.dossier d join dossiers.household h on h.id = d.household;
call jalons.publish('dossiers.v1_address', 'dossiers.household');
create view dossiers.v1_proposed_exit as
  select id, dossier, territory, reason, exit_on, proposed_on from dossiers.proposed_exit where decision is null;
call jalons.publish('dossiers.v1_proposed_exit', 'dossiers.proposed_exit');
