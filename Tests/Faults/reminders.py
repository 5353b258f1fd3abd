"""Reminders that all fall due at once, and that each leave once."""

import collections
import datetime

from instance import set_clock, today
from traffic import Person
from trial import Trial, until

MANY = 12


def day() -> datetime.date:
    """A working day far enough away for every reminder to be sent on its own."""
    day = today() + datetime.timedelta(days=100)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    return day


def book(person: Person, dossiers: list[str]) -> list[str]:
    """Appointments with a reminder, all of them due within the same hours; gives their identifiers."""
    for number, dossier in enumerate(dossiers):
        version = person.get(f"dossiers/v1/dossiers/{dossier}")["version"]
        person.done("PUT", f"dossiers/v1/dossiers/{dossier}/contact", {"phone": f"061200000{number}"}, version=version)
    kinds = next(one for one in person.get("scheduling/v1/lists") if one["name"] == "appointment_kind")
    booked = []
    for number in range(MANY):
        moment = datetime.datetime.combine(day(), datetime.time(8, 0)) + datetime.timedelta(minutes=20 * number)
        draft = {"kind": kinds["entries"][0]["code"], "startsAt": f"{moment.isoformat()}Z", "minutes": 15, "reminder": True}
        path = f"scheduling/v1/dossiers/{dossiers[number % len(dossiers)]}/appointments"
        booked.append(person.done("POST", path, draft)["id"])
    return booked


def travel_to() -> None:
    """Sets the instance's clock to where every booked reminder is due, and none of the appointments has begun."""
    due = datetime.datetime.combine(day() - datetime.timedelta(days=1), datetime.time(12, 0), datetime.UTC)
    set_clock((due - datetime.datetime.now(datetime.UTC)).total_seconds())


def count(office: Person, booked: list[str], trial: Trial) -> None:
    def sent():
        messages = office.pages("scheduling/v1/outbox")
        return collections.Counter(message["appointment"] for message in messages
                                   if message["status"] == "sent" and message.get("appointment") in booked)  # fmt: skip

    until(lambda: len(sent()) == len(booked), 40)
    left = sent()
    trial.say(len(left) == len(booked), f"{len(left)} of {len(booked)} due reminders left")
    trial.say(all(count == 1 for count in left.values()), f"{sum(count > 1 for count in left.values())} left twice")
