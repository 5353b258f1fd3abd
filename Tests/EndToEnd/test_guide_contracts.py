"""The guide's chapter « Contrat d'engagement réciproque », played at the screens of the référent, the secretariat, the head
of service and the administrator. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import re
import urllib.parse

import pytest
from playwright.sync_api import expect

from conftest import Someone, offered, today
from test_guide_exits import in_french

expect.set_options(timeout=10_000)


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent")


@pytest.fixture(scope="module")
def secretariat(jalons):
    return Someone(jalons, "secretariat_dispositif")


def without_contract(referent, secretariat, least: int) -> list[dict]:
    """Dossiers of the référent's own that the secretariat reaches too and for which no contract was ever entered, those of
    the newest entries last."""
    me = referent.get("identity/v1/me")["account"]["id"]
    found = secretariat.get("contracts/v1/without-contract", lead=me, limit=200)["items"]
    assert len(found) >= least, "the demonstration leaves too few people without a contract"
    return found


@pytest.fixture(scope="module")
def without(referent, secretariat):
    return iter(reversed(without_contract(referent, secretariat, least=7)))


def drafted(referent, dossier, start=None):
    """A contract with one objective and the person's agreement, as its référent has drafted it."""
    begins = start or (today().replace(day=1) + datetime.timedelta(days=32)).replace(day=1)
    sheet = referent.call("POST", f"contracts/v1/dossiers/{dossier}/contracts", {
        "startsOn": str(begins), "endsOn": str(begins + datetime.timedelta(days=180)), "signedOn": str(today()),
        "situation": "Vit seule à Privas, sans véhicule."}).json()  # fmt: skip
    contract = sheet["contract"]["id"]
    sheet = referent.call("POST", f"contracts/v1/contracts/{contract}/objectives", {
        "theme": offered(referent, "contracts", "objective_theme"), "personDoes": "Refaire son CV."},
        version=sheet["contract"]["version"]).json()  # fmt: skip
    return referent.call("POST", f"contracts/v1/contracts/{contract}/consent", {"consent": "yes"},
                         version=sheet["contract"]["version"]).json()  # fmt: skip


def moved(someone, sheet, to, **more):
    contract = sheet["contract"]
    return someone.call("POST", f"contracts/v1/contracts/{contract['id']}/moves", {"to": to} | more,
                        version=contract["version"]).json()  # fmt: skip


def test_elaboration_d_un_cer_all_zones_and_what_is_missing_before_it_is_submitted(signed_in, without, look):
    dossier = next(without)["dossier"]
    page = signed_in("referent")
    page.goto(f"/dossiers/{dossier}/contrats/nouveau")
    expect(page.locator("[name=situation]")).to_have_value(re.compile("dans le dispositif depuis le"))
    look(page, "cer-nouveau")
    page.locator("[name=startsOn]").fill("1/4")
    page.locator("[name=endsOn]").fill("1/3")
    page.get_by_role("button", name="Enregistrer le CER").click()
    expect(page.locator(".error-summary")).to_contain_text("précède le début")
    page.locator("[name=endsOn]").fill("+6m")
    page.locator("[name=situation]").fill("Vit seule à Privas.\nSans véhicule.")
    page.get_by_role("button", name="Enregistrer le CER").click()
    expect(page.locator("#messages")).to_contain_text("Ajoutez son premier objectif")
    page.get_by_role("link", name="Terminer sans ajouter").click()
    # What is missing is listed at once, and submitting says the same.
    missing = page.get_by_role("main")
    expect(missing).to_contain_text("Il manque encore, avant de soumettre le contrat")
    expect(missing).to_contain_text("l’accord de la personne")
    expect(missing).to_contain_text("au 30 septembre")
    expect(missing).to_contain_text("non renseigné")
    look(page, "cer-manque")
    contract = page.url
    page.goto(f"{contract}/passage/soumis")
    page.locator("form button.btn-primary").first.click()
    expect(page.get_by_role("main")).to_contain_text("Recueillez l’accord de la personne")
    expect(page.get_by_role("main")).to_contain_text("Ajoutez au moins un objectif")

    page.goto(f"{contract}/objectifs/nouveau")
    page.locator("[name=theme]").select_option(index=1)
    page.locator("[name=personDoes]").fill("Refaire son CV.")
    page.locator("[name=dueOn]").fill("1/1")
    page.get_by_role("button", name="Ajouter l’objectif").click()
    expect(page.locator(".error-summary")).to_contain_text("précède le début du contrat")
    page.locator("[name=dueOn]").fill("")
    page.get_by_role("button", name="Ajouter l’objectif").click()
    expect(page.get_by_role("main")).to_contain_text("Refaire son CV.")

    # « NC » waits; the agreement falls when the text changes.
    page.goto(f"{contract}/accord")
    expect(page.locator("[name=consent][value=none]")).to_be_checked()
    page.locator("[name=consent][value=yes]").check()
    page.locator("[name=expression]").fill("Souhaite reprendre un emploi à temps partiel.")
    page.get_by_role("button", name="Enregistrer l’accord").click()
    expect(page.locator("#messages")).to_contain_text("L’accord de la personne est noté.")
    expect(page.get_by_role("main")).not_to_contain_text("Il manque encore")
    page.goto(f"{contract}/modifier")
    page.locator("[name=situation]").fill("Vit seule à Aubenas.")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("L’accord de la personne ne vaut plus")
    expect(page.get_by_role("main")).to_contain_text("Il manque encore")
    page.get_by_role("link", name="Champ par champ").click()
    expect(page.get_by_role("main")).to_contain_text("Vit seule à Aubenas.")
    expect(page.get_by_role("main")).to_contain_text("Sans véhicule.")
    look(page, "cer-modifications")


