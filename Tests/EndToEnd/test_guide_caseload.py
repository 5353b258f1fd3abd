"""The guide's chapters « La file active », « Etat du droit », « SDD/NSDD » and « Recherche de cas », played at the screens: one
test a procedure, named as the guide names it. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import re
import uuid

import pytest
from playwright.sync_api import expect

from conftest import Someone, today
from test_guide_exits import in_french

expect.set_options(timeout=10_000)


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent")


def dossiers(someone, **query):
    return someone.get("dossiers/v1/dossiers", limit=200, **query)["items"]


def listed(page):
    return page.locator("#beneficiaires tbody tr")


def test_la_file_active_whoever_was_read_last_stands_first(signed_in, referent, look):
    last = dossiers(referent, sort="name")[-1]
    page = signed_in("referent")
    page.goto(f"/dossiers/{last['id']}")
    page.goto("/beneficiaires?tri=recent")
    expect(page.get_by_role("heading", name="Ma file active")).to_be_visible()
    expect(listed(page).first).to_contain_text(last["familyName"].upper())
    # From the keyboard alone: down to the first line, Enter opens it.
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url(f"**/dossiers/{last['id']}")
    page.goto("/beneficiaires?tri=recent")
    look(page, "file-active-liste")


def test_la_file_active_entries_of_some_days_are_found(signed_in, referent):
    # The guide goes by the reports; here the list itself is sorted by entry.
    newest = dossiers(referent, sort="entered")
    page = signed_in("referent")
    page.goto("/beneficiaires?tri=entree")
    expect(listed(page).first).to_contain_text(newest[0]["familyName"].upper())
    days = [row["leadSince"] for row in newest]
    assert days == sorted(days, reverse=True)


def test_veille_is_added_changed_with_its_trace_and_removed_without(signed_in, referent):
    row = next(row for row in dossiers(referent, sort="name", state="entered")[5:] if not row["proposedExit"])
    page = signed_in("referent")
    page.goto(f"/dossiers/{row['id']}/veille/nouvelle")
    page.locator("[name=from]").fill(in_french(today()))
    page.locator("[name=until]").fill("+30j")
    page.locator("[name=reason]").select_option(label="Contrat aidé")
    page.get_by_role("button", name=re.compile("[Vv]eille")).first.click()
    expect(page.locator("body")).to_contain_text("Veille")
    assert referent.get(f"dossiers/v1/dossiers/{row['id']}")["state"] == "standby"
    # Set aside, the person stays in the caseload.
    page.goto("/beneficiaires?etat=veille")
    expect(page.locator("main").get_by_role("link", name=re.compile(row["familyName"].upper())).first).to_be_visible()
    standby = referent.get(f"dossiers/v1/dossiers/{row['id']}/standbys")["items"][0]
    page.goto(f"/dossiers/{row['id']}/veille/{standby['id']}/suppression")
    page.locator("main form.confirm button").click()
    expect(page.locator("#messages")).to_be_visible()
    assert referent.get(f"dossiers/v1/dossiers/{row['id']}")["state"] == "entered"


def test_etat_du_droit_and_its_history_are_on_the_dossier(signed_in, referent):
    closed = dossiers(referent, entitlement="5") + dossiers(referent, entitlement="6")
    assert closed, "the demonstration has closed rights"
    page = signed_in("referent")
    page.goto(f"/dossiers/{closed[0]['id']}")
    expect(page.get_by_role("main")).to_contain_text("Droit clos")
    page.goto(f"/dossiers/{closed[0]['id']}/droit")
    expect(page.get_by_role("heading", name="Évènements du droit")).to_be_visible()
    expect(page.get_by_role("table").first).to_contain_text("Droit clos")
    # A suspended payment is no reason to leave: nothing is proposed for it.
    suspended = [row for row in dossiers(referent, entitlement="4") if row.get("duties") is not False]
    assert not any(row["proposedExit"] for row in suspended if row.get("refreshedOn") == closed[0].get("refreshedOn"))


def test_sdd_nsdd_is_in_the_band_and_proposes_an_exit(signed_in, referent):
    exempt = [row for row in dossiers(referent, duties="false", entitlement="2") if row["proposedExit"]]
    assert exempt, "the demonstration has exempt people in the caseload"
    page = signed_in("referent")
    page.goto(f"/dossiers/{exempt[0]['id']}")
    expect(page.locator("body")).to_contain_text("NSDD")
    page.goto(f"/dossiers/{exempt[0]['id']}/sortie-proposee")
    expect(page.get_by_role("main")).to_contain_text("Non soumis aux droits et devoirs")
    end = (today().replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    expect(page.get_by_role("main")).to_contain_text(str(end.day))


def test_recherche_de_cas_closed_and_exempt_saved_for_the_team_and_opened_with(signed_in, jalons, look):
    name = f"Clos et non soumis {uuid.uuid4().hex[:6]}"
    page = signed_in("secretariat_dispositif")
    page.goto("/beneficiaires?tri=recent")
    page.locator("[name=droit]").select_option("5")
    page.get_by_text("Plus de filtres").click()
    page.locator("[name=sdd]").select_option("non")
    page.get_by_role("button", name="Filtrer").click()
    office = Someone(jalons, "secretariat_dispositif")
    total = len(dossiers(office, entitlement="5", duties="false"))
    expect(page.locator("main")).to_contain_text(re.compile(rf"{total} bénéficiaire" if total else "Personne ne correspond"))
    page.get_by_role("link", name="Enregistrer cette recherche").click()
    expect(page.get_by_role("main")).to_contain_text("Droit clos")
    page.get_by_role("button", name="Enregistrer la recherche").click()
    expect(page.locator(".error-summary")).to_contain_text("Donnez un nom")
    look(page, "recherche-nouvelle")
    page.get_by_label("Nom de la recherche").fill(name)
    page.get_by_label("Tous les utilisateurs").check()
    page.get_by_label("Ouvrir la liste des bénéficiaires avec cette recherche").check()
    page.get_by_role("button", name="Enregistrer la recherche").click()
    expect(page.locator("#messages")).to_contain_text("est enregistrée")
    look(page, "recherche-enregistree")
    # The list opens with it from now on; somebody else finds it too, and cannot change it.
    page.goto("/beneficiaires")
    assert "droit=5" in page.url and "sdd=non" in page.url
    other = signed_in("referent")
    other.goto("/beneficiaires?tri=recent")
    other.get_by_role("link", name=name).click()
    assert "droit=5" in other.url
    saved = next(row for row in office.get("dossiers/v1/saved-searches")["items"] if row["name"] == name)
    Someone(jalons, "referent").call("DELETE", f"dossiers/v1/saved-searches/{saved['id']}", version=1, expect=404)

    # Columns are each person's own.
    page.goto("/beneficiaires/affichage")
    look(page, "affichage")
    page.get_by_label("Devoirs").uncheck()
    page.get_by_label("Naissance").check()
    page.get_by_role("button", name="Enregistrer l’affichage").click()
    page.goto("/beneficiaires?q=martin")
    titles = page.locator("#beneficiaires thead th").all_inner_texts()
    assert "Naissance" in titles and "Devoirs" not in titles
    # Removed, it is gone for all, and the list opens as before.
    page.goto(f"/beneficiaires/recherches/{saved['id']}")
    page.get_by_role("link", name="Supprimer").click()
    page.get_by_role("dialog").get_by_role("button", name="Supprimer la recherche").click()
    expect(page.locator("#messages")).to_contain_text("supprimée")
    page.goto("/beneficiaires")
    assert "droit" not in page.url
    office.call("PUT", "dossiers/v1/list-view", {
        "columns": ["commune", "state", "entitlement", "duties", "lead", "since", "refreshed"]})  # fmt: skip
    assert name not in str(office.get("dossiers/v1/saved-searches"))
