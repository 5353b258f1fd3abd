"""Stores that are full: Redis at its memory limit, and the notes' table on a disk (a small tmpfs) that has no room left.

What is read stays there; what is written is done, or refused in a way that is tried again; nothing accepted is lost.
"""

import contextlib
import pathlib
import subprocess
import uuid

import httpx

from frozen import judge, look, signed_in
from instance import ask, control
from traffic import Person, Writers, some_dossiers
from trial import Trial, until
from victims import ask_redis
from work import count_notes


def put_to_the_test(trial: Trial) -> None:
    referent = trial.person("referent")
    dossiers = some_dossiers(referent)
    browser = signed_in(trial.url)
    pages = ["/", "/beneficiaires", f"/dossiers/{dossiers[0]}", "/agenda"]
    with Writers(trial.url, "referent", dossiers) as writers:
        redis_full(trial, browser, pages, referent, dossiers[0])
        disk_full(trial, browser, pages, referent, dossiers[0])
    count_notes(writers, trial)


def note(person: Person, dossier: str, text: str) -> httpx.Response:
    """One try to write a note, as a browser makes it."""
    return person.client.post(f"/api/dossiers/v1/dossiers/{dossier}/notes", json={"text": text, "audience": "public"},
                              headers={"Idempotency-Key": str(uuid.uuid4())})  # fmt: skip


def waiting() -> int:
    return sum(int(line.split("pending=")[1].split()[0]) for line in control("outbox").stdout.splitlines())


def redis_full(trial: Trial, browser: httpx.Client, pages: list[str], referent: Person, dossier: str) -> None:
    """It refuses whatever needs memory: writes are done all the same, and what they announce waits in the outboxes."""
    before = ask_redis("config", "get", "maxmemory").split()[-1]
    ask_redis("config", "set", "maxmemory", "1mb")
    try:
        judge(trial, "redis full", look(browser, pages, 3), may_fail=False)
        status = note(referent, dossier, f"Redis plein {uuid.uuid4()}").status_code
        trial.say(status == 201, f"redis full: a note is written, {status}")
        trial.say(until(lambda: waiting() > 0, 10), f"redis full: {waiting()} events wait in the outboxes")
    finally:
        ask_redis("config", "set", "maxmemory", before)
    trial.say(until(lambda: waiting() == 0, trial.patience), f"redis has room again: {waiting()} events wait")


@contextlib.contextmanager
def small_disk(megabytes: int):
    """A disk of its own beside the cluster, which Postgres may write; None without the right to mount one."""
    cluster = pathlib.Path(ask("show data_directory")[0][0])
    place, owner = cluster.parent / "small", cluster.stat()
    place.mkdir(exist_ok=True)
    options = f"size={megabytes}m,mode=700,uid={owner.st_uid},gid={owner.st_gid}"
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "tmpfs", place], capture_output=True).returncode == 0
    try:
        yield place if mounted else None
    finally:
        if mounted:
            subprocess.run(["umount", place], check=True)
        place.rmdir()


def disk_full(trial: Trial, browser: httpx.Client, pages: list[str], referent: Person, dossier: str) -> None:
    """A note is refused with when to come back, all pages are there, and notes are taken as soon as there is room."""
    with small_disk(64) as disk:
        if disk is None:
            print("--  a full disk: not tried, for this account may not mount one", flush=True)
            return
        ask(f"create tablespace small location '{disk}'")
        ask("alter table dossiers.note set tablespace small")
        fill = disk / "fill"
        try:
            with fill.open("wb") as file, contextlib.suppress(OSError):
                while True:
                    file.write(bytes(65_536))
                    file.flush()
            # The table's last page still has room for some.
            tries = (note(referent, dossier, f"Disque plein {uuid.uuid4()} {'x' * 1500}") for _ in range(60))
            refused = next((answer for answer in tries if answer.status_code != 201), None)
            trial.say(refused is not None and refused.status_code == 503 and "retry-after" in refused.headers,
                      f"disk full: a note is refused, {refused and refused.status_code}")  # fmt: skip
            judge(trial, "disk full", look(browser, pages, 3), may_fail=False)
        finally:
            fill.unlink()
        again = until(lambda: note(referent, dossier, f"Disque libre {uuid.uuid4()}").status_code == 201, 20)
        trial.say(again, "the disk has room again: a note is written")
        ask("alter table dossiers.note set tablespace pg_default")
        ask("drop tablespace small")
