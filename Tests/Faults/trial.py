"""One run on one instance: whom it asks, what it breaks, and what it found."""

import collections
import time

import httpx

from traffic import Person
from victims import strike, well_again


class Trial:
    """Findings are told in the order in which they were made; a bad one makes the run fail."""

    def __init__(self, url: str, patience: float):
        self.url = url
        self.patience = patience
        self.client = httpx.Client(base_url=url, timeout=5)
        self.bad = 0

    def say(self, good: bool, text: str) -> None:
        self.bad += not good
        print(f"{'ok ' if good else 'BAD'} {text}", flush=True)

    def person(self, profile: str) -> Person:
        return Person(self.url, profile)

    def kill(self, victim: str, when: str = "") -> None:
        """Kills without notice, and says how soon all was well again."""
        self.recover(victim, strike(victim), when)

    def recover(self, victim: str, before: int, when: str = "") -> None:
        """Waits for another in the place of the one that was killed."""
        seconds = well_again(victim, before, self.client, self.patience)
        self.say(seconds is not None, f"{victim:<14} {when}well again after {seconds or self.patience:.1f} s")


def until(condition, seconds: float = 60, pause: float = 0.5) -> bool:
    """Whether a condition came true in time; one that cannot be told for now is not true yet."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        try:
            if condition():
                return True
        except (RuntimeError, httpx.HTTPError):
            pass
        time.sleep(pause)
    return False


def uneven(found: list, wanted: list) -> tuple[list, list]:
    """What is missing of what is wanted, and what is there more often than it is wanted."""
    there, asked = collections.Counter(found), collections.Counter(wanted)
    return list((asked - there).elements()), list((there - asked).elements())
