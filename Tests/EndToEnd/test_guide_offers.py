"""The guide's chapters « Offres de service », « Évènements » and « FSE », played at the screens. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import uuid

import pytest
from playwright.sync_api import expect

from conftest import Someone, eventually, offered, today

expect.set_options(timeout=10_000)


def french(day: datetime.date) -> str:
    return f"{day:%d/%m/%Y}"


def named(what: str) -> str:
    return f"{what} {uuid.uuid4().hex[:6]}"


@pytest.fixture(scope="module")
def chef(jalons):
    return Someone(jalons, "chef_de_service")


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent_fse")


def persons(referent: Someone, count: int) -> list[dict]:
    """The last by name of the référent's caseload: others take the first."""
    rows = referent.get("dossiers/v1/dossiers", sort="name", state="entered", limit=200)["items"]
    return rows[-6 - count:-6]


def offer_of(chef: Someone, **more) -> dict:
    day = today()
    return chef.call("POST", "fse/v1/offers", {
        "name": named("Atelier"), "classification": offered(chef, "fse", "classification"),
        "startsOn": str(day - datetime.timedelta(days=60)), "endsOn": str(day + datetime.timedelta(days=200)),
        "active": True, "needsPartner": False, "needsAttendance": False, "needsReport": False, "usesSessions": False,
        "openToOperator": False, "sessions": [], **more}).json()  # fmt: skip


def test_les_operateurs_are_declared_with_their_coordinates_before_their_offers(signed_in, look):
    page, name = signed_in("chef_de_service"), named("Tremplin")
    page.goto("/operateurs")
    page.get_by_role("link", name="Ajouter un opérateur").click()
    page.get_by_role("button", name="Ajouter l’opérateur").click()
    expect(page.locator(".error-summary")).to_contain_text("Donnez le nom")
    page.locator("[name=name]").fill(name)
    page.locator("[name=address]").fill("3 rue du Pont")
    page.locator("[name=postalCode]").fill("07000")
    page.locator("[name=commune]").fill("Privas")
    page.get_by_role("button", name="Ajouter l’opérateur").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("Opérateur · Accompagnement RSA")
    look(page, "operateur")
    page.get_by_role("link", name="Ajouter une offre").click()
    expect(page.locator("[name=operator] option:checked")).to_have_text(name)


def test_les_offres_de_services_every_field_several_operators_and_sessions_with_places(signed_in, look, chef):
    carriers = [chef.call("POST", "fse/v1/operators", {"name": named("Réseau"), "active": True}).json() for _ in range(2)]
    page, name, day = signed_in("chef_de_service"), named("Code de la route"), today()
    page.goto("/offres/nouvelle")
    page.locator("[name=name]").fill(name)
    page.locator("[name=classification]").select_option(index=1)
    page.locator("[name=needsPartner]").check()
    for carrier in carriers:
        page.locator(f"[name=partners][value='{carrier['id']}']").check()
    page.locator("[name=startsOn]").fill(french(day))
    page.locator("[name=endsOn]").fill(french(day + datetime.timedelta(days=120)))
    page.locator("[name=needsAttendance]").check()
    page.locator("[name=usesSessions]").check()
    page.locator("[name='sessions.0.name']").fill("Première session")
    page.locator("[name='sessions.0.startsOn']").fill(french(day + datetime.timedelta(days=7)))
    page.locator("[name='sessions.0.endsOn']").fill(french(day + datetime.timedelta(days=14)))
    page.locator("[name='sessions.0.places']").fill("1")
    page.get_by_role("button", name="Ajouter l’offre").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("1 place restante")
    expect(page.get_by_role("main")).to_contain_text(carriers[0]["details"]["name"])
    look(page, "offre")
    # The catalogue follows what is typed.
    page.goto("/offres")
    page.locator(".filters [name=q]").press_sequentially(name[-6:])
    expect(page.locator("#offres tbody tr")).to_have_count(1)


