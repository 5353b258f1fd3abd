"""What the county decides itself, at the screens of its functional administrator: lists, delays, models, texts. One test
a procedure; each leaves the county as it found it, or with something new that disturbs nobody. `JALONS_SHOTS=folder` keeps
pictures."""

import io
import uuid
import zipfile

import pytest
from playwright.sync_api import expect

from conftest import Someone

expect.set_options(timeout=10_000)
LISTS = "/administration/listes"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


@pytest.fixture
def mark() -> str:
    """What makes a label this run's own."""
    return uuid.uuid4().hex[:6]


def entry(page, label):
    return page.get_by_role("row").filter(has_text=label)


def labels(page) -> list[str]:
    return page.locator("#valeurs tbody tr > :first-child").all_inner_texts()


def test_a_reason_for_standbys_is_added_used_moved_renamed_and_closed(signed_in, jalons, look, mark):
    office, work = signed_in("administrateur"), signed_in("referent")
    referent = Someone(jalons, "referent", acting="referent")
    row = next(row for row in referent.get("dossiers/v1/dossiers", sort="name", state="entered", limit=50)["items"][7:]
               if not row["proposedExit"])  # fmt: skip
    office.goto("/administration")
    office.get_by_role("link", name="Listes").click()
    look(office, "listes")
    office.get_by_role("link", name="Motifs de veille").click()
    expect(office.get_by_role("main")).to_contain_text("Se choisit à la mise en veille d’un dossier")
    look(office, "liste")
    # Added at the end, and offered from then on.
    office.get_by_label("Libellé").fill(f"Incarcération {mark}")
    office.get_by_role("button", name="Ajouter la valeur").click()
    expect(office.locator("#messages")).to_contain_text("est proposée dès maintenant")
    assert labels(office)[-1] == f"Incarcération {mark}"
    work.goto(f"/dossiers/{row['id']}/veille/nouvelle")
    work.get_by_label("Motif").select_option(label=f"Incarcération {mark}")
    work.get_by_label("Du", exact=True).fill("+200j")
    work.get_by_role("button", name="Mettre en veille").click()
    expect(work.get_by_role("table")).to_contain_text(f"Incarcération {mark}")
    # The same label twice is refused where it was typed.
    office.get_by_label("Libellé").fill(f"INCARCERATION {mark}")
    office.get_by_role("button", name="Ajouter la valeur").click()
    expect(office.get_by_role("main")).to_contain_text("est déjà dans la liste")
    look(office, "liste-erreur")
    # One place up.
    office.goto(f"{LISTS}/standby_reason")
    entry(office, mark).get_by_role("button", name="Monter").click()
    expect(office.locator("#messages")).to_contain_text("est à la place")
    assert labels(office)[-2] == f"Incarcération {mark}"
    # Another name, on the dossier too.
    entry(office, mark).get_by_role("link", name="Renommer").click()
    look(office, "liste-renommer")
    office.get_by_label("Libellé").fill(f"Détention {mark}")
    office.get_by_role("button", name="Renommer").click()
    work.reload()
    expect(work.get_by_role("table")).to_contain_text(f"Détention {mark}")
    # Closed: offered to nobody, kept by the dossier that has it; and the way back.
    entry(office, mark).get_by_role("button", name="Fermer").click()
    expect(entry(office, mark)).to_contain_text("Fermée")
    look(office, "liste-fermee")
    work.reload()
    expect(work.get_by_role("table")).to_contain_text(f"Détention {mark}")
    work.goto(f"/dossiers/{row['id']}/veille/nouvelle")
    expect(work.get_by_label("Motif")).not_to_contain_text(mark)
    office.locator("#messages").get_by_role("button", name="Annuler").click()
    expect(entry(office, mark)).to_contain_text("Proposée")
    history = office.locator("#historique")
    for told in [f"« Détention {mark} » rouverte", f"« Détention {mark} » fermée", "Valeur renommée", "Ordre changé",
                 "Valeur ajoutée"]:  # fmt: skip
        expect(history).to_contain_text(told)
    # Not left to the tests that come after.
    entry(office, mark).get_by_role("button", name="Fermer").click()
    standby = next(one for one in referent.get(f"dossiers/v1/dossiers/{row['id']}/standbys")["items"]
                   if mark in one["reasonLabel"])  # fmt: skip
    referent.call("DELETE", f"dossiers/v1/dossiers/{row['id']}/standbys/{standby['id']}", version=standby["version"])


