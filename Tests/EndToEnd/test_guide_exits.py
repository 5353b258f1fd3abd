"""The guide's procedures on leaving a caseload, played at the screens: one test a procedure, named as the guide names it.
`JALONS_SHOTS=folder` keeps pictures."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from conftest import Someone, eventually, offered, today

expect.set_options(timeout=10_000)
SECRETARIAT = "secretariat_dispositif"


def in_french(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")


def end_of_month(months=0) -> datetime.date:
    first = today().replace(day=1)
    for _ in range(months + 1):
        first = (first + datetime.timedelta(days=32)).replace(day=1)
    return first - datetime.timedelta(days=1)


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent")


@pytest.fixture(scope="module")
def secretariat(jalons):
    return Someone(jalons, SECRETARIAT)


@pytest.fixture(scope="module")
def caseload(referent, secretariat):
    """Dossiers of the référent's own that the secretariat reaches too and that nothing is proposed for: one a test."""
    me = referent.get("identity/v1/me")["account"]["id"]
    mine = referent.get("dossiers/v1/dossiers", sort="name", limit=200)["items"]
    free = [row for row in mine if row.get("lead") == me and not row["proposedExit"] and row["state"] == "entered"]
    found = iter(free)

    def another():
        while True:
            row = next(found)
            address = f"dossiers/v1/dossiers/{row['id']}"
            if secretariat.client.get(f"/api/{address}").is_success:
                return row

    return another


def leave(page, dossier, day=None):
    """Leaves the caseload as the guide says: « Référents », then a last day; three clicks and a date."""
    page.goto(f"/dossiers/{dossier}/referents")
    page.get_by_role("link", name=re.compile("Sortir de la file active|Changer le jour de la sortie")).first.click()
    if day:
        page.get_by_label("Un autre jour").check()
        page.locator("[name=on]").fill(in_french(day))
    page.get_by_role("button", name=re.compile("Sortir de la file active|Changer le jour de la sortie")).click()


def test_sorties_de_la_file_active_a_day_to_come_leaves_access_until_that_day(signed_in, caseload, look):
    row = caseload()
    page = signed_in("referent")
    leave(page, row["id"])
    expect(page.locator("#messages")).to_contain_text("La sortie est enregistrée")
    expect(page.get_by_role("main")).to_contain_text("Historique des référents")
    expect(page.locator("body")).to_contain_text("Sortie de la file active le")
    # The dossier stays in the scheme, and « référent de parcours » stays as it was until that day.
    expect(page.locator("body")).to_contain_text("Entrée")
    expect(page.locator("body")).not_to_contain_text("Dernier référent")
    eventually("the history tells who entered it", lambda: (
        page.reload(), page.locator(".history").get_by_text("Sortie de la file active au").count())[1])  # fmt: skip
    look(page, "sortie-a-venir")
    # It may still be moved.
    leave(page, row["id"], end_of_month(1))
    expect(page.get_by_role("table")).to_contain_text(f"{end_of_month(1).day}")


