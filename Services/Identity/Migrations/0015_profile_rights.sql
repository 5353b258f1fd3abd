-- The county narrows what a profile may do on a page (rule A2), and each change
-- stays with who made it and when.
create table identity.profile_right_change (
  position bigint generated always as identity primary key,
  profile text not null,
  before text[] not null,
  after text[] not null,
  at timestamptz(3) not null,
  account uuid not null,
  account_name text not null
);
create index profile_right_change_profile on identity.profile_right_change (profile, position desc);
-- What was decided is read, never rewritten.
revoke update, delete on identity.profile_right_change from identity_writer;
