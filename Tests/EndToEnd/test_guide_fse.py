"""What the guide's chapters « Offres de service » and « FSE » say of a step from its wish to its end, played at the screens by the
référent, the operator and the accompagnateur emploi. `JALONS_SHOTS=folder` keeps pictures."""

import datetime

import pytest
from playwright.sync_api import expect

from conftest import Someone, eventually, today
from test_guide_offers import french, named, offer_of, persons

expect.set_options(timeout=10_000)


@pytest.fixture(scope="module")
def chef(jalons):
    return Someone(jalons, "chef_de_service")


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent_fse")


def days(count: int) -> datetime.date:
    return today() + datetime.timedelta(days=count)


def steps_of(someone: Someone, dossier: str) -> list[dict]:
    return someone.get(f"fse/v1/dossiers/{dossier}/steps")["items"]


def free_of_operations(someone: Someone) -> dict:
    """A person who never was on an FSE operation, from the end of the caseload."""
    rows = someone.get("dossiers/v1/dossiers", sort="name", state="entered", limit=200)["items"]
    return next(row for row in reversed(rows[:-6]) if not any(step.get("operation") for step in steps_of(someone, row["id"])))


def registered(someone: Someone, dossier: str, offer: dict, first: int, last: int, **more) -> dict:
    return someone.call("POST", f"fse/v1/dossiers/{dossier}/steps", {
        "offer": offer["id"], "kind": "step", "plannedFrom": str(days(first)), "plannedUntil": str(days(last)),
        "participation": False, **more}).json()  # fmt: skip


def operation(jalons, chef: Someone, name: str) -> tuple[dict, dict]:
    """An operation of the demonstration's manager, with the offer that it pays for."""
    manager = Someone(jalons, "gestionnaire_fse")
    made = manager.call("POST", "fse/v1/operations", {
        "name": named(name), "code": named("RE"), "startsOn": str(days(-400)), "endsOn": str(days(200)), "managers": [],
        "entryDays": 28, "exitDays": 28, "incompleteLimit": 35}).json()  # fmt: skip
    return made, offer_of(chef, name=named(f"Z {name}"), startsOn=str(days(-400)), operation=made["id"])


def test_renommer_partout_the_new_name_stands_in_the_path_the_timeline_and_the_catalogue(signed_in, chef, referent, look):
    offer, person = offer_of(chef), persons(referent, 1)[0]
    registered(referent, person["id"], offer, 0, 20)
    timeline = f"dossiers/v1/dossiers/{person['id']}/timeline"
    eventually("the timeline tells of it", lambda: any(offer["name"] in entry["title"] for entry in referent.get(timeline)["items"]))
    page, name = signed_in("chef_de_service"), named("Atelier renommé")
    page.goto(f"/offres/{offer['id']}/modifier")
    page.locator("[name=name]").fill(name)
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    look(page, "offre-renommee")
    theirs = signed_in("referent_fse")
    for address in ("parcours", "frise"):
        theirs.goto(f"/dossiers/{person['id']}/{address}")
        expect(theirs.locator("body")).to_contain_text(name)
        expect(theirs.locator("body")).not_to_contain_text(offer["name"])
    theirs.goto(f"/offres?q={name[-6:]}")
    expect(theirs.locator("#offres tbody tr")).to_have_count(1)


def test_positionnement_puis_etape_the_wish_is_confirmed_with_its_dates(signed_in, chef, referent, look):
    offer, person = offer_of(chef), persons(referent, 1)[0]
    page = signed_in("referent_fse")
    page.goto(f"/dossiers/{person['id']}/parcours/nouvelle?offre={offer['id']}")
    page.locator("[name=kind][value=positioning]").check()
    page.locator("[name=plannedFrom]").fill(french(days(0)))
    page.locator("[name=plannedUntil]").fill(french(days(30)))
    page.get_by_role("button", name="Positionner", exact=True).click()
    expect(page.locator("#messages")).to_contain_text(f"Le positionnement « {offer['name']} » est enregistré")
    page.get_by_role("link", name=offer["name"]).first.click()
    expect(page.get_by_role("heading", name=offer["name"], level=1)).to_be_visible()
    look(page, "positionnement")
    page.get_by_role("link", name="Confirmer ou modifier").click()
    page.locator("[name=from]").fill(french(days(0)))
    page.get_by_role("button", name="Confirmer comme étape").click()
    expect(page.locator("#messages")).to_contain_text("Le positionnement est confirmé")
    step = next(one for one in steps_of(referent, person["id"]) if one["offer"] == offer["id"])
    assert (step["kind"], step["from"]) == ("step", str(days(0)))


