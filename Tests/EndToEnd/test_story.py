"""One person's path through every service, played at the screens by those who carry her through: chapter after chapter,
each standing on the one before. `JALONS_SHOTS=folder` keeps a picture of each chapter."""

import datetime
import io
import os
import pathlib
import re
import subprocess
import zipfile

import pytest
from playwright.sync_api import expect

from conftest import DEMO_PASSWORD, PARIS, Clock, Someone, eventually, today

expect.set_options(timeout=10_000)
NOWHERE = "00000000-0000-7000-8000-000000000000"


def in_french(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")


class Screens:
    """A window a person, signed in, as the story's clock asks for."""

    def __init__(self, chromium, jalons, axe):
        self.chromium, self.jalons, self.axe = chromium, jalons, axe
        self.contexts = []

    def of(self, profile, acting=None, width=1280):
        """A new window of this profile's account; `acting` is another profile of hers, by the name people see."""
        context = self.chromium.new_context(
            base_url=self.jalons.url, locale="fr-FR", timezone_id="Europe/Paris",
            viewport={"width": width, "height": 900}, accept_downloads=True)  # fmt: skip
        context.set_default_timeout(20_000)
        self.contexts.append(context)
        page = context.new_page()
        page.goto("/connexion")
        page.get_by_label("Adresse électronique").fill(f"{profile}@demo.jalons.test")
        page.locator("[name=password]").fill(DEMO_PASSWORD)
        page.get_by_role("button", name="Se connecter").click()
        page.wait_for_url("**/")
        if acting and acting not in page.locator("details.account").text_content():
            page.goto("/compte#profils")
            page.locator("#profils").get_by_role("listitem").filter(has_text=acting).get_by_role("button").click()
            expect(page.locator("details.account")).to_contain_text(acting)
        return page

    def look(self, page, name):
        """What everybody asks of a page: no fault that axe finds, nothing that runs out of it; and its picture is kept."""
        self.axe(page)
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), f"{page.url} scrolls sideways"
        if folder := os.environ.get("JALONS_SHOTS"):
            page.screenshot(path=str(pathlib.Path(folder) / f"{name}.png"))

    def close(self):
        for context in self.contexts:
            context.close()
        self.contexts = []


@pytest.fixture(scope="module")
def told():
    """The story's clock, and what one chapter leaves to the next."""
    clock = Clock(pathlib.Path(os.environ["JALONS_CLOCK_FILE"]))
    yield {"clock": clock}
    clock.reset()


@pytest.fixture
def screens(chromium, jalons, axe, told):
    screens = Screens(chromium, jalons, axe)
    yield screens
    screens.close()


def sees(page, *texts, **options):
    """The page shows these texts, or does in a moment."""
    for text in texts:
        expect(page.locator("body")).to_contain_text(text, use_inner_text=True, **options)


def choose(page, field, label):
    """Chooses in a list by the first words of what it shows."""
    options = page.locator(f"[name='{field}'] option").all_text_contents()
    page.locator(f"[name='{field}']").select_option(label=next(text for text in options if label in text))


def test_1_the_feed_brings_her_to_her_referent_alone(screens, told):
    operator = screens.of("exploitant")
    operator.goto("/flux")
    expect(operator.get_by_role("row").filter(has_text=re.compile(r"7\s?000")).first).to_be_visible()
    screens.look(operator, "1-flux")

    referent = screens.of("referent")
    referent.goto("/notifications")
    sees(referent, "file active")
    referent.goto("/beneficiaires?q=martin+lea")
    referent.get_by_role("row").get_by_role("link", name="MARTIN Lea").click()
    expect(referent.get_by_role("heading", name="Résumé")).to_be_visible()
    told["dossier"] = referent.url.split("?")[0].split("#")[0]
    sees(referent, "Droit ouvert et versable", "SDD", "DURAND Paul", "14 juillet 1985", "2 85 07 •• ••• ••• ••")
    screens.look(referent, "1-dossier")

    stranger = screens.of("referent_fse")
    stranger.goto("/beneficiaires?q=martin+lea")
    expect(stranger.get_by_role("row").get_by_role("link", name="MARTIN Lea")).to_have_count(0)

    # Her partner is a dossier of his own, one click away for whoever reaches both.
    secretariat = screens.of("secretariat_dispositif")
    secretariat.goto(told["dossier"])
    secretariat.get_by_role("link", name="MARTIN Hugo").first.click()
    sees(secretariat, "14 février 1983")


