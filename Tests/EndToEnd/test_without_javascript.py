"""Where no script runs: the same forms, the same faults beside their fields, the same results."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from conftest import DEMO_PASSWORD, Someone, today



def in_french(days: int) -> str:
    return (today() + datetime.timedelta(days=days)).strftime("%d/%m/%Y")


@pytest.fixture
def referent(signed_in):
    return signed_in("referent", java_script_enabled=False)


@pytest.fixture(scope="module")
def dossiers(jalons):
    """People of the référent's caseload whom no other test is about, each for one test."""
    known = {"MARTIN", "BERTRAND", "BENALI", "BENAMAR", "BEN SALAH", "ABDALLAH"}
    rows = Someone(jalons, "referent").get("dossiers/v1/dossiers", limit=100)["items"]
    others = [row for row in rows if row["familyName"].upper() not in known and not row["proposedExit"]]
    return iter([f"/dossiers/{row['id']}" for row in others])


def is_wrong(page, field, words):
    """The form came back: the fault is at its field, and in the summary at the top, which leads to it."""
    control = page.locator(f"[name={field}]").first
    note = page.locator(f"#{control.get_attribute('id')}-erreur")
    expect(note).to_contain_text(words)
    link = page.locator(".error-summary a").filter(has_text=note.inner_text().strip())
    assert link.get_attribute("href") == f"#{control.get_attribute('id')}"


def says(page, words):
    expect(page.locator("#messages")).to_contain_text(words)


def test_signing_in_and_out(browser):
    page = browser(java_script_enabled=False)
    page.goto("/compte")
    page.wait_for_url("**/connexion?retour=*")
    page.get_by_role("button", name="Se connecter").click()
    is_wrong(page, "email", "Saisissez votre adresse électronique.")
    is_wrong(page, "password", "Saisissez votre mot de passe.")
    page.get_by_label("Adresse électronique").fill("siege@demo.jalons.test")
    page.get_by_label("Mot de passe").fill("ce n’est pas cela")
    page.get_by_role("button", name="Se connecter").click()
    expect(page.get_by_role("alert")).to_be_visible()
    expect(page.get_by_label("Adresse électronique")).to_have_value("siege@demo.jalons.test")
    page.get_by_label("Mot de passe").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Se connecter").click()
    # To where one was going.
    page.wait_for_url("**/compte")
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/connexion")
    page.goto("/compte")
    page.wait_for_url("**/connexion?retour=*")


def test_searching_and_narrowing(referent):
    referent.get_by_role("searchbox").fill("martin lea")
    referent.get_by_role("searchbox").press("Enter")
    expect(referent.get_by_role("row").get_by_role("link", name="MARTIN Lea")).to_be_visible()
    referent.get_by_role("link", name=re.compile("martin lea.*retirer")).click()
    expect(referent.get_by_role("row")).not_to_have_count(2)
    referent.get_by_label("Nom, prénom ou numéro").fill("personne de ce nom")
    referent.get_by_role("button", name="Filtrer").click()
    expect(referent.locator(".empty-state")).to_be_visible()


def test_correcting_a_contact(referent, dossiers):
    dossier = next(dossiers)
    referent.goto(dossier + "/identite")
    referent.locator("[name=phone]").fill("12")
    referent.get_by_role("button", name="Enregistrer").click()
    is_wrong(referent, "phone", "")
    expect(referent.locator("[name=phone]")).to_have_value("12")
    referent.locator("[name=phone]").fill("06 11 22 33 44")
    referent.get_by_role("button", name="Enregistrer").click()
    says(referent, "Le contact est enregistré.")
    expect(referent.locator("main")).to_contain_text(re.compile("06 ?11 ?22 ?33 ?44"))


def test_two_people_correcting_the_same_contact(referent, signed_in, dossiers):
    dossier = next(dossiers)
    other = signed_in("referent", java_script_enabled=False)
    for page, number in [(referent, "06 11 11 11 11"), (other, "06 22 22 22 22")]:
        page.goto(dossier + "/identite")
        page.locator("[name=phone]").fill(number)
    referent.get_by_role("button", name="Enregistrer").click()
    says(referent, "Le contact est enregistré.")
    other.get_by_role("button", name="Enregistrer").click()
    expect(other.locator("main")).to_contain_text("Rien n’est perdu")
    expect(other.get_by_label(re.compile("Ma saisie"))).to_be_checked()
    other.get_by_role("button", name="Enregistrer ces choix").click()
    expect(other.locator("main")).to_contain_text(re.compile("06 ?22 ?22 ?22 ?22"))


