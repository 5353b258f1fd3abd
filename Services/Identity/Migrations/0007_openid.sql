-- Accounts at identity providers (OpenID Connect). Whoever comes the first time is known by a verified e-mail address, and
-- from then on by the provider's own name for them.
create table identity.openid_link (
  issuer text not null,
  subject text not null check (length(subject) between 1 and 255),
  account uuid not null references identity.account on delete cascade,
  -- The employer as the provider says it (ProConnect): for whoever has to find out who somebody was.
  siret text,
  linked_at timestamptz not null,
  used_at timestamptz not null,
  primary key (issuer, subject),
  unique (account, issuer)
);
alter table identity.session add column provider text;
-- What ends the session at the provider too, sealed.
alter table identity.session add column id_token bytea;