def test_sorties_de_la_file_active_a_day_that_is_past_ends_access_everywhere_at_once(
    signed_in, referent, caseload, look, jalons
):
    row = caseload()
    dossier = row["id"]
    kind = offered(referent, "scheduling", "appointment_kind")
    when = today() + datetime.timedelta(days=45)
    booked = referent.call("POST", f"scheduling/v1/dossiers/{dossier}/appointments", {
        "kind": kind, "startsAt": f"{when}T06:10:00Z", "minutes": 20, "reminder": False}).json()  # fmt: skip
    contract = referent.call(
        "POST", f"contracts/v1/dossiers/{dossier}/contracts", {"situation": "Situation."}
    ).json()["contract"]["id"]
    step = referent.get(f"fse/v1/dossiers/{dossier}/steps")
    assert "items" in step
    page = signed_in("referent")
    leave(page, dossier, today() - datetime.timedelta(days=1))
    page.wait_for_url("**/beneficiaires")
    name = f"{row['familyName'].upper()} {row['givenName']}"
    for address in ["", "/referents", "/contrats", "/entretiens", "/parcours", "/notes", "/frise"]:
        assert page.goto(f"/dossiers/{dossier}{address}").status == 404, address
    assert page.goto(f"/contrats/{contract}").status == 404
    page.goto(f"/agenda?jour={when}")
    expect(page.get_by_role("main")).not_to_contain_text(name)
    page.goto(f"/beneficiaires?q={row['number']}")
    expect(page.locator("main").get_by_role("link", name=name)).to_have_count(0)
    for path in [
        f"dossiers/v1/dossiers/{dossier}", f"contracts/v1/contracts/{contract}",
        f"scheduling/v1/appointments/{booked['id']}", f"fse/v1/dossiers/{dossier}/steps",
    ]:  # fmt: skip
        referent.call("GET", path, expect=404)
    # Who reaches the territory reads who followed last.
    office = signed_in(SECRETARIAT)
    office.goto(f"/dossiers/{dossier}")
    expect(office.locator("body")).to_contain_text("Dernier référent")
    expect(office.locator("body")).to_contain_text("Sorti de la file active depuis le")
    look(office, "dernier-referent")


def test_sorties_de_la_file_active_les_rendez_vous_a_venir_ne_sont_pas_oublies(
    signed_in, referent, secretariat, caseload, look
):
    """The guide says nothing of them: they stayed planned, and their SMS left."""
    row = caseload()
    # A Tuesday in nine weeks or later, still free: beyond both last days that are proposed.
    day = today() + datetime.timedelta(days=70 - (today().weekday() - 1) % 7)
    while referent.get("scheduling/v1/agenda", **{"from": str(day), "until": str(day)})["items"]:
        day += datetime.timedelta(days=7)
    booked = referent.call("POST", f"scheduling/v1/dossiers/{row['id']}/appointments", {
        "kind": offered(referent, "scheduling", "appointment_kind"), "startsAt": f"{day}T05:{row['number'] % 12 * 5:02}:00Z",
        "minutes": 5, "reminder": True}).json()  # fmt: skip
    page = signed_in("referent")
    page.goto(f"/dossiers/{row['id']}/referents/sortie")
    expect(page.get_by_role("heading", name="Rendez-vous à venir")).to_be_visible()
    expect(page.get_by_label("Les annuler")).to_be_checked()
    look(page, "sortie-rendez-vous")
    page.get_by_role("button", name="Sortir de la file active").click()
    expect(page.locator("#messages")).to_contain_text("La sortie est enregistrée")

    def outcome():
        return secretariat.get(f"scheduling/v1/appointments/{booked['id']}")["outcome"]

    eventually("it is cancelled", lambda: outcome() == "cancelled_referent")
    # Taken back, the exit plans it again.
    secretariat.call("DELETE", f"dossiers/v1/dossiers/{row['id']}/exit")
    eventually("it is planned again", lambda: outcome() == "planned")


def test_comment_annuler_une_sortie_is_the_secretariats_alone(signed_in, referent, secretariat, caseload, look):
    row = caseload()
    dossier = row["id"]
    referent.call("POST", f"dossiers/v1/dossiers/{dossier}/exit", {"on": str(today() - datetime.timedelta(days=1))})
    referent.call("GET", f"dossiers/v1/dossiers/{dossier}", expect=404)
    referent.call("DELETE", f"dossiers/v1/dossiers/{dossier}/exit", expect=404)
    office = signed_in(SECRETARIAT)
    office.goto(f"/dossiers/{dossier}/referents")
    office.get_by_role("link", name="Annuler la sortie").first.click()
    office.get_by_role("dialog").get_by_role("button", name="Annuler la sortie").click()
    expect(office.locator("#messages")).to_contain_text("La sortie est annulée")
    expect(office.get_by_role("table")).to_contain_text("En cours")
    assert referent.get(f"dossiers/v1/dossiers/{dossier}")["lead"].get("untilDate") is None
    eventually("both moves are told", lambda: (
        office.reload(), office.locator(".history").get_by_text("Retour dans la file active").count())[1])  # fmt: skip
    look(office, "historique-des-referents")


