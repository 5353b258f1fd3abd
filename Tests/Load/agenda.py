"""Forty colleagues' month, read as an agenda shows it, and a thousand summonses of groups as PDF files."""

import concurrent.futures
import datetime
import os
import time

import httpx

from county import ask
from table import Row

AGENTS, SECONDS_OF_AGENDAS = 40, 8
GROUP, SUMMONSES, SECONDS_OF_SUMMONSES = 200, 1000, 60

# Eight half hours on each of twenty days for each of the colleagues, each with another person; every agenda is shared with
# who reads.
MONTH = """
set synchronous_commit = off;
create temp table agent as select row_number() over (order by id) as n, id, upper(family_name) || ' ' || given_name as name
  from identity.account where status <> 'closed' and id <> '{me}' order by id limit {agents};
create temp table person as select row_number() over (order by id) as n, id, territory from dossiers.dossier
  where state <> 'left' order by id limit {agents} * 160;
insert into scheduling.agenda_share (owner, shared_with, may_write, shared_at)
  select id, '{me}', false, now() from agent on conflict do nothing;
insert into scheduling.appointment (id, dossier, territory, agent, agent_name, kind, starts_at, ends_at, meeting, booked_by,
    booked_by_name, booked_at)
  select s.id, p.id, p.territory, a.id, a.name, 'entretien', s.at, s.at + interval '30 minutes', s.id, a.id, a.name, now()
  from agent a cross join generate_series(0, 19) day cross join generate_series(0, 7) half
    cross join lateral (select md5(a.id::text || day || '-' || half)::uuid as id,
      timestamptz '{first} 08:00+00' + day * interval '1 day' + half * interval '30 minutes' as at) s
    join person p on p.n = (a.n - 1) * 160 + day * 8 + half + 1
  on conflict do nothing;
vacuum analyze scheduling.appointment, scheduling.agenda_share;
"""

GROUPS = """
create temp table group_of as select n, md5('load-group-' || n)::uuid as id,
    timestamptz '{first} 18:00+00' + n * interval '1 day' as at from generate_series(1, {groups}) n;
insert into scheduling.meeting (id, agent, agent_name, kind, starts_at, ends_at, planned_by, planned_by_name, planned_at)
  select id, '{me}', 'ESSAI', 'collectif', at, at + interval '1 hour', '{me}', 'ESSAI', now() from group_of on conflict do nothing;
insert into scheduling.appointment (id, dossier, territory, agent, agent_name, kind, starts_at, ends_at, meeting, booked_by,
    booked_by_name, booked_at)
  select md5(g.id::text || d.id)::uuid, d.id, d.territory, '{me}', 'ESSAI', 'collectif', g.at, g.at + interval '1 hour', g.id,
    '{me}', 'ESSAI', now()
  from group_of g cross join (
    select id, territory from dossiers.dossier where state <> 'left' and territory = any('{{{territories}}}') order by id
    limit {size}) d
  on conflict do nothing;
vacuum analyze scheduling.appointment, scheduling.meeting;
"""


def measure(token: str, me: dict, clients: int) -> list[Row]:
    """Asked of the service itself, months ahead, where nothing else is in the agendas."""
    service = os.environ["JALONS_SCHEDULING_URL"].split(",")[0]
    account, first = me["account"]["id"], datetime.date.today() + datetime.timedelta(days=120)
    with httpx.Client(base_url=f"{service}/api/scheduling/v1", headers={"Authorization": f"Bearer {token}"}, timeout=120) as client:
        return [month(client, account, first, clients), summonses(client, me, first)]


def month(client: httpx.Client, account: str, first: datetime.date, clients: int) -> Row:
    ask(MONTH.format(me=account, agents=AGENTS, first=first))
    agents = ask(f"select owner from scheduling.agenda_share where shared_with = '{account}' limit {AGENTS}").split()
    assert len(agents) == AGENTS, f"{len(agents)} agendas"

    def read(agent: str) -> int:
        query = {"agent": agent, "from": str(first), "until": str(first + datetime.timedelta(days=30))}
        return len(client.get("/agenda", params=query).raise_for_status().json()["items"])

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(clients) as pool:
        counts = list(pool.map(read, agents))
    seconds = time.monotonic() - began
    return Row(f"{AGENTS} colleagues' month", f"{seconds:.2f} s", f"budget {SECONDS_OF_AGENDAS} s",
               seconds / SECONDS_OF_AGENDAS, 1, f"{sum(counts):,} appointments")  # fmt: skip


def summonses(client: httpx.Client, me: dict, first: datetime.date) -> Row:
    groups = SUMMONSES // GROUP
    ask(GROUPS.format(me=me["account"]["id"], first=first, groups=groups, size=GROUP,
                      territories=",".join(territory["id"] for territory in me["territories"])))  # fmt: skip
    meetings = ask(f"select md5('load-group-' || n)::uuid from generate_series(1, {groups}) n").split()
    began, size = time.monotonic(), 0
    for meeting in meetings:
        answer = client.get(f"/meetings/{meeting}/summons", params={"format": "pdf"}).raise_for_status()
        size += len(answer.content)
    seconds = time.monotonic() - began
    return Row(f"{SUMMONSES:,} summonses in {groups} PDF", f"{seconds:.1f} s", f"budget {SECONDS_OF_SUMMONSES} s",
               seconds / SECONDS_OF_SUMMONSES, 1, f"{size / 1e6:.1f} MB")  # fmt: skip