def test_two_administrators_at_the_same_list_do_not_undo_each_other(signed_in):
    office = signed_in("administrateur")
    office.goto(f"{LISTS}/end_reason")
    other = office.context.new_page()
    other.goto(f"{LISTS}/end_reason")
    before = labels(office)
    office.get_by_role("button", name="Descendre").first.click()
    expect(office.locator("#messages")).to_contain_text("est à la place 2")
    # The other page still shows the former order: what it asks for is not what its reader sees.
    other.get_by_role("button", name="Descendre").first.click()
    expect(other.locator("#messages")).to_contain_text("La liste a changé entre-temps")
    assert labels(other)[:2] == before[1::-1]
    other.get_by_role("button", name="Descendre").first.click()
    expect(other.locator("#messages")).to_contain_text("est à la place 2")
    assert labels(other) == before


def test_a_list_is_kept_without_javascript(signed_in, mark):
    office = signed_in("administrateur", java_script_enabled=False)
    office.goto(f"{LISTS}/appointment_theme")
    office.get_by_label("Libellé").fill(f"Atelier {mark}")
    office.get_by_role("button", name="Ajouter la valeur").click()
    entry(office, mark).get_by_role("button", name="Fermer").click()
    expect(entry(office, mark)).to_contain_text("Fermée")
    expect(office.locator("#historique")).to_contain_text(f"Atelier {mark} » fermée")


DELAYS = "/administration/delais"


def decide(page, value, day=None):
    page.get_by_label("Valeur").fill(value)
    if day:
        page.get_by_label("À partir du").fill(day)
    page.get_by_role("button", name="Enregistrer la valeur").click()


def test_a_delay_is_decided_for_today_and_for_later_and_shows_where_it_acts(signed_in, look):
    office, chef = signed_in("administrateur"), signed_in("chef_de_service")
    office.goto("/administration")
    office.get_by_role("link", name="Délais").click()
    expect(office.get_by_role("row").filter(has_text="Accès après une réorientation")).to_contain_text("30 jours")
    look(office, "delais")
    office.get_by_role("link", name="Accès après une réorientation").click()
    expect(office.get_by_role("main")).to_contain_text("Rien n’a encore été décidé")
    # Out of bounds and past: both are told, nothing that was typed is lost.
    decide(office, "900", "-1j")
    expect(office.locator(".error-summary")).to_contain_text("Indiquez un nombre entre 1 et 180.")
    expect(office.get_by_label("Valeur")).to_have_value("900")
    look(office, "delai-erreurs")
    decide(office, "60", "+10j")
    expect(office.get_by_role("row").filter(has_text="60 jours")).to_contain_text("À venir")
    decide(office, "45")
    held = office.get_by_role("row").filter(has_text="45 jours")
    expect(held).to_contain_text("En vigueur")
    expect(held).to_contain_text("MERCIER Louise")
    expect(office.get_by_role("row").filter(has_text="60 jours")).to_contain_text("Remplacée")
    look(office, "delai")
    # The pages that speak of it say the real figure.
    chef.goto("/files-actives")
    chef.locator("main table a").first.click()
    chef.get_by_role("link", name="Transférer").first.click()
    expect(chef.get_by_role("main")).to_contain_text("garde un accès de 45 jours")
    decide(office, "30")
    expect(office.locator("#messages")).to_contain_text("30 jours, dès aujourd’hui")


