-- An e-mail's link opens an account: whoever administers must not find a colleague's there. `whole` gives it back to its own
-- addressee alone, in a demonstration.
create or replace function scheduling.outgoing(before timestamptz, before_id uuid, most int, whole boolean)
returns table (id uuid, channel text, recipient text, subject text, text text, status text, provider text, segments int,
  fault text, dossier uuid, appointment uuid, settled_at timestamptz)
language sql stable security definer set search_path = '' as $$
  select m.id, m.channel, c.recipient, c.subject, coalesce(o.body, c.body), m.status, m.provider, m.segments, m.fault,
    m.dossier, m.appointment, m.settled_at
  from scheduling.message m left join scheduling.message_content c on c.message = m.id
    left join scheduling.sent_by_outbox o on $4 and o.key = m.key and m.account = caller.account()
  where m.settled_at is not null and ($1 is null or (m.settled_at, m.id) < ($1, $2))
  order by m.settled_at desc, m.id desc limit $3
$$;
