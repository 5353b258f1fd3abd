"""A feed killed in the middle leaves the day before; sent again, it does exactly what it would have done."""

import datetime
import os
import pathlib
import re
import subprocess
import tempfile

from instance import ask, clock, count, set_clock, state, today
from traffic import Person, Writers, some_dossiers
from trial import Trial, uneven, until
from victims import strike
from work import count_notes

# Who was followed before and who is new, what becomes of whom, and what is proposed.
CASELOAD = """select (select count(*) from dossiers.dossier), (select count(*) from dossiers.household),
    (select count(*) from dossiers.referent), (select count(*) from dossiers.entitlement_event),
    (select count(*) from dossiers.proposed_exit where decision is null), (select count(*) from dossiers.nir),
    (select md5(string_agg(d.id::text || coalesce(d.lead::text, '') || d.entitlement || d.state, ',' order by d.id)) from dossiers.dossier d)"""
COUNTED = ["read", "created", "updated", "unchanged", "ignored", "quarantined", "moved", "exits"]
# Which consumer takes which event of an import.
TAKERS = {
    "dossiers.entered.v1": ["dossiers.timeline", "dossiers.frise", "scheduling.notices"],
    "dossiers.referent-changed.v1": ["dossiers.timeline", "dossiers.frise", "dossiers.exits", "scheduling.appointments", "fse.caseload"],
    "dossiers.territory-changed.v1": [
        "dossiers.timeline", "dossiers.exits", "scheduling.appointments", "fse.caseload", "contracts.territory"],
    "dossiers.entitlement-changed.v1": ["dossiers.timeline", "dossiers.frise"],
    "dossiers.exit-recorded.v1": ["dossiers.timeline", "dossiers.frise", "dossiers.exits", "fse.caseload"],
    "dossiers.structure-discovered.v1": ["identity.structures"],
}  # fmt: skip


def put_to_the_test(trial: Trial, persons: int) -> None:
    administrator, referent = trial.person("administrateur"), trial.person("referent")
    # The demonstration's feeds end today.
    set_clock(max(clock(), 3 * 86_400))
    with tempfile.TemporaryDirectory() as name, Writers(trial.url, "referent", some_dossiers(referent)) as writers:
        folder = pathlib.Path(name)
        file, next_day = generate(folder, persons, 3), generate(folder, persons, 4)
        wanted = expected(administrator, file)
        trial.say(wanted["created"] == new_in(file) > 0, f"{wanted['created']} of {wanted['read']} persons are new")
        before = ask(CASELOAD)
        killed(trial, administrator, file, "dossiers", "reading", behind=next_day)
        trial.say(not left_on_disk(), f"{len(left_on_disk())} copies of feeds left on the disk")
        trial.say(ask(CASELOAD) == before, "the caseload is that of the day before")
        killed(trial, administrator, file, "postgres", "writing")
        trial.say(ask(CASELOAD) == before, "the caseload is that of the day before")
        without_its_streams(trial, administrator, file, wanted)
        dropped(trial, administrator, next_day)
    count_notes(writers, trial)


def generate(folder: pathlib.Path, persons: int, day: int) -> pathlib.Path:
    first = today() - datetime.timedelta(days=2)
    made = subprocess.run(
        [pathlib.Path(os.environ["JALONS_BIN"]) / "Control", "feed", "generate", "--persons", str(persons),
         "--first-day", str(first), "--day", str(day), folder], capture_output=True, text=True, check=True)  # fmt: skip
    return pathlib.Path(made.stdout.strip())


# A person with the designation of a référent.
FOLLOWED = re.compile(r'<Personne ROLEPERS="(?:DEM|CJT)" IDPERS="([^"]+)".*?<Referent [^>]*? DFDESIGNATION="([^"]*)"', re.DOTALL)


def new_in(file: pathlib.Path) -> int:
    """Persons of the file whom a référent still follows and whom Jalons does not know: read without the suite."""
    known = {row[0] for row in ask("select genesis_id from dossiers.dossier")}
    return len({person for person, end in FOLLOWED.findall(file.read_text()) if not end} - known)


def send(administrator: Person, file: pathlib.Path, **query) -> dict:
    return administrator.done("POST", "dossiers/v1/feeds", content=file.read_bytes(), name=file.name, wait="false", **query)


def run_of(administrator: Person, run: str) -> dict:
    return administrator.get(f"dossiers/v1/feeds/{run}")


def ended(administrator: Person, run: str, seconds: float = 300) -> dict:
    until(lambda: run_of(administrator, run)["status"] != "running", seconds, 0.5)
    return run_of(administrator, run)


def expected(administrator: Person, file: pathlib.Path) -> dict:
    """What the file would do, by a dry run."""
    run = ended(administrator, send(administrator, file, mode="dry-run")["id"])
    assert run["status"] == "checked", run
    return run["counts"]


def reach(administrator: Person, run: str, phase: str) -> str | None:
    """Waits until an import is that far; gives the phase that it is in then, None once it has ended."""
    order = ["waiting", "reading", "comparing", "writing", "referents", "exits", "finishing"]

    def there():
        progress = run_of(administrator, run).get("progress")
        return progress is None or order.index(progress["phase"]) >= order.index(phase) and (
            phase != "reading" or progress["bytesRead"] > 0)  # fmt: skip

    until(there, 120, 0.02)
    return (run_of(administrator, run).get("progress") or {}).get("phase")


