"""The guide's chapters « Recherche de cas », « Mise en demeure » and « Les informations annexes », played at the screens: one
test a procedure, named as the guide names it. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from conftest import Someone, eventually, offered
from test_guide_entitlement import Person, in_words, newest, shown, window  # noqa: F401

expect.set_options(timeout=10_000)


@pytest.fixture
def person(jalons, newest):  # noqa: F811
    return Person(Someone(jalons, "administrateur"), newest).write()


@pytest.fixture
def referent(jalons, newest):  # noqa: F811
    return Someone(jalons, "referent")


@pytest.fixture
def project(jalons, newest):  # noqa: F811
    """A characteristic that the administrator has defined, by its code."""
    administrator = Someone(jalons, "administrateur")
    known = administrator.get("dossiers/v1/characteristics")["items"]
    found = next((one for one in known if one["label"] == "Projet professionnel"), None)
    return (found or administrator.call("POST", "dossiers/v1/characteristics", {
        "family": "parcours", "label": "Projet professionnel", "kind": "line", "choices": [], "readers": [],
        "writers": [], "required": False, "open": True}).json())["code"]  # fmt: skip


def add_criterion(page, label, test, value):
    """From the list, its left column: « Caractéristiques », the characteristic, what it is, « Ajouter »."""
    page.get_by_role("navigation", name="Recherche").get_by_role("link", name="Caractéristiques").click()
    page.locator("[name=caracteristique]").select_option(label=label)
    page.get_by_role("button", name="Filtrer").click()
    page.locator("[name=test]").select_option(test)
    field = page.locator("[name=valeur]")
    if field.evaluate("field => field.tagName") == "SELECT":
        field.select_option(value)
    else:
        field.fill(value)
    page.get_by_role("button", name="Ajouter").click()
    page.wait_for_url(re.compile(r"/beneficiaires\?.*critere="))


def test_caracteristiques_are_written_with_their_history(window, person, referent, project, look):  # noqa: F811
    dossier = person.dossier(referent)
    page = window("referent")
    page.goto(f"/dossiers/{dossier}")
    page.get_by_role("link", name="Caractéristiques").last.click()
    page.get_by_role("link", name="Actualisation avec historique").click()
    page.get_by_label("Projet professionnel").fill("Boulangerie")
    page.get_by_role("button", name="Enregistrer").click()
    shown(page, "Les caractéristiques sont enregistrées", "Boulangerie", "DURAND Paul")
    look(page, "caracteristiques")
    page.get_by_role("link", name="Actualisation avec historique").click()
    shown(page, "La valeur que vous remplacez reste dans l’historique")
    look(page, "caracteristiques-saisie")
    page.get_by_label("Projet professionnel").fill("Pâtisserie")
    page.get_by_role("button", name="Enregistrer").click()
    shown(page, "Pâtisserie")
    page.get_by_role("link", name="Historique", exact=True).click()
    shown(page, "Historique des caractéristiques", "Boulangerie")
    page.goto(f"/dossiers/{dossier}")
    shown(page, "AdministratifCD07", "Pâtisserie")


def test_recherche_de_cas_par_caracteristiques(window, person, referent, project, look):  # noqa: F811
    dossier = person.write(ETATDOSRSA="5", DTCLORSA=str(person.day), TOPPERSDRODEVORSA="0").dossier(referent)
    version = referent.get(f"dossiers/v1/dossiers/{dossier}/characteristics")["version"]
    referent.call("PUT", f"dossiers/v1/dossiers/{dossier}/characteristics", {
        "values": [{"characteristic": project, "value": f"Cuisine {person.mark}"}], "keepsHistory": True},
        version=version)  # fmt: skip
    page = window("referent")
    page.goto("/beneficiaires?tri=nom")
    add_criterion(page, "Etat du droit", "is", "Droit clos")
    closed = page.locator("#beneficiaires tbody tr").count()
    # The list narrows with each criterion that is added.
    add_criterion(page, "SDD/NSDD", "is", "Non soumis à droit et devoir")
    assert page.locator("#beneficiaires tbody tr").count() <= closed
    # Neither case nor accents matter.
    add_criterion(page, "Projet professionnel", "contains", f"CUISÎNE {person.mark.lower()}")
    expect(page.locator("#beneficiaires tbody tr")).to_have_count(1)
    shown(page, "SDD/NSDD : est Non soumis à droit et devoir")
    look(page, "recherche-de-cas")
    page.get_by_role("link", name="Enregistrer cette recherche").click()
    shown(page, "Etat du droit", "est Droit clos")
    page.get_by_label("Nom de la recherche").fill(f"Sorties {person.mark}")
    page.get_by_role("button", name="Enregistrer la recherche").click()
    expect(page.locator("#beneficiaires tbody tr")).to_have_count(1)
    # A value that is not there says so at its field, and loses nothing.
    page.get_by_role("navigation", name="Recherche").get_by_role("link", name="Caractéristiques").click()
    page.locator("[name=caracteristique]").select_option(label="DateMIDEM")
    page.get_by_role("button", name="Filtrer").click()
    page.locator("[name=valeur]").fill("demain peut-être")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.locator(".error-summary")).to_be_visible()
    look(page, "recherche-de-cas-erreur")


def test_en_general_date_d_actualisation_is_among_the_characteristics(window, person, referent):  # noqa: F811
    page = window("referent")
    page.goto(f"/dossiers/{person.dossier(referent)}")
    shown(page, "Date actualisation dossier", in_words(person.day))


def test_demande_de_mises_en_demeure(jalons, window, clock, person, referent, look):  # noqa: F811
    dossier = person.dossier(referent)
    page = window("referent")
    page.goto(f"/dossiers/{dossier}")
    page.get_by_role("link", name="Demander une mise en demeure").click()
    page.get_by_label("Motif").fill("Absences répétées aux entretiens")
    look(page, "mise-en-demeure-demande")
    page.get_by_role("button", name="Demander la mise en demeure").click()
    shown(page, "La demande est envoyée au secrétariat", "Absences répétées", in_words(clock.today()), "Demandée")
    look(page, "mise-en-demeure")
    # Asked for once: the same again says why not, and changes nothing.
    page.goto(f"/dossiers/{dossier}/mises-en-demeure/demande")
    page.get_by_label("Motif").fill("Encore")
    page.get_by_role("button", name="Demander la mise en demeure").click()
    shown(page, "Une mise en demeure est déjà demandée")
    # The four values are among the characteristics of the summary.
    page.goto(f"/dossiers/{dossier}")
    shown(page, "Motif demande de MIDEM", "Absences répétées", "Date demande de MIDEM")

    office = window("secretariat_dispositif")
    office.goto("/mises-en-demeure")
    expect(office.locator("#mises-en-demeure")).to_contain_text(person.written["NOM"])
    look(office, "mises-en-demeure-liste")
    # A later date in Genesis's file: it is acquired.
    served = clock.today() + datetime.timedelta(days=1)
    requests = referent.get(f"dossiers/v1/dossiers/{dossier}/formal-notices")["items"]
    assert requests[0]["requestedOn"] == str(clock.today()) and "servedOn" not in requests[0], requests
    clock.travel(days=2)
    # Two days later everybody signs in again.
    person.administrator = Someone(jalons, "administrateur")
    serve(person, served)
    office = window("secretariat_dispositif")
    office.goto("/mises-en-demeure?etat=faites")
    expect(office.locator("#mises-en-demeure")).to_contain_text(person.written["NOM"])
    page = window("referent")
    page.goto(f"/dossiers/{dossier}/mises-en-demeure")
    shown(page, "Acquise", "ABSENCE", in_words(served))


def serve(person, day):
    """The file of a day in which Genesis has the formal notice."""
    line = person.written | {"DATEMIDEM": str(day), "MOTIFMIDEM": "ABSENCE"}
    lines = [
        f"#GENESIS;APPLIEME=GEN;VERSIONFLUX=1;NATFLUX=D;DTCREAFLUX={person.day};DTREF={person.day};IDEPARTE=007",
        ";".join(line), ";".join(line.values()), "#FIN;NBTOTDOSRSATRANSM=1;NBPERSTRANSM=1",
    ]  # fmt: skip
    answer = person.administrator.client.post(
        "/api/dossiers/v1/feeds", content="\n".join(lines).encode(), timeout=120)  # fmt: skip
    assert answer.json()["status"] == "applied", answer.text
    assert not answer.json()["counts"]["quarantined"], answer.text


def test_donnees_beneficiaires(window, person, referent, look):  # noqa: F811
    dossier = person.dossier(referent)
    page = window("referent")
    page.goto(f"/dossiers/{dossier}")
    page.get_by_role("link", name="Données bénéficiaire").click()
    shown(page, "Rien de renseigné")
    look(page, "donnees-vides")

    def add(kind):
        page.goto(f"/dossiers/{dossier}/donnees")
        page.locator(f"#{kind}").get_by_role("link", name="Ajouter").click()

    def save():
        page.get_by_role("button", name="Ajouter").click()
        shown(page, "La donnée est enregistrée")

    add("difficulty")
    page.get_by_label("Difficulté").select_option(label="Logement")
    page.get_by_label("Précisions").fill("Hébergée chez des amis\njusqu’à l’été")
    save()
    add("trade")
    page.get_by_label("Métier souhaité").fill("A1203")
    save()
    shown(page, "A1203 Aménagement et entretien des espaces verts")
    add("sector")
    page.get_by_label("Secteur souhaité").select_option("n")
    save()
    add("licence")
    page.get_by_label("Permis").select_option(label="Permis B")
    save()
    add("training")
    page.get_by_label("Formation souhaitée").fill("CAP cuisine")
    save()
    look(page, "donnees")
    page.locator("#difficulty").get_by_role("button", name="Clore").click()
    shown(page, "La donnée est close", "Closes")
    # A wish that is not in the ROME says what to do, and what was typed stays.
    add("trade")
    page.get_by_label("Métier souhaité").fill("dompteur de licornes")
    page.get_by_role("button", name="Ajouter").click()
    expect(page.locator(".error-summary")).to_be_visible()
    expect(page.get_by_label("Métier souhaité")).to_have_value("dompteur de licornes")
    look(page, "donnees-erreur")


def test_mise_en_demeure_liste_et_courrier_du_secretariat(window, clock, person, referent, look):  # noqa: F811
    dossier = person.dossier(referent)
    referent.call("POST", f"dossiers/v1/dossiers/{dossier}/formal-notices", {
        "reason": f"Absences {person.mark}", "on": str(clock.today())})  # fmt: skip
    office = window("secretariat_dispositif")
    # The home page leads to the list, and the list says who asks for what.
    office.goto("/mises-en-demeure")
    line = office.locator("#mises-en-demeure tbody tr").filter(has_text=person.written["NOM"])
    while line.count() == 0:
        office.locator("a[rel=next]").click()
        office.wait_for_load_state()
    expect(line).to_contain_text(f"Absences {person.mark}")
    expect(line).to_contain_text("Demandée")
    # Its letter is filed from the list.
    line.get_by_role("link", name="Ranger le courrier").click()
    office.wait_for_url(f"**/dossiers/{dossier}/documents*")
    expect(office.get_by_role("heading", name="Documents", level=1)).to_be_visible()
    look(office, "mise-en-demeure-courrier")
    # Asked twice, it is refused and said why; done, it is in the other tab and no longer asks for anything.
    referent.call("POST", f"dossiers/v1/dossiers/{dossier}/formal-notices", {
        "reason": "Encore", "on": str(clock.today())}, expect=409)  # fmt: skip
    office.goto("/mises-en-demeure?etat=faites")
    expect(office.locator("main")).not_to_contain_text(f"Absences {person.mark}")


def test_veille_those_that_end_within_so_many_days(window, clock, person, referent, look):  # noqa: F811
    dossier = person.dossier(referent)
    last = clock.today() + datetime.timedelta(days=12)
    referent.call("POST", f"dossiers/v1/dossiers/{dossier}/standbys", {
        "from": str(clock.today()), "until": str(last), "reason": reason_of_standby(referent)})  # fmt: skip
    page = window("referent")
    page.goto("/infocentre/alertes/veilles")
    page.locator("#seuil [name=jours]").fill("12")
    page.get_by_role("button", name="Changer le seuil").click()
    expect(page.locator("#messages")).to_contain_text("Votre choix est enregistré")
    expect(page.locator("#liste")).to_contain_text(person.written["NOM"])
    look(page, "veilles-qui-finissent")
    page.locator("#seuil [name=jours]").fill("11")
    page.get_by_role("button", name="Changer le seuil").click()
    expect(page.locator("#liste")).not_to_contain_text(person.written["NOM"])
    # Each line leads to the standby itself.
    page.locator("#seuil [name=jours]").fill("12")
    page.get_by_role("button", name="Changer le seuil").click()
    page.locator("#liste").get_by_role("link", name=re.compile(person.written["NOM"])).click()
    page.wait_for_url(f"**/dossiers/{dossier}/veille*")
    shown(page, in_words(last))
    page.goto("/infocentre/alertes/veilles")
    page.locator("#seuil [name=jours]").fill("")
    page.get_by_role("button", name="Changer le seuil").click()
    expect(page.locator("#messages")).to_contain_text("Votre choix est enregistré")


def reason_of_standby(referent):
    return offered(referent, "dossiers", "standby_reason")


def test_archivage_apres_le_delai_et_acces_des_secretariats(jalons, window, clock, newest, look):  # noqa: F811
    person = Person(Someone(jalons, "administrateur"), newest)
    person.write(DDDESIGNATION=str(newest - datetime.timedelta(days=900)))
    referent = Someone(jalons, "referent")
    dossier = person.dossier(referent)
    referent.call("POST", f"dossiers/v1/dossiers/{dossier}/exit", {
        "on": str(newest - datetime.timedelta(days=800)), "reason": "Emploi durable"})  # fmt: skip
    # A day's turn archives it: two years have passed since the last day. A day that another test has been at is turned.
    for _ in range(12):
        clock.travel(days=1)
        office = Someone(jalons, "secretariat_dispositif")
        try:
            eventually("it is archived", lambda office=office: office.get(f"dossiers/v1/dossiers/{dossier}").get("archivedOn"))
            break
        except AssertionError:
            continue
    assert office.get(f"dossiers/v1/dossiers/{dossier}").get("archivedOn")
    Someone(jalons, "chef_de_service").call("GET", f"dossiers/v1/dossiers/{dossier}", expect=404)

    page = window("secretariat_dispositif")
    page.goto(f"/beneficiaires?q={person.written['NOM']}")
    expect(page.locator(f"main a[href*='{dossier}']")).to_have_count(0)
    page.get_by_text("Plus de filtres").click()
    page.locator("[name=archives]").select_option("oui")
    page.get_by_role("button", name="Filtrer").click()
    page.wait_for_url("**archives=oui**")
    expect(page.locator("#beneficiaires tbody tr")).to_have_count(1)
    look(page, "archives")
    page.locator("#beneficiaires tbody").get_by_role("link").first.click()
    page.wait_for_url(f"**/dossiers/{dossier}")
    shown(page, "Dossier archivé depuis le", "Il se lit, et ne se change plus")
    expect(page.get_by_role("link", name="Prendre un rendez-vous")).to_have_count(0)
    look(page, "dossier-archive")
    answer = office.call("POST", f"dossiers/v1/dossiers/{dossier}/notes", {"text": "Rappeler", "audience": "public"},
                         expect=409)  # fmt: skip
    assert "archivé" in answer.text
    # The référent's search does not know it any more.
    mine = window("referent")
    mine.goto(f"/beneficiaires?q={person.written['NOM']}")
    expect(mine.locator("form.filters")).to_be_visible()
    expect(mine.locator(f"main a[href*='{dossier}']")).to_have_count(0)