def test_les_offres_de_services_prolonged_deactivated_and_not_deleted_once_used(signed_in, chef, referent, look):
    offer, person, day = offer_of(chef), persons(referent, 1)[0], today()
    referent.call("POST", f"fse/v1/dossiers/{person['id']}/steps", {
        "offer": offer["id"], "kind": "step", "plannedFrom": str(day), "plannedUntil": str(day), "participation": False})  # fmt: skip
    page = signed_in("chef_de_service")
    page.goto(f"/offres/{offer['id']}")
    page.get_by_role("link", name="Prolonger").click()
    later = day + datetime.timedelta(days=300)
    page.locator("[name=endsOn]").fill(french(later))
    page.get_by_role("button", name="Prolonger l’offre").click()
    expect(page.locator("#messages")).to_contain_text("L’offre finit désormais")
    page.get_by_role("button", name="Désactiver").click()
    expect(page.locator("#messages")).to_contain_text("n’est plus proposée")
    page.goto(f"/offres/{offer['id']}/suppression")
    page.get_by_role("button", name="Supprimer l’offre").click()
    expect(page.locator("#messages")).to_contain_text("1 inscription est enregistrée")
    look(page, "offre-desactivee")


def test_inscrire_depuis_l_offre_a_batch_says_of_each_row_what_became_of_it(signed_in, chef, referent, look):
    offer, chosen = offer_of(chef), persons(referent, 3)
    page, day = signed_in("referent_fse"), today()
    page.goto(f"/offres/{offer['id']}/inscrire")
    page.get_by_role("button", name="Inscrire les personnes cochées").click()
    expect(page.locator(".error-summary")).to_contain_text("Cochez au moins une personne")
    for person in chosen:
        page.locator(f"[name=dossiers][value='{person['id']}']").check()
    page.locator("[name=plannedFrom]").fill(french(day))
    page.locator("[name=plannedUntil]").fill(french(day + datetime.timedelta(days=30)))
    look(page, "inscription-par-lot")
    page.get_by_role("button", name="Inscrire les personnes cochées").click()
    expect(page.locator("#messages")).to_contain_text("3 personnes inscrites")
    listed = referent.get(f"fse/v1/offers/{offer['id']}/steps")["items"]
    assert {row["dossier"] for row in listed} == {person["id"] for person in chosen}


def test_presence_a_sheet_is_printed_typed_and_its_hours_summed(signed_in, chef, referent, look):
    offer, person, day = offer_of(chef, needsAttendance=True), persons(referent, 1)[0], today()
    step = referent.call("POST", f"fse/v1/dossiers/{person['id']}/steps", {
        "offer": offer["id"], "kind": "step", "plannedFrom": str(day - datetime.timedelta(days=10)),
        "plannedUntil": str(day + datetime.timedelta(days=10)), "participation": False}).json()  # fmt: skip
    page = signed_in("referent_fse")
    page.goto(f"/offres/{offer['id']}/emargement")
    page.get_by_role("link", name="Feuille à imprimer").click()
    expect(page.get_by_role("columnheader", name="Signature du matin")).to_be_visible()
    look(page, "feuille-emargement")
    page.go_back()
    page.locator(f"[name='matin.{step['id']}']").fill("3h30")
    page.locator(f"[name='apres-midi.{step['id']}']").fill("2")
    page.get_by_role("button", name="Enregistrer les présences").click()
    expect(page.locator("#messages")).to_contain_text("1 présence enregistrée")
    page.goto(f"/dossiers/{person['id']}/parcours/{step['id']}/detail")
    expect(page.get_by_role("main")).to_contain_text("5 h 30")
    look(page, "etape")


