"""People at work while things break, and a ledger of what they were told was done."""

import itertools
import threading
import time
import uuid
from dataclasses import dataclass, field

import httpx

PASSWORD = "Jalons-demo-2026!"


def refuses(answer: httpx.Response, reason: str) -> bool:
    """Whether the answer is the refusal of this type."""
    return answer.status_code == 409 and answer.json()["type"] == f"/problemes/{reason}"


class Person:
    """A profile of the demonstration that does not give up: what fails is sent again under the same key, as a browser's
    reload or another system would, and a session that ended is opened anew."""

    def __init__(self, url: str, profile: str):
        self.client = httpx.Client(base_url=url, timeout=10)
        self.profile = profile
        # How often the last call was sent.
        self.tries = 0

    def sign_in(self) -> None:
        body = {"email": f"{self.profile}@demo.jalons.test", "password": PASSWORD, "profile": self.profile}
        answer = self.client.post("/api/identity/v1/sessions", json=body)
        answer.raise_for_status()
        self.client.headers["Authorization"] = f"Bearer {answer.json()['token']}"

    def call(self, method: str, path: str, body=None, version=None, patience: float = 60, content=None, **query):
        """The answer, once there is one that is about the request itself; None when there was none in time."""
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method != "GET" and content is None else {}
        if version is not None:
            headers["If-Match"] = f'"{version}"'
        until, self.tries = time.monotonic() + patience, 0
        while time.monotonic() < until:
            try:
                answer = self.client.request(
                    method, f"/api/{path}", json=body, content=content, params=query, headers=headers)  # fmt: skip
                if answer.status_code == 401:
                    self.sign_in()
                    continue
                self.tries += 1
                if answer.status_code < 500 and answer.status_code != 429 and not refuses(answer, "simultane"):
                    return answer
            except httpx.HTTPError:
                self.tries += 1
            time.sleep(0.2)
        return None

    def done(self, method: str, path: str, body=None, **options) -> dict:
        """What a call that must succeed answers."""
        answer = self.call(method, path, body, **options)
        assert answer is not None and answer.is_success, f"{method} {path}: {answer and answer.text}"
        return answer.json() if answer.content else {}

    def get(self, path: str, **query):
        return self.done("GET", path, **query)

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

    accepted: list = field(default_factory=list)
    unanswered: list = field(default_factory=list)
    refused: list = field(default_factory=list)


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
            if answer is None:
                ledger.unanswered.append(text)
            # Recorded before, but the answer was lost with the process that gave it.
            elif answer.status_code == 201 or refuses(answer, "deja-enregistre"):
                ledger.accepted.append(text)
            else:
                ledger.refused.append(f"{answer.status_code} {answer.text}")
            self.stopping.wait(0.25)

    def __enter__(self):
        for thread in self.threads:
            thread.start()
        return self

    def __exit__(self, *_):
        self.stopping.set()
        for thread in self.threads:
            thread.join(90)


def some_dossiers(person: Person) -> list[str]:
    """The last three whom a référent leads."""
    me = person.get("identity/v1/me")["account"]["id"]
    caseload = person.get("dossiers/v1/dossiers", lead=me, sort="name", state="entered", limit=200)["items"]
    return [row["id"] for row in caseload[-3:]]
