-- What the reminder and scheduling's own e-mails say, with every version and its author. The reminder's former texts go on;
-- the version before reads them in its own table still.

call jalons.keep_texts('scheduling');
insert into scheduling.text_version (text, wording, decided_at, account, account_name)
select 'reminder', jsonb_build_object('body', body), valid_from, author, coalesce(author_name, 'Jalons')
from scheduling.reminder_rule where author is not null order by valid_from;
