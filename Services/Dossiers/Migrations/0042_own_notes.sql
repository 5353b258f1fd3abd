-- The home page lists the open notes that one wrote.
create index note_author on dossiers.note (author) where closed_at is null;
