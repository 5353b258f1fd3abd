"""A month of appointments on a fast clock: each reminder leaves once, on its day and not in the night, though its sender is
killed every few days."""

import datetime

from instance import ask, count, set_clock, today
from trial import Trial, until

DAYS, AGENTS = 30, 50
# The sender is killed in the middle of every so many days.
KILLED = 6

# Half hours from eight to half past seventeen, everybody with another colleague; the reminder is queued as a booking does.
BOOKED = """
set synchronous_commit = off;
create temp table agent as select row_number() over (order by id) as n, id, upper(family_name) || ' ' || given_name as name
  from identity.account where status <> 'closed' order by id limit {agents};
create temp table person as select row_number() over (order by id) as n, id, territory from dossiers.dossier
  where state <> 'left' order by id limit {each};
update dossiers.dossier set phone = '06' || lpad((12000000 + p.n)::text, 8, '0'), sms_refused = false
  from person p where p.id = dossier.id;
create temp table booked as
  select md5('month-' || day || '-' || p.n)::uuid as id, p.id as dossier, p.territory, a.id as agent, a.name,
    (date '{first}' + day + time '08:00' + ((p.n - 1) / {agents} % 20) * interval '30 minutes') at time zone 'Europe/Paris'
      as starts_at
  from generate_series(0, {days} - 1) day cross join person p join agent a on a.n = (p.n - 1) % {agents} + 1;
insert into scheduling.appointment (id, dossier, territory, agent, agent_name, kind, starts_at, ends_at, reminder, meeting,
    booked_by, booked_by_name, booked_at)
  select id, dossier, territory, agent, name, 'entretien', starts_at, starts_at + interval '30 minutes', true, id, agent, name,
    now()
  from booked on conflict do nothing;
insert into scheduling.message (id, appointment, dossier, channel, due_at, key, created_at)
  select md5(b.id::text || 'm')::uuid, b.id, b.dossier, 'sms', b.starts_at - interval '48 hours', 'mois:' || b.id, now()
  from booked b join scheduling.appointment a on a.id = b.id;
analyze scheduling.appointment; analyze scheduling.message;
"""
OURS = "from scheduling.message where key like 'mois:%'"


def put_to_the_test(trial: Trial, appointments: int) -> None:
    first = today() + datetime.timedelta(days=10)
    each = max(appointments // DAYS, 1)
    ask(BOOKED.format(agents=AGENTS, each=min(each, AGENTS * 20), days=DAYS, first=first))
    booked = count(f"select count(*) {OURS}")
    trial.say(booked > 0, f"{booked:,} appointments in {DAYS} days, each with a reminder")
    for day in range(DAYS):
        travel_to(first + datetime.timedelta(days=day - 2), day, trial)
    trial.say(count(f"select count(*) {OURS} and status = 'queued'") == 0, "no reminder waits at the end of the month")
    sent = count(f"select count(*) {OURS} and status = 'sent'")
    left = count("select count(*) from scheduling.sent_by_outbox where key like 'mois:%'")
    trial.say(sent == left == booked, f"{sent:,} of {booked:,} reminders are recorded as sent, {left:,} left")
    early = count(f"select count(*) {OURS} and settled_at < due_at")
    late = count(f"select count(*) {OURS} and settled_at > due_at + interval '12 hours'")
    trial.say(early == late == 0, f"{early} left before they were due, {late} more than half a day after")
    night = count(f"""select count(*) {OURS}
        and extract(hour from settled_at at time zone 'Europe/Paris') not between 8 and 19""")
    trial.say(night == 0, f"{night} left in the night")


def travel_to(day: datetime.date, number: int, trial: Trial) -> None:
    """The evening of a day, when all its reminders are due and none of the next; waits until they have left."""
    evening = datetime.datetime.combine(day, datetime.time(17, 0), datetime.UTC)
    set_clock((evening - datetime.datetime.now(datetime.UTC)).total_seconds())
    due = f"select count(*) {OURS} and status = 'queued' and due_at <= '{evening.isoformat()}'"
    if number % KILLED == KILLED - 1:
        waiting = count(due)
        until(lambda: count(due) < waiting, 20, 0.05)
        trial.kill("scheduling", f"on day {number + 1}, ")
    if not until(lambda: count(due) == 0, 120, 0.3):
        trial.say(False, f"{count(due)} reminders of day {number + 1} still wait")
