"""The county's own people: invited, confirmed and closed by its administrator, watched over by its delegate. One test
a procedure, at the screens. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import pathlib
import random
import re
import uuid

import pytest
from playwright.sync_api import expect

from conftest import Authenticator, Someone, eventually, offered, today

PASSWORD = "Sept bateaux verts attendent 2026"
expect.set_options(timeout=10_000)


@pytest.fixture
def newcomer():
    """Somebody whom no other run knows."""
    mark = uuid.uuid4().hex[:6]
    letters = mark.translate(str.maketrans("0123456789", "ghijklmnop")).capitalize()
    return {"family": f"Vasseur-{letters}", "given": "Maëlys", "email": f"m.{mark}@exemple.fr"}


def invite(page, person, profile="referent"):
    """Fills in the form as far as the link."""
    page.goto("/administration/collaborateurs/nouveau")
    page.get_by_label("Nom", exact=True).fill(person["family"])
    page.get_by_label("Prénom").fill(person["given"])
    page.get_by_label("Adresse électronique").fill(person["email"])
    page.locator("[name='profiles.0.profile']").select_option(profile)
    if profile == "secretariat_dispositif":
        page.get_by_role("group", name="Territoires").get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Inviter", exact=True).click()
    return page.get_by_label(re.compile("À transmettre")).input_value()


def choose_password(page, link):
    page.goto(link)
    page.get_by_label("Mot de passe", exact=True).fill(PASSWORD)
    page.get_by_label("Le même une seconde fois").fill(PASSWORD)
    page.get_by_role("button", name="Choisir ce mot de passe").click()
    page.wait_for_url("**/connexion")


def sign_in(page, email, password=PASSWORD):
    page.get_by_label("Adresse électronique").fill(email)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Se connecter").click()
    page.wait_for_url("**/")


def test_a_colleague_is_invited_chooses_a_password_and_signs_in(signed_in, browser, look, newcomer):
    office = signed_in("administrateur")
    office.goto("/administration/collaborateurs")
    look(office, "collaborateurs")
    office.get_by_role("link", name="Inviter un collaborateur").click()
    look(office, "inviter")
    # What is missing is said at once; nothing that was typed is lost.
    office.get_by_label("Prénom").fill(newcomer["given"])
    office.get_by_role("button", name="Inviter", exact=True).click()
    expect(office.locator(".error-summary")).to_contain_text("Indiquez le nom.")
    expect(office.get_by_label("Prénom")).to_have_value(newcomer["given"])
    look(office, "inviter-erreurs")
    link = invite(office, newcomer, "secretariat_dispositif")
    expect(office.get_by_role("main")).to_contain_text("Valable jusqu’au")
    office.get_by_role("button", name="Copier").click()
    expect(office.locator("#messages")).to_contain_text(re.compile("copié|Ctrl\\+C"))
    look(office, "invitation")
    theirs = browser()
    choose_password(theirs, link)
    sign_in(theirs, newcomer["email"])
    expect(theirs.locator("details.account")).to_contain_text("Secrétariat de dispositif")
    # The same link does not work twice and says so before anything is typed; the account's page knows that it worked.
    theirs.goto(link)
    expect(theirs.get_by_role("main")).to_contain_text("n’est plus valable")
    office.goto(f"/administration/collaborateurs?q={newcomer['family']}")
    office.locator("#collaborateurs").get_by_role("link", name=newcomer["family"].upper()).click()
    expect(office.locator(".page-head")).to_contain_text("Actif")
    look(office, "collaborateur")


def test_a_pending_referent_is_confirmed_and_finds_the_caseload(signed_in, browser, jalons, look):
    administrator = Someone(jalons, "administrateur")
    before = administrator.get("identity/v1/accounts", status="pending", limit=200)
    assert before["total"] == len(before["items"]) > 0, "the demonstration's feed names référents"
    waiting = before["items"][-1]
    office = signed_in("administrateur")
    expect(office.get_by_role("link", name="comptes à confirmer")).to_contain_text(str(before["total"]))
    office.goto("/administration/collaborateurs")
    expect(office.locator("#a-confirmer")).to_contain_text(f"Voir les {before['total']}")
    office.get_by_role("link", name=f"Voir les {before['total']}").click()
    office.get_by_role("link", name="Suivants").click()
    office.goto(f"/administration/collaborateurs/{waiting['id']}/confirmation")
    expect(office.get_by_role("main")).to_contain_text("Les dossiers dont la personne est référente")
    look(office, "confirmer")
    office.get_by_role("button", name="Confirmer le compte").click()
    link = office.get_by_label(re.compile("À transmettre")).input_value()
    assert administrator.get("identity/v1/accounts", status="pending", limit=1)["total"] == before["total"] - 1
    # Again from an old page: told, and no second confirmation.
    again = administrator.call("POST", f"identity/v1/accounts/{waiting['id']}/confirmation", expect=409)
    assert again.json()["title"] == "Ce compte est déjà confirmé."
    theirs = browser()
    choose_password(theirs, link)
    sign_in(theirs, waiting["email"])
    theirs.goto("/beneficiaires")
    expect(theirs.get_by_role("heading", level=1)).to_have_text("Ma file active")
    expect(theirs.locator("#beneficiaires tbody tr").first).to_be_visible()


def test_a_closed_account_ends_its_session_and_says_why(signed_in, browser, look, newcomer):
    office = signed_in("administrateur")
    link = invite(office, newcomer)
    theirs = browser()
    choose_password(theirs, link)
    sign_in(theirs, newcomer["email"])
    office.get_by_role("link", name="Voir la fiche").click()
    office.locator("#actions").get_by_role("link", name="Fermer le compte").click()
    question = office.get_by_role("dialog")
    expect(question).to_contain_text("Vous pourrez le rouvrir")
    question.get_by_role("button", name="Fermer le compte").click()
    expect(office.locator(".page-head")).to_contain_text("Fermé")
    look(office, "compte-ferme")

    def ended():
        theirs.goto("/beneficiaires")
        return "/connexion" in theirs.url

    eventually("the session ends", ended, seconds=30)
    expect(theirs.get_by_role("main")).to_contain_text("Votre compte a été fermé.")
    sign_in_again = theirs.get_by_label("Adresse électronique")
    sign_in_again.fill(newcomer["email"])
    theirs.locator("[name=password]").fill(PASSWORD)
    theirs.get_by_role("button", name="Se connecter").click()
    expect(theirs.locator("[role=alert], .error-summary").first).to_be_visible()


def test_structures_and_territories_are_added_and_changed(signed_in, look, newcomer):
    office, name = signed_in("administrateur"), f"Régie {newcomer['family']}"
    office.goto("/administration/structures")
    look(office, "structures")
    office.get_by_role("link", name="Ajouter une structure").click()
    office.get_by_role("button", name="Ajouter la structure").click()
    expect(office.locator(".error-summary")).to_contain_text("Indiquez le nom de la structure.")
    office.get_by_label("Nom", exact=True).fill(name)
    office.get_by_role("button", name="Ajouter la structure").click()
    expect(office.locator("#messages")).to_contain_text(name)
    office.goto(f"/administration/structures?q={name}")
    office.get_by_role("link", name=name).click()
    office.get_by_role("radio", name="Opérateur").check()
    look(office, "structure")
    office.get_by_role("button", name="Enregistrer").click()
    office.goto(f"/administration/structures?q={name}&nature=operateur")
    expect(office.locator("#structures")).to_contain_text(name)
    office.goto("/administration/territoires")
    look(office, "territoires")
    office.get_by_role("link", name="Nord", exact=True).click()
    former = office.get_by_label("Nom", exact=True).input_value()
    for new in (f"{former} bis", former):
        office.get_by_label("Nom", exact=True).fill(new)
        office.get_by_role("button", name="Enregistrer").click()
        expect(office.locator("#territoires")).to_contain_text(new)
        office.get_by_role("link", name=new, exact=True).click()



def test_a_session_is_closed_a_lost_telephone_dealt_with_and_a_closed_account_reopened(
        signed_in, browser, jalons, look, newcomer, clock):  # fmt: skip
    office, theirs = signed_in("administrateur"), browser()
    choose_password(theirs, invite(office, newcomer))
    sign_in(theirs, newcomer["email"])
    office.get_by_role("link", name="Voir la fiche").click()
    sheet = office.url
    look(office, "collaborateur-sessions")
    office.locator("#sessions-ouvertes").get_by_role("button", name="Fermer").click()
    expect(office.locator("#messages")).to_contain_text("La session est fermée")
    expect(office.locator("#sessions-ouvertes")).to_contain_text("n’est connecté nulle part")
    eventually("the other desk is told", lambda: "/connexion" in (theirs.goto("/") and theirs.url))
    expect(theirs.get_by_role("main")).to_contain_text("Un administrateur a fermé votre session.")

    # The telephone with the authenticator is lost.
    sign_in(theirs, newcomer["email"])
    theirs.goto("/compte/second-facteur")
    theirs.get_by_role("button", name="Commencer").click()
    authenticator = Authenticator(re.sub(r"\s", "", theirs.locator("#cle code").inner_text()), clock)
    theirs.get_by_label("Code que l’application affiche").fill(authenticator.code())
    theirs.get_by_role("button", name="Vérifier et activer").click()
    expect(theirs.locator("#codes-de-secours code")).to_have_count(10)
    office.goto(sheet)
    expect(office.get_by_role("main")).to_contain_text("demandé à la connexion")
    office.locator("#actions").get_by_role("link", name="Retirer le second facteur").click()
    look(office, "retirer-second-facteur")
    office.get_by_role("dialog").get_by_role("button", name="Retirer le second facteur").click()
    expect(office.locator("#messages")).to_contain_text("Le second facteur est retiré")
    eventually("the session ends", lambda: "/connexion" in (theirs.goto("/") and theirs.url))
    sign_in(theirs, newcomer["email"])

    # Closed by mistake, or back from a long leave.
    office.locator("#actions").get_by_role("link", name="Fermer le compte").click()
    office.get_by_role("dialog").get_by_role("button", name="Fermer le compte").click()
    expect(office.get_by_role("main")).to_contain_text("Ce compte est fermé")
    look(office, "compte-ferme")
    office.locator("#actions").get_by_role("link", name="Rouvrir le compte").click()
    office.get_by_role("dialog").get_by_role("button", name="Rouvrir le compte").click()
    look(office, "compte-rouvert")
    link = office.get_by_label(re.compile("À transmettre")).input_value()
    again = browser()
    choose_password(again, link)
    sign_in(again, newcomer["email"])



def test_the_county_decides_how_many_sessions_and_a_closed_one_stops_everywhere(
        signed_in, browser, jalons, look, newcomer):  # fmt: skip
    office, first, second = signed_in("administrateur"), browser(), browser()
    choose_password(first, invite(office, newcomer, "siege"))
    office.goto("/administration/securite")
    look(office, "securite")
    office.get_by_role("link", name="Siège", exact=True).click()
    office.get_by_label("Fermeture sans activité").fill("5")
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.locator(".error-summary")).to_contain_text("entre 15 et 480")
    look(office, "securite-erreur")
    office.get_by_label("Fermeture sans activité").fill("20")
    office.get_by_label("Sessions à la fois").fill("1")
    office.get_by_role("button", name="Enregistrer").click()
    try:
        expect(office.locator("#historique")).to_contain_text("Siège")
        look(office, "securite-historique")
        sign_in(first, newcomer["email"])
        first.goto("/compte")
        expect(first.get_by_role("heading", name="Mon compte")).to_be_visible()
        second.goto("/connexion")
        sign_in(second, newcomer["email"])
        eventually("the older one ends", lambda: "/connexion" in (first.goto("/") and first.url), seconds=3)
        expect(first.get_by_role("main")).to_contain_text("Vous vous êtes connecté ailleurs")
        look(first, "session-de-trop")
    finally:
        office.goto("/administration/securite/siege")
        office.get_by_label("Fermeture sans activité").fill("30")
        office.get_by_label("Sessions à la fois").fill("")
        office.get_by_role("button", name="Enregistrer").click()
        expect(office.locator("#messages")).to_contain_text("sont enregistrées")

    # A program holds a token that is still good: the gateway refuses it, and so does every process behind.
    token = jalons.sign_in(newcomer["email"], PASSWORD)
    with jalons.api(token) as program:
        me = program.get("/api/identity/v1/me").json()
        assert program.get("/api/fse/v1/offers").status_code == 200
        Someone(jalons, "administrateur").call("POST", f"identity/v1/accounts/{me['account']['id']}/sessions/closure")
        for process, path in {"gateway": "identity/v1/me", "fse": "fse/v1/offers", "dossiers": "dossiers/v1/dossiers",
                              "scheduling": "scheduling/v1/lists"}.items():  # fmt: skip
            address = f"{jalons.address_of(process)}/api/{path}"
            eventually(f"{process} refuses it", lambda: program.get(address).status_code == 401, seconds=1)


def test_the_county_takes_a_right_from_a_profile_and_gives_it_back(signed_in, browser, jalons, look, newcomer):
    office, theirs = signed_in("administrateur"), browser()
    choose_password(theirs, invite(office, newcomer, "siege"))
    sign_in(theirs, newcomer["email"])
    theirs.goto("/")
    areas = theirs.locator("header").get_by_role("link", name="Infocentre")
    expect(areas).to_be_visible()
    office.goto("/administration/droits")
    look(office, "droits")
    office.get_by_role("link", name="Administrateur fonctionnel", exact=True).click()
    office.get_by_label("Administrer Jalons").uncheck()
    office.get_by_role("button", name="Enregistrer les droits").click()
    expect(office.locator(".error-summary")).to_contain_text("plus personne ne pourrait administrer")
    look(office, "droits-erreur")
    office.goto("/administration/droits/siege")
    office.get_by_label("Consulter et exporter les états").uncheck()
    office.get_by_role("button", name="Enregistrer les droits").click()
    expect(office.locator("#messages")).to_contain_text("1 droit retiré")
    try:
        look(office, "droits-retires")
        token = jalons.sign_in(newcomer["email"], PASSWORD)
        with jalons.api(token) as program:
            assert program.get("/api/insight/v1/reports").status_code == 403
            assert program.get("/api/dossiers/v1/dossiers").status_code == 200
        # Whoever signs in from now on has a page less.
        again = browser()
        again.goto("/connexion")
        sign_in(again, newcomer["email"])
        again.goto("/")
        expect(again.get_by_role("heading", level=1)).to_be_visible()
        expect(again.locator("header").get_by_role("link", name="Infocentre")).to_have_count(0)
    finally:
        office.goto("/administration/droits/siege")
        office.get_by_role("link", name="Rendre tous les droits").click()
        office.get_by_role("dialog").get_by_role("button", name="Rendre tous les droits").click()
        expect(office.locator("#messages")).to_contain_text("a tous ses droits")
    with jalons.api(jalons.sign_in(newcomer["email"], PASSWORD)) as program:
        assert program.get("/api/insight/v1/reports").status_code == 200


def test_whoever_opens_too_many_dossiers_is_noticed_then_suspended(signed_in, browser, jalons, look, newcomer):
    office, theirs, delegate = signed_in("administrateur"), browser(), signed_in("dpo")
    choose_password(theirs, invite(office, newcomer, "siege"))

    def thresholds(noticed, most):
        office.goto("/administration/securite/siege")
        office.get_by_label("Dossiers différents : prévenir").fill(noticed)
        office.get_by_label("Dossiers différents : suspendre").fill(most)
        office.get_by_role("button", name="Enregistrer").click()
        expect(office.locator("#messages")).to_contain_text("sont enregistrées")

    delegate.goto("/administration/usages")
    look(delegate, "usages-aucun")
    thresholds("2", "4")
    try:
        with jalons.api(jalons.sign_in(newcomer["email"], PASSWORD)) as program:
            found = program.get("/api/dossiers/v1/dossiers", params={"limit": 5}).json()["items"]
            for dossier in found:
                assert program.get(f"/api/dossiers/v1/dossiers/{dossier['id']}").status_code == 200
            eventually("the session is closed", lambda: program.get("/api/identity/v1/me").status_code == 401)
    finally:
        thresholds("200", "1000")
    theirs.goto("/connexion")
    theirs.get_by_label("Adresse électronique").fill(newcomer["email"])
    theirs.locator("[name=password]").fill(PASSWORD)
    theirs.get_by_role("button", name="Se connecter").click()
    expect(theirs.get_by_role("main")).to_contain_text("suspendu")
    look(theirs, "compte-suspendu")

    delegate.goto("/")
    expect(delegate.get_by_role("main")).to_contain_text(newcomer["family"].upper())
    delegate.goto("/administration/usages")
    look(delegate, "usages")
    delegate.get_by_role("row", name=re.compile("Compte suspendu")).get_by_role("link").first.click()
    expect(delegate.get_by_role("main")).to_contain_text("5 dossiers ouverts")
    look(delegate, "usage")
    delegate.get_by_role("button", name="Rétablir le compte").click()
    expect(delegate.locator(".error-summary")).to_contain_text("Écrivez ce que vous avez constaté")
    delegate.get_by_label("Ce qui a été constaté").fill("Préparation d’un comité, vu avec la personne.")
    delegate.get_by_role("button", name="Rétablir le compte").click()
    expect(delegate.locator("#messages")).to_contain_text("est rétabli")
    delegate.goto("/administration/usages?voir=examines")
    expect(delegate.locator("#usages")).to_contain_text(newcomer["family"].upper())
    sign_in(theirs, newcomer["email"])


def a_free_hour() -> str:
    """Far enough and odd enough for nobody else to have it."""
    day = today() + datetime.timedelta(days=400 + random.randrange(300))
    return f"{day}T{random.randrange(8, 16):02}:{random.randrange(0, 60, 5):02}:00Z"


def test_the_delegate_finds_who_opened_a_dossier(signed_in, jalons, look):
    referent = Someone(jalons, "referent", acting="referent")
    dossier = referent.get("dossiers/v1/dossiers", sort="name", state="entered")["items"][0]
    referent.get(f"dossiers/v1/dossiers/{dossier['id']}")
    # What lies in a dossier is told with it, although its address does not name the dossier.
    kind = offered(referent, "scheduling", "appointment_kind")
    booked = referent.call("POST", f"scheduling/v1/dossiers/{dossier['id']}/appointments", {
        "kind": kind, "startsAt": a_free_hour(), "minutes": 15, "reminder": False}).json()  # fmt: skip
    referent.get(f"scheduling/v1/appointments/{booked['id']}")
    name = referent.get("identity/v1/me")["account"]["name"]
    delegate = Someone(jalons, "dpo")
    eventually("the log has it", lambda: any(
        line["act"] == "scheduling.showAppointment" for line in
        delegate.get("identity/v1/audit", number=dossier["number"], kind="read")["items"]))  # fmt: skip
    page = signed_in("dpo")
    page.goto("/")
    page.get_by_label("Numéro de dossier").fill(str(dossier["number"]))
    page.get_by_role("button", name="Filtrer").click()
    page.get_by_label("Acte").select_option(label="Consultations")
    page.get_by_role("button", name="Filtrer").click()
    expect(page.locator("#journal")).to_contain_text("A ouvert un rendez-vous")
    line = page.locator("#journal tbody tr").filter(has_text="A ouvert le dossier").filter(has_text=name).first
    expect(line).to_contain_text("Référent de parcours")
    expect(line).to_contain_text(f"n° {dossier['number']}")
    look(page, "journal-dossier")
    # From there to everything that this account did.
    line.get_by_role("link", name=name).click()
    expect(page.locator(".filter-chip")).to_contain_text(name)
    look(page, "journal-compte")
    page.goto("/administration/journal?dossier=999999998")
    expect(page.get_by_role("main")).to_contain_text("Vérifiez son numéro")
    look(page, "journal-vide")
    page.goto("/administration/journal?dossier=abc&du=32/13")
    expect(page.locator(".error-summary")).to_contain_text("n’est pas un numéro de dossier")
    look(page, "journal-erreurs")
    page.goto("/administration/journal")
    look(page, "journal")
    # Nobody else reads it.
    assert signed_in("administrateur").goto("/administration/journal").status == 403


def test_the_delegate_exports_the_log_and_decides_how_long_it_is_kept(signed_in, look):
    page = signed_in("dpo")
    page.goto("/administration/journal?acte=modifications")
    with page.expect_download() as download:
        page.get_by_role("link", name="Exporter").click()
    assert re.fullmatch(r"journal-audit-\d{4}-\d\d-\d\d\.csv", download.value.suggested_filename)
    text = pathlib.Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert text.splitlines()[0].startswith('"Ligne";"Quand";"Qui"') and ';"write";' in text and ';"read";' not in text
    page.goto("/administration/journal?dossier=999999998")
    page.get_by_role("link", name="Exporter").click()
    expect(page.locator("#messages")).to_contain_text("Il n’y a rien à exporter")

    page.goto("/administration/journal")
    page.get_by_role("link", name="Conservation").click()
    page.get_by_label("Garder chaque ligne").select_option("9")
    page.get_by_role("button", name="Enregistrer la durée").click()
    expect(page.locator("#messages")).to_contain_text("garde désormais 9 mois")
    expect(page.get_by_role("main")).to_contain_text("12 mois")
    look(page, "journal-conservation")
    page.get_by_label("Garder chaque ligne").select_option("12")
    page.get_by_role("button", name="Enregistrer la durée").click()
    expect(page.locator("#messages")).to_contain_text("garde désormais 12 mois")