def test_two_values_of_one_delay_are_told_apart_and_what_was_typed_is_kept(signed_in):
    office = signed_in("administrateur")
    office.goto(f"{DELAYS}/contract_waiting")
    other = office.context.new_page()
    other.goto(f"{DELAYS}/contract_waiting")
    decide(office, "21")
    decide(other, "28")
    expect(other.get_by_role("main")).to_contain_text("Rien n’est perdu")
    expect(other.get_by_label("Ma saisie")).to_have_value("28")
    expect(other.get_by_label("Ce qui a changé depuis")).to_have_value("21")
    other.get_by_role("button", name="Enregistrer ces choix").click()
    expect(other.locator("#messages")).to_contain_text("28 jours")


def test_the_county_may_keep_the_return_from_standby_by_hand(signed_in, jalons, clock, look):
    office, work = signed_in("administrateur"), signed_in("referent_fse")
    office.goto(f"{DELAYS}/standby_return")
    office.get_by_label("Le référent le remet en entrée").check()
    look(office, "delai-choix")
    office.get_by_role("button", name="Enregistrer la valeur").click()
    expect(office.locator("#messages")).to_contain_text("le référent le remet en entrée")
    referent = Someone(jalons, "referent_fse", acting="referent_fse")
    try:
        row = next(row for row in referent.get("dossiers/v1/dossiers", sort="name", state="entered", limit=50)["items"]
                   if not row["proposedExit"])  # fmt: skip
        work.goto(f"/dossiers/{row['id']}/veille/nouvelle")
        expect(work.get_by_role("main")).to_contain_text("il n’y revient pas de lui-même")
        work.get_by_label("Motif").select_option(label="Maladie")
        work.get_by_label("Au (inclus)").fill(work.get_by_label("Du", exact=True).input_value())
        work.get_by_role("button", name="Mettre en veille").click()
        clock.travel(days=1)
        referent = Someone(jalons, "referent_fse", acting="referent_fse")
        work = signed_in("referent_fse")
        work.goto(f"/dossiers/{row['id']}/veille")
        expect(work.get_by_role("main")).to_contain_text("Le dossier est toujours en veille")
        look(work, "veille-depassee")
        work.get_by_role("button", name="Remettre le dossier en entrée").click()
        expect(work.locator("#messages")).to_be_visible()
        assert referent.get(f"dossiers/v1/dossiers/{row['id']}")["state"] == "entered"
    finally:
        clock.reset()
        administrator = Someone(jalons, "administrateur")
        version = administrator.get("dossiers/v1/delays/standby_return")["version"]
        administrator.call("PUT", "dossiers/v1/delays/standby_return", {"value": 0}, version=version)


def test_the_circuit_of_contracts_is_changed_guarded_and_brought_back(signed_in, look):
    office = signed_in("administrateur")
    office.goto("/administration")
    office.get_by_role("link", name="Circuit du CER").click()
    look(office, "circuit")
    returning = office.get_by_role("row").filter(has_text="Renvoyer au référent")
    expect(returning).to_contain_text("Fermé")
    returning.get_by_role("link").click()
    office.get_by_label("Ce passage est ouvert").check()
    office.locator("[name=profiles][value=ali]").uncheck()
    look(office, "circuit-passage")
    office.get_by_role("button", name="Enregistrer le passage").click()
    expect(returning).to_contain_text("Ouvert")
    expect(returning).to_contain_text("Décidé ici")
    expect(office.locator("#historique")).to_contain_text("MERCIER Louise")
    # A table under which a contract would get stuck is refused, and says where.
    office.get_by_role("row").filter(has_text="Soumettre à l’étude").get_by_role("link").click()
    office.get_by_label("Ce passage est ouvert").uncheck()
    office.get_by_role("button", name="Enregistrer le passage").click()
    expect(office.get_by_role("main")).to_contain_text("Un contrat à l’état « CER proposition » ne pourrait plus arriver")
    look(office, "circuit-impasse")
    office.goto("/administration/circuit")
    look(office, "circuit-change")
    office.get_by_role("link", name="Revenir au circuit d’origine").click()
    look(office, "circuit-origine")
    office.locator("main form.confirm button").click()
    expect(office.locator("#messages")).to_contain_text("de nouveau celui d’origine")
    expect(returning).to_contain_text("Fermé")


