"""Processes that are stopped (SIGSTOP) and do not die: alone, and as one of two copies; Redis too, and a table that is held.

A frozen process takes connections and answers nothing. What is looked at is how long people wait for which page, what they
are told, that readiness knows it, and that nothing that was accepted is lost.
"""

import contextlib
import os
import pathlib
import signal
import socket
import subprocess
import threading
import time

import httpx

from instance import state
from traffic import PASSWORD, Writers, some_dossiers
from trial import Trial, until
from victims import is_well, number_of, secrets_of
from work import count_notes

# How long a page may take while a part is frozen, and once that is known.
FIRST, NEXT = 2.5, 1.0
FROZEN = ["portal", "identity", "dossiers", "contracts", "scheduling", "fse", "insight"]
EXECUTABLES = {"fse": "FSE"}
# How far a second copy's port is from the first one's: `deploy/cli/environment.sh`.
BESIDE = 20


def put_to_the_test(trial: Trial) -> None:
    referent = trial.person("referent")
    dossiers = some_dossiers(referent)
    browser = signed_in(trial.url)
    pages = ["/", "/beneficiaires", f"/dossiers/{dossiers[0]}", "/agenda"]
    for page in pages:
        assert browser.get(page).status_code == 200, page
    with Writers(trial.url, "referent", dossiers) as writers:
        for victim in FROZEN:
            alone(trial, browser, pages, victim)
            one_of_two(trial, browser, pages, victim)
        redis(trial, browser, pages)
        held_table(trial, browser, dossiers[0])
        stalled(trial)
    count_notes(writers, trial)


