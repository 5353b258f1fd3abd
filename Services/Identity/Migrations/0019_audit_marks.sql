-- A mark beside the hash of each line, under a key that is not in the database: whoever may write the database, but has no
-- key, can compute a chain of hashes anew and no marks. Lines from before have none, nor have those that an older copy
-- writes meanwhile; a line that bears one stands for all before it.
alter table identity.audit_entry add column mark bytea;
