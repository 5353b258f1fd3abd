"""Sessions closed while Redis is away, and acts done meanwhile: refused everywhere soon after, and all in the log."""

import os
import time
import uuid

import httpx

from instance import ask, clock, count
from traffic import PASSWORD, Person
from trial import Trial, uneven, until
from victims import redis_answers, without_redis

# Something that each process answers to whoever is signed in.
DOORS = {
    "identity": "me", "dossiers": "dossiers?limit=1", "contracts": "lists", "scheduling": "lists", "fse": "lists",
    "insight": "alerts",
}  # fmt: skip
# Once Redis answers again, an event has found its way within so many seconds (measurements.md).
SOON = 10
# How long Redis stays away: longer than any pause before another attempt.
AWAY = 8


class Seat:
    """A session of its own, and who still lets it in."""

    def __init__(self, trial: Trial, profile: str):
        body = {"email": f"{profile}@demo.jalons.test", "password": PASSWORD, "profile": profile, "client": "api"}
        answer = httpx.post(f"{trial.url}/api/identity/v1/sessions", json=body, timeout=30)
        answer.raise_for_status()
        signed_in = answer.json()
        self.session, self.account = signed_in["session"], signed_in["account"]["id"]
        self.gateway = trial.url
        self.client = httpx.Client(headers={"Authorization": f"Bearer {signed_in['token']}"}, timeout=10)

    def ask(self, process: str) -> int:
        """What a process says to this session: directly, or through the gateway."""
        name, address = ("identity", self.gateway) if process == "gateway" else (process, os.environ[f"JALONS_{process.upper()}_URL"].split(",")[0])
        return self.client.get(f"{address}/api/{name}/v1/{DOORS[name]}").status_code

    def refusing(self) -> list[str]:
        return [process for process in [*DOORS, "gateway"] if self.ask(process) == 401]


class Browser:
    """Somebody at the pages, whose cookie the gateway knows by heart."""

    def __init__(self, trial: Trial, profile: str):
        self.client = httpx.Client(base_url=trial.url, headers={"Origin": trial.url}, timeout=30)
        answer = self.client.post("/connexion", data={"email": f"{profile}@demo.jalons.test", "password": PASSWORD})
        assert answer.status_code == 303 and self.is_in(), answer.text

    def is_in(self) -> bool:
        return self.client.get("/compte").status_code == 200


def put_to_the_test(trial: Trial) -> None:
    administrator, worker = trial.person("administrateur"), trial.person("secretariat_dispositif")
    dossiers = [row["id"] for row in worker.get("dossiers/v1/dossiers", sort="name", limit=8)["items"]]
    me = worker.get("identity/v1/me")["account"]["id"]
    for emptied in (False, True):
        own, other, spared = Seat(trial, "operateur"), Seat(trial, "siege"), Seat(trial, "operateur")
        browser = Browser(trial, "siege")
        trial.say(not own.refusing() and not other.refusing(), "sessions are open before they are closed")
        began = ask(f"select clock_timestamp() + interval '{clock()} seconds'")[0][0]
        with without_redis(emptied):
            left = time.monotonic()
            spared.client.delete(f"{trial.url}/api/identity/v1/sessions/{own.session}").raise_for_status()
            administrator.done("POST", f"identity/v1/accounts/{other.account}/sessions/closure")
            acts = work(worker, dossiers)
            time.sleep(max(0, AWAY - (time.monotonic() - left)))
            # Nobody can know yet: were it otherwise, Redis would not have been away.
            meanwhile = len(own.refusing()) + len(other.refusing())
        assert until(redis_answers, 60, 0.05), "Redis did not come back"
        back = time.monotonic()
        everywhere = len(DOORS) + 1
        until(lambda: len(own.refusing()) == len(other.refusing()) == everywhere and not browser.is_in(), 30, 0.05)
        seconds = time.monotonic() - back
        refused = min(len(own.refusing()), len(other.refusing()))
        trial.say(
            meanwhile == 0 and refused == everywhere and not browser.is_in() and seconds <= SOON,
            f"closed while Redis was away{' and lost its file' if emptied else ''}: refused by {meanwhile} processes meanwhile, "
            f"by {refused} of {everywhere} {seconds:.1f} s after its return, the browser {'out' if not browser.is_in() else 'still in'}")  # fmt: skip
        trial.say(not spared.refusing(), "another session of the same account goes on")
        count_acts(me, acts, began, trial)
    # A process that starts afterwards knows of it too.
    trial.kill("contracts")
    trial.say(until(lambda: own.ask("contracts") == 401, 2, 0.1), "a process that was started since refuses it as well")


def work(worker: Person, dossiers: list[str]) -> list[tuple[str, str]]:
    """Reads and writes that the log keeps, each with its dossier."""
    acts = []
    for dossier in dossiers:
        worker.get(f"dossiers/v1/dossiers/{dossier}")
        acts += [("dossiers.showDossier", dossier)] * worker.tries
        note = {"text": f"Essai sans Redis {uuid.uuid4()}", "audience": "public"}
        worker.done("POST", f"dossiers/v1/dossiers/{dossier}/notes", note)
        acts.append(("dossiers.addNote", dossier))
    return acts


def count_acts(account: str, acts: list[tuple[str, str]], began: str, trial: Trial) -> None:
    """Every act is a line of the log, once."""

    def lines():
        return [tuple(row) for row in ask(
            f"""select act, dossier from identity.audit_entry where account = '{account}' and at >= '{began}'
            and act in ('dossiers.showDossier', 'dossiers.addNote')""")]  # fmt: skip

    until(lambda: len(lines()) >= len(acts), 30)
    missing, more = uneven(lines(), acts)
    trial.say(not missing and not more, f"audit log: {len(acts)} acts without Redis, {len(missing)} missing, {len(more)} twice")
    broken = count("select count(*) from (select event from identity.audit_entry group by event having count(*) > 1) e")
    trial.say(broken == 0, f"audit log: {broken} events kept twice")
