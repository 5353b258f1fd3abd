"""The guide's procedures on what becomes of a contract: a CER that restores an entitlement, the last one, the commission, and the
document of the decision. One test a procedure. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import io
import re
import zipfile

import pytest
from playwright.sync_api import expect

from conftest import Someone, today
from test_guide_contracts import drafted, moved, without_contract
from test_guide_exits import in_french

expect.set_options(timeout=10_000)


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent")


@pytest.fixture(scope="module")
def secretariat(jalons):
    return Someone(jalons, "secretariat_dispositif")


@pytest.fixture(scope="module")
def without(referent, secretariat):
    """From the middle of the list: the tests of the drafting take its end."""
    found = without_contract(referent, secretariat, least=14)
    return (row["dossier"] for row in found[len(found) // 2 :])


def written(page, button: str) -> str:
    """The text of the Word file that a link of the page downloads."""
    with page.expect_download() as download:
        page.get_by_role("link", name=button).first.click()
    with zipfile.ZipFile(io.BytesIO(download.value.path().read_bytes())) as word:
        return re.sub(r"<[^>]+>", "", word.read("word/document.xml").decode())


def test_cer_de_retablissement_begins_on_the_first_of_its_month_and_is_treated_first(
    signed_in, referent, without, look
):
    dossier, first = next(without), today().replace(day=1)
    page = signed_in("referent")
    page.goto(f"/dossiers/{dossier}/contrats/nouveau")
    page.locator("[name=startsOn]").fill(in_french(first))
    page.locator("[name=endsOn]").fill("+6m")
    page.locator("[name=priority]").select_option(label="Rétablissement des droits")
    page.get_by_role("button", name="Enregistrer le CER").click()
    expect(page.locator("#messages")).to_contain_text("Ajoutez son premier objectif")
    contract = page.url.removesuffix("/objectifs/nouveau")
    page.locator("[name=theme]").select_option(index=1)
    page.locator("[name=personDoes]").fill("Renvoyer ses déclarations trimestrielles.")
    page.get_by_role("button", name="Ajouter l’objectif").click()
    expect(page.get_by_role("main")).to_contain_text("Renvoyer ses déclarations")
    page.goto(f"{contract}/accord")
    page.locator("[name=consent][value=yes]").check()
    page.get_by_role("button", name="Enregistrer l’accord").click()
    expect(page.locator("#messages")).to_contain_text("L’accord de la personne est noté.")
    page.goto(f"{contract}/passage/soumis")
    page.locator("form button.btn-primary").first.click()
    expect(page.get_by_role("main")).to_contain_text("Soumis à l’étude")
    expect(page.get_by_role("main")).to_contain_text("Rétablissement des droits")
    look(page, "cer-retablissement")

    # It comes before every contract without a priority, however long those have waited.
    office = signed_in("secretariat_dispositif")
    office.goto("/contrats?etat=soumis")
    expect(office.locator("#contrats tbody tr").first).to_contain_text("Rétablissement des droits")
    number = referent.get(f"dossiers/v1/dossiers/{dossier}")["number"]
    expect(office.locator("#contrats tbody tr").filter(has_text=f"n° {number}")).to_contain_text(
        "Rétablissement des droits")  # fmt: skip


def test_dernier_contrat_is_not_announced_as_to_be_renewed(signed_in, referent, secretariat, jalons, without, look):
    chef = Someone(jalons, "chef_de_service")
    numbers, start = [], (today() - datetime.timedelta(days=150)).replace(day=1)
    page = signed_in("referent")
    for is_last in (False, True):
        dossier = next(without)
        numbers.append(str(referent.get(f"dossiers/v1/dossiers/{dossier}")["number"]))
        contract = drafted(referent, dossier, start)["contract"]["id"]
        page.goto(f"/contrats/{contract}/modifier")
        page.locator("[name=endsOn]").fill(in_french(today() + datetime.timedelta(days=10)))
        page.get_by_label("C’est le dernier contrat").set_checked(is_last)
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(page.locator("#messages")).to_contain_text("Le contrat est enregistré.")
        sheet = referent.get(f"contracts/v1/contracts/{contract}")
        sheet = referent.call("POST", f"contracts/v1/contracts/{contract}/consent", {"consent": "yes"},
                              version=sheet["contract"]["version"]).json()  # fmt: skip
        moved(chef, moved(secretariat, moved(referent, sheet, "soumis"), "attente"), "valide")
        page.goto(f"/contrats/{contract}")
        says_so = page.get_by_text("C’est le dernier contrat.")
        expect(says_so).to_have_count(1 if is_last else 0)
    look(page, "cer-dernier")

    page.goto("/contrats/a-renouveler?jours=30")
    listed = page.locator("#renouvellements tbody tr")
    expect(listed.filter(has_text=f"n° {numbers[0]}")).to_have_count(1)
    expect(listed.filter(has_text=f"n° {numbers[1]}")).to_have_count(0)


def test_etude_approfondie_en_commission_agrees_or_refuses(signed_in, referent, without, look):
    page = signed_in("secretariat_dispositif")
    for label, word, state in [
        ("Valider (accord de la commission)", "valide", "Validé"),
        ("Ne pas valider (refus de la commission)", "non-valide", "Non validé"),
    ]:
        contract = moved(referent, drafted(referent, next(without)), "soumis")["contract"]["id"]
        page.goto(f"/contrats/{contract}/passage/etude")
        page.get_by_role("button", name="Passer à l’étude en commission").click()
        expect(page.locator("#messages")).to_contain_text("Étude approfondie en commission")
        look(page, "cer-commission")
        page.get_by_role("link", name=label).click()
        page.wait_for_url(f"**/passage/{word}")
        page.locator("[name=comment]").fill("Avis de la commission du jour.")
        page.get_by_role("button", name=label).click()
        expect(page.locator("#messages")).to_contain_text(state)
        expect(page.get_by_role("main")).to_contain_text("Avis de la commission du jour.")


def test_notification_de_la_decision_cer_decision_valide_and_non_valide(
    signed_in, referent, secretariat, jalons, without, look
):
    chef = Someone(jalons, "chef_de_service")
    page = signed_in("referent")
    for state, label, other, comment in [
        ("valide", "CER décision valide", "CER décision non valide", "Accord pour six mois."),
        ("non_valide", "CER décision non valide", "CER décision valide", "Objectifs à préciser."),
    ]:
        sheet = moved(secretariat, moved(referent, drafted(referent, next(without)), "soumis"), "attente")
        moved(chef, sheet, state, comment=comment)
        page.goto(f"/contrats/{sheet['contract']['id']}")
        papers = page.get_by_role("list", name="Documents du contrat")
        expect(papers).to_contain_text(label)
        # Of the models, only the one of this decision is offered.
        expect(papers.get_by_text(other, exact=True)).to_have_count(0)
        expect(papers.get_by_text("CER sans décision")).to_have_count(0)
        look(page, f"cer-{state}-documents")
        text = written(page, "Word")
        assert comment in text and "Refaire son CV." in text, text
        assert "Mise en demeure" not in text
        page.get_by_role("link", name="Noter la remise").click()
        page.locator("[name=way]").first.check()
        page.get_by_role("button", name="Noter la remise").click()
        expect(page.locator("#messages")).to_contain_text("La remise est notée.")
