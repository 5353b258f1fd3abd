-- A link that its owner asked for because the password is forgotten: like an invitation, but shorter, and beside it.
alter table identity.invitation add column kind text not null default 'invitation'
  check (kind in ('invitation', 'reset'));
create index invitation_made on identity.invitation (account, made_at) where kind = 'reset';
