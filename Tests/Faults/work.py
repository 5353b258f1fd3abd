"""Every process and store killed, one after another, while people write and reminders fall due."""

import collections
import time

import reminders
from instance import ask, count
from traffic import Writers, some_dossiers
from trial import Trial, until


def put_to_the_test(trial: Trial, victims: list[str], rest: float) -> None:
    referent, office = trial.person("referent"), trial.person("administrateur")
    dossiers = some_dossiers(referent)
    booked = reminders.book(referent, dossiers) if "scheduling" in victims else []
    with Writers(trial.url, "referent", dossiers) as writers:
        for victim in victims:
            if victim == "scheduling":
                # The reminders fall due at the very moment at which their sender dies.
                reminders.travel_to()
                time.sleep(0.7)
            trial.kill(victim)
            time.sleep(rest)
    count_notes(writers, trial)
    if booked:
        reminders.count(office, booked, trial)


def count_notes(writers: Writers, trial: Trial) -> None:
    """Every accepted note is there once, and once on the timeline; in the database, for there are more than pages show."""
    for dossier, ledger in writers.ledger.items():
        texts = collections.Counter(text for (text,) in ask(
            f"select text from dossiers.note where dossier = '{dossier}' and text like 'Essai de panne %'"))  # fmt: skip
        lost = [text for text in ledger.accepted if texts[text] == 0]
        twice = [text for text, times in texts.items() if times > 1]
        trial.say(not lost and not twice and len(ledger.accepted) > 0, f"{len(ledger.accepted)} accepted writes, "
                  f"{len(ledger.unanswered)} without an answer: {len(lost)} lost, {len(twice)} done twice")  # fmt: skip
        if ledger.refused:
            trial.say(False, f"{len(ledger.refused)} refused: {ledger.refused[0]}")
        written = count(f"select count(*) from dossiers.note where dossier = '{dossier}'")
        noted = f"select count(*) from dossiers.timeline_entry where dossier = '{dossier}' and kind = 'note'"
        good = until(lambda noted=noted, written=written: count(noted) == written)
        trial.say(good, f"timeline: {count(noted)} of {written} notes")
