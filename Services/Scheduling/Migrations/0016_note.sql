-- What colleagues are to know of an appointment; neither sent nor printed.
alter table scheduling.appointment add column note text check (length(note) between 1 and 1000);
