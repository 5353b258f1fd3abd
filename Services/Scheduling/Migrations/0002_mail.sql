-- E-mails beside the text messages. What one says may hold a link that opens an account: it waits sealed with the suite's
-- secret, and what is kept afterwards is the text without the link.

alter table scheduling.message add column kind text;
-- Worth nothing after this moment: it does not leave any more.
alter table scheduling.message add column expires_at timestamptz;
alter table scheduling.message_content add column subject text;
alter table scheduling.message_content add column sealed bytea;
alter table scheduling.sent_by_outbox add column subject text;

-- What left, latest first. `whole` gives what the instance without a provider kept in its own outbox, links included.
create function scheduling.outgoing(before timestamptz, before_id uuid, most int, whole boolean)
returns table (id uuid, channel text, recipient text, subject text, text text, status text, provider text, segments int,
  fault text, dossier uuid, appointment uuid, settled_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select m.id, m.channel, c.recipient, c.subject, coalesce(o.body, c.body), m.status, m.provider, m.segments, m.fault,
    m.dossier, m.appointment, m.settled_at
  from scheduling.message m left join scheduling.message_content c on c.message = m.id
    left join scheduling.sent_by_outbox o on $4 and o.key = m.key
  where m.settled_at is not null and ($1 is null or (m.settled_at, m.id) < ($1, $2))
  order by m.settled_at desc, m.id desc limit $3
$$;
grant select on scheduling.sent_by_outbox to reach_definer;
alter function scheduling.outgoing(timestamptz, uuid, int, boolean) owner to reach_definer;
revoke execute on function scheduling.outgoing(timestamptz, uuid, int, boolean) from public;
grant execute on function scheduling.outgoing(timestamptz, uuid, int, boolean) to scheduling_writer;
