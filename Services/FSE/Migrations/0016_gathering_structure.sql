-- An event is changed by its organiser's structure, or by the siège (rule S13). Events from before have none: they stay open to
-- all who organise events.
alter table fse.gathering add column organisation uuid;
