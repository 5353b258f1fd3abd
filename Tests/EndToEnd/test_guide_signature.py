"""The guide's procedures on a contract's signature by SMS and its documents, played at the screens: one test a procedure,
named as the guide names it. `JALONS_SHOTS=folder` keeps pictures."""

import os
import random
import re
import subprocess

import pytest
from playwright.sync_api import expect

from conftest import Someone, eventually, offered

expect.set_options(timeout=10_000)


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent")


@pytest.fixture(scope="module")
def dossiers(referent):
    """Dossiers of the référent from the end of the list, which no other test takes."""
    return iter(reversed(referent.get("dossiers/v1/dossiers", sort="name", state="entered", limit=200)["items"]))


def drafted(referent, dossier) -> str:
    """The address of a contract with one objective."""
    theme = offered(referent, "contracts", "objective_theme")
    sheet = referent.call("POST", f"contracts/v1/dossiers/{dossier}/contracts", {"situation": "Sans véhicule."}).json()
    contract = sheet["contract"]["id"]
    referent.call("POST", f"contracts/v1/contracts/{contract}/objectives",
                  {"theme": theme, "personDoes": "Passer le permis."}, version=sheet["contract"]["version"])  # fmt: skip
    return f"/contrats/{contract}"


def telephone(page, dossier, number):
    page.goto(f"/dossiers/{dossier}/identite")
    page.locator("[name=phone]").fill(number)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("Le contact est enregistré")


def a_number() -> str:
    """A mobile's number of those that are nobody's, to which no code has left yet."""
    digits = f"{random.randrange(10_000):04}"
    return f"06 39 98 {digits[:2]} {digits[2:]}"


def received(number) -> str:
    """The code that left for this number."""

    def find():
        query = ("select body from scheduling.sent_by_outbox where channel = 'sms' and recipient = "
                 f"'+33{number.replace(' ', '')[1:]}' order by taken_at desc limit 1")  # fmt: skip
        kept = subprocess.run(["psql", "-XAtc", query, os.environ["JALONS_POSTGRES_ADMIN"]], text=True, check=True,
                              capture_output=True).stdout  # fmt: skip
        found = re.search(r": (\d{6})\.", kept)
        return found.group(1) if found else None

    return eventually(f"a code for {number}", find)


def prepare(page, contract):
    """Two clicks and the end of the document, as in the guide."""
    page.goto(contract)
    page.get_by_role("link", name="Processus de signature").first.click()
    page.get_by_role("button", name="Préparer le document").click()
    expect(page.get_by_role("heading", name="Document à signer")).to_be_visible()
    expect(page.get_by_alt_text(re.compile("Aperçu de Page 1"))).to_be_visible()


def send(page):
    page.get_by_label("La personne a pris connaissance").check()
    page.get_by_role("button", name="Valider et envoyer le code").click()
    expect(page.get_by_role("heading", name="Code de la personne")).to_be_visible()


def test_accord_sms_the_person_signs_with_the_code_on_their_telephone(signed_in, referent, dossiers, look, tmp_path):
    dossier = next(dossiers)["id"]
    contract = drafted(referent, dossier)
    page = signed_in("referent")
    number = a_number()
    telephone(page, dossier, number)
    prepare(page, contract)
    look(page, "signature-document")
    # Without having reached the end no code leaves.
    page.get_by_role("button", name="Valider et envoyer le code").click()
    expect(page.get_by_role("main")).to_contain_text("jusqu’à la fin, puis cochez cette case")
    send(page)
    look(page, "signature-code")
    code = received(number)
    page.get_by_label("Code reçu par SMS").fill("000000" if code != "000000" else "111111")
    page.get_by_role("button", name="Signer le document").click()
    expect(page.get_by_role("main")).to_contain_text("Il reste 4 essais")
    page.get_by_label("Code reçu par SMS").fill(code)
    page.get_by_role("button", name="Signer le document").click()
    expect(page.get_by_role("link", name="Document signé").first).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Oui, par SMS")
    look(page, "signature-faite")

    address = f"/api/contracts/v1{contract.replace('contrats', 'contracts')}"
    [signature] = referent.client.get(f"{address}/documents").json()["signatures"]
    for _ in range(2):
        file = referent.client.get(f"{address}/signatures/{signature['id']}/file", params={"kind": "signed"}).content
        kept = tmp_path / "signed.pdf"
        kept.write_bytes(file)
        report = subprocess.run(["pdfsig", "-nocert", kept], text=True, check=True, capture_output=True).stdout
        assert "Signature is Valid" in report and "Total document signed" in report and "ETSI.CAdES" in report

    # Who presented it gets the way to it by e-mail.
    def told():
        query = f"select count(*) from scheduling.sent_by_outbox where channel = 'email' and body like '%{contract}%'"
        return subprocess.run(["psql", "-XAtc", query, os.environ["JALONS_POSTGRES_ADMIN"]], text=True, check=True,
                              capture_output=True).stdout.strip() == "1"  # fmt: skip

    eventually("an e-mail about the signed document", told)

    # One byte changed is reported.
    changed = bytearray(file)
    changed[600] ^= 1
    for content, words in [(file, "rien n’y a changé"), (bytes(changed), "a été modifié après sa signature")]:
        kept.write_bytes(content)
        page.goto(f"{contract}/verification")
        page.locator("[name=file]").set_input_files(kept)
        page.get_by_role("button", name="Vérifier").click()
        expect(page.locator("#messages")).to_contain_text(words)


