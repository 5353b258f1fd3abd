"""The guide's chapter « Se connecter », one test a procedure, named after it."""

import json
import os
import pathlib
import re
import subprocess
import uuid

import pytest
from playwright.sync_api import expect

from conftest import DEMO_PASSWORD, Someone, eventually
from openid_provider import Provider

PASSWORD = "Sept bateaux verts attendent 2026"
OTHER = "Neuf moulins bleus tournent 2027"


@pytest.fixture
def administrator(jalons):
    return Someone(jalons, "administrateur")


def mailed_link(administrator, email, path):
    """The newest link that left by e-mail for this address: an instance without a mail server keeps it, and its pages show it
    to nobody."""

    def find():
        query = f"select body from scheduling.sent_by_outbox where recipient = '{email}' order by taken_at desc"
        kept = subprocess.run(["psql", "-XAtc", query, os.environ["JALONS_POSTGRES_ADMIN"]], text=True, check=True,
                              capture_output=True).stdout  # fmt: skip
        if not (found := re.search(rf"https?://\S+/{path}/\S+", kept)):
            return None
        shown = [message["text"] for message in administrator.get("scheduling/v1/outbox", limit=50)["items"]
                 if message.get("recipient") == email]  # fmt: skip
        assert shown and not any(f"/{path}/" in text for text in shown)
        return found.group()

    return eventually(f"an e-mail for {email}", find)


def give(page, email, password):
    page.get_by_label("Adresse électronique").fill(email)
    page.locator("[name=password]").fill(password)
    page.get_by_role("button", name="Se connecter").click()


def choose(page, link, password):
    page.goto(link)
    page.get_by_label("Mot de passe", exact=True).fill(password)
    page.get_by_label("Le même une seconde fois").fill(password)
    page.get_by_role("button", name="Choisir ce mot de passe").click()


@pytest.fixture
def email(administrator):
    """Somebody whom the administrator has just invited."""
    email = f"connexion-{uuid.uuid4().hex[:8]}@exemple.fr"
    administrator.call("POST", "identity/v1/accounts", {
        "email": email, "familyName": "TEYSSIER-BOUCHARD", "givenName": "Anne-Laure",
        "profiles": [{"profile": "referent", "territories": []}]})  # fmt: skip
    return email


def test_pour_vous_connecter_la_premiere_fois_vous_recevez_un_email(browser, administrator, email, look):
    page = browser()
    link = mailed_link(administrator, email, "invitation")
    choose(page, link, PASSWORD)
    page.wait_for_url("**/connexion")
    give(page, email, PASSWORD)
    page.wait_for_url("**/")
    expect(page.get_by_role("heading", level=1)).to_be_visible()


def test_vous_n_avez_que_24_heures_pour_valider_votre_compte(browser, administrator, email, clock, look):
    page = browser()
    link = mailed_link(administrator, email, "invitation")
    clock.travel(hours=24, seconds=1)
    # Told at once, before anything is typed.
    assert page.goto(link).status == 410
    expect(page.get_by_role("main")).to_contain_text("n’est plus valable")
    expect(page.locator("[name=password]")).to_have_count(0)
    look(page, "invitation-perimee")


