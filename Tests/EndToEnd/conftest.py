"""What every end-to-end test stands on: a running instance, its accounts, its clock, a browser and axe.

`./jalons test e2e` starts the instance, with the demo county in it, and names it in the environment. To try a test on one that
already runs: `JALONS_PUBLIC_URL=http://localhost:8080 .jalons/venv/bin/pytest Tests/EndToEnd -k story`.
"""

import base64
import datetime
import hmac
import os
import pathlib
import re
import shutil
import struct
import time
import uuid
import zoneinfo
from dataclasses import dataclass

import httpx
import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, sync_playwright

DEMO_PASSWORD = "Jalons-demo-2026!"
PARIS = zoneinfo.ZoneInfo("Europe/Paris")
PROCESSES = ["gateway", "portal", "identity", "dossiers", "contracts", "scheduling", "fse", "insight"]
PROFILES = [
    "referent", "referent_fse", "accompagnateur_emploi", "secretariat_dispositif", "secretariat_proximite",
    "secretariat_structure", "chef_de_service", "ali", "gestionnaire_fse", "operateur", "siege", "administrateur",
    "dpo", "exploitant",
]  # fmt: skip
# The pages keep to WCAG 2.1 AA; axe's best practices come along as advice that we follow. Of what passes, axe need not
# describe every element: that takes longer than the rest.
AXE_RULES = {
    "runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"],
    "resultTypes": ["violations"],
}


def clock_file() -> pathlib.Path | None:
    """Where the instance reads how far its clock is from the machine's; an instance that is not a test's has none."""
    path = os.environ.get("JALONS_CLOCK_FILE")
    return pathlib.Path(path) if path else None


def now() -> datetime.datetime:
    """The moment it is for the instance, in UTC."""
    path = clock_file()
    offset = datetime.timedelta(seconds=int(path.read_text())) if path else datetime.timedelta()
    return datetime.datetime.now(datetime.UTC) + offset


def today() -> datetime.date:
    """The day it is for the instance, in France. The machine's clock and zone count for nothing: every test asks here."""
    return now().astimezone(PARIS).date()


@dataclass(frozen=True)
class Jalons:
    """A running instance, as another system sees it."""

    url: str

    def address_of(self, process: str) -> str:
        """Where a process answers without the gateway in between."""
        if process == "gateway":
            return self.url
        # Copies of a process are named with commas; any of them will do.
        return os.environ[f"JALONS_{process.upper()}_URL"].split(",")[0]

    def sign_in(self, email: str, password: str = DEMO_PASSWORD, acting: str | None = None) -> str:
        """The token of a new session of this account, under a profile of its own where one is named."""
        body = {"email": email, "password": password, "client": "api"} | ({"profile": acting} if acting else {})
        # Past the gateway, which slows down who signs in again and again.
        answer = httpx.post(f"{self.address_of('identity')}/api/identity/v1/sessions", json=body, timeout=30)
        assert answer.is_success, f"{email} could not sign in: {answer.status_code} {answer.text}"
        return answer.json()["token"]

    def api(self, token: str | None = None) -> httpx.Client:
        """A client of the public API, for the account that the token stands for; close it, or use `with`."""
        headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {token}"} if token else {})
        return httpx.Client(base_url=self.url, headers=headers, timeout=30)


class Someone:
    """A profile at its own terminal: calls the interface in its name and says what came back when it is not what was
    expected."""

    def __init__(self, jalons: Jalons, profile: str, acting: str | None = None, email: str | None = None):
        self.client = jalons.api(jalons.sign_in(email or f"{profile}@demo.jalons.test", acting=acting))

    def call(self, method, path, body=None, version=None, expect=None, **query) -> httpx.Response:
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        answer = self.client.request(method, f"/api/{path}", json=body, headers=headers, params=query)
        hoped = answer.is_success if expect is None else answer.status_code == expect
        assert hoped, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def get(self, path, **query):
        return self.call("GET", path, **query).json()


