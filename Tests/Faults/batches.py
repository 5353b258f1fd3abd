"""Acts on many dossiers, killed in the middle: each dossier is done once, with all that follows from it."""

import datetime
import threading

from instance import ask, count, today
from traffic import Person
from trial import Trial, uneven, until
from victims import strike

# Rows that are done before the kill: past those that the request itself does, where there are enough.
UNDER_WAY = 30


def put_to_the_test(trial: Trial) -> None:
    secretariat, chef = trial.person("secretariat_dispositif"), trial.person("chef_de_service")
    before = standing("true")
    accepted = Acted(trial, secretariat, "POST", "dossiers/v1/proposed-exits/decisions",
                     {"accepted": True, "exitOn": str(today() - datetime.timedelta(days=1)), "filter": {}}, "exits accepted")  # fmt: skip
    accepted.carry_out(["dossiers", "dossiers"])
    accepted.count("dossiers.exit-recorded.v1", "exit", "dossiers.decideProposedExit")
    follow = count(f"select count(*) from dossiers.v1_referent where {accepted.dossiers} and kind = 'lead' and coalesce(until_date, 'infinity') >= '{today()}'")
    trial.say(follow == 0, f"{follow} of their référents still follow them")
    undone = Acted(trial, secretariat, "POST", f"dossiers/v1/batches/{accepted.id}/undo", None, "exits taken back")
    undone.carry_out(["postgres"])
    undone.count("dossiers.exit-recorded.v1", "exit", "dossiers.cancelExit")
    trial.say(standing("true") == before, "everybody is followed as before")
    transfer(trial, chef)


def transfer(trial: Trial, chef: Person) -> None:
    """A référent's whole caseload goes to two colleagues, and comes back the same day."""
    former, first, second = (trial.person(profile) for profile in ("referent", "referent_fse", "accompagnateur_emploi"))
    lead, *targets = (person.get("identity/v1/me")["account"]["id"] for person in (former, first, second))
    before, appointments = standing("true"), agenda()
    reached = {row["id"] for row in former.pages("dossiers/v1/dossiers")}
    given = Acted(trial, chef, "POST", f"dossiers/v1/caseloads/{lead}/transfer",
                  {"targets": targets, "keepsAccess": True, "reason": "Essai de panne"}, "caseload transferred")  # fmt: skip
    given.carry_out(["dossiers", "redis"])
    given.count("dossiers.referent-changed.v1", "referent", "dossiers.transferCaseload")
    done = given.done()
    # What it means for access: at the colleagues' and, for thirty days, still at the former référent's.
    theirs = [row["id"] for person in (first, second) for row in person.pages("dossiers/v1/dossiers")]
    missing, twice = uneven([dossier for dossier in theirs if dossier in set(done)], done)
    trial.say(not missing and not twice, f"{len(done)} dossiers reached by one new référent each: {len(missing)} missing, {len(twice)} twice")
    trial.say(reached <= {row["id"] for row in former.pages("dossiers/v1/dossiers")}, "the former référent still reaches them")
    steps = ask(f"select dossier, count(*) from dossiers.v1_referent where {given.dossiers} and kind = 'step' and source = 'handover' and from_date = '{today()}' group by 1")
    trial.say(sorted(steps) == sorted([dossier, "1"] for dossier in done), f"{len(steps)} dated accesses, one a dossier")
    left = f"select count(*) from scheduling.appointment where {given.dossiers} and agent = '{lead}' and outcome = 'planned' and starts_at > now() and not needs_attention"
    trial.say(until(lambda: count(left) == 0), f"{count(left)} coming appointments stayed with the former référent")
    told_once(given, targets, trial)
    back = Acted(trial, chef, "POST", f"dossiers/v1/batches/{given.id}/undo", None, "caseload taken back")
    back.carry_out(["dossiers"])
    back.count("dossiers.referent-changed.v1", "referent", "dossiers.undoBatch")
    trial.say(standing("true") == before, "everybody is followed as before")
    trial.say(until(lambda: agenda() == appointments), "appointments are back with who had them")
    told_once(back, targets, trial)


def standing(which: str) -> list[list[str]]:
    """Who follows whom, as both the dossier and its designations have it."""
    return ask(f"""select d.id, d.lead, d.lead_since, r.account, r.from_date, r.until_date from dossiers.dossier d
        left join dossiers.referent r on r.dossier = d.id and r.kind = 'lead' and r.until_date is null
        where {which} order by d.id""")  # fmt: skip


def agenda() -> list[list[str]]:
    return ask("select id, agent, starts_at from scheduling.appointment where outcome = 'planned' order by id")


