"""Contracts: a PDF alone, made again, one of a hundred at once; a move; ten thousand moves; a list of fifty thousand."""

import concurrent.futures
import os
import time

import httpx

import county
import reads
from table import Row

# The budgets, in seconds: a first PDF, one that is asked for again, a hundred together, a move, and ten thousand moves.
FIRST, AGAIN, HUNDRED, MOVE, MANY = 10, 1, 120, 0.5, 600
LISTED, MOVED, PRINTED = 50_000, 10_000, 100

# Contracts of the territory's people, in the state in which the service waits for them; their number is their mark.
CONTRACTS = """
set synchronous_commit = off;
insert into contracts.contract (id, dossier, territory, number, state, state_since, submitted_at, starts_on, ends_on,
    situation, author, author_name, created_at)
  select gen_random_uuid(), d.id, d.territory, 900 + n, 'soumis', now() - make_interval(mins => (random() * 90000)::int),
    now(), current_date, current_date + 180, 'Sans véhicule.', coalesce(d.lead, d.id), 'DURAND Camille', now()
  from (select id, territory, lead from dossiers.dossier where territory = any('{{{territories}}}') order by id) d,
    generate_series(1, 99) n limit {count};
insert into contracts.objective (id, contract, dossier, position, theme, person_does)
  select gen_random_uuid(), c.id, c.dossier, 1, (select code from contracts.theme order by position limit 1),
    'Passer le permis.'
  from contracts.contract c where c.number > 900
    and not exists (select from contracts.objective o where o.contract = c.id);
vacuum analyze contracts.contract, contracts.objective;
"""

LIST = """select c.id, c.dossier, d.number as dossier_number, d.family_name, d.given_name, c.kind, c.number, c.state,
    c.state_since, current_date - (c.state_since at time zone 'Europe/Paris')::date as waiting_days, c.starts_on,
    c.ends_on, c.signed_on, c.last_contract, c.consent, c.priority, p.label, c.author, c.author_name, c.urgency
    from contracts.contract c join dossiers.v1_dossier d on d.id = c.dossier
    left join contracts.priority p on p.code = c.priority
    where true and c.state = 'soumis' order by {urgency}, c.state_since, c.id limit 51;
    select count(*) from (select from contracts.contract c where true and c.state = 'soumis' limit 10001) found;"""


def fill(me: dict) -> None:
    """Until the caller's territories have as many contracts to treat as a list is measured with."""
    there = int(county.ask("select count(*) from contracts.contract where number > 900"))
    if there < LISTED:
        territories = ",".join(territory["id"] for territory in me["territories"])
        county.ask(CONTRACTS.format(territories=territories, count=LISTED - there))


def timed(work) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


def lists(service: str, people: dict[str, tuple[str, dict]], clients: int, seconds: float) -> list[Row]:
    """The list that is followed, beside the same statement of Postgres."""
    rows = []
    for profile, urgency in [("secretariat_dispositif", "c.urgency + 0"), ("siege", "c.urgency")]:
        token, me = people[profile]
        url = f"{service}/api/contracts/v1/contracts?state=soumis&limit=50"
        rate, median, late = reads.ask(url, token, clients, seconds)
        tps = reads.bare(me, LIST.format(urgency=urgency), clients, seconds, "contracts")
        rows.append(Row(f"{LISTED:,} contracts, as {profile}", f"{median:.1f} ms, p99 {late:.1f} ms, {rate:.0f}/s",
                        f"pgbench {tps:.0f}/s", tps / rate, 3))  # fmt: skip
    return rows


def documents(client: httpx.Client, contracts: list[str]) -> list[Row]:
    """Each of other people: a document that is the same is made once."""

    def make(contract: str) -> None:
        client.get(f"/contracts/{contract}/document").raise_for_status()

    first = timed(lambda: make(contracts[0]))
    again = timed(lambda: make(contracts[0]))
    # As many at once as converters and their queue take; others would be told to come back.
    with concurrent.futures.ThreadPoolExecutor(8) as several:
        hundred = timed(lambda: list(several.map(make, contracts[1 : PRINTED + 1])))
    return [
        Row("a contract's PDF, alone", f"{first:.2f} s", f"budget {FIRST} s", first / FIRST, 1),
        Row("the same again", f"{again * 1000:.0f} ms", f"budget {AGAIN} s", again / AGAIN, 1),
        Row(f"{PRINTED} PDFs, eight at once", f"{hundred:.1f} s", f"budget {HUNDRED} s", hundred / HUNDRED, 1,
            f"{hundred / PRINTED:.2f} s each"),
    ]  # fmt: skip


def moves(client: httpx.Client, contract: str) -> list[Row]:
    """One by itself, then ten thousand with a report of a row each."""
    version = client.get(f"/contracts/{contract}").raise_for_status().headers["ETag"]

    def move() -> None:
        client.post(f"/contracts/{contract}/moves", json={"to": "attente"},
                    headers={"If-Match": version}).raise_for_status()  # fmt: skip

    one = timed(move)
    began = time.monotonic()
    moving = client.post("/moves", json={"from": "soumis", "to": "attente"}).raise_for_status().json()
    while "endedAt" not in moving:
        time.sleep(0.5)
        moving = client.get(f"/moves/{moving['id']}").raise_for_status().json()
    many = time.monotonic() - began
    report = client.get(f"/moves/{moving['id']}/rows", params={"limit": 200}).raise_for_status().json()["items"]
    assert moving["total"] == MOVED and moving["done"] + moving["refused"] == MOVED and len(report) == 200, moving
    return [
        Row("a move", f"{one * 1000:.0f} ms", f"budget {MOVE} s", one / MOVE, 1),
        Row(f"{MOVED:,} moves in a batch", f"{many:.1f} s", f"budget {MANY} s", many / MANY, 1,
            f"{moving['refused']} refused, {MOVED / many:.0f} a second"),
    ]  # fmt: skip


def measure(people: dict[str, tuple[str, dict]], clients: int, seconds: float) -> list[Row]:
    service = os.environ["JALONS_CONTRACTS_URL"].split(",")[0]
    token, me = people["secretariat_dispositif"]
    fill(me)
    rows = lists(service, people, clients, seconds)
    territories = ",".join(f"'{territory['id']}'" for territory in me["territories"])
    contracts = county.ask(f"""select distinct on (dossier) id from contracts.contract
        where number > 900 and territory in ({territories}) order by dossier, id limit {PRINTED + 2}""").split()
    with httpx.Client(base_url=f"{service}/api/contracts/v1", headers={"Authorization": f"Bearer {token}"}, timeout=120) as client:
        return rows + documents(client, contracts) + moves(client, contracts[-1])