def test_2_she_gets_an_appointment_that_nobody_else_can_take_and_one_reminder(screens, told):
    referent = screens.of("referent")
    referent.goto(told["dossier"] + "/identite")
    referent.locator("[name=phone]").fill("06 98 76 54 32")
    referent.get_by_role("button", name="Enregistrer").click()
    sees(referent, re.compile("06 ?98 ?76 ?54 ?32"))

    day = today() + datetime.timedelta(days=8)
    while day.weekday() > 4:
        day += datetime.timedelta(days=1)
    told["interview"] = datetime.datetime.combine(day, datetime.time(16, 30), PARIS).astimezone(datetime.UTC)

    def fill(page):
        page.goto(told["dossier"] + "/entretiens/nouveau")
        page.locator("[name=date]").fill(in_french(day))
        page.locator("[name=time]").fill("16h30")
        page.locator("[name=kind]").select_option(index=1)
        page.locator("[name=reminder]").check()

    other_tab = referent.context.new_page()
    fill(referent)
    fill(other_tab)
    screens.look(referent, "2-rendez-vous")
    referent.get_by_role("button", name="Prendre le rendez-vous").click()
    sees(referent, "16 h 30")
    other_tab.get_by_role("button", name="Prendre le rendez-vous").click()
    expect(other_tab.get_by_role("button", name=re.compile("Prendre le .* h"))).to_be_visible()
    screens.look(other_tab, "2-creneau-pris")
    referent.goto(f"/agenda?jour={day}")
    sees(referent, "MARTIN Lea")
    screens.look(referent, "2-agenda")

    # Fifty hours before, nothing has left; forty-seven and a half before, one SMS has.
    clock = told["clock"]
    clock.travel(seconds=(told["interview"] - datetime.timedelta(hours=50) - clock.now()).total_seconds())
    outbox = screens.of("administrateur")
    text = f"le {day:%d/%m/%y} à 16:30"
    outbox.goto("/outils/envois")
    expect(outbox.get_by_text(text)).to_have_count(0)
    clock.travel(hours=2.5)
    outbox = screens.of("administrateur")

    def sent():
        outbox.goto("/outils/envois")
        return outbox.get_by_text(text).count()

    eventually("the reminder leaves", lambda: sent() == 1, seconds=30)
    expect(outbox.get_by_role("row").filter(has_text=text)).to_contain_text("+33698765432")
    screens.look(outbox, "2-envois")
    outbox.wait_for_timeout(3000)
    assert sent() == 1, "a second reminder left"


