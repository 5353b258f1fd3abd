"""The feed at the screens: followed while it runs, read once it has ended. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import os
import pathlib
import re
import subprocess

import pytest
from playwright.sync_api import expect

from conftest import Someone, eventually, set_aside

expect.set_options(timeout=15_000)


@pytest.fixture(scope="module")
def administrator(jalons):
    return Someone(jalons, "administrateur")


@pytest.fixture
def today(clock) -> datetime.date:
    return clock.now().date()


@pytest.fixture
def next_file(administrator, today, tmp_path):
    """Writes the demonstration's county as Genesis would have it after its newest feed: the same people, a day later."""

    def make(*options: str, later: int = 1) -> pathlib.Path:
        applied = [run for run in administrator.get("dossiers/v1/feeds")["items"] if run["status"] == "applied"]
        newest = max(datetime.date.fromisoformat(run["referenceDate"]) for run in applied)
        first = today - datetime.timedelta(days=2)
        # A file tells of the day before it was made.
        day = (newest - first).days + 1 + later
        control = pathlib.Path(os.environ["JALONS_BIN"]) / "Control"
        made = subprocess.run(
            [control, "feed", "generate", "--first-day", str(first), "--day", str(day), *options, tmp_path],
            check=True, capture_output=True, text=True)  # fmt: skip
        return pathlib.Path(made.stdout.strip().splitlines()[-1])

    return make


def deposit(page, file: pathlib.Path, what: str) -> None:
    page.goto("/flux")
    page.get_by_label("Fichier de Genesis").set_input_files(file)
    page.get_by_label(re.compile(what)).check()
    page.get_by_role("button", name="Déposer le fichier").click()
    page.wait_for_url(re.compile("/flux/"), timeout=60_000)


def test_a_run_is_followed_to_its_end_without_a_reload(signed_in, look, next_file):
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    deposit(office, next_file(), "L’appliquer")
    # From here on nobody touches the page.
    office.evaluate("window.untouched = true")
    expect(office.get_by_role("heading", name="En bref")).to_be_visible(timeout=60_000)
    assert office.evaluate("window.untouched"), "the page was loaded again"
    expect(office.get_by_role("main")).to_contain_text("Appliqué")
    look(office, "flux-applique")
    # A figure leads to the persons it counts.
    chart = office.locator(".bars").first
    label, count = chart.locator("a").first.inner_text(), chart.locator(".bar-value").first.inner_text()
    chart.locator("a").first.click()
    expect(office.get_by_role("main")).to_contain_text(f"Champ modifié : {label}")
    rows = office.locator("#personnes tbody tr").count()
    assert rows == min(50, int(re.sub(r"\D", "", count))), (label, count, rows)
    look(office, "flux-champ")


def test_genesis_and_jalons_are_compared_referent_by_referent(signed_in, look, administrator):
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    full = next(
        run for run in administrator.get("dossiers/v1/feeds")["items"] if run["status"] == "applied" and run["stock"])
    office.goto(f"/flux/{full['id']}")
    gaps = administrator.get(f"dossiers/v1/feeds/{full['id']}/gaps", limit=200)["items"]
    assert gaps, "some persons have left the demonstration's feed"
    office.get_by_role("link", name="Voir référent par référent").click()
    look(office, "flux-ecarts")
    office.get_by_role("link", name=gaps[0]["name"]).first.click()
    absent = administrator.get(f"dossiers/v1/referents/{gaps[0]['account']}/absentees")["items"]
    expect(office.locator("#absents tbody tr")).to_have_count(len(absent))
    look(office, "flux-absents")
    office.locator("#absents tbody a").first.click()
    expect(office).to_have_url(re.compile("/dossiers/"))


def test_without_scripts_a_run_is_followed_by_hand(signed_in, administrator, next_file, browser, jalons, cookies):
    office = signed_in("administrateur")
    plain = browser(java_script_enabled=False, storage_state=office.context.storage_state())
    deposit(plain, next_file(), "L’essayer à blanc")
    run = plain.url.rsplit("/", 1)[1]
    eventually("the run ends", lambda: administrator.get(f"dossiers/v1/feeds/{run}")["status"] != "running", 60)
    plain.reload()
    expect(plain.get_by_role("main")).to_contain_text("Essai à blanc : rien n’a été changé")


def test_a_household_set_aside_is_corrected_at_the_screen(signed_in, look, administrator):
    aside = set_aside(administrator)
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    office.goto("/flux")
    office.get_by_role("link", name="Mis de côté").click()
    look(office, "de-cote")
    office.get_by_role("link", name=re.compile(aside["name"])).click()
    expect(office.get_by_role("main")).to_contain_text("La clé du NIR est fausse.")
    look(office, "de-cote-foyer")
    # Still wrong: said at the value, and nothing typed is lost.
    office.locator("[name='0.NIR']").fill("2900507186001")
    office.get_by_label(re.compile("État du droit")).fill("9")
    office.get_by_role("button", name="Corriger et reprendre").click()
    expect(office.locator(".error-summary")).to_contain_text("L’état du droit n’est pas connu")
    expect(office.locator("[name='0.NIR']")).to_have_value("2900507186001")
    look(office, "de-cote-erreur")
    office.get_by_label(re.compile("État du droit")).fill("2")
    office.get_by_role("button", name="Corriger et reprendre").click()
    expect(office.locator("#messages")).to_contain_text("le foyer est corrigé et repris")
    # She has a dossier now, and the history says who made that so.
    found = administrator.get("dossiers/v1/dossiers", q=aside["name"].split()[0])["items"]
    assert [person["familyName"] for person in found] == [aside["name"].split()[0]]
    office.goto(f"/flux/de-cote/{aside['id']}")
    expect(office.get_by_role("main")).to_contain_text("MERCIER Louise")
    expect(office.get_by_role("main")).not_to_contain_text("2900507186001")
    look(office, "de-cote-corrige")