def killed(trial: Trial, administrator: Person, file: pathlib.Path, victim: str, phase: str, behind=None) -> None:
    """An import dies half-way, and whatever waits behind it with its process."""
    runs = [send(administrator, file)["id"]] + ([send(administrator, behind)["id"]] if behind else [])
    found = reach(administrator, runs[0], phase)
    before = strike(victim)
    trial.say(found is not None, f"{victim} is killed while a feed is at « {found} »")
    trial.recover(victim, before)
    # A run that has not been heard of for a minute is nobody's.
    set_clock(clock() + 90)
    for run, which in zip(runs, ["the import", "the one behind it"], strict=True):
        state = ended(administrator, run, 60)
        trial.say(state["status"] == "failed" and state.get("refusalCode") == "interrompu", f"{which} is told: {state['status']}, {state.get('refusal')}")


def left_on_disk() -> list[str]:
    """Copies of feeds, full of NIRs, of which the process is no more."""
    copies = pathlib.Path(tempfile.gettempdir()).glob("jalons-feed-*")
    return [copy.name for copy in copies if not pathlib.Path(f"/proc/{copy.name.split('-')[2]}").exists()]


def without_its_streams(trial: Trial, administrator: Person, file: pathlib.Path, wanted: dict) -> None:
    """The same file once more; Redis is killed in the middle, and nothing of it waits for Redis."""
    last = ask("select coalesce(max(position), 0) from dossiers.outbox")[0][0]
    run = send(administrator, file)["id"]
    found = reach(administrator, run, "writing")
    before = strike("redis")
    trial.say(found is not None, f"redis is killed while a feed is at « {found} »")
    trial.recover("redis", before)
    state = ended(administrator, run)
    missing = {name: (state["counts"][name], wanted[name]) for name in COUNTED if state["counts"][name] != wanted[name]}
    trial.say(state["status"] == "applied" and not missing, f"sent again: {state['status']}, {state['counts']} {missing or 'as foretold'}")
    new = {row[0] for row in ask(f"select dossier from dossiers.feed_row where run = '{run}' and outcome = 'created'")}
    trial.say(len(new) == wanted["created"], f"{len(new)} new dossiers")
    arrive_once(trial, last, new)


def arrive_once(trial: Trial, last: str, new: set[str]) -> None:
    """Every event of the import reached everybody whom it concerns, and had its effect once."""
    events = f"from dossiers.outbox o where position > {last} and stream = 'dossiers'"
    for type, takers in TAKERS.items():
        told = count(f"select count(*) {events} and type = '{type}'")
        for taker in takers if told else []:
            schema, consumer = taker.split(".")
            taken = f"select count(*) {events} and type = '{type}' and exists (select from {schema}.inbox i where i.consumer = '{consumer}' and i.event = o.id)"
            good = until(lambda taken=taken, told=told: count(taken) == told, 180, 1)
            trial.say(good, f"{type}: {count(taken)} of {told} taken by {taker}")
    entered = [row[0] for row in ask(f"select key {events} and type = 'dossiers.entered.v1'")]
    missing, twice = uneven(entered, list(new))
    trial.say(not missing and not twice, f"{len(entered)} entries told, {len(missing)} missing, {len(twice)} too many")
    shown = [row[0] for row in ask("select dossier from dossiers.timeline_entry where kind = 'entered'")]
    missing, twice = uneven([dossier for dossier in shown if dossier in new], list(new))
    trial.say(not missing and not twice, f"entries on timelines: {len(missing)} missing, {len(twice)} twice")
    # A référent's entries of a day are one notification that counts them.
    noticed = ask(f"""select a.id, (select coalesce(sum(n.occurrences), 0) from scheduling.notification n
          where n.account = a.id and n.kind = 'entered' and n.at >= (select min(occurred_at) {events} and type = 'dossiers.entered.v1')),
        a.entries from (select (data ->> 'lead')::uuid as id, count(*) as entries {events} and type = 'dossiers.entered.v1' group by 1) a""")
    wrong = [row for row in noticed if row[1] != row[2]]
    trial.say(not wrong, f"{len(noticed)} référents told of their entries, {len(wrong)} of another number")


def dropped(trial: Trial, administrator: Person, file: pathlib.Path) -> None:
    """The next day's file is dropped in the watched folder; its reader dies, and the next one reads it."""
    folder = pathlib.Path(os.environ["JALONS_FEED_FOLDER"])
    wanted = expected(administrator, file)
    known = {run["id"] for run in administrator.get("dossiers/v1/feeds")["items"]}
    arriving = state() / "run" / file.name
    arriving.write_bytes(file.read_bytes())
    arriving.rename(folder / file.name)

    def runs():
        return [run for run in administrator.get("dossiers/v1/feeds")["items"] if run["id"] not in known]

    assert until(runs, 30, 0.02), "the folder's file was not taken"
    found = reach(administrator, runs()[0]["id"], "writing")
    before = strike("dossiers")
    trial.say(found is not None, f"dossiers is killed while the folder's file is at « {found} »")
    trial.recover("dossiers", before)
    set_clock(clock() + 90)
    done = until(lambda: any(run["status"] == "applied" for run in runs()), 300, 1)
    statuses = sorted(run["status"] for run in runs())
    applied = next((run["counts"] for run in runs() if run["status"] == "applied"), {})
    good = done and statuses == ["applied", "failed"] and all(applied[name] == wanted[name] for name in COUNTED)
    trial.say(good, f"the folder's file is read again by itself: {statuses}, {applied}")
    place = until(lambda: len(list((folder / "integres").glob(f"*{file.name}"))) == 1, 20)
    trial.say(place and not list((folder / "en-cours").iterdir()), "and put away")