def test_3_she_and_her_referent_draft_the_contract(screens, told):
    told["clock"].travel(hours=49)
    referent = screens.of("referent")
    referent.goto(told["dossier"] + "/entretiens")
    referent.get_by_role("row").filter(has_text="16 h 30").get_by_role("link").first.click()
    referent.locator("[name=outcome][value=held]").check()
    referent.locator("[name=summary]").fill("Point sur la garde des enfants ; projet d’aide à domicile confirmé.")
    referent.get_by_role("button", name="Enregistrer la réalisation").click()
    sees(referent, "Tenu")

    referent.goto(told["dossier"] + "/contrats/nouveau")
    referent.locator("[name=endsOn]").fill("+200j")
    referent.locator("[name=situation]").fill("Vit en couple à Privas, sans véhicule. Cherche un emploi d’aide à domicile.")
    referent.locator("[name=evaluation]").fill("Les démarches engagées ont été menées à bien.")
    referent.locator("form#contrat button.btn-primary").click()
    sees(referent, "Ajoutez son premier objectif")
    told["contract"] = referent.url.removesuffix("/objectifs/nouveau")
    for person, agent, button in [
        ("Passer le code de la route.", "Instruire l’aide au permis.", "Ajouter, puis un autre"),
        ("Rencontrer trois employeurs.", "Ouvrir son réseau.", "Ajouter l’objectif"),
    ]:
        referent.locator("[name=theme]").select_option(index=1)
        referent.locator("[name=personDoes]").fill(person)
        referent.locator("[name=referentDoes]").fill(agent)
        referent.get_by_role("button", name=button).click()
    referent.wait_for_url(re.compile("/contrats/[^/]+$"))
    sees(referent, "Passer le code de la route.", "Rencontrer trois employeurs.")

    cookies = {cookie["name"]: cookie["value"] for cookie in referent.context.cookies()}
    header = {"Cookie": "; ".join(f"{name}={value}" for name, value in cookies.items())}
    pdf = referent.request.get(told["contract"] + "/document?modele=cer-sans-decision&format=pdf", headers=header)
    assert pdf.ok and pdf.body().startswith(b"%PDF"), pdf.status
    word = referent.request.get(told["contract"] + "/document?modele=cer-sans-decision&format=docx", headers=header)
    assert word.ok and b"Passer le code" in zipfile.ZipFile(io.BytesIO(word.body())).read("word/document.xml")

    referent.goto(told["contract"] + "/accord")
    referent.locator("[name=consent][value=yes]").check()
    referent.get_by_role("button", name="Enregistrer l’accord").click()
    referent.goto(told["contract"])
    screens.look(referent, "3-contrat")
    referent.goto(told["contract"] + "/passage/soumis")
    referent.locator("form button.btn-primary, form button.btn-danger").first.click()
    sees(referent, "Soumis")
    # From here on it is no longer the référent's.
    expect(referent.get_by_role("link", name="Modifier", exact=True)).to_have_count(0)
    assert referent.goto(told["contract"] + "/modifier").status == 409


def test_4_the_secretariat_passes_it_on_and_the_head_of_service_decides(screens, told):
    referent = screens.of("referent")
    sees(referent, "Bonjour Paul")
    decided = referent.get_by_role("listitem").filter(has_text="MARTIN Lea").filter(has_text="Validé")
    expect(decided).to_have_count(0)

    secretariat = screens.of("secretariat_dispositif")
    secretariat.goto("/contrats?etat=soumis")
    expect(secretariat.get_by_role("link", name="MARTIN Lea").first).to_be_visible()
    screens.look(secretariat, "4-a-traiter")
    secretariat.goto(told["contract"] + "/passage/attente")
    secretariat.locator("form button.btn-primary").first.click()
    sees(secretariat, "Attente de décision")

    shorter = today() + datetime.timedelta(days=120)
    chef = screens.of("chef_de_service")
    chef.goto(told["contract"] + "/passage/valide")
    chef.locator("[name=comment]").fill("Accord, à revoir en cours d’année.")
    chef.locator("[name=endsOn]").fill(in_french(shorter))
    screens.look(chef, "4-decision")
    chef.locator("form button.btn-primary").first.click()
    sees(chef, "Accord, à revoir en cours d’année.")

    # The home page that was open all the while tells it by itself.
    expect(decided).to_have_count(1, timeout=20_000)
    screens.look(referent, "4-accueil")
    referent.goto(told["contract"])
    sees(referent, "CER décision valide")


