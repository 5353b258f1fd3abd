"""What an attacker would try from outside, on a running instance. `deploy/docs/threats.md` names every threat with its test;
the last test here holds that page to its word."""

import os
import pathlib
import re
import socket
import subprocess
import urllib.parse
import uuid

import httpx
import pytest

from conftest import DEMO_PASSWORD, PROCESSES, Someone

ROOT = pathlib.Path(__file__).parents[2]
EVIL = [
    "https://evil.example/", "//evil.example/", "/\\evil.example/", "\\\\evil.example", "/\t/evil.example",
    "javascript:alert(1)", "/connexion?retour=//evil.example", " //evil.example", "/%0d%0aLocation:%20//evil.example",
]  # fmt: skip


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent")


@pytest.fixture(scope="module")
def someone(referent):
    """Nearly the last of the caseload, whom no other test uses."""
    return referent.get("dossiers/v1/dossiers", sort="name", state="entered", limit=200)["items"][-2]


@pytest.fixture
def stranger(jalons):
    """A browser without JavaScript nor cookies, which follows nothing by itself."""
    with httpx.Client(base_url=jalons.url, headers={"Origin": jalons.url}, follow_redirects=False, timeout=30) as client:
        yield client


def sign_in(client, back=None, email="referent@demo.jalons.test", password=DEMO_PASSWORD):
    form = {"email": email, "password": password} | ({"retour": back} if back else {})
    return client.post("/connexion", data=form)


