-- What a provider tells of a message after it took it is found by the number that it gave.
create index message_provider on scheduling.message (provider_id) where provider_id is not null;
