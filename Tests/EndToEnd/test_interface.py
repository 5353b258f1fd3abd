"""What the public interface promises, on the demo county: scopes, stale tabs, taken hours, clear refusals."""

import datetime
from concurrent.futures import ThreadPoolExecutor

import pytest
from playwright.sync_api import expect

from conftest import Someone, offered, today


@pytest.fixture(scope="module")
def people(jalons):
    profiles = ["referent", "referent_fse", "accompagnateur_emploi", "secretariat_dispositif", "exploitant"]
    return {profile: Someone(jalons, profile) for profile in profiles}


@pytest.fixture(scope="module")
def someone(people):
    """The last of the référent's caseload: MARTIN Léa is left to the story, and the first ones to the demonstration."""
    return people["referent"].get("dossiers/v1/dossiers", sort="name", state="entered", limit=200)["items"][-1]


def test_a_dossier_exists_for_its_referent_and_for_no_other(people, someone):
    dossier = f"dossiers/v1/dossiers/{someone['id']}"
    assert people["referent"].get(dossier)["familyName"] == someone["familyName"]
    assert people["secretariat_dispositif"].get(dossier)["familyName"] == someone["familyName"]
    for stranger in ["referent_fse", "accompagnateur_emploi"]:
        people[stranger].call("GET", dossier, expect=404)
        people[stranger].call("POST", f"{dossier}/notes", {"text": "x", "audience": "public"}, expect=404)
        people[stranger].call("GET", f"contracts/v1/dossiers/{someone['id']}/contracts", expect=404)
        people[stranger].call("GET", f"scheduling/v1/dossiers/{someone['id']}/appointments", expect=404)
        people[stranger].call("GET", f"fse/v1/dossiers/{someone['id']}/steps", expect=404)
    people["exploitant"].call("GET", dossier, expect=403)


def test_a_search_forgives_case_accents_and_a_typing_error(people):
    for words in ["MARTIN lea", "martín LÉA", "lea martn"]:
        found = people["referent"].get("dossiers/v1/dossiers", q=words)["items"]
        assert any((row["familyName"], row["givenName"]) == ("MARTIN", "Lea") for row in found), words


def test_a_stale_tab_is_told_what_changed(people, someone):
    dossier = f"dossiers/v1/dossiers/{someone['id']}"
    seen = people["referent"].get(dossier)["version"]
    changed = people["referent"].call("PUT", f"{dossier}/contact", {"phone": "06 98 76 54 32"}, version=seen).json()
    assert changed["phone"]["value"] == "0698765432" and changed["phone"]["isLocal"]
    stale = people["referent"].call("PUT", f"{dossier}/contact", {"phone": "06 11 11 11 11"}, version=seen, expect=412)
    assert stale.json()["current"]["phone"]["value"] == "0698765432"


def test_the_same_hour_is_booked_once(people, someone):
    day = today() + datetime.timedelta(days=30)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    kind = offered(people["referent"], "scheduling", "appointment_kind")
    draft = {"kind": kind, "startsAt": f"{day}T15:00:00Z", "minutes": 45, "reminder": True}
    booked = people["referent"].call("POST", f"scheduling/v1/dossiers/{someone['id']}/appointments", draft)
    assert booked.status_code == 201
    again = people["referent"].call("POST", f"scheduling/v1/dossiers/{someone['id']}/appointments", draft, expect=409)
    assert again.json()["type"] == "/problemes/creneau-pris" and again.json()["offer"]["startsAt"]


def at_once(times, call):
    with ThreadPoolExecutor(times) as pool:
        return [answer.result() for answer in [pool.submit(call) for _ in range(times)]]


def test_of_twenty_who_correct_the_same_version_one_wins(people, someone):
    dossier = f"dossiers/v1/dossiers/{someone['id']}"
    seen = people["referent"].get(dossier)["version"]
    client, headers = people["referent"].client, {"If-Match": f'"{seen}"'}
    answers = at_once(20, lambda: client.put(f"/api/{dossier}/contact", json={"phone": "0612000000"}, headers=headers))
    assert sorted(answer.status_code for answer in answers) == [200] + [412] * 19
    assert people["referent"].get(dossier)["version"] == seen + 1