def test_a_session_prepared_by_somebody_else_is_not_taken_over(stranger, jalons):
    planted = "A" * 43
    stranger.cookies.set("jalons_session", planted)
    answer = sign_in(stranger)
    assert answer.status_code == 303
    cookie = next(c for c in answer.headers.get_list("set-cookie") if c.startswith("jalons_session="))
    secret = cookie.split(";")[0].removeprefix("jalons_session=")
    assert len(secret) >= 32 and secret != planted
    assert {"HttpOnly", "SameSite=Lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}
    with httpx.Client(base_url=jalons.url, cookies={"jalons_session": planted}) as attacker:
        assert attacker.get("/").headers["location"].startswith("/connexion")
    # The cookie is no token, and a token is no cookie.
    with jalons.api(secret) as program:
        assert program.get("/api/dossiers/v1/dossiers").status_code == 401


@pytest.mark.parametrize("address", EVIL)
def test_nobody_is_led_to_another_site(stranger, jalons, address):
    # Once by signing in, once as somebody who is signed in already.
    for answer in (sign_in(stranger, address), stranger.get("/connexion", params={"retour": address})):
        assert answer.status_code == 303
        there = urllib.parse.urljoin(jalons.url + "/connexion", answer.headers["location"])
        assert there.startswith(jalons.url + "/"), there


def test_an_account_is_not_told_from_none(stranger):
    answers = [
        sign_in(stranger, email=email, password="certainement pas celui-ci")
        for email in ("referent@demo.jalons.test", f"{uuid.uuid4().hex}@exemple.fr")
    ]
    seen = [re.sub(r'value="[^"]*@[^"]*"|[0-9a-f-]{32,}', "", answer.text) for answer in answers]
    assert answers[0].status_code == answers[1].status_code and seen[0] == seen[1]
    assert not any("jalons_session" in answer.headers.get("set-cookie", "") for answer in answers)


def test_what_people_type_is_shown_and_never_run(signed_in, referent, someone):
    marks = ["<script>window.attacked = 1</script>", '"><img src=x onerror="window.attacked = 1">', "{{attacked}} {{{attacked}}}"]
    for mark in marks:
        referent.call("POST", f"dossiers/v1/dossiers/{someone['id']}/notes", {"text": mark, "audience": "public"})
    page = signed_in("referent")
    refused = []
    page.on("console", lambda message: refused.append(message.text))
    page.goto(f"/dossiers/{someone['id']}/notes")
    text = page.get_by_role("main").inner_text()
    assert all(mark in text for mark in marks), text
    page.goto(f"/beneficiaires?q={urllib.parse.quote(marks[1])}")
    assert page.evaluate("window.attacked") is None
    # Were one ever to get through, the browser itself would not run it.
    page.evaluate("""() => { const s = document.createElement("script"); s.textContent = "window.attacked = 2";
        document.body.append(s); document.body.setAttribute("onclick", "window.attacked = 3"); document.body.click() }""")
    assert page.evaluate("window.attacked") is None
    assert any("Content Security Policy" in line for line in refused), refused


def test_words_that_are_looked_for_are_never_sql(referent):
    everybody = referent.get("dossiers/v1/dossiers", limit=1)["total"]
    for words in ["'; drop table dossiers.dossier; --", "m%n", "m_rtin", "mart\\in", "' or '1'='1", "$$x;", "a\u0000"]:
        answer = referent.client.get("/api/dossiers/v1/dossiers", params={"q": words})
        assert answer.status_code in (200, 400, 422), f"{words!r}: {answer.text}"
        if answer.is_success:
            assert answer.json()["total"] < everybody, words
    assert referent.get("dossiers/v1/dossiers", limit=1)["total"] == everybody


def test_more_than_was_asked_for_gives_no_more_rights(referent, someone):
    dossier = f"dossiers/v1/dossiers/{someone['id']}"
    before = referent.get(dossier)
    body = {"phone": "0612345678", "lead": str(uuid.UUID(int=1)), "territory": str(uuid.UUID(int=2)), "state": "left"}
    referent.client.put(f"/api/{dossier}/contact", json=body, headers={"If-Match": f'"{before["version"]}"'})
    after = referent.get(dossier)
    assert [before[key] for key in ("state", "familyName")] == [after[key] for key in ("state", "familyName")]
    assert before.get("territory") == after.get("territory") and before.get("referents") == after.get("referents")
    headers = {"X-Jalons-Account": str(uuid.UUID(int=1)), "X-Jalons-Profile": "administrateur", "X-Jalons-Scope": "county"}
    assert referent.client.get("/api/identity/v1/audit", headers=headers).status_code == 403
    assert referent.client.get("/api/dossiers/v1/dossiers?limit=1", headers=headers).json()["total"] < 1000


@pytest.mark.parametrize("path", [
    "/assets/..%2f..%2f..%2f..%2fetc%2fpasswd", "/assets/../../../../etc/passwd", "/%2e%2e/%2e%2e/etc/passwd",
    "/assets/%00", "//etc/passwd", "/assets/....//....//etc/passwd", "/api/dossiers/v1/../../identity/v1/keys/private",
    "/metrics", "/api/../metrics", "/.git/config", "/.env",
])  # fmt: skip
def test_no_file_leaves_its_folder(jalons, path):
    # By hand: clients tidy addresses before they send them.
    host = urllib.parse.urlsplit(jalons.url)
    with socket.create_connection((host.hostname, host.port), timeout=30) as line:
        # From a client that is not this machine, as the balancer in front would say: /metrics is the machine's own.
        line.sendall(f"GET {path} HTTP/1.1\r\nHost: {host.netloc}\r\nConnection: close\r\n\r\n".encode())
        answer = b"".join(iter(lambda: line.recv(65536), b"")).decode(errors="replace")
    status = int(answer.split()[1])
    if path == "/metrics":
        assert status in (200, 401, 404) and "MARTIN" not in answer
    else:
        assert status in (302, 303, 400, 401, 404), answer[:300]
    assert "root:" not in answer and "[core]" not in answer and "BEGIN" not in answer


@pytest.mark.parametrize("request_", [
    b"GET / HTTP/1.1\r\nHost: HOST\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nGET /admin HTTP/1.1\r\nHost: x\r\n\r\n",
    b"POST /connexion HTTP/1.1\r\nHost: HOST\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nabcde",
    b"GET / HTTP/1.1\r\nHost: HOST\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
    b"GET / HTTP/1.1\r\nHost: HOST\r\nX-Long: " + b"a" * 200_000 + b"\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: HOST\r\nCookie: jalons_session=secret\r\nConnection: close\r\n\r\n",
    b"GET http://evil.example/ HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
], ids=["two lengths", "two content lengths", "two hosts", "a long header", "trace", "a proxy's request"])  # fmt: skip
def test_a_request_that_could_be_read_in_two_ways_is_refused(jalons, request_):
    host = urllib.parse.urlsplit(jalons.url)
    with socket.create_connection((host.hostname, host.port), timeout=2) as line:
        answer = b""
        try:
            line.sendall(request_.replace(b"HOST", host.netloc.encode()))
            while piece := line.recv(65536):
                answer += piece
        except (TimeoutError, ConnectionError):
            pass
    statuses = [int(status) for status in re.findall(rb"^HTTP/1\.1 (\d{3})", answer, re.M)]
    assert len(statuses) <= 1, f"one request, several answers: {answer[:1000]}"
    assert all(status >= 400 for status in statuses), answer[:500]
    assert b"secret" not in answer


def test_the_logs_hold_neither_names_nor_secrets(referent, someone, stranger):
    """Last of what people do here: what was typed above must be nowhere in the logs."""
    unsaid = f"phrase {uuid.uuid4().hex}"
    referent.call("POST", f"dossiers/v1/dossiers/{someone['id']}/notes", {"text": unsaid, "audience": "private"})
    referent.get("dossiers/v1/dossiers", q=someone["familyName"])
    sign_in(stranger)
    sign_in(stranger, password=unsaid)
    detail = referent.get(f"dossiers/v1/dossiers/{someone['id']}")
    secrets = {unsaid, DEMO_PASSWORD, referent.client.headers["authorization"].split()[1], stranger.cookies["jalons_session"]}
    secrets |= {detail["familyName"] + " ", (detail.get("phone") or {}).get("value") or unsaid, "referent@demo.jalons.test"}
    secrets.add(os.environ.get("JALONS_SECRET", unsaid))
    folder = pathlib.Path(os.environ["JALONS_STATE"]) / "logs"
    for path in (folder / f"{process}.log" for process in PROCESSES):
        text = path.read_text(errors="replace")
        found = {secret[:12] for secret in secrets if secret in text}
        assert not found, f"{path.name} holds {found}"
        addresses = re.findall(r"/(?:api|dossiers|contrats|participations|offres)/[^\"\s]*[0-9a-f]{8}-[0-9a-f]{4}-", text, re.IGNORECASE)
        assert not addresses, f"{path.name} holds addresses of somebody's: {addresses[:3]}"


def environment_of(process):
    """What a running process was told, from the system itself."""
    state = pathlib.Path(os.environ["JALONS_STATE"])
    number = (state / f"run/{process}.pid").read_text().strip()
    raw = pathlib.Path(f"/proc/{number}/environ").read_bytes().split(b"\0")
    return dict(line.decode().split("=", 1) for line in raw if b"=" in line)


def test_a_process_knows_its_own_secrets_alone():
    """With what is in its environment it is itself, and neither another process nor the operator."""
    page = (ROOT / "deploy/docs/threats.md").read_text().split("### What one process can do")[1]
    promised = {cells[1].strip(): {key.strip() for key in cells[4].split(",") if key.strip()}
                for cells in (line.split("|") for line in page.splitlines() if line.startswith("| ")) if len(cells) > 6}  # fmt: skip
    known = {process: environment_of(process) for process in PROCESSES}
    seen = {}
    for process, told in known.items():
        keys = {name for name in told if name.startswith("JALONS_KEY_")}
        assert keys == {"JALONS_KEY_" + key.upper().replace("-", "_") for key in promised[process]}, process
        assert not {"JALONS_SECRET", "JALONS_POSTGRES_ADMIN"} & told.keys(), process
        for name in told.keys() & {"JALONS_REDIS", "JALONS_POSTGRES_PASSWORD"}:
            assert seen.setdefault(told[name], process) == process, f"{process} and {seen[told[name]]} share {name}"
    told = known["insight"]
    for role, password in (("jalons", ""), ("dossiers", ""), ("dossiers", told["JALONS_POSTGRES_PASSWORD"])):
        tried = subprocess.run(["psql", "-wXAtc", "select 1", f"{told['JALONS_POSTGRES']} user={role}"], text=True,
                               capture_output=True, env=os.environ | {"PGPASSWORD": password})  # fmt: skip
        assert tried.returncode != 0, f"insight came in as {role}"
    own = subprocess.run(["psql", "-wXAtc", "select 1", f"{told['JALONS_POSTGRES']} user=insight"], text=True,
                         capture_output=True, env=os.environ | {"PGPASSWORD": told["JALONS_POSTGRES_PASSWORD"]})  # fmt: skip
    assert own.stdout.strip() == "1", own.stderr
    for stream, may in (("insight", True), ("identity", False), ("audit:dossiers", False), ("audit", False)):
        said = subprocess.run(["redis-cli", "-u", told["JALONS_REDIS"], "--no-auth-warning", "XADD", f"jalons:{stream}-no",
                               "NOMKSTREAM", "*", "a", "b"], text=True, capture_output=True).stdout  # fmt: skip
        assert said.startswith("NOPERM"), "no stream of another name"
        said = subprocess.run(["redis-cli", "-u", told["JALONS_REDIS"], "--no-auth-warning", "XADD", f"jalons:{stream}", "MAXLEN",
                               "wrong", "*", "a", "b"], text=True, capture_output=True).stdout  # fmt: skip
        # What Redis would do is said by what it complains of: nothing is written here.
        assert said.startswith("NOPERM") is not may, f"{stream}: {said}"


def test_every_threat_is_named_with_a_test_that_exists():
    page = (ROOT / "deploy/docs/threats.md").read_text()
    named = re.findall(r"`((?:[\w/]+)\.(?:swift|py))`: « ([^»]+) »", page)
    assert len(named) > 40
    for file, sentence in named:
        text = (ROOT / "Tests" / file).read_text()
        wanted = [sentence, f"def {sentence}("]
        assert any(want in text for want in wanted), f"threats.md names a test that is not in {file}: {sentence}"
