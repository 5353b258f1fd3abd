"""The guide's chapter « Gestion des documents », played at the screens: one test a procedure, named as the guide names
it. `JALONS_SHOTS=folder` keeps pictures."""

import io
import itertools
import uuid
import zipfile

import pytest
from playwright.sync_api import expect

from conftest import Someone, eventually

expect.set_options(timeout=10_000)

PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj 2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj " \
      b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 200]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent")


@pytest.fixture(scope="module")
def people(referent):
    """Dossiers that nothing is filed in yet: each test files in one of its own."""
    listed = referent.get("dossiers/v1/dossiers", limit=200, sort="name", state="entered")["items"][10:]
    empty = (one for one in listed if not referent.get(f"dossiers/v1/dossiers/{one['id']}/document-folders"))
    return list(itertools.islice(empty, 8))


def files(*names, content=PDF):
    return [{"name": name, "mimeType": "application/pdf", "buffer": content + uuid.uuid4().bytes.hex().encode()}
            for name in names]  # fmt: skip


def add(page, type, chosen, **fields):
    page.locator("#ajouter [name=type]").select_option(label=type)
    for name, value in fields.items():
        field = page.locator(f"#ajouter [name={name}]")
        field.select_option(label=value) if name == "folder" else field.fill(value)
    page.locator("#ajouter [name=file]").set_input_files(chosen)
    page.get_by_role("button", name="Ajouter le document").click()


def listed(page):
    return page.locator("#documents tbody tr")


def test_initier_un_dossier_and_what_it_lacks(signed_in, people, look):
    page = signed_in("referent")
    page.goto(f"/dossiers/{people[0]['id']}")
    page.get_by_role("navigation", name="Dossier").get_by_role("link", name="Documents").click()
    expect(page.locator("#documents")).to_contain_text("Aucun document")
    page.get_by_role("link", name="Initier un dossier de classement").click()
    page.get_by_label("Dossier de classement").select_option(label="Pièces administratives")
    look(page, "documents-initier")
    page.get_by_role("button", name="Initier le dossier").click()
    expect(page.locator("#messages")).to_contain_text("est initié")
    expect(page.get_by_role("main")).to_contain_text("Pièce d’identité")
    look(page, "documents-dossier-vide")


def test_deposer_un_document_with_its_type_its_name_and_its_date_of_sending(signed_in, referent, people, look):
    page = signed_in("referent")
    page.goto(f"/dossiers/{people[1]['id']}/documents")
    add(page, "Courrier reçu", files("Relevé d’impôt.pdf"), name="Courrier d’Éric", sentOn="12/3/2026")
    expect(page.locator("#messages")).to_contain_text("« Courrier_d_Eric » est classé dans « Courriers »")
    expect(listed(page)).to_have_count(1)
    # The name was mended as it was typed.
    expect(listed(page).first).to_contain_text("Courrier_d_Eric")
    expect(listed(page).first).to_contain_text("12 mars 2026")
    expect(listed(page).first).to_contain_text("Courriers")
    look(page, "documents-liste")
    page.get_by_role("link", name="Courrier_d_Eric").click()
    expect(page.locator("iframe[title^='Aperçu']")).to_be_visible()
    look(page, "documents-apercu")
    with page.expect_download() as taken:
        page.get_by_role("link", name="Télécharger").click()
    assert taken.value.suggested_filename == "Courrier_d_Eric.pdf"
    page.get_by_role("link", name="Modifier").click()
    page.get_by_label("Nom du document").fill("Courrier_impots")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Courrier_impots")
    story = f"dossiers/v1/dossiers/{people[1]['id']}/timeline"
    eventually("the timeline tells of it", lambda: any(
        "Document classé" in entry["title"] for entry in referent.get(story)["items"]))  # fmt: skip


def test_deposer_several_at_once_each_is_filed_and_what_is_no_document_stays(signed_in, people):
    page = signed_in("referent")
    page.goto(f"/dossiers/{people[2]['id']}/documents")
    add(page, "Autre document", files("un.pdf", "deux.pdf", "trois.pdf"), folder="Autres documents")
    expect(listed(page)).to_have_count(3)
    wrong = {"name": "photo.jpg", "mimeType": "image/jpeg", "buffer": PDF}
    add(page, "Autre document", files("quatre.pdf") + [wrong], folder="Autres documents")
    expect(page.locator(".sendings")).to_contain_text("quatre.pdf : classé")
    expect(page.locator(".sendings .tone-late")).to_contain_text("Renommez-le en .pdf")
    page.goto(f"/dossiers/{people[2]['id']}/documents")
    expect(listed(page)).to_have_count(4)


def test_deposer_without_scripts_one_file_at_a_time(signed_in, people):
    page = signed_in("referent", java_script_enabled=False)
    page.goto(f"/dossiers/{people[3]['id']}/documents")
    add(page, "Autre document", files("Attestation été.pdf"), folder="Autres documents")
    expect(listed(page).first).to_contain_text("Attestation_ete")
    add(page, "Autre document", files("b.pdf"), folder="Autres documents", name="à refaire")
    expect(page.get_by_role("main")).to_contain_text("Nom proposé : a_refaire")
    expect(page.locator("#ajouter [name=name]")).to_have_value("à refaire")