def test_5_she_enters_an_fse_step_and_its_form_turns_green(screens, told):
    referent = screens.of("referent", acting="Référent FSE")
    begins = today()

    def register(start):
        referent.goto(told["dossier"] + "/parcours/nouvelle")
        choose(referent, "offer", "Accompagnement socio-professionnel renforcé")
        for name, value in [("plannedFrom", start), ("plannedUntil", today() + datetime.timedelta(days=90)), ("from", start)]:
            referent.locator(f"[name={name}]").fill(in_french(value))
        referent.locator("[name=participation]").check()
        referent.get_by_role("button", name="Positionner").click()

    register(begins)
    sees(referent, re.compile("à remplir|en retard"))
    screens.look(referent, "5-parcours")
    referent.get_by_role("link", name=re.compile("Saisir l’entrée|[Ee]ntrée")).first.click()
    fill_in(referent)
    screens.look(referent, "5-questionnaire")
    referent.get_by_role("button", name="Enregistrer le questionnaire").click()
    sees(referent, "complet")

    register(begins + datetime.timedelta(days=30))
    # A real day that is to come is asked about first.
    referent.get_by_label("Oui, je la connais déjà").check()
    referent.get_by_role("button", name="Positionner").click()
    sees(referent, "déjà inscrit sur une offre FSE")
    expect(referent.get_by_role("button", name=re.compile("[Tt]erminer|[Rr]accourcir|[Ff]inir")).first).to_be_visible()
    screens.look(referent, "5-chevauchement")


def fill_in(page):
    """Answers what is shown of a questionnaire, the first answer to each question, until nothing more appears."""
    answered = set()
    for _ in range(40):
        names = page.evaluate("""() => [...document.querySelectorAll('form#questionnaire [name]')]
            .filter(e => e.offsetParent !== null && e.type !== 'hidden').map(e => e.name)""")
        left = [name for name in dict.fromkeys(names) if name not in answered]
        if not left:
            return
        name = left[0]
        answered.add(name)
        field = page.locator(f"form#questionnaire [name='{name}']")
        first = field.first
        kind = first.evaluate("e => e.tagName + ':' + (e.type || '')")
        if kind.endswith(("radio", "checkbox")):
            if field.evaluate_all("all => all.every(e => !e.checked)"):
                first.check()
        elif kind.startswith("SELECT"):
            first.select_option(index=1)
        elif not first.input_value():
            first.fill(in_french(today() - datetime.timedelta(days=400)) if "date" in kind or name else "")
    raise AssertionError("the questionnaire never ends")


def test_6_the_next_feed_hands_her_over(screens, told, jalons, first_feed_day, tmp_path):
    """Réorientation: she leaves one caseload and enters the other; the former référent keeps thirty days of step access."""
    referent = screens.of("referent")
    later = told["clock"].today() + datetime.timedelta(days=12)
    while later.weekday() > 4:
        later += datetime.timedelta(days=1)
    referent.goto(told["dossier"] + "/entretiens/nouveau")
    referent.locator("[name=date]").fill(in_french(later))
    referent.locator("[name=time]").fill("8h30")
    referent.locator("[name=kind]").select_option(index=1)
    referent.get_by_role("button", name="Prendre le rendez-vous").click()
    sees(referent, "8 h 30")

    control = pathlib.Path(os.environ["JALONS_BIN"]) / "Control"
    # The day after the newest, which other tests may have brought: an older one would be refused.
    feeds = Someone(jalons, "administrateur").get("dossiers/v1/feeds")["items"]
    newest = max(datetime.date.fromisoformat(run["referenceDate"]) for run in feeds if run["status"] == "applied")
    made = subprocess.run(
        [control, "feed", "generate", "--first-day", str(first_feed_day), "--day", str((newest - first_feed_day).days + 2),
         "--reorient-lea", tmp_path], check=True, capture_output=True, text=True)  # fmt: skip
    administrator = screens.of("administrateur")
    administrator.goto("/flux")
    administrator.locator("[name=fichier]").set_input_files(made.stdout.strip())
    administrator.locator("[name=mode][value=apply]").check()
    administrator.get_by_role("button", name="Déposer le fichier").click()
    administrator.wait_for_url(re.compile("/flux/"), timeout=120_000)
    expect(administrator.get_by_text("Appliqué").first).to_be_visible(timeout=120_000)
    screens.look(administrator, "6-deversement")

    successor = screens.of("accompagnateur_emploi")
    successor.goto(told["dossier"])
    sees(successor, "MARTIN Lea", "CHAZAL Karim")
    successor.goto("/notifications")
    sees(successor, "MARTIN Lea")
    successor.goto(f"/agenda?jour={later}")
    sees(successor, "MARTIN Lea")

    former = screens.of("referent")
    former.goto("/notifications")
    sees(former, "Dossier confié à un autre référent")
    former.goto(told["dossier"] + "/referents")
    sees(former, "Référent d’étape")
    screens.look(former, "6-referents")