def offered(someone: Someone, service: str, name: str) -> str:
    """The first choice that a list of the county offers."""
    lists = someone.get(f"{service}/v1/lists")
    return next(entry["code"] for entry in next(one for one in lists if one["name"] == name)["entries"] if entry["open"])


def set_aside(administrator: Someone, number: str | None = None) -> dict:
    """A household of which the feed gives an impossible NIR: a day's changes of one person, told for the newest day."""
    runs = administrator.get("dossiers/v1/feeds")["items"]
    day = max(run["referenceDate"] for run in runs if run["status"] == "applied")
    number = number or uuid.uuid4().hex[:6].upper()
    lines = [
        f"#GENESIS;APPLIEME=GEN;VERSIONFLUX=1;NATFLUX=D;DTCREAFLUX={day};DTREF={day};IDEPARTE=007",
        "NUMDEMRSA;ETATDOSRSA;SITFAM;CODEPOS;NOMCOM;ROLEPERS;IDPERS;NOM;PRENOM;DTNAI;SEXE;NIR;IDREF;DDDESIGNATION",
        f"2099{number};2;CEL;07000;PRIVAS;DEM;GX{number};VALLIER-{number};JEANNE;1990-05-02;2;290050718600199;R0001;{day}",
        "#FIN;NBTOTDOSRSATRANSM=1;NBPERSTRANSM=1",
    ]
    answer = administrator.client.post("/api/dossiers/v1/feeds", content="\n".join(lines).encode(), timeout=120)
    run = answer.json()
    assert run["status"] == "applied" and run["counts"]["quarantined"] == 1, answer.text
    return administrator.get("dossiers/v1/feed-asides", run=run["id"])["items"][0]


def eventually(what, condition, seconds=15):
    """Effects of events come a moment later."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if found := condition():
            return found
        time.sleep(0.1)
    raise AssertionError(f"did not happen in time: {what}")


class Clock:
    """The clock of the instance, which a test may set forward. Only instances of the tests have one."""

    # Where it stands at first: `JALONS_TEST_CLOCK` has set it, or it is the machine's.
    start = int(clock_file().read_text()) if clock_file() else 0

    def __init__(self, path: pathlib.Path):
        self.path = path
        self.reset()

    def travel(self, **distance: float) -> None:
        """Goes forward by days, hours, minutes (as `datetime.timedelta` takes them), from where the clock stands."""
        self._set(self.offset + datetime.timedelta(**distance))

    def reset(self) -> None:
        """Goes back to the present."""
        self._set(datetime.timedelta(seconds=self.start))

    def now(self) -> datetime.datetime:
        """The moment that the instance believes in, in UTC."""
        return now()

    def today(self) -> datetime.date:
        """The day that it is at that moment in France."""
        return today()

    def _set(self, offset: datetime.timedelta) -> None:
        self.offset = offset
        # Replaced in one go: a process that reads at this instant sees the old offset or the new one, never half of it.
        beside = self.path.with_suffix(".new")
        beside.write_text(f"{int(offset.total_seconds())}\n")
        beside.replace(self.path)


class Authenticator:
    """What an application on a telephone does with the secret that was typed into it. It reads the instance's clock,
    and is written from RFC 6238, apart from the code that it checks."""

    def __init__(self, secret: str, clock):
        self.secret = base64.b32decode(secret)
        self.clock = clock

    def code(self) -> str:
        step = int(self.clock.now().timestamp()) // 30
        mac = hmac.digest(self.secret, struct.pack(">Q", step), "sha1")
        at = mac[-1] & 15
        return f"{(struct.unpack('>I', mac[at : at + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"


@pytest.fixture(scope="session")
def jalons() -> Jalons:
    url = os.environ.get("JALONS_PUBLIC_URL")
    assert url, "JALONS_PUBLIC_URL names no instance: run ./jalons test e2e"
    return Jalons(url.rstrip("/"))


@pytest.fixture(scope="session")
def first_feed_day(jalons) -> datetime.date:
    """The first day of the demonstration's feed: with it, the generator tells of the same people again."""
    runs = Someone(jalons, "administrateur").get("dossiers/v1/feeds")["items"]
    told = min(run["referenceDate"] for run in runs if run["status"] == "applied")
    # A file tells of the day before it was made.
    return datetime.date.fromisoformat(told) + datetime.timedelta(days=1)


