"""One person's path through every service, by the public interface and at the screens, on the demo county."""

import datetime
import os
import pathlib
import subprocess
import time

import httpx
import pytest


class Someone:
    """A profile at its own screen: calls the interface in its name and says what came back when it is not what was expected."""

    def __init__(self, jalons, profile, acting=None):
        body = {"email": f"{profile}@demo.jalons.test", "password": "Jalons-demo-2026!", "profile": acting or profile}
        answer = httpx.post(f"{jalons.url}/api/identity/v1/sessions", json=body, timeout=30)
        assert answer.is_success, f"{profile}: {answer.status_code} {answer.text}"
        self.client = jalons.api(answer.json()["token"])

    def call(self, method, path, body=None, version=None, expect=None, **query):
        headers = {"If-Match": f'"{version}"'} if version is not None else {}
        answer = self.client.request(method, f"/api/{path}", json=body, headers=headers, params=query)
        if expect is None:
            assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        else:
            assert answer.status_code == expect, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer

    def get(self, path, **query):
        return self.call("GET", path, **query).json()


def eventually(what, condition, seconds=15):
    """Effects of events come a moment later."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found = condition()
        if found:
            return found
        time.sleep(0.1)
    raise AssertionError(f"did not happen in time: {what}")


@pytest.fixture(scope="module")
def people(jalons):
    profiles = ["referent", "referent_fse", "accompagnateur_emploi", "secretariat_dispositif", "chef_de_service",
                "gestionnaire_fse", "administrateur", "siege", "exploitant"]  # fmt: skip
    return {profile: Someone(jalons, profile) for profile in profiles}


@pytest.fixture(scope="module")
def lea(people):
    found = people["referent"].get("dossiers/v1/dossiers", q="martín LEA")["items"]
    return next(row for row in found if row["familyName"] == "MARTIN" and row["givenName"] == "Lea")


def test_her_dossier_exists_for_her_referent_and_for_no_other(people, lea):
    dossier = f"dossiers/v1/dossiers/{lea['id']}"
    detail = people["referent"].get(dossier)
    assert detail["partner"]["givenName"] == "Hugo"
    assert people["secretariat_dispositif"].get(dossier)["familyName"] == "MARTIN"
    for stranger in ["referent_fse", "accompagnateur_emploi"]:
        people[stranger].call("GET", dossier, expect=404)
        people[stranger].call("POST", f"{dossier}/notes", {"text": "x", "audience": "public"}, expect=404)
        people[stranger].call("GET", f"contracts/v1/dossiers/{lea['id']}/contracts", expect=404)
        people[stranger].call("GET", f"scheduling/v1/dossiers/{lea['id']}/appointments", expect=404)
        people[stranger].call("GET", f"fse/v1/dossiers/{lea['id']}/steps", expect=404)
    people["exploitant"].call("GET", dossier, expect=403)


def test_a_stale_tab_is_told_what_changed(people, lea):
    dossier = f"dossiers/v1/dossiers/{lea['id']}"
    seen = people["referent"].get(dossier)["version"]
    changed = people["referent"].call("PUT", f"{dossier}/contact", {"phone": "06 98 76 54 32"}, version=seen).json()
    assert changed["phone"]["value"] == "0698765432" and changed["phone"]["feedValue"] == "0612345678"
    stale = people["referent"].call("PUT", f"{dossier}/contact", {"phone": "06 11 11 11 11"}, version=seen, expect=412)
    assert stale.json()["current"]["phone"]["value"] == "0698765432"


def test_the_same_hour_is_booked_once(people, lea):
    day = datetime.date.today() + datetime.timedelta(days=10)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    choices = people["referent"].get("scheduling/v1/lists")
    draft = {"kind": choices["kinds"][0]["code"], "startsAt": f"{day}T16:00:00Z", "minutes": 45, "reminder": True}
    booked = people["referent"].call("POST", f"scheduling/v1/dossiers/{lea['id']}/appointments", draft)
    assert booked.status_code == 201
    again = people["referent"].call("POST", f"scheduling/v1/dossiers/{lea['id']}/appointments", draft, expect=409).json()
    assert again["type"] == "/problemes/creneau-pris" and again["offer"]["startsAt"]


def test_a_contract_goes_from_draft_to_decision(people, lea):
    referent, secretariat, chef = people["referent"], people["secretariat_dispositif"], people["chef_de_service"]
    drafted = referent.call("POST", f"contracts/v1/dossiers/{lea['id']}/contracts", {
        "situation": "Cherche un emploi.", "evaluation": "A repris confiance.",
        "endsOn": str(datetime.date.today() + datetime.timedelta(days=200))}).json()  # fmt: skip
    path = f"contracts/v1/contracts/{drafted['contract']['id']}"
    theme = referent.get("contracts/v1/lists")["themes"][0]["code"]
    sheet = referent.call("POST", f"{path}/objectives", {"theme": theme, "personDoes": "Passer le code."},
                          version=drafted["contract"]["version"]).json()  # fmt: skip
    pdf = referent.client.get(f"/api/{path}/document", params={"model": "cer-sans-decision", "format": "pdf"}, timeout=90)
    assert pdf.is_success and pdf.content.startswith(b"%PDF"), pdf.text[:400]
    sheet = referent.call("POST", f"{path}/consent", {"consent": "yes"}, version=sheet["contract"]["version"]).json()
    sheet = referent.call("POST", f"{path}/moves", {"to": "soumis"}, version=sheet["contract"]["version"]).json()
    referent.call("PUT", path, {"situation": "Autre."}, version=sheet["contract"]["version"], expect=409)
    waiting = secretariat.get("contracts/v1/contracts", state="soumis", limit=200)["items"]
    assert any(row["id"] == drafted["contract"]["id"] for row in waiting)
    sheet = secretariat.call("POST", f"{path}/moves", {"to": "attente"}, version=sheet["contract"]["version"]).json()
    shorter = str(datetime.date.today() + datetime.timedelta(days=120))
    sheet = chef.call("POST", f"{path}/moves", {"to": "valide", "comment": "Accord.", "endsOn": shorter},
                      version=sheet["contract"]["version"]).json()  # fmt: skip
    assert sheet["contract"]["endsOn"] == shorter
    told = eventually("the référent is told of the decision", lambda: [
        notice for notice in referent.get("scheduling/v1/notifications")["items"] if "CER" in notice["title"]])  # fmt: skip
    assert told


def test_her_timeline_tells_everything(people, lea):
    def titles():
        return " | ".join(entry["title"] for entry in people["referent"].get(
            f"dossiers/v1/dossiers/{lea['id']}/timeline")["items"])  # fmt: skip

    eventually("the timeline is complete", lambda: all(
        part in titles() for part in ["Entrée dans la file active", "Coordonnées corrigées", "Rendez-vous pris", "CER n°", "validé"]))  # fmt: skip


def test_an_overlapping_fse_operation_is_refused_with_an_offer(jalons, people, lea):
    referent = Someone(jalons, "referent", acting="referent_fse")
    funded = next(o for o in referent.get("fse/v1/offers", limit=200)["items"] if o["name"].startswith("FSE"))
    today = datetime.date.today()
    later = today + datetime.timedelta(days=30)

    def draft(begins):
        return {"offer": funded["id"], "kind": "step", "plannedFrom": str(begins), "participation": True,
                "plannedUntil": str(today + datetime.timedelta(days=90)), "from": str(begins)}  # fmt: skip

    referent.call("POST", f"fse/v1/dossiers/{lea['id']}/steps", draft(today))
    refused = referent.call("POST", f"fse/v1/dossiers/{lea['id']}/steps", draft(later), expect=409).json()
    assert refused["type"] == "/problemes/chevauchement-fse"
    assert refused["offer"]["shortenTo"] == str(later - datetime.timedelta(days=1))
    # Nothing can be shortened where both begin on the same day.
    same = referent.call("POST", f"fse/v1/dossiers/{lea['id']}/steps", draft(today), expect=409).json()
    assert "offer" not in same and "Choisissez des dates" in same["detail"]


def test_nonsense_gets_a_clear_problem_and_changes_nothing(people, lea):
    dossier = f"dossiers/v1/dossiers/{lea['id']}"
    answer = people["referent"].call("POST", f"{dossier}/notes", {"text": "", "audience": "tous", "autre": 1}, expect=422)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {fault["field"] for fault in answer.json()["faults"]} == {"text", "audience", "autre"}
    people["referent"].call("GET", "dossiers/v1/dossiers/pas-un-identifiant", expect=404)
    people["referent"].call("GET", "dossiers/v1/dossiers", limit="beaucoup", expect=422)


def test_she_is_followed_at_the_screens(jalons, browser, axe, lea):
    page = browser(viewport={"width": 1280, "height": 900})
    page.goto("/")
    page.get_by_label("Adresse").first.fill("referent@demo.jalons.test")
    page.locator("input[type=password]").fill("Jalons-demo-2026!")
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/")
    axe(page)
    shots = pathlib.Path(os.environ.get("JALONS_SHOTS", "")) if os.environ.get("JALONS_SHOTS") else None
    for name, address in {
        "accueil": "/", "beneficiaires": "/beneficiaires?q=martin", "dossier": f"/dossiers/{lea['id']}",
        "contrats": f"/dossiers/{lea['id']}/contrats", "notes": f"/dossiers/{lea['id']}/notes",
        "referents": f"/dossiers/{lea['id']}/referents", "frise": f"/dossiers/{lea['id']}/frise",
    }.items():  # fmt: skip
        answer = page.goto(address)
        assert answer.status == 200, f"{address}: {answer.status}"
        if shots:
            page.screenshot(path=str(shots / f"{name}.png"), full_page=True)
        axe(page)
    assert page.goto("/dossiers/00000000-0000-7000-8000-000000000000").status == 404


def test_the_next_feed_hands_her_over(jalons, people, lea, clock, tmp_path):
    """Réorientation: she leaves one caseload, enters the other; the former référent keeps thirty days of step access."""
    control = pathlib.Path(os.environ["JALONS_BIN"]) / "Control"
    today = datetime.date.today()
    made = subprocess.run(
        [control, "feed", "generate", "--first-day", str(today - datetime.timedelta(days=2)), "--day", "3", "--reorient-lea", tmp_path],
        check=True, capture_output=True, text=True)  # fmt: skip
    clock.travel(days=1)
    file = pathlib.Path(made.stdout.strip())
    administrator = Someone(jalons, "administrateur")
    answer = administrator.client.post(
        "/api/dossiers/v1/feeds?mode=apply", content=file.read_bytes(), timeout=httpx.Timeout(300))
    assert answer.is_success, answer.text
    run = answer.json()
    assert run["status"] == "applied" and run["counts"]["quarantined"] == 0, run
    karim = Someone(jalons, "accompagnateur_emploi")
    detail = karim.get(f"dossiers/v1/dossiers/{lea['id']}")
    assert {r["kind"] for r in detail["referents"]} == {"lead", "step"}
    paul = Someone(jalons, "referent")
    assert paul.get(f"dossiers/v1/dossiers/{lea['id']}")["familyName"] == "MARTIN"
    eventually("the new référent is told", lambda: karim.get("scheduling/v1/notifications")["items"])
