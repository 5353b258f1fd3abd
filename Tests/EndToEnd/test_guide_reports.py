"""The guide's chapters « La page d'accueil », « Ajouter un widget », « Créer une alerte », « Suivi des CER » and « Édition de
rapports », played at the screens. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import pathlib
import re
import zipfile

import pytest
from playwright.sync_api import expect

from conftest import PROFILES, Someone, today

expect.set_options(timeout=10_000)

REPORTS = {
    "sorties-file-active": "Sorties de file active – structure",
    "file-active": "File active – territoire",
    "file-active-referent": "File active – référent",
    "etats-contrats": "CER – état",
    "cer-valides": "CER – date de validation",
    "cer-non-valides": "CER – date de non-validation",
    "sans-cer": "Dossiers sans CER",
    "renouvellements": "CER à renouveler",
    "nsdd": "NSDD",
    "midem": "MIDEM – motif et date",
    "droit-clos": "Fins d’accompagnement à solliciter car droit clos",
    "mutations": "Mutations",
}


@pytest.fixture(scope="module")
def chef(jalons):
    return Someone(jalons, "chef_de_service")


def rows(page):
    return page.locator("#liste tbody tr")


@pytest.mark.parametrize("report", REPORTS)
def test_edition_de_rapports_each_is_shown_sorted_and_leads_to_a_dossier(signed_in, chef, look, report):
    page = signed_in("chef_de_service")
    page.goto("/infocentre")
    page.locator("main").get_by_role("link", name=REPORTS[report], exact=True).click()
    page.wait_for_url(f"**/infocentre/rapports/{report}*")
    # The whole, not the last seven days.
    page.goto(f"/infocentre/rapports/{report}?du=&au=")
    told = chef.get(f"insight/v1/reports/{report}", limit=50)
    expect(rows(page)).to_have_count(len(told["rows"]))
    look(page, f"rapport-{report}")
    if not told["rows"]:
        expect(page.locator("#liste")).to_contain_text("Aucun dossier")
        return
    for title in ["Personne", "N°", "Structure", "Référent"]:
        expect(page.locator("#liste thead")).to_contain_text(title)
    page.locator("#liste thead").get_by_role("link", name="N°").click()
    page.wait_for_url("**tri=numero**")
    numbers = [cell["cells"][1]["number"] for cell in
               chef.get(f"insight/v1/reports/{report}", limit=50, sort="numero")["rows"]]  # fmt: skip
    assert numbers == sorted(numbers)
    rows(page).first.get_by_role("link").first.click()
    page.wait_for_url(re.compile("/(dossiers|contrats)/"))


def test_file_active_opens_on_the_last_seven_days_and_goes_further(signed_in):
    page = signed_in("referent")
    page.goto("/infocentre/rapports/file-active-referent")
    expect(page.locator(".filters [name=du]")).not_to_have_value("")
    shown = rows(page).count()
    page.locator(".filters [name=du]").fill("")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**du=&au=**")
    expect(page.locator(".filters [name=du]")).to_have_value("")
    assert rows(page).count() >= shown and rows(page).count() > 0


def test_cer_etat_by_the_names_of_the_states(signed_in):
    page = signed_in("chef_de_service")
    page.goto("/infocentre/rapports/etats-contrats?du=&au=")
    page.get_by_label("Validé", exact=True).check()
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**etat=valide**")
    for state in rows(page).locator("[data-label='État du CER']").all_inner_texts():
        assert "Validé" in state


def test_cer_a_renouveler_any_number_of_days_and_a_wrong_value_is_said(signed_in):
    page = signed_in("chef_de_service")
    page.goto("/infocentre/rapports/renouvellements")
    page.locator(".filters [name=jours]").fill("400")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**jours=400**")
    days = rows(page).locator("[data-label=Jours]")
    expect(days.first).to_be_visible()
    # Those overdue come first, with a minus sign.
    told = [int(text.replace("\u2212", "-").replace("\u202f", "")) for text in days.all_inner_texts()]
    assert told == sorted(told) and told[-1] <= 400
    page.locator(".filters [name=jours]").fill("soixante")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("main")).to_contain_text("« soixante » n’est pas un nombre de jours")
    expect(page.locator(".filters [name=jours]")).to_have_value("soixante")
    expect(rows(page)).to_have_count(0)


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_un_rapport_est_exporte(signed_in, kind):
    page = signed_in("chef_de_service")
    page.goto("/infocentre/rapports/sans-cer")
    shown = rows(page).count()
    page.get_by_role("button", name=f"Exporter (.{kind})").click()
    link = page.locator("main").get_by_role("link", name="Télécharger")
    expect(link).to_be_visible(timeout=20_000)
    with page.expect_download() as download:
        link.click()
    path = pathlib.Path(download.value.path())
    assert download.value.suggested_filename.endswith(f".{kind}")
    if kind == "xlsx":
        assert "xl/workbook.xml" in zipfile.ZipFile(path).namelist()
    else:
        assert len(path.read_text(encoding="utf-8-sig").splitlines()) > min(shown, 49)
    page.goto("/infocentre/exports")
    expect(page.locator("#exports tbody tr").first).to_contain_text("Dossiers sans CER")


def test_alertes_opened_filtered_for_all_and_kept_as_favourites(signed_in, look):
    page = signed_in("referent_fse")
    page.goto("/infocentre/alertes")
    look(page, "alertes")
    line = page.locator("main li").filter(has_text="Personnes sans rendez-vous")
    line.get_by_role("button", name="Mettre à l’accueil").click()
    expect(line.get_by_role("button", name="Retirer de l’accueil")).to_be_visible()
    page.goto("/")
    expect(page.locator("#accueil")).to_contain_text("personnes sans rendez-vous")
    page.locator("#accueil").get_by_role("link", name=re.compile("personnes sans rendez-vous")).click()
    page.wait_for_url("**/infocentre/alertes/sans-rendez-vous")

    def threshold(days):
        page.goto("/infocentre/alertes/sans-rendez-vous")
        page.locator("#seuil [name=jours]").fill(days)
        page.get_by_role("button", name="Changer le seuil").click()
        expect(page.locator("#messages")).to_contain_text("Votre choix est enregistré")
        return rows(page).count()

    # The longer one waits before it is told, the fewer there are; an empty field is the usual threshold.
    assert threshold("3000") < threshold("0")
    threshold("")
    expect(page.locator("#seuil [name=jours]")).not_to_have_value("0")
    # The filter of one alert is that of all, until it is changed.
    page.get_by_role("button", name="Tous", exact=True).click()
    page.goto("/infocentre/alertes/nsdd")
    expect(page.get_by_role("button", name="✓ Tous", exact=True)).to_be_visible()
    page.get_by_role("button", name="Dans la file active").click()
    expect(page.get_by_role("button", name="✓ Dans la file active")).to_be_visible()
    page.goto("/infocentre/alertes")
    line.get_by_role("button", name="Retirer de l’accueil").click()
    expect(line.get_by_role("button", name="Mettre à l’accueil")).to_be_visible()


def test_alertes_by_e_mail_daily_weekly_or_never(signed_in):
    page = signed_in("ali")
    page.goto("/infocentre/alertes")
    panel = page.locator(".panel").filter(has_text="Recevoir mes favorites par courriel")
    for rhythm in ["Chaque lundi", "Chaque jour ouvré", "Jamais"]:
        panel.get_by_role("button", name=rhythm).click()
        expect(panel.get_by_role("button", name=f"✓ {rhythm}")).to_be_visible()


def test_veilles_qui_finissent_dans_n_jours(signed_in, jalons, look):
    referent = Someone(jalons, "referent")
    row = [one for one in referent.get("dossiers/v1/dossiers", limit=200, sort="name", state="entered")["items"]
           if not one["proposedExit"]][-3]  # fmt: skip
    path = f"dossiers/v1/dossiers/{row['id']}/standbys"
    end = today() + datetime.timedelta(days=20)
    referent.call("POST", path, {"from": str(today()), "until": str(end), "reason": "contrat_aide"})
    page = signed_in("referent")

    def within(days):
        page.goto("/infocentre/alertes/veilles")
        page.locator("#seuil [name=jours]").fill(days)
        page.get_by_role("button", name="Changer le seuil").click()
        expect(page.locator("#messages")).to_contain_text("Votre choix est enregistré")
        return rows(page).filter(has_text=row["familyName"].upper())

    expect(within("19")).to_have_count(0)
    expect(within("20")).to_have_count(1)
    look(page, "alerte-veilles")
    within("20").get_by_role("link").first.click()
    page.wait_for_url(f"**/dossiers/{row['id']}/veille*")
    within("")
    standby = referent.get(path)["items"][0]
    referent.call("DELETE", f"{path}/{standby['id']}", version=standby["version"])


def test_widgets_are_added_moved_and_removed_by_pointer_and_keyboard(signed_in, look):
    page = signed_in("secretariat_proximite")
    page.get_by_role("link", name="Personnaliser l’accueil").click()
    page.wait_for_url("**/accueil/blocs")
    look(page, "accueil-blocs")

    def block(name):
        return page.locator("main li").filter(has_text=name)

    block("Rapports").get_by_role("button", name="Retirer").click()
    expect(block("Rapports").get_by_role("button", name="Ajouter")).to_be_visible()
    # From the keyboard alone.
    block("Rapports").get_by_role("button", name="Ajouter").focus()
    page.keyboard.press("Enter")
    expect(block("Rapports").get_by_role("button", name="Retirer")).to_be_visible()
    block("Rapports").get_by_role("button", name="Monter").focus()
    page.keyboard.press("Enter")
    expect(block("Rapports").get_by_role("button", name="Descendre")).to_be_visible()
    block("Ma journée").get_by_role("button", name="Retirer").click()
    expect(block("Ma journée").get_by_role("button", name="Ajouter")).to_be_visible()
    # With the pointer, onto the head of the narrow column.
    block("Rapports").drag_to(page.locator("#colonne-right li").first, target_position={"x": 20, "y": 4})
    expect(page.locator("#colonne-right li").first).to_contain_text("Rapports")
    # On another device it is the same page.
    other = signed_in("secretariat_proximite")
    other.goto("/")
    expect(other.locator("#accueil")).to_contain_text("Rapports")
    expect(other.locator("#accueil").get_by_role("heading", name="Ma journée")).to_have_count(0)
    page.get_by_role("button", name="Revenir à l’accueil de mon profil").click()
    expect(block("Ma journée").get_by_role("button", name="Retirer")).to_be_visible()


@pytest.mark.parametrize("profile", PROFILES)
def test_la_page_d_accueil_puts_the_work_of_each_profile_in_front(signed_in, look, profile):
    page = signed_in(profile)
    page.goto("/")
    expect(page.locator("#accueil .panel, #accueil .counter").first).to_be_visible()
    expect(page.locator("#accueil")).not_to_contain_text("Momentanément indisponible")
    look(page, f"accueil-{profile}")


def test_recherche_globale_people_offers_colleagues_and_pages(signed_in, chef, look):
    page = signed_in("chef_de_service")

    def search(words):
        page.get_by_role("searchbox").fill(words)
        page.get_by_role("searchbox").press("Enter")

    offer = chef.get("fse/v1/offers", limit=1)["items"][0]
    search(offer["name"].split()[0].lower())
    page.wait_for_url("**/recherche?*")
    expect(page.get_by_role("heading", name="Offres", exact=True)).to_be_visible()
    look(page, "recherche")
    page.locator("main").get_by_role("link", name=offer["name"], exact=True).click()
    page.wait_for_url(f"**/offres/{offer['id']}")
    search("nsdd")
    page.locator("main").get_by_role("link", name="NSDD", exact=True).click()
    page.wait_for_url("**/infocentre/rapports/nsdd*")


def test_mon_tableau_de_bord_each_figure_opens_what_it_counts(signed_in, look):
    page = signed_in("referent_fse")
    page.locator("details.account > summary").click()
    page.get_by_role("link", name="Mon tableau de bord").click()
    page.wait_for_url("**/tableau-de-bord")
    look(page, "tableau-de-bord")
    page.get_by_role("link", name="Tout mon périmètre").click()
    page.wait_for_url("**qui=perimetre**")
    figure = page.locator("main .counter").first
    told = int(figure.locator(".counter-value").inner_text().replace("\u202f", ""))
    figure.click()
    page.wait_for_url("**/tableau-de-bord/*")
    expect(rows(page)).to_have_count(min(told, 50))


def test_tableau_de_bord_of_a_team_by_referent_and_structure_against_capacity(signed_in, chef, look):
    page = signed_in("chef_de_service")
    page.goto("/tableau-de-bord")
    page.get_by_role("link", name="Par référent et structure").click()
    page.wait_for_url("**/tableau-de-bord/equipe")
    caseloads = chef.get("dossiers/v1/caseloads")["items"]
    lines = page.locator("#referents tbody tr")
    expect(lines).to_have_count(len(caseloads))
    look(page, "tableau-de-bord-equipe")
    # The structures add their référents up.
    total = sum(one["load"] for one in caseloads)
    loads = page.locator("#structures tbody tr [data-label=Dossiers]").all_inner_texts()
    assert sum(int(re.match(r"[0-9\u202f]+", text.strip()).group().replace("\u202f", "")) for text in loads) == total
    page.get_by_role("link", name="Voir par semaine").click()
    page.wait_for_url("**par=semaine")
    lines.first.get_by_role("link").first.click()
    page.wait_for_url("**/files-actives/*")
