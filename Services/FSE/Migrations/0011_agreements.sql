-- The funding agreements of an operation: with whom, under which number, for how long and how much (guide, conventions).

create table fse.agreement (
  id uuid primary key,
  operation uuid not null constraint agreement_operation references fse.operation,
  operator uuid constraint agreement_operator references fse.operator,
  number text not null check (length(number) between 1 and 60),
  name text not null check (length(name) between 1 and 200),
  starts_on date not null,
  ends_on date not null,
  -- In whole euros.
  amount bigint check (amount between 0 and 1000000000),
  version int not null default 1,
  check (ends_on >= starts_on)
);
create unique index agreement_number on fse.agreement (operation, lower(number));
