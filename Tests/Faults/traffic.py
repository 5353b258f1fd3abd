"""People at work while things break, and a ledger of what they were told was done."""

import datetime
import itertools
import threading
import time
import uuid
from dataclasses import dataclass, field

import httpx

PASSWORD = "Jalons-demo-2026!"


class Person:
    """A profile of the demonstration that does not give up: what fails is sent again under the same key, as a browser's
    reload or another system would, and a session that ended is opened anew."""

    def __init__(self, url: str, profile: str):
        self.client = httpx.Client(base_url=url, timeout=10)
        self.profile = profile

    def sign_in(self) -> None:
        body = {"email": f"{self.profile}@demo.jalons.test", "password": PASSWORD, "profile": self.profile}
        answer = self.client.post("/api/identity/v1/sessions", json=body)
        answer.raise_for_status()
        self.client.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    def call(self, method: str, path: str, body=None, version=None, patience: float = 60, **query):
        """The answer, once there is one that is about the request itself; None when there was none in time."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method != "GET" else {}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        until = time.monotonic() + patience
        while time.monotonic() < until:
            try:
                answer = self.client.request(method, f"/api/{path}", json=body, params=query, headers=headers)
                if answer.status_code == 401:
                    self.sign_in()
                elif answer.status_code < 500 and answer.status_code != 429:
                    return answer
            except httpx.HTTPError:
                pass
            time.sleep(0.2)
        return None

    def get(self, path: str, **query):
        answer = self.call("GET", path, **query)
        assert answer is not None and answer.is_success, f"{path}: {answer and answer.text}"
        return answer.json()

    def pages(self, path: str, **query):
        """Every item of a paged list."""
        after = {}
        while True:
            page = self.get(path, limit=100, **query, **after)
            yield from page["items"]
            if not page.get("next"):
                return
            after = {"after": page["next"]}


@dataclass
class Ledger:
    """What was written, by what the writer was told."""

    accepted: dict = field(default_factory=dict)
    unknown: list = field(default_factory=list)


class Writers:
    """Several people who leave a note every little while, each on a dossier of their own."""

    def __init__(self, url: str, profile: str, dossiers: list[str]):
        self.ledger = {dossier: Ledger() for dossier in dossiers}
        self.stopping = threading.Event()
        self.threads = [threading.Thread(target=self.work, args=(url, profile, dossier), daemon=True) for dossier in dossiers]

    def work(self, url: str, profile: str, dossier: str) -> None:
        person, ledger = Person(url, profile), self.ledger[dossier]
        for number in itertools.count():
            if self.stopping.is_set():
                return
            text = f"Essai de panne {number} {uuid.uuid4()}"
            answer = person.call("POST", f"dossiers/v1/dossiers/{dossier}/notes", {"text": text, "audience": "public"})
            # 409: recorded, but the answer was lost with the process that gave it.
            if answer is not None and answer.status_code in (201, 409):
                ledger.accepted[text] = answer.status_code
            else:
                ledger.unknown.append(text)
            self.stopping.wait(0.25)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(90)


def book_reminders(person: Person, dossiers: list[str], many: int) -> list[str]:
    """Appointments with a reminder, all of them due within the same hours; gives their identifiers."""
    for number, dossier in enumerate(dossiers):
        version = person.get(f"dossiers/v1/dossiers/{dossier}")["version"]
        contact = {"phone": f"061200000{number}"}
        answer = person.call("PUT", f"dossiers/v1/dossiers/{dossier}/contact", contact, version=version)
        assert answer is not None and answer.is_success, answer and answer.text
    kinds = next(one for one in person.get("scheduling/v1/lists") if one["name"] == "appointment_kind")
    kind = kinds["entries"][0]["code"]
    day = datetime.date.today() + datetime.timedelta(days=100)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    booked = []
    for number in range(many):
        moment = datetime.datetime.combine(day, datetime.time(8, 0)) + datetime.timedelta(minutes=20 * number)
        answer = person.call("POST", f"scheduling/v1/dossiers/{dossiers[number % len(dossiers)]}/appointments", {
            "kind": kind, "startsAt": f"{moment.isoformat()}Z", "minutes": 15, "reminder": True})  # fmt: skip
        assert answer is not None and answer.status_code == 201, answer and answer.text
        booked.append(answer.json()["id"])
    return booked