def signed_in(url: str) -> httpx.Client:
    browser = httpx.Client(base_url=url, headers={"Origin": url, "Accept": "text/html"}, timeout=40)
    answer = browser.post("/connexion", data={"email": "referent@demo.jalons.test", "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return browser


@contextlib.contextmanager
def frozen(number: int):
    os.kill(number, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(number, signal.SIGCONT)


def look(browser: httpx.Client, pages: list[str], rounds: int) -> list[tuple[str, int, float, httpx.Response]]:
    """Opens the pages in turn: which, what came, after how many seconds."""
    seen = []
    for page in pages * rounds:
        began = time.monotonic()
        answer = browser.get(page)
        seen.append((page, answer.status_code, time.monotonic() - began, answer))
    return seen


def judge(trial: Trial, what: str, seen: list, may_fail: bool) -> None:
    """Each page in time, the first time and again; a refusal says when to come back, and never that a look was recorded."""
    count = len({page for page, *_ in seen})
    slow = [f"{page} {seconds:.1f} s" for index, (page, _, seconds, _) in enumerate(seen) if seconds > (FIRST if index < count else NEXT)]
    wrong = [f"{page} {status}" for page, status, _, answer in seen
             if status != 200 and not (may_fail and status == 503 and "retry-after" in answer.headers)
             or "peut-être été enregistrée" in answer.text]  # fmt: skip
    worst = max(seconds for _, _, seconds, _ in seen)
    statuses = " ".join(f"{page}:{status}" for page, status, *_ in seen[-count:])
    trial.say(not slow and not wrong, f"{what}: slowest {worst:.1f} s, {statuses} {' '.join(slow + wrong)}")


def ready(url: str) -> tuple[int, dict]:
    answer = httpx.get(f"{url}/health/ready", timeout=10)
    return answer.status_code, answer.json()["parts"]


def alone(trial: Trial, browser: httpx.Client, pages: list[str], victim: str) -> None:
    with frozen(number_of(victim)):
        judge(trial, f"{victim} frozen alone", look(browser, pages, 3), may_fail=True)
        began = time.monotonic()
        status, parts = ready(trial.url)
        trial.say(status == 503 and parts[victim] != "ok" and time.monotonic() - began < 3, f"{victim} frozen alone: ready says {parts[victim]}")
    well = until(lambda: is_well(trial.client), trial.patience, 0.1)
    again = until(lambda: all(browser.get(page).status_code == 200 for page in pages), 10, 0.2)
    trial.say(well and again, f"{victim} thawed: all is well, every page is there")


@contextlib.contextmanager
def second_copy(victim: str):
    """Another copy of a process, where the others look for one."""
    first = int(os.environ[f"JALONS_{victim.upper()}_URL"].split(",")[0].rsplit(":", 1)[1])
    environment = os.environ | secrets_of(victim) | {"JALONS_PORT": str(first + BESIDE)}
    program = pathlib.Path(os.environ["JALONS_BIN"]) / EXECUTABLES.get(victim, victim.capitalize())
    with (state() / f"logs/{victim}-2.log").open("ab") as log:
        copy = subprocess.Popen([program], env=environment, stdout=log, stderr=log)
    try:
        def answers():
            return httpx.get(f"http://127.0.0.1:{first + BESIDE}/health/ready", timeout=2).status_code == 200

        assert until(answers, 30, 0.1), f"no second copy of {victim}"
        # Whoever has set it aside asks every second.
        time.sleep(2.5)
        yield
    finally:
        copy.send_signal(signal.SIGTERM)
        copy.wait(30)


def one_of_two(trial: Trial, browser: httpx.Client, pages: list[str], victim: str) -> None:
    with second_copy(victim):
        with frozen(number_of(victim)):
            judge(trial, f"{victim} frozen, one of two", look(browser, pages, 4), may_fail=False)
            status, parts = ready(trial.url)
            trial.say(status == 200, f"{victim} frozen, one of two: ready says {parts[victim]}")
        until(lambda: is_well(trial.client), trial.patience, 0.1)
        # Its copies take turns again before the second one goes.
        time.sleep(2.5)
    trial.say(until(lambda: is_well(trial.client), trial.patience, 0.1), f"{victim}: all is well without the second copy")


def redis(trial: Trial, browser: httpx.Client, pages: list[str]) -> None:
    with frozen(number_of("redis")):
        judge(trial, "redis frozen", look(browser, pages, 3), may_fail=False)
        status, parts = ready(trial.url)
        trial.say(status == 200 and parts["redis"] == "unreachable", f"redis frozen: ready says {parts['redis']}")
    trial.say(until(lambda: ready(trial.url)[1]["redis"] == "ok", 30), "redis thawed: ready says ok")


def held_table(trial: Trial, browser: httpx.Client, dossier: str) -> None:
    """Somebody holds the table of the notes: the dossier's page comes without them and says so."""
    sql = "begin; lock table dossiers.note in access exclusive mode; select pg_sleep(6); commit;"
    holding = threading.Thread(target=subprocess.run, args=(["psql", "-XAtqc", sql, os.environ["JALONS_POSTGRES_ADMIN"]],))
    holding.start()
    time.sleep(0.5)
    began = time.monotonic()
    answer = browser.get(f"/dossiers/{dossier}")
    seconds = time.monotonic() - began
    trial.say(answer.status_code == 200 and seconds < FIRST and "Momentanément indisponible" in answer.text,
              f"the notes held: a dossier in {seconds:.1f} s, {answer.status_code}, and what is missing is named")  # fmt: skip
    holding.join()


def stalled(trial: Trial) -> None:
    """A client that stops in the middle of a body is told so, and does not keep its connection."""
    host, port = trial.url.split("//")[1].split(":")
    with socket.create_connection((host, int(port)), timeout=40) as client:
        client.sendall(b"POST /api/dossiers/v1/feeds HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer x\r\nContent-Length: 1000\r\n\r\n<")
        began, answer = time.monotonic(), b""
        while part := client.recv(65_536):
            answer += part
    status = answer.split(b" ", 2)[1:2]
    trial.say(status in ([b"408"], [b"401"]), f"a client that stalls: {status} after {time.monotonic() - began:.0f} s, connection ended")