def test_la_force_du_mot_de_passe_se_montre_pendant_la_saisie(browser, administrator, email, look):
    page = browser()
    page.goto(mailed_link(administrator, email, "invitation"))
    expect(page.get_by_role("main")).to_contain_text(email)
    expect(page.get_by_role("main")).to_contain_text("12 caractères au moins")
    field, strength = page.get_by_label("Mot de passe", exact=True), page.locator(".strength [role=status]")
    for typed, said in {
        "bateau vert": "Trop court : encore 1 caractère", "Anne-Laure aime les pommes": "Contient votre nom",
        "M0tDeP@sse2026!!": "Trop courant", "azertyazerty": "Trop courant", "trentebateau": "Acceptable",
        "Trente bateaux": "Solide", PASSWORD: "Très solide",
    }.items():  # fmt: skip
        field.fill(typed)
        expect(strength).to_contain_text(said)
    look(page, "force-du-mot-de-passe")
    field.fill("")
    expect(strength).to_be_hidden()


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_mot_de_passe_oublie(browser, administrator, email, look, scripts):
    page, elsewhere = browser(java_script_enabled=scripts), browser()
    choose(page, mailed_link(administrator, email, "invitation"), PASSWORD)
    elsewhere.goto("/connexion")
    give(elsewhere, email, PASSWORD)
    elsewhere.wait_for_url("**/")

    page.goto("/connexion")
    page.get_by_role("link", name="Mot de passe oublié ?").click()
    if scripts:
        look(page, "mot-de-passe-oublie")
    page.get_by_label("Adresse électronique").fill(f"personne-{uuid.uuid4().hex[:6]}@exemple.fr")
    page.get_by_role("button", name="Recevoir un lien").click()
    stranger = re.sub(r"\S+@\S+", "", page.get_by_role("main").inner_text())
    page.goto("/mot-de-passe-oublie")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_role("button", name="Recevoir un lien").click()
    assert re.sub(r"\S+@\S+", "", page.get_by_role("main").inner_text()) == stranger
    if scripts:
        look(page, "mot-de-passe-demande")

    link = mailed_link(administrator, email, "mot-de-passe")
    choose(page, link, "court")
    expect(page.locator("#champ-password-erreur")).to_be_visible()
    choose(page, link, OTHER)
    page.wait_for_url("**/connexion")
    # Whoever was signed in with the former password is not any more, and is told why.
    eventually("the other session ends", lambda: "/connexion" in (elsewhere.goto("/") and elsewhere.url))
    expect(elsewhere.get_by_role("main")).to_contain_text("Votre mot de passe a été changé.")
    give(page, email, OTHER)
    page.wait_for_url("**/")
    elsewhere.goto(link)
    expect(elsewhere.get_by_role("main")).to_contain_text("n’est plus valable")
    if scripts:
        look(elsewhere, "mot-de-passe-perime")
    subjects = [message.get("subject") for message in administrator.get("scheduling/v1/outbox", limit=50)["items"]
                if message.get("recipient") == email]  # fmt: skip
    assert "Votre mot de passe Jalons a changé" in subjects


def test_plusieurs_onglets_et_plusieurs_navigateurs_donnent_des_reponses_justes(signed_in, browser):
    """The guide warns that a second tab gives wrong answers; here both are right."""
    first = signed_in("referent")
    second = first.context.new_page()
    other = browser(storage_state=first.context.storage_state())
    for page, address in ((first, "/beneficiaires"), (second, "/agenda"), (other, "/compte")):
        page.goto(address)
    expect(first.get_by_role("heading", level=1)).to_have_text("Ma file active")
    first.reload()
    expect(first.get_by_role("heading", level=1)).to_have_text("Ma file active")
    expect(other.get_by_role("heading", name="Mon compte")).to_be_visible()
    expect(second.get_by_role("heading", level=1)).to_contain_text(re.compile("Agenda", re.I))


def test_se_deconnecter_en_fin_d_utilisation(browser):
    page = browser()
    page.goto("/connexion")
    give(page, "referent@demo.jalons.test", DEMO_PASSWORD)
    page.wait_for_url("**/")
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/connexion")
    page.go_back()
    page.goto("/beneficiaires")
    expect(page).to_have_url(re.compile("/connexion"))


def test_une_session_qui_se_ferme_pendant_la_saisie_ne_perd_rien(browser, jalons, clock, look):
    """The guide closes a session after thirty minutes without use, and whatever was being typed with it."""
    page = browser()
    page.goto("/connexion")
    give(page, "referent@demo.jalons.test", DEMO_PASSWORD)
    page.wait_for_url("**/")
    dossier = Someone(jalons, "referent").get("dossiers/v1/dossiers", limit=1)["items"][0]["id"]
    page.goto(f"/dossiers/{dossier}/notes")
    text = f"Premier point {uuid.uuid4().hex[:6]}\nsecond point, avec « guillemets »"
    page.get_by_label("Note", exact=True).fill(text)
    page.get_by_label("Privée").check()
    clock.travel(minutes=45)
    page.get_by_role("button", name="Ajouter la note").click()
    page.wait_for_url("**/connexion*")
    expect(page.get_by_text("Ce que vous veniez de saisir est gardé un jour")).to_be_visible()
    look(page, "saisie-gardee-connexion")
    give(page, "referent@demo.jalons.test", DEMO_PASSWORD)
    page.wait_for_url(f"**/dossiers/{dossier}/notes?reprise=*")
    expect(page.get_by_label("Note", exact=True)).to_have_value(text)
    expect(page.get_by_label("Privée")).to_be_checked()
    look(page, "saisie-gardee")
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.get_by_text("La note est ajoutée.")).to_be_visible()
    expect(page.get_by_text("second point, avec « guillemets »")).to_be_visible()
    # What was kept has gone with it.
    page.goto("/")
    expect(page.get_by_text("Saisies gardées")).to_have_count(0)


