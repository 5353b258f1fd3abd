-- The Word models that the county deposits in place of those that Jalons comes with, and which of them prints when. The files
-- themselves are in the store of documents, under their digests.

create table contracts.model_file (
  model text not null,
  number int not null check (number > 0),
  digest text not null check (digest ~ '^[0-9a-f]{64}$'),
  file_name text not null check (length(file_name) between 1 and 200),
  bytes int not null,
  deposited_at timestamptz(3) not null,
  account uuid not null,
  account_name text not null,
  primary key (model, number)
);

-- Of the choices whose day has come the last one made holds; 0 is what Jalons came with.
create table contracts.model_choice (
  position bigint generated always as identity primary key,
  model text not null,
  number int not null,
  valid_from date not null,
  decided_at timestamptz(3) not null,
  account uuid not null,
  account_name text not null
);
create index model_choice_model on contracts.model_choice (model, position desc);
-- What was deposited and decided is read, never rewritten.
revoke update, delete on contracts.model_file, contracts.model_choice from contracts_writer;