def proposals(someone, **query):
    return someone.get("dossiers/v1/proposed-exits", limit=200, **query)["items"]


def test_quand_solliciter_une_sortie_many_are_decided_together_and_reversed_by_the_secretariat(
    signed_in, secretariat, look
):
    # The demonstration's feed proposes some; each reason has its filter.
    found = proposals(secretariat)
    assert len(found) >= 3, "the demonstration proposes exits"
    office = signed_in(SECRETARIAT)
    office.goto("/sorties")
    look(office, "sorties-proposees")
    reason = found[0]["reason"]
    office.locator("[name=motif]").select_option(reason)
    office.get_by_role("button", name="Filtrer").click()
    total = len(proposals(secretariat, reason=reason))
    expect(office.locator(".list-count")).to_contain_text(f"{total} sortie")

    # Two of the list, kept; and undone in one click.
    office.goto("/sorties")
    boxes = office.locator("tbody .tick input")
    chosen = [boxes.nth(index).get_attribute("value") for index in (0, 1)]
    for index in (0, 1):
        boxes.nth(index).check()
    office.get_by_role("button", name="Garder dans la file active").click()
    expect(office.locator("#messages")).to_contain_text("2 personnes gardées dans la file active")
    assert not {row["dossier"] for row in proposals(secretariat)} & set(chosen)
    office.locator("#messages").get_by_role("button", name="Annuler").click()
    expect(office.locator("#messages")).to_contain_text("2 sorties de nouveau à décider")

    # Two, accepted with the last day of next month.
    boxes = office.locator("tbody .tick input")
    for index in (0, 1):
        boxes.nth(index).check()
    office.get_by_role("button", name="Accepter les sorties…").click()
    office.locator("[name=choix][value=mois-prochain]").check()
    look(office, "sorties-choix")
    office.get_by_role("button", name="Accepter 2 sorties").click()
    expect(office.locator("#messages")).to_contain_text("2 sorties acceptées")
    for dossier in chosen:
        assert secretariat.get(f"dossiers/v1/dossiers/{dossier}")["lead"]["untilDate"] == str(end_of_month(1))
    office.goto("/sorties?decision=acceptees")
    look(office, "sorties-acceptees")
    for dossier in chosen:
        office.locator(f"tbody .tick input[value='{dossier}']").check()
    office.get_by_role("button", name="Annuler les sorties").click()
    expect(office.locator("#messages")).to_contain_text("2 sorties annulées")
    assert set(chosen) <= {row["dossier"] for row in proposals(secretariat)}


def test_what_cannot_be_done_of_a_batch_is_said_row_by_row(signed_in, secretariat, look):
    first, second = proposals(secretariat)[:2]
    office = signed_in(SECRETARIAT)
    office.goto("/sorties")
    for row in (first, second):
        office.locator(f"tbody .tick input[value='{row['dossier']}']").check()
    office.get_by_role("button", name="Accepter les sorties…").click()
    # Meanwhile somebody else decides on one of them.
    secretariat.call("POST", f"dossiers/v1/dossiers/{first['dossier']}/proposed-exit", {"accepted": False})
    office.get_by_role("button", name="Accepter 2 sorties").click()
    expect(office.get_by_role("main")).to_contain_text("1 sortie acceptée, 1 dossier refusé")
    expect(office.get_by_role("row").filter(has_text=first["familyName"].upper()).first).to_contain_text("n’est plus proposée")
    look(office, "lot-avec-refus")
    office.get_by_role("button", name="Annuler", exact=True).click()
    expect(office.locator("#messages")).to_contain_text("1 sortie annulée")
