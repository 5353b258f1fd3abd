-- Who the county is (rule A14): its name, number, address, senders, hours and picture become its own to say, on a page and
-- at the first start, instead of settings of several processes. Every change stays with who made it and when.
create table identity.county (
  is_only boolean primary key default true check (is_only),
  name text,
  department text,
  address text,
  sms_sender text,
  mail_sender text,
  time_zone text not null default 'Europe/Paris',
  logo bytea check (octet_length(logo) <= 524288),
  logo_digest text,
  version int not null default 1
);
insert into identity.county default values;
revoke insert, delete on identity.county from identity_writer;

create table identity.county_change (
  position bigint generated always as identity primary key,
  before jsonb not null,
  after jsonb not null,
  at timestamptz(3) not null,
  account uuid,
  account_name text not null
);
-- What was decided is read, never rewritten.
revoke update, delete on identity.county_change from identity_writer;

create view identity.v1_county as
  select name, department, address, sms_sender, mail_sender, time_zone from identity.county;
call jalons.publish('identity.v1_county');

create view identity.v1_county_logo as select logo from identity.county where logo is not null;
call jalons.publish('identity.v1_county_logo');
