-- An appointment that an exit from the caseload cancelled: taken back with the exit, it is planned again.
alter table scheduling.appointment add column exit_cancelled boolean not null default false;