def test_se_deconnecter_dans_un_autre_onglet_garde_la_saisie_pour_son_auteur_seul(browser, jalons):
    page = browser()
    page.goto("/connexion")
    give(page, "referent@demo.jalons.test", DEMO_PASSWORD)
    page.wait_for_url("**/")
    dossier = Someone(jalons, "referent").get("dossiers/v1/dossiers", limit=1)["items"][0]["id"]
    page.goto(f"/dossiers/{dossier}/notes")
    text = f"Confidence {uuid.uuid4().hex[:6]}"
    page.get_by_label("Note", exact=True).fill(text)
    other = page.context.new_page()
    other.goto("/")
    other.locator("details.account > summary").click()
    other.get_by_role("button", name="Se déconnecter").click()
    other.wait_for_url("**/connexion")
    page.get_by_role("button", name="Ajouter la note").click()
    page.wait_for_url("**/connexion*")
    # A colleague signs in at the same desk: she sees nothing of it.
    give(page, "secretariat_dispositif@demo.jalons.test", DEMO_PASSWORD)
    page.wait_for_url("**reprise=*")
    assert text not in page.content()
    page.goto("/")
    expect(page.get_by_text("Saisies gardées")).to_have_count(0)
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/connexion")
    give(page, "referent@demo.jalons.test", DEMO_PASSWORD)
    page.wait_for_url("**/")
    page.get_by_role("link", name="Reprendre").first.click()
    expect(page.get_by_label("Note", exact=True)).to_have_value(text)


def test_on_est_prevenu_avant_la_fin_de_la_session_et_la_saisie_compte_comme_un_usage(browser):
    page = browser()
    beats = []
    page.on("request", lambda request: beats.append(request.url) if request.url.endswith("/battement") else None)
    page.clock.install()
    page.goto("/connexion")
    give(page, "referent@demo.jalons.test", DEMO_PASSWORD)
    page.wait_for_url("**/")
    warning = page.get_by_text("Sans activité, votre session se fermera dans quelques minutes.")
    page.clock.run_for(20 * 60_000)
    expect(warning).to_have_count(0)
    page.clock.run_for(4 * 60_000)
    expect(warning).to_be_visible()
    page.get_by_role("button", name="Rester connecté").click()
    expect(warning).to_have_count(0)
    before = len(beats)
    page.clock.run_for(2 * 60_000)
    page.get_by_role("searchbox").press_sequentially("ma")
    eventually("typing is told", lambda: len(beats) == before + 1)


def test_mon_compte_verifier_ses_informations_personnelles(signed_in, look):
    page = signed_in("referent")
    page.locator("details.account > summary").click()
    page.get_by_role("link", name="Mon compte").click()
    main = page.get_by_role("main")
    expect(main).to_contain_text("Adresse électronique")
    expect(main).to_contain_text("referent@demo.jalons.test")
    expect(main).to_contain_text("Référent de parcours")
    look(page, "mon-compte")


def test_un_jeton_d_acces_laisse_un_programme_agir_sans_mot_de_passe(signed_in, jalons, look):
    page = signed_in("referent")
    page.goto("/compte/jetons/nouveau")
    page.get_by_role("button", name="Créer le jeton").click()
    expect(page.locator(".error-summary")).to_contain_text("Nommez le jeton")
    expect(page.locator(".error-summary")).to_contain_text("Choisissez au moins une partie")
    page.get_by_label("Nom", exact=True).fill("Tableau de bord du service")
    page.get_by_role("group", name="Dossiers et flux").get_by_label("Lire", exact=True).check()
    look(page, "jeton-formulaire")
    page.get_by_role("button", name="Créer le jeton").click()
    token = page.get_by_label("À donner au programme").input_value()
    look(page, "jeton-cree")
    with jalons.api(token) as program:
        dossier = program.get("/api/dossiers/v1/dossiers", params={"limit": 1}).json()["items"][0]["id"]
        note = program.post(f"/api/dossiers/v1/dossiers/{dossier}/notes", json={"text": "x", "audience": "public"})
        assert note.status_code == 403 and note.json()["type"] == "/problemes/jeton-limite", note.text
        assert program.get("/api/scheduling/v1/lists").status_code == 403
        assert program.get("/api/identity/v1/me").status_code == 403
        # Only the gateway knows it: behind, it is no token at all.
        assert program.get(f"{jalons.address_of('dossiers')}/api/dossiers/v1/dossiers").status_code == 401
        delegate = Someone(jalons, "dpo")
        program.get(f"/api/dossiers/v1/dossiers/{dossier}")
        eventually("the audit log names it", lambda: any(
            "jeton « Tableau de bord du service »" in line["accountName"]
            for line in delegate.get("identity/v1/audit", dossier=dossier)["items"]))  # fmt: skip
        page.goto("/compte")
        expect(page.locator("#jetons")).to_contain_text("dernier usage")
        look(page, "jetons")
        page.locator("#jetons li").filter(has_text="Tableau de bord").first.get_by_role("link", name="Révoquer").click()
        page.get_by_role("dialog").get_by_role("button", name="Révoquer").click()
        expect(page.locator("#messages")).to_contain_text("n’ouvre plus rien")
        eventually("it is refused", lambda: program.get("/api/dossiers/v1/dossiers").status_code == 401, seconds=2)