def test_accord_sms_begins_again_with_another_telephone(signed_in, referent, dossiers):
    dossier = next(dossiers)["id"]
    contract = drafted(referent, dossier)
    page = signed_in("referent")
    telephone(page, dossier, a_number())
    prepare(page, contract)
    send(page)
    former = page.url
    number = a_number()
    telephone(page, dossier, number)
    prepare(page, contract)
    send(page)
    code = received(number)
    # The former document is signed no more.
    other = page.context.new_page()
    other.goto(former)
    expect(other.get_by_role("heading", name="Processus de signature")).to_be_visible()
    page.get_by_label("Code reçu par SMS").fill(code)
    page.get_by_role("button", name="Signer le document").click()
    expect(page.get_by_role("link", name="Document signé").first).to_be_visible()


def test_remise_et_modes_degrades_a_paper_contract_is_scanned_and_handed_over(signed_in, referent, dossiers, tmp_path,
                                                                              look):  # fmt: skip
    dossier = next(dossiers)["id"]
    page = signed_in("referent")
    blank = referent.client.get(f"/api/contracts/v1/dossiers/{dossier}/blank-contract")
    assert blank.is_success and blank.content.startswith(b"%PDF")
    page.goto(f"/dossiers/{dossier}/contrats")
    expect(page.get_by_role("link", name="CER vierge (PDF)")).to_be_visible()
    contract = drafted(referent, dossier)
    scan = tmp_path / "contrat-papier.pdf"
    scan.write_bytes(blank.content)
    page.goto(f"{contract}/numerisation")
    page.locator("[name=file]").set_input_files(scan)
    page.get_by_role("button", name="Joindre").click()
    expect(page.get_by_role("link", name="contrat-papier.pdf")).to_be_visible()
    page.goto(f"{contract}/remise")
    page.get_by_label("En mains propres").check()
    page.get_by_role("button", name="Noter la remise").click()
    expect(page.locator("#messages")).to_contain_text("La remise est notée")
    look(page, "remise")


def test_remise_the_document_is_sent_by_e_mail_with_its_receipt(signed_in, referent, dossiers, look):
    dossier = next(dossiers)["id"]
    contract = drafted(referent, dossier)
    detail = referent.get(f"dossiers/v1/dossiers/{dossier}")
    referent.call("PUT", f"dossiers/v1/dossiers/{dossier}/contact", {
        "phone": detail["phone"].get("value") or "", "email": "personne@demo.jalons.test"},
        version=detail["version"])  # fmt: skip
    page = signed_in("referent")
    page.goto(contract)
    page.get_by_role("link", name="Envoyer par courriel").click()
    expect(page.locator("main")).to_contain_text("personne@demo.jalons.test")
    look(page, "envoi-par-courriel")
    page.get_by_role("button", name="Envoyer le courriel").click()
    expect(page.locator("#messages")).to_contain_text("Le courriel part à personne@demo.jalons.test")
    sent = eventually("the server takes it", lambda: next(iter(referent.get(
        f"contracts/v1{contract.replace('contrats', 'contracts')}/documents")["handovers"]), None))  # fmt: skip
    assert sent["way"] == "email"
    page.goto(contract)
    with page.expect_download() as downloading:
        page.get_by_role("link", name="Preuve d’envoi").click()
    assert "personne@demo.jalons.test" in downloading.value.path().read_text()
