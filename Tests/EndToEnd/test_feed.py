"""The feed at the screens: followed while it runs, read once it has ended. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import os
import pathlib
import random
import re
import string
import subprocess

import pytest
from playwright.sync_api import expect

from conftest import PARIS, Someone, eventually, set_aside

expect.set_options(timeout=15_000)


@pytest.fixture
def at_newest(jalons, clock):
    """The day after that of the newest feed. Other tests have sent files of days to come; the next file tells of today, is
    made tomorrow, and none of a day after tomorrow is taken."""
    if (ahead := (newest_day(Someone(jalons, "administrateur")) - clock.today()).days + 1) > 0:
        clock.travel(days=ahead)


@pytest.fixture
def administrator(jalons, at_newest):
    return Someone(jalons, "administrateur")


def newest_day(administrator) -> datetime.date:
    """The day of the newest feed: one of another day before it is refused."""
    applied = [run for run in administrator.get("dossiers/v1/feeds")["items"] if run["status"] == "applied"]
    return max(datetime.date.fromisoformat(run["referenceDate"]) for run in applied)


@pytest.fixture
def next_file(administrator, first_feed_day, tmp_path):
    """Writes the demonstration's county as Genesis would have it after its newest feed: the same people, a day later."""

    def make(*options: str, later: int = 1) -> pathlib.Path:
        newest = newest_day(administrator)
        # A file tells of the day before it was made.
        day = (newest - first_feed_day).days + 1 + later
        control = pathlib.Path(os.environ["JALONS_BIN"]) / "Control"
        made = subprocess.run(
            [control, "feed", "generate", "--first-day", str(first_feed_day), "--day", str(day), *options, tmp_path],
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
    assert text.startswith('"Ligne";"Identifiant Genesis";"Nom";"Effet";"Champ";"Avant";"Après";"Motif"\n')
    assert text.count("\n") > 5
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


def test_a_day_without_a_feed_is_told_to_who_can_do_something_about_it(signed_in, look, clock, at_newest):
    operator = signed_in("exploitant", viewport={"width": 1366, "height": 900})
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    office.goto("/flux/heure")
    office.get_by_label("Au plus tard à").fill("26h")
    office.get_by_role("button", name="Enregistrer l’heure").click()
    expect(office.locator(".error-summary")).to_contain_text("« 26h » n’est pas une heure")
    office.get_by_label("Au plus tard à").fill("6h30")
    office.get_by_role("button", name="Enregistrer l’heure").click()
    expect(office.locator("#messages")).to_contain_text("Le flux est attendu à 6 h 30.")
    look(office, "heure")
    # The next day at eight, in France: nothing has come.
    morning = datetime.datetime.combine(clock.today() + datetime.timedelta(days=1), datetime.time(8), PARIS)
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
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    for _ in range(20):
        office.goto("/outils/envois")
        if office.get_by_text("Ce message n’est envoyé qu’une fois par jour").count():
            break
        office.wait_for_timeout(1000)
    expect(office.get_by_role("main")).to_contain_text("Ce message n’est envoyé qu’une fois par jour")
    # Who operates counts them: the text is not theirs to read.
    operator.goto("/outils/envois")
    expect(operator.get_by_role("main")).to_contain_text("Envoyé")
    expect(operator.get_by_text("Ce message n’est envoyé qu’une fois par jour")).to_have_count(0)
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


COUNTY = """N° dossier;Individu;Nom d’usage;Prénom;Né(e) le;Genre;N° Sécu;Droit;Soumis DD;Rôle;Code référent;Référent;Ville
20269990001;Z9990001;QUINTIN;Maëlle;14/07/1985;Femme;2 85 07 07 186 543 11;Droit ouvert;Oui;Allocataire;R0001;DURAND;Privas
20269990001;Z9990002;QUINTIN;Hugo;14/02/1983;Homme;;Droit ouvert;Non;Conjoint;R0001;DURAND;Privas
20269990002;Z9990003;ABRIAL;Anne;31/02/1990;Femme;;Droit ouvert;Oui;Allocataire;R0001;DURAND;Aubenas
20269990003;Z9990004;VERNET;Louis;01/01/1970;Homme;;En pause;Oui;Allocataire;;;Aubenas
"""


def test_a_countys_own_csv_is_read_once_somebody_has_said_what_its_columns_are(
    signed_in, look, administrator, tmp_path
):
    office = signed_in("administrateur", viewport={"width": 1366, "height": 900})
    main = office.get_by_role("main")
    office.goto("/flux")
    office.get_by_role("link", name="Correspondances").click()
    look(office, "correspondances")
    office.get_by_role("link", name="Nouvelle correspondance").click()
    office.get_by_role("button", name="Regarder les colonnes").click()
    expect(office.locator(".error-summary")).to_contain_text("Choisissez un fichier d’exemple.")
    tag = "".join(random.choices(string.ascii_uppercase, k=6))
    sample = tmp_path / f"{tag}_{newest_day(administrator):%Y%m%d}.csv"
    # As Windows writes it.
    sample.write_bytes(COUNTY.encode("windows-1252"))
    office.get_by_label("Échantillon").set_input_files(sample)
    look(office, "correspondance-echantillon")
    office.get_by_role("button", name="Regarder les colonnes").click()
    office.wait_for_url(re.compile("/flux/echantillons/"))
    # What is guessed, what is not, and no NIR.
    expect(office.get_by_label("Encodage")).to_have_value("windows-1252")
    expect(office.get_by_label("Le 12 mars 2026 s’écrit")).to_have_value("dd/mm/yyyy")
    expect(office.get_by_label("Né(e) le")).to_have_value("DTNAI")
    expect(office.get_by_label("Individu")).to_have_value("")
    expect(office.get_by_label("« Femme »")).to_have_value("2")
    expect(office.get_by_label("« En pause »")).to_have_value("?")
    expect(main).to_contain_text("2 85 07 •• ••• ••• ••")
    expect(main).not_to_contain_text("186 543")
    look(office, "correspondance-colonnes")
    office.get_by_role("button", name="Vérifier sur l’échantillon").click()
    expect(main).to_contain_text("Dites quelle colonne donne : l’identifiant de la personne.")
    office.get_by_label("Individu").select_option("IDPERS")
    office.get_by_role("button", name="Vérifier sur l’échantillon").click()
    rows = office.locator("#verification tbody tr")
    expect(rows).to_have_count(4)
    expect(rows.filter(has_text="ABRIAL Anne")).to_contain_text("Date illisible : Né(e) le")
    expect(rows.filter(has_text="VERNET Louis")).to_contain_text("Valeur sans correspondance : Droit")
    expect(rows.filter(has_text="QUINTIN Maëlle")).to_contain_text("Reprise")
    look(office, "correspondance-verification")
    # Nothing is kept while a word means nothing.
    office.get_by_label("Nom de la correspondance").fill(f"Solis {tag}")
    office.get_by_role("button", name="Enregistrer la correspondance").click()
    expect(office.locator(".error-summary")).to_contain_text("Dites ce que « En pause » veut dire")
    look(office, "correspondance-erreur")
    office.get_by_label("« En pause »").select_option("3")
    expect(office.get_by_label("Nom des fichiers")).to_have_value(f"{tag}_*.csv")
    # The office that changes what the file holds: the county's own demonstration must not be taken for gone.
    office.get_by_label(re.compile("Seulement les changements")).check()
    office.get_by_role("button", name="Enregistrer la correspondance").click()
    expect(office.locator("#messages")).to_contain_text(f"« Solis {tag} » est enregistrée.")
    expect(main).to_contain_text("En pause → Droit ouvert et suspendu")
    look(office, "correspondance")
    # The file is known by its name, and goes the way of any other.
    office.goto("/flux")
    look(office, "flux-correspondances")
    deposit(office, sample, "L’essayer à blanc")
    expect(main).to_contain_text(f"Solis {tag} (version 1)", timeout=60_000)
    expect(main).to_contain_text("Essai à blanc : rien n’a été changé")
    look(office, "flux-departement")
    office.get_by_role("link", name="Appliquer…").click()
    office.get_by_role("button", name="Appliquer", exact=True).click()
    expect(main).to_contain_text("Appliqué après un essai à blanc", timeout=60_000)
    found = administrator.get("dossiers/v1/dossiers", q="quintin")["items"]
    assert sorted(person["givenName"] for person in found) == ["Hugo", "Maëlle"]
    # Changed, with what it was; taken out of service and back.
    office.goto("/flux/correspondances")
    office.get_by_role("link", name=f"Solis {tag}").click()
    office.get_by_role("link", name="Modifier…").click()
    office.get_by_label("Échantillon").set_input_files(sample)
    office.get_by_role("button", name="Regarder les colonnes").click()
    expect(office.get_by_label("« En pause »")).to_have_value("3")
    office.get_by_label("« En pause »").select_option("4")
    office.get_by_role("button", name="Enregistrer la correspondance").click()
    expect(main).to_contain_text("A modifié la correspondance (version 2)")
    look(office, "correspondance-modifiee")
    office.get_by_role("button", name="Retirer").click()
    expect(office.locator("#messages")).to_contain_text("plus aucun fichier n’est lu ainsi")
    office.locator("#messages").get_by_role("button", name="Annuler").click()
    expect(main).to_contain_text("En service")


def test_without_scripts_a_sample_is_read_again_with_another_separator(signed_in, browser, tmp_path):
    office = signed_in("administrateur")
    plain = browser(java_script_enabled=False, storage_state=office.context.storage_state())
    sample = tmp_path / "autre.csv"
    sample.write_text("Nom|Prénom;Usage\nA|B;C\n", encoding="utf-8")
    plain.goto("/flux/correspondances/nouvelle")
    plain.get_by_label("Échantillon").set_input_files(sample)
    plain.get_by_role("button", name="Regarder les colonnes").click()
    expect(plain.get_by_label("Nom|Prénom")).to_be_visible()
    plain.get_by_label("Entre deux colonnes").select_option("bar")
    plain.get_by_role("button", name="Relire l’échantillon").click()
    expect(plain.get_by_label("Nom", exact=True)).to_have_value("NOM")
