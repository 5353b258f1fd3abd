"""What a run reaches past the public interface: the instance's folder, database and clock, and its operator's commands."""

import datetime
import os
import pathlib
import subprocess
import zoneinfo

PROCESSES = ["gateway", "portal", "identity", "dossiers", "contracts", "scheduling", "fse", "insight"]
STORES = ["redis", "redis-emptied", "postgres"]


def state() -> pathlib.Path:
    return pathlib.Path(os.environ["JALONS_STATE"])


def control(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([pathlib.Path(os.environ["JALONS_BIN"]) / "Control", *arguments], capture_output=True, text=True)


def ask(sql: str) -> list[list[str]]:
    """What the database answers its owner: rows of texts."""
    asked = subprocess.run(
        ["psql", "-XAtq", "-F", "\t", "-v", "ON_ERROR_STOP=1", os.environ["JALONS_POSTGRES_ADMIN"]],
        input=sql, capture_output=True, text=True)  # fmt: skip
    if asked.returncode != 0:
        raise RuntimeError(asked.stderr.strip())
    return [line.split("\t") for line in asked.stdout.splitlines()]


def count(sql: str) -> int:
    return int(ask(sql)[0][0])


def set_clock(offset: float) -> None:
    """So many seconds from the present; read at once by every process."""
    path = pathlib.Path(os.environ["JALONS_CLOCK_FILE"])
    # Replaced in one go: whoever reads at this instant sees the old offset or the new one, never half of it.
    beside = path.with_suffix(".new")
    beside.write_text(f"{int(offset)}\n")
    beside.replace(path)


def clock() -> int:
    """How many seconds the instance is ahead of the present."""
    return int(pathlib.Path(os.environ["JALONS_CLOCK_FILE"]).read_text().strip() or 0)


def today() -> datetime.date:
    """The day it is for the instance, in France."""
    moment = datetime.datetime.now(datetime.UTC) + datetime.timedelta(seconds=clock())
    return moment.astimezone(zoneinfo.ZoneInfo("Europe/Paris")).date()
