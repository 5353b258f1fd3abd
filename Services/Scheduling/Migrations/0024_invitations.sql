-- What a person's calendar was last sent of an appointment (RFC 5546): the next message must bear a higher sequence, and an
-- appointment that is deleted is cancelled there by what is kept here.
create table scheduling.calendar_invitation (
  appointment uuid primary key,
  dossier uuid not null,
  address text not null,
  sequence int not null,
  starts_at timestamptz not null,
  ends_at timestamptz not null,
  place text,
  cancelled boolean not null default false
);
alter table scheduling.calendar_invitation enable row level security;
alter table scheduling.calendar_invitation force row level security;
create policy system on scheduling.calendar_invitation to reach_system using (true);