def test_supprimer_un_document_leaves_a_trace(signed_in, referent, people):
    dossier = people[4]["id"]
    page = signed_in("referent")
    page.goto(f"/dossiers/{dossier}/documents")
    add(page, "Pièce d’identité", files("cni.pdf"))
    page.get_by_role("link", name="Piece_identite").click()
    page.get_by_role("link", name="Supprimer").click()
    page.get_by_role("button", name="Supprimer le document").click()
    expect(page.locator("#messages")).to_contain_text("Le document est supprimé")
    expect(page.locator("#documents")).to_contain_text("Aucun document")
    eventually("the timeline keeps it", lambda: any(
        entry["title"] == "Document supprimé : Piece_identite"
        for entry in referent.get(f"dossiers/v1/dossiers/{dossier}/timeline")["items"]))  # fmt: skip


def test_le_cv_opens_from_the_summary_in_one_click(signed_in, people, look):
    page = signed_in("referent")
    page.goto(f"/dossiers/{people[5]['id']}/documents")
    add(page, "CV", files("cv.pdf"))
    expect(listed(page)).to_have_count(1)
    page.goto(f"/dossiers/{people[5]['id']}")
    look(page, "resume-cv")
    link = page.get_by_role("link", name="Ouvrir le CV")
    answer = page.request.get(link.get_attribute("href"))
    assert answer.ok and answer.body().startswith(b"%PDF") and "inline" in answer.headers["content-disposition"]


def test_organisation_des_dossiers_the_county_decides_of_names(signed_in, people, look):
    office = signed_in("administrateur")
    office.goto("/administration")
    office.get_by_role("link", name="Nomenclature des documents").click()
    expect(office.get_by_role("heading", level=1)).to_have_text("Nomenclature des documents")
    look(office, "nomenclature")
    office.get_by_role("link", name="Diplôme, attestation de formation").click()
    office.get_by_label("Nom proposé").fill("Diplôme")
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.get_by_role("main")).to_contain_text("Nom proposé : Diplome")
    office.get_by_label("Nom proposé").fill("Diplome_DATE")
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.locator("#messages")).to_contain_text("est enregistré dans la nomenclature")
    page = signed_in("referent")
    page.goto(f"/dossiers/{people[6]['id']}/documents/nomenclature")
    expect(page.get_by_role("main")).to_contain_text("Diplome_DATE")


def test_les_formulaires_are_merged_and_filed_by_the_same_click(signed_in, people, look):
    person = people[7]
    page = signed_in("referent")
    page.goto(f"/dossiers/{person['id']}")
    page.get_by_role("link", name="Fusion").click()
    page.get_by_label("Modèle").select_option(label="Orientation vers le conseiller formation")
    look(page, "fusion")
    with page.expect_download() as made:
        page.get_by_role("button", name="Créer un document").click()
    assert made.value.suggested_filename.startswith("Orientation_")
    with zipfile.ZipFile(io.BytesIO(made.value.path().read_bytes())) as document:
        assert person["familyName"].upper() in document.read("word/document.xml").decode()
    page.goto(f"/dossiers/{person['id']}/documents")
    expect(listed(page)).to_have_count(1)
    expect(listed(page).first).to_contain_text("Orientation et diagnostics")


def test_les_courriers_of_a_selection_are_one_pdf_in_the_order_of_the_envelopes(signed_in, look):
    page = signed_in("referent")
    page.goto("/beneficiaires?tri=nom")
    boxes = page.locator("#beneficiaires tbody .tick input")
    for index in range(3):
        boxes.nth(index).check()
    page.get_by_role("button", name="Courriers").click()
    expect(page.get_by_role("heading", level=1)).to_have_text("Courriers pour 3 personnes")
    page.get_by_label("Modèle").select_option(label="Votre référent de parcours, sans logo")
    look(page, "courriers-modele")
    page.get_by_role("button", name="Produire les courriers").click()
    expect(page.get_by_role("main")).to_contain_text("dans l’ordre des enveloppes", timeout=60_000)
    look(page, "courriers")
    with page.expect_download() as letters:
        page.get_by_role("link", name="Télécharger le PDF").click()
    assert letters.value.path().read_bytes().startswith(b"%PDF")
    with page.expect_download() as table:
        page.get_by_role("link", name="Télécharger le tableau").click()
    codes = [line.split(";")[4] for line in table.value.path().read_text("utf-8-sig").splitlines()[1:]]
    assert codes and codes == sorted(codes)


def test_les_formulaires_the_administrator_says_where_a_model_files(signed_in, look):
    page = signed_in("administrateur")
    page.goto("/administration/modeles/letter/diagnostic-creation-tns")
    page.get_by_role("link", name="Rangement").click()
    expect(page.locator("[name=type] option:checked")).to_have_attribute("value", "diagnostic")
    look(page, "modele-rangement")
    page.locator("[name=type]").select_option("fiche_orientation")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("Le rangement du modèle est enregistré")
    page.get_by_role("link", name="Rangement").click()
    expect(page.locator("[name=type] option:checked")).to_have_attribute("value", "fiche_orientation")
    page.locator("[name=type]").select_option("diagnostic")
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("Le rangement du modèle est enregistré")