def test_a_household_is_left_aside_with_a_reason_and_taken_up_again(signed_in, look, administrator):
    aside = set_aside(administrator)
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    office.goto(f"/flux/de-cote/{aside['id']}")
    office.get_by_role("link", name="Laisser de côté…").click()
    office.get_by_role("button", name="Laisser de côté").click()
    expect(office.locator(".error-summary")).to_contain_text("Dites pourquoi")
    office.get_by_label("Pourquoi").fill("Le NIR vient de la CAF : elle est prévenue.")
    look(office, "laisser-de-cote")
    office.get_by_role("button", name="Laisser de côté").click()
    expect(office.locator("#messages")).to_contain_text("est laissé de côté")
    office.locator("#messages").get_by_role("button", name="Annuler").click()
    expect(office.get_by_role("button", name="Corriger et reprendre")).to_be_visible()
    expect(office.get_by_role("main")).to_contain_text("A repris le foyer")


def test_a_file_is_tried_out_and_then_applied_as_it_was_shown(signed_in, look, administrator, next_file):
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    deposit(office, next_file("--seed", "7", later=1), "L’essayer à blanc")
    main = office.get_by_role("main")
    expect(main).to_contain_text("Essai à blanc : rien n’a été changé", timeout=60_000)
    look(office, "essai")
    with office.expect_download() as export:
        office.get_by_role("link", name="Exporter (CSV)").click()
    text = pathlib.Path(export.value.path()).read_text(encoding="utf-8-sig")
    assert text.startswith("Ligne;Identifiant Genesis;Nom;Effet;Champ;Avant;Après;Motif") and text.count("\n") > 5
    trial = office.url.split("#")[0].rsplit("/", 1)[1]
    office.get_by_role("link", name="Appliquer…").click()
    look(office, "essai-appliquer")
    office.get_by_role("button", name="Appliquer", exact=True).click()
    office.wait_for_url(lambda url: trial not in url)
    expect(main).to_contain_text("Appliqué après un essai à blanc", timeout=60_000)
    tried, done = (administrator.get(f"dossiers/v1/feeds/{run}")["counts"] for run in (trial, office.url.rsplit("/", 1)[1]))
    assert tried == done
    office.goto(f"/flux/{trial}")
    expect(main).to_contain_text("Il n’est plus à jour")


def test_a_day_without_a_feed_is_told_to_who_can_do_something_about_it(signed_in, look, clock):
    operator = signed_in("exploitant", viewport={"width": 1366, "height": 900})
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    office.goto("/flux/heure")
    office.get_by_label("Au plus tard à").fill("26h")
    office.get_by_role("button", name="Enregistrer l’heure").click()
    expect(office.locator(".error-summary")).to_contain_text("Indiquez une heure")
    office.get_by_label("Au plus tard à").fill("6h30")
    office.get_by_role("button", name="Enregistrer l’heure").click()
    expect(office.locator("#messages")).to_contain_text("Le flux est attendu à 6 h 30.")
    look(office, "heure")
    # The next day at eight, in France or nearly: nothing has come.
    morning = (clock.now() + datetime.timedelta(days=1)).replace(hour=8, minute=0)
    clock.travel(seconds=(morning - clock.now()).total_seconds())
    operator = signed_in("exploitant", viewport={"width": 1366, "height": 900})
    expect(operator.get_by_role("main")).to_contain_text(re.compile("Flux Genesis"))
    for _ in range(40):
        operator.goto("/")
        if operator.get_by_text("Le flux du jour n’est pas arrivé").count():
            break
        operator.wait_for_timeout(1000)
    expect(operator.get_by_role("main")).to_contain_text("Il était attendu à 6 h 30")
    look(operator, "accueil-exploitant")
    operator.goto("/notifications")
    expect(operator.get_by_role("main")).to_contain_text("n’est pas arrivé")
    # The message leaves a moment after the notification, among those of others.
    for _ in range(20):
        operator.goto("/outils/envois")
        if operator.get_by_text("Ce message n’est envoyé qu’une fois par jour").count():
            break
        operator.wait_for_timeout(1000)
    expect(operator.get_by_role("main")).to_contain_text("Ce message n’est envoyé qu’une fois par jour")
    look(operator, "envois")


def test_cnafs_flow_changes_rights_and_says_what_it_leaves_alone(signed_in, look, administrator, next_file):
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    deposit(office, next_file("--format", "vrsb"), "L’appliquer")
    main = office.get_by_role("main")
    expect(main).to_contain_text("Flux des bénéficiaires de la CNAF (VRSB)", timeout=60_000)
    expect(main).to_contain_text("Pas suivies dans Jalons")
    look(office, "flux-cnaf")
    run = administrator.get(f"dossiers/v1/feeds/{office.url.split('#')[0].rsplit('/', 1)[1]}")
    assert (run["format"], run["status"]) == ("cnaf", "applied")
    assert run["counts"]["updated"] > 0 and run["counts"]["created"] == run["counts"]["moved"] == 0
    office.goto("/flux")
    expect(office.locator("#flux tbody tr").first).to_contain_text("Droits (CNAF)")
    look(office, "flux")