@pytest.fixture
def clock():
    path = clock_file()
    assert path, "JALONS_CLOCK_FILE names no clock: run ./jalons test e2e"
    clock = Clock(path)
    yield clock
    clock.reset()


@pytest.fixture(scope="session")
def chromium() -> Browser:
    """Debian's Chromium, one for the whole run."""
    path = next(filter(None, map(shutil.which, ["chromium", "chromium-browser", "google-chrome"])), None)
    assert path, "no Chromium on this machine: apt-get install chromium"
    # Chromium refuses its sandbox to root, which is who runs in most containers.
    arguments = ["--no-sandbox"] if os.getuid() == 0 else []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=arguments)
        yield browser
        browser.close()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item, call):
    report = yield
    if report.when == "call":
        item.failed = report.failed
    return report


@pytest.fixture
def browser(chromium: Browser, jalons: Jalons, request):
    """Makes windows of their own, each with its own cookies: `page = browser()`, one a person.
    What the pages of a failed test showed is printed with its failure."""
    contexts = []

    def window(**options) -> Page:
        context = chromium.new_context(base_url=jalons.url, locale="fr-FR", timezone_id="Europe/Paris", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        return context.new_page()

    yield window
    for context in contexts:
        if getattr(request.node, "failed", False):
            for page in context.pages:
                shown = page.locator("main").all_inner_texts() or page.locator("body").all_inner_texts()
                print(page.url, *(re.sub(r"\n\s*\n+", "\n", text) for text in shown), sep="\n")
        context.close()


@pytest.fixture(scope="session")
def cookies() -> dict[str, dict]:
    """The session of each profile that has signed in: the gateway slows down who signs in again and again."""
    return {}


@pytest.fixture
def signed_in(browser, cookies):
    """Makes windows in which the demo's account of a profile is at its home page; `options` are the window's."""

    def window(profile: str, **options) -> Page:
        page = browser(storage_state=cookies.get(profile), **options)
        page.goto("/")
        # Not yet signed in, or a clock that was set forward has ended the session since.
        if "/connexion" in page.url:
            page.get_by_label("Adresse électronique").fill(f"{profile}@demo.jalons.test")
            page.get_by_label("Mot de passe").fill(DEMO_PASSWORD)
            page.get_by_role("button", name="Se connecter").click()
            page.wait_for_url("**/")
            cookies[profile] = page.context.storage_state()
        return page

    return window


@pytest.fixture(scope="session")
def axe():
    """Fails when axe finds anything on a page, and says what and where."""

    def check(page: Page) -> None:
        response = Axe().run(page, options=AXE_RULES).response
        # A page on which axe ran no rule at all would pass silently.
        assert response["passes"], f"axe checked nothing on {page.url}"
        faults = [
            f"{violation['id']} ({violation['impact']}): {violation['help']}\n"
            + "\n".join(f"    {' '.join(map(str, node['target']))}" for node in violation["nodes"])
            for violation in response["violations"]
        ]
        assert not faults, f"axe on {page.url}:\n" + "\n".join(faults)

    return check


@pytest.fixture
def look(axe):
    """What everybody asks of a page: nothing that axe finds, nothing wider than a phone; and its pictures are kept."""

    def check(page: Page, name: str) -> None:
        axe(page)
        usual = page.viewport_size
        for width in (1366, 1280, 390):
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{page.url} at {width} px"
            if folder := os.environ.get("JALONS_SHOTS"):
                page.screenshot(path=str(pathlib.Path(folder) / f"{name}-{width}.png"), full_page=True)
        page.set_viewport_size(usual)

    return check
