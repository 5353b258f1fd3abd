"""Faults on an instance that `./jalons faults` has started: each process, Postgres and Redis killed while people work.

Counted at the end: every accepted write is there once, and once on the timeline; every due reminder left once; nothing
waits in an outbox or among the dead letters; the audit log's chain is whole.
Options: --seconds how long recovery may take, --only the victims, --rest seconds of work between two faults.
"""

import argparse
import collections
import datetime
import os
import pathlib
import subprocess
import sys
import time

import httpx

from traffic import Person, Writers, book_reminders
from victims import PROCESSES, STORES, kill

REMINDERS = 12


class Report:
    """Findings in the order in which they were made; a bad one makes the run fail."""

    def __init__(self):
        self.bad = 0

    def say(self, good: bool, text: str) -> None:
        self.bad += not good
        print(f"{'ok ' if good else 'BAD'} {text}", flush=True)


def control(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([pathlib.Path(os.environ["JALONS_BIN"]) / "Control", *arguments], capture_output=True, text=True)


def travel_to_reminders() -> None:
    """Sets the instance's clock to where every booked reminder is due, and none of the appointments has begun."""
    day = datetime.date.today() + datetime.timedelta(days=100)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    due = datetime.datetime.combine(day - datetime.timedelta(days=1), datetime.time(12, 0), datetime.UTC)
    offset = int((due - datetime.datetime.now(datetime.UTC)).total_seconds())
    path = pathlib.Path(os.environ["JALONS_CLOCK_FILE"])
    beside = path.with_suffix(".new")
    beside.write_text(f"{offset}\n")
    beside.replace(path)


def break_things(options: argparse.Namespace, client: httpx.Client, report: Report) -> None:
    for victim in options.only:
        if victim == "scheduling":
            # The reminders fall due at the very moment at which their sender dies.
            travel_to_reminders()
            time.sleep(0.7)
        seconds = kill(victim, client, options.seconds)
        report.say(seconds is not None, f"{victim:<14} well again after {seconds or options.seconds:.1f} s")
        time.sleep(options.rest)


def until(condition, seconds: float = 60) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.5)
    return False


def count_notes(person: Person, writers: Writers, report: Report) -> None:
    for dossier, ledger in writers.ledger.items():
        texts = collections.Counter(note["text"] for note in person.get(f"dossiers/v1/dossiers/{dossier}/notes")["items"])
        lost = [text for text in ledger.accepted if texts[text] == 0]
        twice = [text for text, count in texts.items() if count > 1]
        report.say(not lost, f"{len(ledger.accepted)} accepted writes, {len(ledger.unknown)} without an answer, {len(lost)} lost")
        report.say(not twice, f"{len(twice)} done twice")

        def noted(dossier=dossier):
            entries = person.pages(f"dossiers/v1/dossiers/{dossier}/timeline")
            return sum(entry["kind"] == "note" for entry in entries)

        wanted = sum(texts.values())
        report.say(until(lambda wanted=wanted, noted=noted: noted() == wanted), f"timeline: {noted()} of {wanted} notes")


def count_reminders(operator: Person, booked: list[str], report: Report) -> None:
    def sent():
        messages = operator.pages("scheduling/v1/outbox")
        return collections.Counter(message["appointment"] for message in messages
                                   if message["status"] == "sent" and message["appointment"] in booked)  # fmt: skip

    until(lambda: len(sent()) == len(booked), 40)
    left = sent()
    report.say(len(left) == len(booked), f"{len(left)} of {len(booked)} due reminders left")
    report.say(all(count == 1 for count in left.values()), f"{sum(count > 1 for count in left.values())} left twice")


def count_messages(report: Report) -> None:
    def waiting():
        return sum(int(line.split("pending=")[1].split()[0]) for line in control("outbox").stdout.splitlines())

    report.say(until(lambda: waiting() == 0, 30), f"{waiting()} events wait in the outboxes")
    letters = control("dead-letters", "list").stdout.strip()
    report.say("No dead letters" in letters, letters.splitlines()[0] if letters else "no answer about dead letters")
    chain = control("audit", "verify")
    report.say(chain.returncode == 0, f"audit log: {chain.stdout.strip()}")


def main() -> int:
    victims = [*PROCESSES, *STORES]
    parser = argparse.ArgumentParser(prog="./jalons faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--rest", type=float, default=3)
    parser.add_argument("--only", choices=victims, nargs="*", default=victims)
    options = parser.parse_args()
    url, report = os.environ["JALONS_PUBLIC_URL"], Report()
    referent, operator = Person(url, "referent"), Person(url, "exploitant")
    caseload = referent.get("dossiers/v1/dossiers", sort="name", state="entered", limit=200)["items"]
    dossiers = [row["id"] for row in caseload[-3:]]
    booked = book_reminders(referent, dossiers, REMINDERS) if "scheduling" in options.only else []
    with httpx.Client(base_url=url, timeout=5) as client, Writers(url, "referent", dossiers) as writers:
        break_things(options, client, report)
    count_notes(referent, writers, report)
    if booked:
        count_reminders(operator, booked, report)
    count_messages(report)
    print(f"{report.bad} bad findings")
    return 1 if report.bad else 0


if __name__ == "__main__":
    sys.exit(main())
