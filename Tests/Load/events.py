"""From a commit to its effect in another transaction, and what the suite does while nobody works.

When a row was committed Postgres tells itself (track_commit_timestamp): a note and the line of the timeline that a consumer
makes of it are both written once, so that the difference is the whole way through outbox, relay, Redis and inbox.
"""

import contextlib
import os
import shutil
import subprocess
import tempfile
import threading
import time

import httpx

import county
import processor
from table import Row

# The budgets: milliseconds at 1,000 events a second and at rest, share of one core, bytes of WAL.
BUSY, QUIET, IDLE, WRITTEN = 50, 20, 0.03, 0

WRITER = r"""\set n random(1, :dossiers)
with sent as (insert into load.sent select gen_random_uuid() returning id)
insert into dossiers.outbox (id, stream, key, type, data, occurred_at)
select sent.id, 'dossiers', d.id, 'dossiers.note-added.v1', jsonb_build_object('dossier', d.id, 'audience', 'public'),
  clock_timestamp() from sent, load.dossier d where d.n = :n;
"""

LATE = """select coalesce(percentile_cont(array[0.5, 0.99]) within group (order by late), array[0, 0])::text, count(*)
from (select extract(epoch from pg_xact_commit_timestamp(e.xmin) - pg_xact_commit_timestamp(s.xmin)) * 1000 as late
  from {written} s join dossiers.timeline_entry e on {joined}) effects"""


def late(written: str, joined: str) -> tuple[float, float, int]:
    """The median and the 99th percentile in milliseconds, and of how many."""
    shares, count = county.ask(LATE.format(written=written, joined=joined)).split("|")
    median, most = shares.strip("{}").split(",")
    return float(median), float(most), int(count)


@contextlib.contextmanager
def reading(url: str, token: str, dossier: str):
    """Somebody reads a dossier fifty times a second: each leaves an audit event, whose commit wakes the relay."""
    stop = threading.Event()

    def read() -> None:
        with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
            while not stop.wait(0.02):
                client.get(f"/api/dossiers/v1/dossiers/{dossier}").raise_for_status()

    reader = threading.Thread(target=read)
    reader.start()
    try:
        yield
    finally:
        stop.set()
        reader.join()


def busy(url: str, token: str, dossier: str, rate: int, seconds: float) -> Row:
    county.ask("""drop schema if exists load cascade; create schema load; create table load.sent (id uuid primary key);
        create table load.dossier as select row_number() over () as n, id from dossiers.dossier limit 5000;
        alter table load.dossier add primary key (n);""")
    program = shutil.which("pgbench") or "/usr/lib/postgresql/15/bin/pgbench"
    dossiers = county.ask("select count(*) from load.dossier")
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file, reading(url, token, dossier):
        file.write(WRITER)
        file.flush()
        subprocess.run(
            [program, "-n", "-M", "prepared", "-f", file.name, "-D", f"dossiers={dossiers}", "-c4", "-R", str(rate),
             "-T", str(int(seconds)), os.environ["JALONS_POSTGRES_ADMIN"]], capture_output=True, check=True)  # fmt: skip
    sent = int(county.ask("select count(*) from load.sent"))
    for _ in range(60):
        median, most, there = late("load.sent", "e.event = s.id")
        if there == sent:
            break
        time.sleep(1)
    county.ask("drop schema load cascade")
    # What never came is later than anything.
    ratio = most / BUSY if there == sent and sent >= 0.95 * rate * seconds else float("inf")
    return Row(f"events, {rate} a second", f"p50 {median:.0f} ms, p99 {most:.0f} ms", f"{BUSY} ms", ratio, 1,
               f"{there} effects of {sent} in {seconds:.0f} s")  # fmt: skip


def quiet(url: str, token: str, dossier: str, notes: int) -> Row:
    ids = []
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        for number in range(notes):
            body = {"text": f"note {number}", "audience": "public"}
            ids.append(client.post(f"/api/dossiers/v1/dossiers/{dossier}/notes", json=body).raise_for_status().json()["id"])
            time.sleep(0.25)
    named = ",".join(f"'{id}'" for id in ids)
    # A note and its line have the dossier and the moment in common.
    median, most, there = late(
        f"(select xmin, dossier, written_at from dossiers.note where id in ({named}))",
        "e.kind = 'note' and e.dossier = s.dossier and e.at = s.written_at")  # fmt: skip
    ratio = most / QUIET if there == notes else float("inf")
    return Row("events, one at a time", f"p50 {median:.1f} ms, p99 {most:.1f} ms", f"{QUIET} ms", ratio, 1,
               f"{there} effects of {notes}")  # fmt: skip


def changes() -> dict[str, int]:
    """How many rows of each table were ever written, by its name."""
    rows = county.ask(
        "select string_agg(format('%s.%s=%s', schemaname, relname, n_tup_ins + n_tup_upd + n_tup_del), ' ') "
        "from pg_stat_user_tables")
    return {name: int(count) for name, count in (row.split("=") for row in rows.split())}


def top(counts: dict[str, float], form: str) -> str:
    """The three that count most, so that a figure says where to look."""
    return ", ".join(form.format(name, count) for name, count in sorted(counts.items(), key=lambda e: -e[1])[:3] if count)


def rest(seconds: float) -> list[Row]:
    # What was just done is still on its way to the disk, and would be vacuumed by and by.
    time.sleep(10)
    county.ask("vacuum analyze")
    county.ask("checkpoint")
    time.sleep(10)
    position = "select pg_current_wal_insert_lsn()"
    rows = changes()
    before, worked, begin = county.ask(position), processor.spent(), time.monotonic()
    time.sleep(seconds)
    took = time.monotonic() - begin
    shares = {name: (spent - worked.get(name, 0)) / took * 100 for name, spent in processor.spent().items()}
    share = sum(shares.values()) / 100
    written = int(county.ask(f"select pg_current_wal_insert_lsn() - '{before}'::pg_lsn"))
    wrote = {name: count - rows.get(name, 0) for name, count in changes().items()}
    return [
        Row("at rest, processor", f"{share * 100:.1f} % of a core", f"{IDLE * 100:.0f} %", share / IDLE, 1,
            f"over {seconds:.0f} s, most: {top(shares, '{} {:.1f} %')}"),
        Row("at rest, WAL", f"{written} bytes", f"{WRITTEN} bytes", float("inf") if written > WRITTEN else 0, 1,
            f"over {seconds:.0f} s, rows: {top(wrote, '{} {}') or 'none'}"),
    ]  # fmt: skip


def measure(token: str, seconds: float, rate: int = 1000) -> list[Row]:
    url = os.environ["JALONS_DOSSIERS_URL"].split(",")[0]
    with httpx.Client(base_url=url, headers={"Authorization": f"Bearer {token}"}) as client:
        found = client.get("/api/dossiers/v1/dossiers", params={"limit": 1}).raise_for_status().json()
    dossier = found["items"][0]["id"]
    return [quiet(url, token, dossier, 60), busy(url, token, dossier, rate, seconds), *rest(seconds)]
