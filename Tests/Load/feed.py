"""A whole county's feed through the import, beside what COPY alone takes for the same rows."""

import datetime
import os
import pathlib
import re
import subprocess
import tempfile
import threading
import time
import zoneinfo

import httpx

from table import Row

class Memory:
    """The most memory that a process of the instance had while this was watched, in MiB."""

    def __init__(self, process: str):
        number = (pathlib.Path(os.environ["JALONS_STATE"]) / f"run/{process}.pid").read_text().strip()
        self.status = pathlib.Path(f"/proc/{number}/status")
        self.before, self.most, self.watching = self.now(), 0, True

    def now(self) -> int:
        line = next(line for line in self.status.read_text().splitlines() if line.startswith("VmRSS"))
        return int(line.split()[1]) // 1024

    def watch(self) -> None:
        while self.watching:
            self.most = max(self.most, self.now())
            time.sleep(0.1)

    def __enter__(self):
        self.thread = threading.Thread(target=self.watch)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.watching = False
        self.thread.join()


class Reader:
    """Somebody who opens a territory's list over and over; how long each time took, in milliseconds."""

    def __init__(self, address: str, token: str):
        self.client = httpx.Client(base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        self.times, self.reading = [], True

    def read(self) -> None:
        while self.reading:
            began = time.monotonic()
            self.client.get("/api/dossiers/v1/dossiers?limit=50").raise_for_status()
            self.times.append((time.monotonic() - began) * 1000)
            time.sleep(0.02)

    def late(self) -> float:
        """The 95th percentile."""
        return sorted(self.times)[int(len(self.times) * 0.95)]

    def __enter__(self):
        self.thread = threading.Thread(target=self.read)
        self.thread.start()
        return self

    def __exit__(self, *_):
        self.reading = False
        self.thread.join()
        self.client.close()


def copy_alone(file: pathlib.Path) -> float:
    """Seconds that COPY takes for the persons of the same day, written as CSV, into a plain table."""
    lines = file.read_text().splitlines()
    names = lines[1].split(";")
    rows = file.with_suffix(".rows")
    rows.write_text("\n".join(lines[2:-1]) + "\n")

    def ask(command: str) -> None:
        subprocess.run(["psql", "-XAtqc", command, os.environ["JALONS_POSTGRES_ADMIN"]], check=True)

    ask(f"create table public.copied ({', '.join(f'{name} text' for name in names)})")
    began = time.monotonic()
    ask(f"\\copy public.copied from '{rows}' with (format csv, delimiter ';')")
    seconds = time.monotonic() - began
    ask("drop table public.copied")
    return seconds


def control(*arguments: str | pathlib.Path) -> str:
    program = pathlib.Path(os.environ["JALONS_BIN"]) / "Control"
    return subprocess.run([program, *arguments], capture_output=True, text=True, check=True).stdout.strip()


def generate(folder: pathlib.Path, persons: int, day: int, *options: str) -> pathlib.Path:
    first = datetime.datetime.now(zoneinfo.ZoneInfo("Europe/Paris")).date() - datetime.timedelta(days=2)
    return pathlib.Path(control("feed", "generate", "--persons", str(persons), "--first-day", str(first),
                                "--day", str(day), *options, folder))  # fmt: skip


def settle() -> float:
    """Seconds until every service has taken what is announced; the next day's feed comes long after."""
    began = time.monotonic()
    while any(re.search("(pending|lag)=[^0]", line) for line in (control("outbox") + "\n" + control("consumers")).split("\n")):
        if time.monotonic() - began > 900:
            raise TimeoutError(control("consumers"))
        time.sleep(1)
    return time.monotonic() - began


def send(client: httpx.Client, file: pathlib.Path) -> tuple[float, dict, str]:
    """Seconds that the run took, the run, and beside it: the time with the way there, the memory of the process that took it."""
    with Memory("dossiers") as memory:
        began = time.monotonic()
        answer = client.post(f"/api/dossiers/v1/feeds?mode=apply&name={file.name}", content=file.read_bytes(), timeout=1800)
        whole = time.monotonic() - began
    assert answer.is_success and answer.json()["status"] == "applied", answer.text[:500]
    run = answer.json()
    start, end = (datetime.datetime.fromisoformat(run[moment]) for moment in ("startedAt", "endedAt"))
    return (end - start).total_seconds(), run, f"with its upload {whole:.1f} s; memory {memory.before} → {memory.most} MiB"


def measure(client: httpx.Client, persons: int, reader: str) -> list[Row]:
    """Everybody new, then the next day's, then the day after while somebody, whose token is `reader`, works."""
    rows = []
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        os.chmod(folder, 0o777)
        first, next_day, after = (generate(folder, persons, day) for day in (3, 4, 5))
        runs = [("all new", *send(client, first))]
        settled = settle()
        runs.append(("next day", *send(client, next_day)))
        runs.append(("CNAF's of that day", *send(client, generate(folder, persons, 4, "--format", "vrsb"))))
        settle()
        address = str(client.base_url)
        with Reader(address, reader) as alone:
            time.sleep(3)
        with Reader(address, reader) as beside:
            send(client, after)
        copied = copy_alone(generate(folder, persons, 4, "--format", "csv"))
        for what, seconds, run, beside_it in runs:
            counts = run["counts"]
            rows.append(Row(
                f"feed of {counts['read']:,}, {what}", f"{seconds:.1f} s, {counts['read'] / seconds:,.0f} rows/s",
                f"COPY {copied:.1f} s", seconds / copied, 5, beside_it))  # fmt: skip
        created = runs[0][2]["counts"]["created"]
        rows.append(Row("who is new, in every service", f"{settled:.0f} s, {created / settled:,.0f} persons/s", "1,000 events/s",
                        1000 / (created / settled), 1, "after the import"))  # fmt: skip
        rows.append(Row("a territory's list meanwhile", f"p95 {beside.late():.0f} ms of {len(beside.times)}",
                        f"alone p95 {alone.late():.0f} ms", beside.late() / 100, 1, "budget: p95 100 ms"))  # fmt: skip
    return rows