def test_booking_a_free_hour(referent):
    # Weeks in which no other test books: the person too must be free.
    referent.goto(f"/agenda?semaine={today() + datetime.timedelta(days=91)}")
    referent.locator(".slot").first.click()
    referent.locator(".items li a").first.click()
    day, hour = (referent.locator(f"[name={name}]").input_value() for name in ["date", "time"])
    assert day and hour, "the hour chosen in the agenda is lost"
    referent.locator("[name=date]").fill("le 40 mars")
    referent.get_by_role("button", name="Prendre le rendez-vous").click()
    is_wrong(referent, "date", "« le 40 mars » n’est pas une date.")
    is_wrong(referent, "kind", "Choisissez le type d’entretien.")
    referent.locator("[name=date]").fill(day)
    referent.locator("[name=kind]").select_option(index=1)
    referent.get_by_role("button", name="Prendre le rendez-vous").click()
    says(referent, "Le rendez-vous est pris.")
    booked = referent.get_by_role("row").filter(has_text=hour).filter(has_text="Prévu")
    # By the keyboard: without a script the message stays, and may stand over the row.
    booked.first.get_by_role("link").first.press("Enter")
    referent.get_by_role("link", name="Annuler le rendez-vous").click()
    referent.locator("[type=radio]").first.check()
    referent.locator("main form .btn-danger, main form .btn-primary").first.click()
    says(referent, "est annulé")


def test_drafting_a_contract_and_submitting_it(referent, dossiers):
    dossier = next(dossiers)
    referent.goto(dossier + "/contrats/nouveau")
    referent.locator("[name=startsOn]").fill(in_french(30))
    referent.locator("[name=endsOn]").fill(in_french(10))
    referent.locator("[name=situation]").fill("Cherche un emploi d’aide à domicile.")
    referent.get_by_role("button", name="Enregistrer le CER").click()
    is_wrong(referent, "endsOn", "précède le début")
    expect(referent.locator("[name=situation]")).to_have_value("Cherche un emploi d’aide à domicile.")
    referent.locator("[name=endsOn]").fill(in_french(200))
    referent.get_by_role("button", name="Enregistrer le CER").click()
    says(referent, "est enregistré")
    contract = referent.url.removesuffix("/objectifs/nouveau")
    referent.get_by_role("button", name="Ajouter l’objectif").click()
    is_wrong(referent, "theme", "Choisissez un thème.")
    is_wrong(referent, "personDoes", "Dites ce que fait la personne.")
    referent.locator("[name=theme]").select_option(index=1)
    referent.locator("[name=personDoes]").fill("Passer le code de la route.")
    referent.get_by_role("button", name="Ajouter l’objectif").click()
    expect(referent.locator("main")).to_contain_text("Passer le code de la route.")
    referent.goto(contract + "/accord")
    referent.locator("[name=consent][value=yes]").check()
    referent.get_by_role("button", name="Enregistrer l’accord").click()
    # What a dialog asks elsewhere is a page here.
    referent.goto(contract)
    referent.get_by_role("link", name="Soumettre à l’étude").click()
    expect(referent.get_by_role("heading", name="Soumettre à l’étude ?")).to_be_visible()
    referent.get_by_role("button", name="Soumettre à l’étude").click()
    says(referent, "Soumis à l’étude")


def test_registering_on_a_step(referent, dossiers):
    dossier = next(dossiers)
    referent.goto(dossier + "/parcours/nouvelle")
    referent.get_by_role("button", name="Positionner").click()
    is_wrong(referent, "offer", "Choisissez une offre.")
    offers = referent.locator("[name=offer] option").all_text_contents()
    referent.locator("[name=offer]").select_option(label=next(text for text in offers if "Mobilité" in text))
    for name, days in [("plannedFrom", 0), ("plannedUntil", 20)]:
        referent.locator(f"[name={name}]").fill(in_french(days))
    referent.get_by_role("button", name="Positionner").click()
    expect(referent.locator("main")).to_contain_text("Mobilité")
    assert referent.url.endswith("/parcours"), referent.locator("main").inner_text()


def test_leaving_the_caseload(referent, dossiers):
    dossier = next(dossiers)
    referent.goto(dossier + "/referents/sortie")
    referent.get_by_label("Un autre jour").check()
    referent.locator("[name=on]").fill("bientôt")
    referent.get_by_role("button", name="Sortir de la file active").click()
    is_wrong(referent, "on", "« bientôt » n’est pas une date.")
    referent.locator("[name=on]").fill(in_french(15))
    referent.get_by_role("button", name="Sortir de la file active").click()
    says(referent, "La sortie est enregistrée")


def test_keeping_somebody_whose_exit_was_proposed(referent):
    referent.goto("/sorties")
    row = referent.get_by_role("row").filter(has=referent.get_by_role("button", name="Garder")).first
    row.get_by_role("button", name="Garder").click()
    expect(referent.locator("#messages")).not_to_be_empty()


def test_the_account(signed_in):
    page = signed_in("siege", java_script_enabled=False)
    page.goto("/compte")
    page.get_by_role("button", name="Changer le mot de passe").click()
    is_wrong(page, "current", "Saisissez votre mot de passe actuel.")
    page.locator("[name=current]").fill(DEMO_PASSWORD)
    page.locator("[name=new]").fill("court")
    page.get_by_role("button", name="Changer le mot de passe").click()
    expect(page.locator("#champ-new-erreur")).to_be_visible()