def test_of_twenty_overlapping_fse_steps_one_is_kept(people, someone):
    offers = people["referent"].get("fse/v1/offers", limit=200)["items"]
    funded = next(offer for offer in offers if offer.get("operation"))
    day = today()
    draft = {"offer": funded["id"], "kind": "step", "participation": False, "plannedFrom": str(day),
             "plannedUntil": str(day + datetime.timedelta(days=60))}  # fmt: skip
    address = f"/api/fse/v1/dossiers/{someone['id']}/steps"
    answers = at_once(20, lambda: people["referent"].client.post(address, json=draft))
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19
    assert len(people["referent"].get(address.removeprefix("/api/"))["items"]) == 1


def test_the_same_write_sent_again_is_done_once(people, someone):
    address = f"/api/dossiers/v1/dossiers/{someone['id']}/notes"
    draft = {"text": "À rappeler lundi.", "audience": "public"}
    key = {"Idempotency-Key": f"essai-{datetime.datetime.now():%H%M%S%f}"}
    answers = at_once(5, lambda: people["referent"].client.post(address, json=draft, headers=key))
    again = people["referent"].client.post(address, json=draft, headers=key)
    kept = [answer for answer in answers if answer.status_code == 201]
    # One that comes while the first is under way may be told that it was recorded rather than how.
    assert kept and all(answer.status_code in (201, 409) for answer in answers)
    assert {answer.json()["id"] for answer in kept + [again]} == {again.json()["id"]}
    other = people["referent"].client.post(address, json=draft | {"text": "Autre."}, headers=key)
    assert other.status_code == 422 and other.json()["type"] == "/problemes/cle-reutilisee"
    assert len(people["referent"].get(address.removeprefix("/api/"))["items"]) == 1


def test_nonsense_gets_a_clear_problem_and_changes_nothing(people, someone):
    dossier = f"dossiers/v1/dossiers/{someone['id']}"
    nonsense = {"text": "", "audience": "tous", "autre": 1}
    answer = people["referent"].call("POST", f"{dossier}/notes", nonsense, expect=422)
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert {fault["field"] for fault in answer.json()["faults"]} == {"text", "audience", "autre"}
    people["referent"].call("GET", "dossiers/v1/dossiers/pas-un-identifiant", expect=404)
    people["referent"].call("GET", "dossiers/v1/dossiers", limit="beaucoup", expect=422)
    notes = people["referent"].get(f"{dossier}/notes")["items"]
    assert all(note["text"] == "À rappeler lundi." for note in notes)


def test_the_hint_of_a_date_is_the_day_in_france(signed_in, jalons):
    here = signed_in("referent")
    dossier = Someone(jalons, "referent").get("dossiers/v1/dossiers", limit=1)["items"][0]["id"]
    far = here.context.browser.new_context(
        storage_state=here.context.storage_state(), base_url=jalons.url, locale="fr-FR",
        timezone_id="Pacific/Auckland")  # fmt: skip
    page = far.new_page()
    # Half past one in the afternoon in France, the next day already in Auckland.
    page.clock.set_fixed_time("2026-12-01T12:30:00Z")
    page.goto(f"/dossiers/{dossier}/entretiens/nouveau")
    for typed, hint in [("+15j", "mercredi 16 décembre 2026"), ("12/3", "vendredi 12 mars 2027"),
                        ("jeudi 14 janvier 2027", "jeudi 14 janvier 2027"),
                        ("vendredi 14 janvier 2027", "date non reconnue")]:  # fmt: skip
        page.locator("[name=date]").fill(typed)
        expect(page.locator("[data-date-read]").first).to_have_text(hint)
    far.close()
