-- The county's delays that scheduling goes by, with who decided them and from when.

call jalons.keep_delays('scheduling');

-- The reminder's hours leave its text: what the county had decided goes on. The version before reads them there still.
insert into scheduling.delay (delay, value, valid_from, decided_at, account, account_name)
select 'reminder', hours_before, (valid_from at time zone 'Europe/Paris')::date, valid_from, author,
  coalesce(author_name, 'Jalons')
from scheduling.reminder_rule where author is not null order by valid_from;
alter table scheduling.reminder_rule alter column hours_before set default 48;