def test_elaboration_d_un_cer_what_is_typed_is_kept_when_the_tab_is_closed(signed_in, without, look):
    dossier = next(without)["dossier"]
    address = f"/dossiers/{dossier}/contrats/nouveau"
    page = signed_in("referent")
    page.goto(address)
    page.locator("[name=situation]").press_sequentially(" Cherche un emploi d’aide à domicile.")
    expect(page.locator("[data-kept]")).to_contain_text("Saisie gardée à")
    page.close(run_before_unload=False)
    page = signed_in("referent")
    page.goto(address)
    expect(page.get_by_role("main")).to_contain_text("n’a pas été enregistrée")
    page.get_by_role("link", name="La reprendre").click()
    expect(page.locator("[name=situation]")).to_have_value(re.compile("Cherche un emploi d’aide à domicile"))
    look(page, "cer-repris")
    page.get_by_role("button", name="Enregistrer le CER").click()
    expect(page.locator("#messages")).to_contain_text("est enregistré")
    page.goto(address)
    expect(page.get_by_role("main")).not_to_contain_text("n’a pas été enregistrée")


def test_lier_a_un_objectif_from_the_step_after_the_contract_was_submitted(signed_in, referent, without, look):
    dossier = next(without)["dossier"]
    sheet = moved(referent, drafted(referent, dossier), "soumis")
    offer = next(one for one in referent.get("fse/v1/offers", limit=200)["items"] if not one.get("operation"))
    referent.call("POST", f"fse/v1/dossiers/{dossier}/steps", {
        "offer": offer["id"], "kind": "positioning", "participation": False, "plannedFrom": str(today()),
        "plannedUntil": str(today() + datetime.timedelta(days=60))})  # fmt: skip
    page = signed_in("referent")
    page.goto(f"/dossiers/{dossier}/parcours")
    page.get_by_role("link", name="Lier à un objectif").first.click()
    page.get_by_role("button", name="Lier à cet objectif").click()
    expect(page.locator(".error-summary")).to_contain_text("Choisissez l’objectif")
    look(page, "lier-objectif")
    page.locator("[name=objective]").select_option(index=1)
    page.get_by_role("button", name="Lier à cet objectif").click()
    expect(page.get_by_role("main")).to_contain_text("répond à : CER")
    page.goto(f"/contrats/{sheet['contract']['id']}")
    expect(page.get_by_role("main")).to_contain_text(f"Étape : {offer['name']}")


