-- Which number a person's last SMS went to: one that the provider rejected is not tried again until it is corrected.
create index message_dossier on scheduling.message (dossier, settled_at desc)
  where channel = 'sms' and provider is not null;