def test_6_the_exit_form_opens_once_both_real_ends_are_set(screens, told):
    former = screens.of("referent", acting="Référent FSE")
    former.goto(told["dossier"] + "/parcours")
    former.get_by_role("listitem").get_by_role("link", name=re.compile("^FSE 20")).click()
    ends = told["clock"].today()
    former.locator("[name=endOn]").fill(in_french(ends))
    former.locator("[name=endReason]").select_option(index=1)
    former.get_by_role("button", name="Terminer la participation").click()
    sees(former, "Remplissez la sortie")
    fill_in(former)
    former.get_by_role("button", name="Enregistrer le questionnaire").click()
    sees(former, "complet")


def test_7_her_timeline_and_the_figures_tell_everything(screens, told):
    successor = screens.of("accompagnateur_emploi")

    def timeline():
        successor.goto(told["dossier"] + "/frise")
        return successor.locator("main").inner_text()

    parts = ["Entrée dans la file active", "Coordonnées corrigées", "Rendez-vous", "CER n°", "validé", "FSE"]
    eventually("the timeline is complete", lambda: all(part in timeline() for part in parts))
    screens.look(successor, "7-frise")

    for profile, figure in {
        "referent": "sorties à décider", "secretariat_dispositif": "CER en attente", "chef_de_service": "CER en attente",
        "accompagnateur_emploi": "formulaires FSE à saisir",
    }.items():  # fmt: skip
        page = screens.of(profile)
        page.goto("/infocentre")
        sees(page, figure)
        screens.look(page, f"7-infocentre-{profile}")
    chef = screens.of("chef_de_service")
    chef.goto("/infocentre/rapports/etats-contrats?du=&au=")
    chef.get_by_role("button", name="Exporter (.xlsx)").click()
    expect(chef.get_by_role("link", name="Télécharger")).to_be_visible(timeout=20_000)
    with chef.expect_download() as download:
        chef.get_by_role("link", name="Télécharger").click()
    path = pathlib.Path(download.value.path())
    assert download.value.suggested_filename.endswith(".xlsx")
    assert "xl/workbook.xml" in zipfile.ZipFile(path).namelist()


def test_8_for_a_third_structure_she_does_not_exist(screens, told, jalons):
    page = screens.of("referent_fse")
    contract = told["contract"].removeprefix(jalons.url)
    dossier = told["dossier"].removeprefix(jalons.url)
    pages = [dossier + part for part in [
        "", "/entretiens", "/entretiens/nouveau", "/contrats", "/contrats/nouveau", "/parcours", "/parcours/nouvelle",
        "/notes", "/referents", "/veilles", "/droit", "/frise", "/identite"]]  # fmt: skip
    pages += [contract, contract + "/document", contract + "/accord", contract + "/modifier"]
    for address in pages:
        assert page.goto(address).status == 404, address
    screens.look(page, "8-introuvable")
    # As if it had never existed.
    assert page.goto(f"/dossiers/{NOWHERE}").status == 404

    identifier = dossier.rsplit("/", 1)[1]
    stranger = Someone(jalons, "referent_fse")
    document = stranger.get("openapi.json")
    asked = 0
    for path, operations in document["paths"].items():
        if "{dossier}" in path and path.count("{") == 1 and "get" in operations:
            # A NIR is a right of some profiles: hers asks for nobody's, whether they exist or not.
            refusal = 403 if path.endswith("/nir") else 404
            stranger.call("GET", path.removeprefix("/api/").replace("{dossier}", identifier), expect=refusal)
            asked += 1
    assert asked >= 9, "the document names too few endpoints of a dossier"