@pytest.fixture
def colleague(jalons, administrator):
    """Somebody of the référent's organisation, who follows nobody."""
    organisation = Someone(jalons, "referent").get("identity/v1/me")["organisation"]["id"]
    email, name = f"collegue-{uuid.uuid4().hex[:8]}@exemple.fr", f"VALETTE-{uuid.uuid4().hex[:6].upper()}"
    invited = administrator.call("POST", "identity/v1/accounts", {
        "email": email, "familyName": name, "givenName": "Inès", "organisation": organisation,
        "profiles": [{"profile": "referent", "territories": []}]}).json()  # fmt: skip
    with jalons.api() as nobody:
        secret = invited["invitation"]["link"].rsplit("/", 1)[1]
        nobody.post("/api/identity/v1/invitations/acceptance",
                    json={"secret": secret, "password": PASSWORD}).raise_for_status()  # fmt: skip
    return {"email": email, "name": f"{name} Inès", "organisation": organisation}


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_confier_ses_dossiers_a_un_collegue_pendant_une_absence(
    signed_in, browser, jalons, colleague, look, scripts
):
    referent, delegate = Someone(jalons, "referent"), Someone(jalons, "dpo")
    away = referent.get("identity/v1/me")["account"]["name"]
    dossier = referent.get("dossiers/v1/dossiers", limit=1)["items"][0]["id"]
    standing_in = browser(java_script_enabled=scripts)
    standing_in.goto("/connexion")
    give(standing_in, colleague["email"], PASSWORD)
    standing_in.wait_for_url("**/")
    assert standing_in.goto(f"/dossiers/{dossier}").status == 404

    page = signed_in("referent")
    page.goto("/compte")
    page.get_by_role("link", name="Confier mes dossiers").click()
    page.get_by_role("button", name="Enregistrer le remplacement").click()
    expect(page.locator(".error-summary")).to_contain_text("Choisissez un collaborateur")
    expect(page.locator(".error-summary")).to_contain_text("Indiquez le dernier jour")
    page.get_by_label("Remplaçant").fill(colleague["name"])
    page.get_by_label("Au (inclus)").fill("+10j")
    page.get_by_label("À savoir").fill("Congés ; deux CER à relancer")
    if scripts:
        look(page, "remplacement-formulaire")
    page.get_by_role("button", name="Enregistrer le remplacement").click()
    expect(page.locator("#messages")).to_contain_text("prend le relais")
    expect(page.locator("#remplacements")).to_contain_text(f"{colleague['name']} vous remplace")
    if scripts:
        look(page, "remplacements")

    # At home, and in the account's menu: nobody finds themselves in another's place without asking.
    standing_in.goto("/")
    if scripts:
        look(standing_in, "remplacement-accueil")
    standing_in.get_by_role("main").get_by_role("button", name="Agir à sa place").first.click()
    expect(standing_in.locator(".replacing")).to_contain_text(f"à la place de {away}")
    assert standing_in.goto(f"/dossiers/{dossier}").status == 200
    if scripts:
        look(standing_in, "remplacement-dossier")
    standing_in.goto(f"/dossiers/{dossier}/notes")
    standing_in.locator("[name=text]").fill(f"Vu à la place de sa référente ({scripts}).")
    standing_in.get_by_role("button", name="Ajouter la note").click()
    expect(standing_in.get_by_role("main")).to_contain_text(f"{colleague['name']} (pour {away})")
    eventually("the audit log has both", lambda: any(
        line["accountName"] == f"{colleague['name']} (pour {away})" and line["act"] == "dossiers.addNote"
        for line in delegate.get("identity/v1/audit", dossier=dossier)["items"]))  # fmt: skip
    standing_in.get_by_role("button", name="Revenir à mon profil").click()
    expect(standing_in.locator(".replacing")).to_have_count(0)
    assert standing_in.goto(f"/dossiers/{dossier}").status == 404
    standing_in.goto("/compte")
    standing_in.get_by_role("button", name="Agir à sa place").first.click()
    expect(standing_in.locator(".replacing")).to_be_visible()

    # Back early: whoever stands in is out within the second, and is told.
    page.goto("/compte")
    page.locator("#remplacements").get_by_role("link", name="Terminer").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Terminer").click()
    expect(page.locator("#messages")).to_contain_text("ne remplace plus")
    eventually("it is over", lambda: "/connexion" in (standing_in.goto("/") and standing_in.url), seconds=3)
    expect(standing_in.get_by_role("main")).to_contain_text("Le remplacement sous lequel vous travailliez est terminé.")