MODELS = "/administration/modeles"


def word(original: bytes, **exchanged: str) -> bytes:
    """The same Word document with some of its text exchanged."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(original)) as source, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            content = source.read(name)
            if name == "word/document.xml":
                text = content.decode()
                for before, after in exchanged.items():
                    assert before in text, before
                    text = text.replace(before, after)
                content = text.encode()
            target.writestr(name, content)
    return made.getvalue()


def deposit(page, name, content):
    page.get_by_label("Document Word").set_input_files({"name": name, "mimeType": WORD, "buffer": content})
    page.get_by_role("button", name="Déposer le modèle").click()


def test_a_model_is_replaced_tried_chosen_and_brought_back(signed_in, jalons, look, mark):
    office = signed_in("administrateur")
    office.goto("/administration")
    office.get_by_role("link", name="Modèles").click()
    look(office, "modeles")
    office.get_by_role("link", name="Champs de fusion").click()
    look(office, "modeles-champs")
    with office.expect_download() as listing:
        office.get_by_role("link", name="Télécharger la liste").click()
    assert "Objectif.Theme" in listing.value.path().read_text("utf-8-sig")
    office.goto(MODELS)
    office.get_by_role("link", name="CER sans décision").click()
    look(office, "modele")
    with office.expect_download() as shipped:
        office.get_by_role("link", name="Télécharger").first.click()
    original = shipped.value.path().read_bytes()
    # A misspelt field is named, with the one that was meant.
    deposit(office, "faux.docx", word(original, Beneficiaire="Beneficiare"))
    expect(office.get_by_role("main")).to_contain_text("Le champ « Beneficiare » n’existe pas. Vouliez-vous « Beneficiaire »")
    look(office, "modele-refuse")
    deposit(office, f"Contrat {mark}.docx", word(original, Contrat=f"Contrat {mark}"))
    expect(office.locator("#messages")).to_contain_text("Le modèle est déposé")
    trial = office.request.get(office.get_by_role("link", name="Ouvrir l’essai (PDF)").get_attribute("href"))
    assert trial.ok and trial.body().startswith(b"%PDF")
    look(office, "modele-essai")

    referent = Someone(jalons, "referent", acting="referent")
    rows = referent.get("contracts/v1/contracts", limit=200)["items"]
    contract = next(row["id"] for row in rows if row["state"] == "proposition")

    def printed() -> str:
        answer = referent.call("GET", f"contracts/v1/contracts/{contract}/document", format="docx")
        with zipfile.ZipFile(io.BytesIO(answer.content)) as document:
            return document.read("word/document.xml").decode()

    assert mark not in printed()
    try:
        office.get_by_role("button", name="Choisir ce modèle").click()
        expect(office.locator("#messages")).to_contain_text("dès aujourd’hui")
        expect(office.get_by_role("row").filter(has_text=mark)).to_contain_text("En vigueur")
        expect(office.locator("#historique")).to_contain_text("MERCIER Louise")
        look(office, "modele-choisi")
        assert mark in printed()
    finally:
        office.goto(f"{MODELS}/contract/cer-sans-decision")
        office.get_by_role("link", name="Modèle d’origine").click()
        office.get_by_role("button", name="Choisir ce modèle").click()
        expect(office.locator("#messages")).to_contain_text("dès aujourd’hui")
    assert mark not in printed()


TEXTS = "/administration/textes"


def test_a_text_is_changed_previewed_refused_without_its_link_and_brought_back(signed_in, look, mark):
    office = signed_in("administrateur")
    office.goto("/administration")
    office.get_by_role("link", name="Textes").click()
    look(office, "textes")
    office.get_by_role("link", name="Invitation d’un collaborateur").click()
    expect(office.locator("#apercu")).to_contain_text("Bonjour Maëlys,")
    look(office, "texte")
    usual = office.get_by_label("Texte", exact=True).input_value()
    # Without the link nobody could choose a password: refused where it was typed, and nothing is lost.
    office.get_by_label("Texte", exact=True).fill(f"Bonjour {{prenom}}, bienvenue ({mark}).")
    office.get_by_role("button", name="Enregistrer le texte").click()
    expect(office.locator(".error-summary")).to_contain_text("Le texte doit contenir {lien}")
    expect(office.get_by_label("Texte", exact=True)).to_have_value(f"Bonjour {{prenom}}, bienvenue ({mark}).")
    look(office, "texte-erreur")
    office.get_by_label("Texte", exact=True).fill(f"{usual}\n\nLe Département ({mark})")
    office.get_by_role("button", name="Voir l’aperçu").click()
    expect(office.locator("#apercu")).to_contain_text(mark)
    expect(office.get_by_role("main")).to_contain_text("Rien n’est encore enregistré.")
    office.get_by_role("button", name="Enregistrer le texte").click()
    expect(office.locator("#messages")).to_contain_text("Les prochains envois porteront ce texte.")
    expect(office.locator("#historique")).to_contain_text(mark)
    look(office, "texte-change")
    office.get_by_role("link", name="Revenir au texte d’origine").click()
    office.get_by_role("dialog").get_by_role("button", name="Revenir au texte d’origine").click()
    expect(office.locator("#messages")).to_contain_text("de nouveau celui d’origine")
    assert office.get_by_label("Texte", exact=True).input_value() == usual


def test_the_reminder_says_how_many_messages_it_makes(signed_in, look):
    office = signed_in("administrateur")
    office.goto(f"{TEXTS}/reminder")
    expect(office.locator("#apercu")).to_contain_text("part en 2 SMS")
    office.get_by_label("Texte", exact=True).fill("RDV le {date} à {heure}.")
    office.get_by_role("button", name="Voir l’aperçu").click()
    expect(office.locator("#apercu")).to_contain_text("RDV le 12/03/26 à 14:30.")
    expect(office.locator("#apercu")).to_contain_text("part en 1 SMS")
    look(office, "texte-sms")


def test_a_place_is_added_corrected_and_closed(signed_in, jalons, look, mark):
    office, work = signed_in("administrateur"), signed_in("referent")
    office.goto("/administration")
    office.get_by_role("link", name="Lieux").click()
    look(office, "lieux")
    office.get_by_role("link", name="Ajouter un lieu").click()
    office.get_by_role("button", name="Ajouter le lieu").click()
    expect(office.locator(".error-summary")).to_contain_text("Donnez un nom au lieu.")
    look(office, "lieu-erreur")
    office.get_by_label("Nom", exact=True).fill(f"Maison de quartier {mark}")
    office.get_by_label("Adresse").fill("4 place de la Mairie, 07200 Aubenas")
    office.get_by_role("button", name="Ajouter le lieu").click()
    expect(office.get_by_role("row").filter(has_text=mark)).to_contain_text("Proposé")
    dossier = Someone(jalons, "referent", acting="referent").get("dossiers/v1/dossiers", limit=1)["items"][0]["id"]
    work.goto(f"/dossiers/{dossier}/entretiens/nouveau")
    expect(work.get_by_label("Lieu")).to_contain_text(mark)
    office.get_by_role("link", name=mark).click()
    office.get_by_label("Proposé pour les nouveaux rendez-vous").uncheck()
    office.get_by_role("button", name="Enregistrer le lieu").click()
    expect(office.get_by_role("row").filter(has_text=mark)).to_contain_text("Fermé")
    expect(office.locator("#historique")).to_contain_text("MERCIER Louise")
    look(office, "lieux-historique")
    work.reload()
    expect(work.get_by_label("Lieu")).not_to_contain_text(mark)