def test_dates_reelles_motif_de_fin_an_end_needs_its_reason_and_nothing_typed_is_lost(signed_in, chef, referent, look):
    offer, person = offer_of(chef), persons(referent, 1)[0]
    step = registered(referent, person["id"], offer, -20, 20)
    page = signed_in("referent_fse")
    page.goto(f"/dossiers/{person['id']}/parcours/{step['id']}/detail")
    page.get_by_role("link", name="Modifier", exact=True).click()
    page.locator("[name=from]").fill(french(days(-15)))
    page.locator("[name=until]").fill(french(days(-1)))
    page.locator("[name=comment]").fill("A suivi toutes les séances.")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator(".error-summary")).to_contain_text("Choisissez le motif de fin")
    expect(page.locator("[name=comment]")).to_have_value("A suivi toutes les séances.")
    look(page, "motif-de-fin-manquant")
    page.locator("[name=endReason]").select_option("terminee")
    page.get_by_role("button", name="Enregistrer", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("est modifiée")
    page.goto(f"/dossiers/{person['id']}/parcours/{step['id']}/detail")
    expect(page.get_by_role("main")).to_contain_text("Étape menée à son terme")
    expect(page.get_by_role("main")).to_contain_text("Terminée")


def carried(jalons, chef: Someone, **more) -> dict:
    """An offer that the demonstration's operator carries out, opened to it."""
    structure = Someone(jalons, "operateur").get("identity/v1/me")["organisation"]["id"]
    carrier = chef.call(
        "POST", "fse/v1/operators", {"name": named("Tremplin"), "active": True, "organisation": structure}).json()  # fmt: skip
    return offer_of(chef, operator=carrier["id"], openToOperator=True, **more)


def test_presences_et_bilan_the_operator_types_both_and_sees_no_more_of_the_person(signed_in, jalons, chef, referent, look):
    offer, person = carried(jalons, chef, needsAttendance=True, needsReport=True), persons(referent, 1)[0]
    step = registered(referent, person["id"], offer, -20, -1)
    page = signed_in("operateur")
    page.goto(f"/offres/{offer['id']}")
    page.get_by_role("link", name=person["familyName"]).first.click()
    expect(page.get_by_role("main")).to_contain_text("il manque les présences et le bilan")
    expect(page.locator("body")).not_to_contain_text("NIR non renseigné")
    page.get_by_role("link", name="Répondre").click()
    page.get_by_label("J’accepte").check()
    page.get_by_role("button", name="Envoyer la réponse").click()
    expect(page.locator("#messages")).to_contain_text("le référent est averti")
    page.get_by_role("link", name="Saisir une présence").click()
    page.locator("[name=onDay]").fill(french(days(-2)))
    page.locator("[name=half][value=morning]").check()
    page.locator("[name=hours]").fill("3h30")
    page.get_by_role("button", name="Enregistrer la présence").click()
    expect(page.locator("#messages")).to_contain_text("3 h 30 en tout")
    page.get_by_role("link", name="Écrire le bilan").click()
    page.locator("[name=report]").fill("Assidue, projet précisé.")
    page.get_by_role("button", name="Enregistrer le bilan").click()
    expect(page.locator("#messages")).to_contain_text("Le bilan est enregistré")
    expect(page.get_by_role("main")).not_to_contain_text("il manque")
    page.get_by_role("link", name="Joindre une pièce").click()
    page.locator("[name=file]").set_input_files(
        {"name": "emargement.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n%%EOF\n"})  # fmt: skip
    page.get_by_role("button", name="Joindre la pièce").click()
    expect(page.locator("#messages")).to_contain_text("La pièce est jointe")
    expect(page.locator("#pieces")).to_contain_text("emargement.pdf")
    look(page, "operateur-etape")
    # What the operator typed is the référent's too, who was told of the answer.
    eventually("the référent is told", lambda: any(
        "accepte l’inscription" in notice["title"] for notice in referent.get("scheduling/v1/notifications")["items"]))  # fmt: skip
    told = referent.get(f"fse/v1/steps/{step['id']}")
    assert (told["attendedMinutes"], told["report"]) == (210, "Assidue, projet précisé.")


def test_passage_en_convention_opens_the_questionnaires_of_a_step_registered_without(signed_in, jalons, chef, referent, look):
    _, offer = operation(jalons, chef, "Passage")
    person = free_of_operations(referent)
    step = registered(referent, person["id"], offer, 0, 100, **{"from": str(days(0))})
    page = signed_in("referent_fse")
    page.goto(f"/dossiers/{person['id']}/parcours")
    page.get_by_role("row").filter(has_text=offer["name"]).get_by_role("button", name="Créer un passage en convention").click()
    expect(page.locator("#messages")).to_contain_text("le questionnaire d’entrée est ouvert")
    expect(page.get_by_role("main")).to_contain_text("Entrée : à remplir")
    expect(page.get_by_role("main")).to_contain_text("Sortie : pas ouvert")
    look(page, "passage-en-convention")
    assert referent.get(f"fse/v1/steps/{step['id']}")["participation"]


def test_reorientation_en_cours_d_operation_the_first_is_ended_then_the_other_begins_without_overlap(
    signed_in, jalons, chef, referent, look
):
    (first, one), (second, other) = operation(jalons, chef, "Renforcé"), operation(jalons, chef, "Emploi")
    person = free_of_operations(referent)
    step = registered(referent, person["id"], one, -60, 200, participation=True,
                      **{"from": str(days(-60)), "until": str(days(200))})  # fmt: skip
    page = signed_in("referent_fse")
    page.goto(f"/participations/{step['participation']}")
    page.locator("[name=endOn]").fill(french(days(-1)))
    page.locator("#fin [name=endReason]").select_option("reorientation")
    page.get_by_role("button", name="Terminer la participation").or_(page.get_by_role("button", name="Corriger la fin")).click()
    expect(page.locator("#messages")).to_contain_text("La participation et son étape se terminent")
    # The new one is refused while it runs into the first, and begins the day after.
    page.goto(f"/dossiers/{person['id']}/parcours/nouvelle?offre={other['id']}")
    for name, day in [("plannedFrom", -10), ("from", -10), ("plannedUntil", 200), ("until", 200)]:
        page.locator(f"#champ-{name}").fill(french(days(day)))
    page.get_by_role("button", name="Positionner", exact=True).click()
    expect(page.get_by_role("main")).to_contain_text("déjà inscrit sur une offre FSE")
    look(page, "reorientation-chevauchement")
    for name in ("plannedFrom", "from"):
        page.locator(f"#champ-{name}").fill(french(days(0)))
    page.get_by_role("button", name="Positionner", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("est enregistrée")
    expect(page.get_by_role("main")).to_contain_text(first["name"])
    expect(page.get_by_role("main")).to_contain_text(second["name"])
    expect(page.get_by_role("main")).to_contain_text("Sortie : à remplir")
    kept = {one["operationName"]: one for one in referent.get(f"fse/v1/dossiers/{person['id']}/participations")["items"]}
    assert (kept[first["name"]]["until"], kept[second["name"]]["from"]) == (str(days(-1)), str(days(0)))


def test_accompagnateurs_emploi_their_offer_is_created_and_each_person_goes_through_to_it(signed_in, jalons, chef, look):
    mine = Someone(jalons, "accompagnateur_emploi")
    paid, _ = operation(jalons, chef, "Accompagnateurs")
    person, name = free_of_operations(mine), named("Z FSE accompagnateurs emploi du CD07")
    page = signed_in("accompagnateur_emploi")
    page.goto("/offres")
    page.get_by_role("link", name="Ajouter une offre").click()
    page.locator("[name=name]").fill(name)
    page.locator("[name=classification]").select_option("fse")
    page.locator("[name=operation]").select_option(paid["id"])
    page.locator("[name=startsOn]").fill(french(days(-400)))
    page.locator("[name=endsOn]").fill(french(days(200)))
    page.get_by_role("button", name="Ajouter l’offre").click()
    expect(page.get_by_role("heading", name=name, level=1)).to_be_visible()
    offer = page.url.rsplit("/", 1)[-1]
    page.goto(f"/dossiers/{person['id']}/parcours/nouvelle?offre={offer}")
    # The guide's dates are proposed and the passage is ticked: nothing is left to type.
    expect(page.locator("[name=participation]")).to_be_checked()
    look(page, "accompagnateur-emploi")
    page.get_by_role("button", name="Positionner", exact=True).click()
    expect(page.locator("#messages")).to_contain_text("est enregistrée")
    expect(page.get_by_role("main")).to_contain_text("Entrée :")
    step = next(one for one in steps_of(mine, person["id"]) if one["offer"] == offer)
    assert step["participation"] and step["until"] == str(days(200))