def test_caracteristiques_the_offer_asks_and_the_assessment_is_written_at_the_end(signed_in, chef, referent, look):
    offer = offer_of(chef, needsReport=True, characteristics=[{"code": "projet", "kind": "yes_no"}])
    person, day = persons(referent, 1)[0], today()
    step = referent.call("POST", f"fse/v1/dossiers/{person['id']}/steps", {
        "offer": offer["id"], "kind": "step", "plannedFrom": str(day - datetime.timedelta(days=20)),
        "plannedUntil": str(day - datetime.timedelta(days=2)), "participation": False}).json()  # fmt: skip
    page = signed_in("referent_fse")
    page.goto(f"/dossiers/{person['id']}/parcours/{step['id']}/detail")
    expect(page.get_by_role("main")).to_contain_text("il manque le bilan")
    page.get_by_role("link", name="Écrire le bilan").click()
    page.locator("[name=report]").fill("Projet validé avec l’opérateur.")
    page.locator("[name='characteristics.projet']").select_option("oui")
    page.get_by_role("button", name="Enregistrer le bilan").click()
    expect(page.locator("#messages")).to_contain_text("Le bilan est enregistré")
    expect(page.get_by_role("main")).not_to_contain_text("il manque")
    look(page, "bilan")


def test_evenements_created_filled_by_batch_presence_confirmed_and_list_printed(signed_in, referent, look):
    page, name, chosen, day = signed_in("referent_fse"), named("Forum"), persons(referent, 2), today()
    page.goto("/rencontres")
    page.get_by_role("link", name="Créer un évènement").click()
    page.locator("[name=name]").fill(name)
    page.locator("[name=kind]").select_option(index=1)
    page.locator("[name=onDay]").fill(french(day))
    page.get_by_label("Matin").check()
    page.locator("[name=place]").fill("Privas")
    page.locator("[name=capacity]").fill("2")
    page.get_by_role("button", name="Créer l’évènement").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    page.get_by_role("link", name="Inscrire des personnes").click()
    for person in chosen:
        page.locator(f"[name=dossiers][value='{person['id']}']").check()
    page.get_by_role("button", name="Inscrire les personnes cochées").click()
    expect(page.locator("#messages")).to_contain_text("2 personnes inscrites")
    expect(page.get_by_role("main")).to_contain_text("2 prises sur 2")
    page.get_by_role("button", name="Présent", exact=True).first.click()
    expect(page.locator("#messages")).to_contain_text("présence confirmée")
    look(page, "evenement")
    page.get_by_role("link", name="Liste à imprimer").click()
    expect(page.get_by_role("columnheader", name="Signature")).to_be_visible()
    # The registration is in the person's timeline.
    eventually("the timeline tells of it", lambda: any(
        name in entry["title"]
        for entry in referent.get(f"dossiers/v1/dossiers/{chosen[0]['id']}/timeline")["items"]))  # fmt: skip
    page.goto(f"/dossiers/{chosen[0]['id']}/evenements")
    expect(page.get_by_role("main")).to_contain_text(name)


def test_operation_fse_its_agreements_its_offers_and_what_is_due(signed_in, look):
    page, number = signed_in("gestionnaire_fse"), named("C")
    page.goto("/operations")
    page.locator("#operations tbody a").first.click()
    expect(page.get_by_role("heading", name="Complétude")).to_be_visible()
    expect(page.get_by_role("main")).to_contain_text("fiches incomplètes")
    page.get_by_role("link", name="Ajouter une convention").click()
    page.locator("[name=number]").fill(number)
    page.locator("[name=name]").fill("Accompagnement du Département")
    page.locator("[name=amount]").fill("120000")
    page.get_by_role("button", name="Ajouter la convention").click()
    expect(page.locator("#conventions")).to_contain_text(number)
    look(page, "operation")


def test_inscrire_aux_dates_reelles_the_guides_dates_are_proposed_and_the_passage_ticked(signed_in, referent, look):
    funded = next(offer for offer in referent.get("fse/v1/offers", limit=200, active=True)["items"] if offer.get("operation"))
    person = persons(referent, 1)[0]
    page = signed_in("referent_fse")
    page.goto(f"/dossiers/{person['id']}/parcours/nouvelle?offre={funded['id']}")
    expect(page.locator("[name=participation]")).to_be_checked()
    expect(page.locator("[name=from]")).not_to_have_value("")
    operation = referent.get(f"fse/v1/operations/{funded['operation']}")
    expect(page.locator("[name=until]")).to_have_value(french(datetime.date.fromisoformat(operation["endsOn"])))
    look(page, "inscription-fse")