def told_once(batch: "Acted", targets: list[str], trial: Trial) -> None:
    """Of a whole caseload each colleague is told once; so is, for each of them, who gave it."""
    events = f"select data ->> 'lead' from dossiers.outbox where type = 'dossiers.caseload-transferred.v1' and data ->> 'batch' ilike '{batch.id}'"
    missing, twice = uneven([lead.lower() for (lead,) in ask(events)], targets)
    handled = f"""select count(*) from dossiers.outbox o join scheduling.inbox i on i.event = o.id and i.consumer = 'notices'
        where o.type = 'dossiers.caseload-transferred.v1' and o.data ->> 'batch' ilike '{batch.id}'"""
    told = until(lambda: count(handled) == len(targets))
    trial.say(not missing and not twice and told, f"{len(targets)} colleagues told once: {len(missing)} not, {len(twice)} twice")


class Acted:
    """One act on many dossiers, by the batch that was kept for it."""

    def __init__(self, trial: Trial, person: Person, method: str, path: str, body, name: str):
        self.trial, self.person, self.name = trial, person, name
        self.request = (method, path, body)
        self.began = ask("select coalesce(max(position), 0) from dossiers.outbox")[0][0]
        self.account = person.get("identity/v1/me")["account"]["id"]
        self.id = None

    @property
    def dossiers(self) -> str:
        """As a condition on a column named so."""
        return f"dossier in (select dossier from dossiers.batch_row where batch = '{self.id}' and outcome = 'done')"

    def done(self) -> list[str]:
        return [row[0] for row in ask(f"select dossier from dossiers.batch_row where batch = '{self.id}' and outcome = 'done'")]

    def settled(self) -> int:
        return count(f"select count(*) from dossiers.batch_row where batch = '{self.id}' and outcome is not null")

    def carry_out(self, victims: list[str]) -> None:
        """Asked for once, and struck again and again before it has ended."""
        mine = f"from dossiers.batch where account = '{self.account}'"
        known = {row[0] for row in ask(f"select id {mine}")}
        asking = threading.Thread(target=self.person.call, args=self.request)
        asking.start()

        def kept():
            found = ask(f"select id {mine} order by created_at desc, id desc limit 1")
            self.id = found[0][0] if found and found[0][0] not in known else None
            return self.id

        assert until(kept, 30, 0.02), f"{self.name}: no batch was kept"
        total = count(f"select total from dossiers.batch where id = '{self.id}'")
        first = min(UNDER_WAY, total // 3)
        struck = {}
        for number, victim in enumerate(victims):
            mark = first + number * (total - first) // (len(victims) + 1)
            until(lambda mark=mark: self.settled() >= mark, 60, 0.01)
            under_way = self.settled()
            struck[victim] = strike(victim)
            self.trial.say(under_way < total, f"{self.name}: {under_way} of {total} done when {victim} is killed")
        for victim, before in struck.items():
            self.trial.recover(victim, before, f"{self.name}, ")
        asking.join()
        ended = until(lambda: count(f"select count(*) {mine} and id = '{self.id}' and ended_at is not null") == 1, 120)
        shown = self.person.get(f"dossiers/v1/batches/{self.id}")
        self.trial.say(ended and shown["done"] + shown["refused"] == shown["total"] and shown["done"] > 0,
                       f"{self.name}: ended, {shown['done']} done and {shown['refused']} refused of {shown['total']}")  # fmt: skip
        again = count(f"select count(*) {mine}") - len(known)
        self.trial.say(again == 1, f"{self.name}: kept {again} times, though asked for again")

    def count(self, event: str, kind: str, act: str) -> None:
        """What each dossier that was done leaves: one event, one entry of its timeline, one line of the log."""
        done = self.done()
        self.compare("events", event_query := f"""select data ->> 'dossier' from dossiers.outbox where type = '{event}'
            and position > {self.began} and lower(data ->> 'dossier') in (select dossier::text from dossiers.batch_row where batch = '{self.id}')""", done)  # fmt: skip
        ids = event_query.replace("data ->> 'dossier'", "id", 1)
        self.compare("timeline entries", f"select dossier from dossiers.timeline_entry where kind = '{kind}' and event in ({ids})", done)
        since = f"select id from dossiers.outbox where position > {self.began} and type = 'audit.act.v1'"
        self.compare("lines of the log", f"select dossier from identity.audit_entry where act = '{act}' and dossier is not null and event in ({since})", done)

    def compare(self, what: str, query: str, done: list[str]) -> None:
        until(lambda: len(ask(query)) >= len(done), 60)
        missing, more = uneven([row[0].lower() for row in ask(query)], done)
        self.trial.say(not missing and not more, f"{self.name}: {what} for {len(done)}, {len(missing)} missing, {len(more)} too many")