def test_validation_du_cer_several_at_once_a_refusal_says_why_and_the_zones_are_filled_in_after(
    signed_in, referent, secretariat, without, look
):
    sheets = [moved(referent, drafted(referent, next(without)["dossier"]), "soumis") for _ in range(2)]
    page = signed_in("secretariat_dispositif")
    page.locator("header").get_by_role("link", name="Suivi des CER").click()
    page.get_by_role("link", name=re.compile("^Soumis à l’étude")).first.click()
    expect(page.get_by_role("button", name="Tous ceux de cet état…")).to_be_visible()
    name = referent.get(f"dossiers/v1/dossiers/{sheets[0]['contract']['dossier']}")["familyName"]
    page.goto(f"/contrats?etat=soumis&q={urllib.parse.quote(name)}")
    look(page, "suivi-soumis")
    page.locator(f"input[name=contract][value='{sheets[0]['contract']['id']}']").check()
    page.get_by_role("button", name="Faire passer à un autre état…").click()
    page.get_by_role("button", name=re.compile("^Faire passer")).click()
    expect(page.get_by_role("main")).to_contain_text("Choisissez le nouvel état.")
    look(page, "passages")
    page.locator("[name=to][value=attente]").check()
    page.get_by_role("button", name=re.compile("^Faire passer")).click()
    expect(page.locator("#messages")).to_contain_text("1 contrat passé à « Attente de décision »")
    # From there the secretariat moves and edits nothing.
    page.goto(f"/contrats/{sheets[0]['contract']['id']}")
    expect(page.get_by_role("link", name="Remplir la décision")).to_have_count(0)

    chef = signed_in("chef_de_service")
    chef.goto(f"/contrats/{sheets[0]['contract']['id']}/passage/non-valide")
    chef.locator("[name=endsOn]").fill(in_french(today() + datetime.timedelta(days=100)))
    chef.locator("form button.btn-primary, form button.btn-danger").first.click()
    expect(chef.locator(".error-summary")).to_contain_text("Dites pourquoi le contrat n’est pas validé.")
    chef.locator("[name=comment]").fill("Les objectifs sont à préciser avec la personne.")
    chef.locator("form button.btn-primary, form button.btn-danger").first.click()
    expect(chef.get_by_role("main")).to_contain_text("proposée : le")
    look(chef, "cer-non-valide")

    page.reload()
    page.get_by_role("link", name="Remplir la décision").click()
    page.locator("[name=noteForReferent]").fill("Mise en demeure faite dans Genesis.")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("Mise en demeure faite dans Genesis.")


def test_suivi_des_cer_by_state_by_day_to_renew_overdue_and_without_contract(
    signed_in, referent, secretariat, without, look, jalons
):
    dossier = next(without)
    page = signed_in("secretariat_dispositif")
    page.goto("/contrats/sans-contrat")
    expect(page.get_by_role("heading", name="Sans contrat", level=1)).to_be_visible()
    look(page, "sans-contrat")
    path = "contracts/v1/without-contract"
    assert any(row["dossier"] == dossier["dossier"] for row in referent.get(path, limit=200)["items"])
    # A contract in any state counts, a draft too.
    drafted(referent, dossier["dossier"])
    assert all(row["dossier"] != dossier["dossier"] for row in referent.get(path, limit=200)["items"])

    day = in_french(today())
    page.goto(f"/contrats?etat=valide&du={day}")
    expect(page.get_by_role("main")).to_contain_text("Validé depuis le")
    page.goto(f"/contrats?etat=non-valide&du={day}")
    expect(page.get_by_role("main")).to_contain_text("Non validé depuis le")
    look(page, "suivi-non-valides")
    page.goto("/contrats?etat=tous")
    with page.expect_download() as download:
        page.get_by_role("link", name="Exporter").click()
    assert download.value.suggested_filename.endswith(".xlsx")
    page.goto("/contrats/a-renouveler?jours=90")
    expect(page.get_by_role("heading", name="Contrats à renouveler", level=1)).to_be_visible()
    look(page, "a-renouveler")
    page.goto("/contrats/echus")
    expect(page.get_by_role("heading", name="Contrats échus", level=1)).to_be_visible()
    look(page, "echus")


def test_avant_de_soumettre_the_county_decides_what_is_asked_for(signed_in, look):
    page = signed_in("administrateur")
    page.goto("/administration/circuit")
    page.get_by_role("link", name="Avant de soumettre").click()
    end = page.locator("[name=required][value=end]")
    expect(end).to_be_checked()
    look(page, "avant-de-soumettre")
    for _ in range(2):
        end.set_checked(not end.is_checked())
        page.get_by_role("button", name="Enregistrer", exact=True).click()
        expect(page.locator("#messages")).to_contain_text("est enregistré")
        page.goto("/administration/circuit/demande")
    expect(end).to_be_checked()