def test_l_administrateur_fait_remplacer_un_collaborateur_absent(signed_in, administrator, jalons, colleague, look):
    account = Someone(jalons, "referent").get("identity/v1/me")["account"]
    page = signed_in("administrateur")
    page.goto(f"/administration/collaborateurs/{account['id']}")
    page.get_by_role("link", name="Faire remplacer").click()
    page.get_by_label("Remplaçant").fill(colleague["name"])
    page.get_by_label("Du", exact=True).fill("+3j")
    page.get_by_label("Au (inclus)").fill("+6j")
    page.get_by_role("button", name="Enregistrer le remplacement").click()
    expect(page.locator("#remplacements")).to_contain_text(f"Remplacé par {colleague['name']}")
    expect(page.locator("#remplacements")).to_contain_text("À venir")
    look(page, "remplacement-administration")
    page.locator("#remplacements").get_by_role("link", name="Annuler").first.click()
    page.get_by_role("dialog").get_by_role("button", name="Annuler le remplacement").click()
    expect(page.locator("#messages")).to_contain_text("ne remplace plus")


@pytest.fixture
def provider(jalons):
    """An identity provider beside the instance, which is told of it as an operator would."""
    file = pathlib.Path(os.environ["JALONS_OPENID_FILE"])
    provider = Provider()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps([provider.settings]))
    yield provider
    file.unlink()
    provider.stop()


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_se_connecter_par_un_fournisseur_d_identite(browser, administrator, email, provider, look, scripts):
    page = browser(java_script_enabled=scripts)
    choose(page, mailed_link(administrator, email, "invitation"), PASSWORD)
    provider.email = email
    page.goto("/beneficiaires")
    if scripts:
        look(page, "connexion-fournisseur")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    # Back where one was going, in one click.
    expect(page).to_have_url(re.compile("/beneficiaires$"))
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    expect(page.get_by_role("main")).to_contain_text("Vous êtes déconnecté de Jalons.")
    if scripts:
        look(page, "deconnexion-fournisseur")
    page.get_by_role("link", name="Se déconnecter aussi de ProConnect").click()
    page.wait_for_url("**/connexion")
    assert provider.ended, "the provider was told"
    # By its own name for the person from now on, whatever the address.
    provider.email = f"autre-{uuid.uuid4().hex[:6]}@exemple.fr"
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    page.wait_for_url("**/")
    expect(page.locator("details.account")).to_contain_text("Teyssier-Bouchard")


def test_se_connecter_par_un_fournisseur_sans_compte_jalons(browser, provider, look):
    page = browser()
    provider.subject, provider.email = uuid.uuid4().hex, f"inconnu-{uuid.uuid4().hex[:6]}@exemple.fr"
    page.goto("/connexion")
    page.get_by_role("link", name="Se connecter avec ProConnect").click()
    expect(page.get_by_role("main")).to_contain_text("Aucun compte Jalons ne correspond.")
    look(page, "connexion-sans-compte")
    # What another site sends here without a visit that began here opens nothing.
    page.context.clear_cookies()
    page.goto("/connexion/retour/proconnect?code=abc&state=def")
    expect(page.get_by_role("main")).to_contain_text("a trop attendu")
