"""The guide's chapter « Changement de référent », played at the screens: a whole caseload, and one dossier for a time.
`JALONS_SHOTS=folder` keeps pictures."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from conftest import Someone, eventually, today
from test_guide_exits import in_french

expect.set_options(timeout=10_000)


@pytest.fixture(scope="module")
def chef(jalons):
    return Someone(jalons, "chef_de_service")


def test_changement_de_referent_a_whole_caseload_goes_to_colleagues_and_comes_back(signed_in, chef, look, jalons):
    loads = [row for row in chef.get("dossiers/v1/caseloads")["items"] if row["dossiers"] == row["load"]]
    me = {profile: Someone(jalons, profile).get("identity/v1/me")["account"]["id"]
          for profile in ("referent", "referent_fse", "accompagnateur_emploi")}  # fmt: skip
    free = [row for row in loads if row["account"] not in me.values() and row["dossiers"] > row["leaving"]]
    former, first, second = free[-1], free[0], free[1]
    page = signed_in("chef_de_service")
    page.goto("/files-actives")
    expect(page.get_by_role("heading", name="Files actives")).to_be_visible()
    look(page, "files-actives")
    # A capacity below what is followed warns, and forbids nothing.
    page.goto(f"/files-actives/{first['account']}")
    page.get_by_label("Dossiers que ce référent peut suivre").fill(str(max(1, first["load"] - 1)))
    page.get_by_role("button", name="Enregistrer la capacité").click()
    expect(page.locator("#messages")).to_contain_text("La capacité est de")
    expect(page.get_by_role("main")).to_contain_text("de trop" if first["load"] > 1 else "libre")
    look(page, "file-active")
    page.goto("/files-actives")
    expect(page.get_by_role("main")).to_contain_text("dépasse")

    page.goto(f"/files-actives/{former['account']}")
    page.get_by_role("link", name="Transférer la file active").click()
    expect(page.get_by_role("main")).to_contain_text("Genesis fait foi")
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(page.locator(".error-summary")).to_contain_text("Choisissez au moins un collègue")
    look(page, "transfert-erreur")
    for row in (first, second):
        page.locator(f"[name=target][value='{row['account']}']").check()
    page.locator("[name=reason]").fill("Congé maternité")
    page.get_by_role("button", name="Voir ce que cela change").click()
    expect(page.get_by_role("heading", name=re.compile("^Transférer"), level=1)).to_be_visible()
    look(page, "transfert-apercu")
    page.locator("main").get_by_role("button", name=re.compile("^Transférer")).click()
    # Reloaded before the answer has come, the page would only ask for its preview again.
    expect(page.get_by_role("heading", name=re.compile("^Transférer"), level=1)).to_have_count(0)

    def ended():
        page.reload()
        return page.get_by_text(re.compile(r"\d+ dossiers? transférés?")).count()

    eventually("the transfer ends", ended, seconds=60)
    look(page, "transfert-fait")
    after = {row["account"]: row for row in chef.get("dossiers/v1/caseloads")["items"]}
    left = after.get(former["account"], {"dossiers": 0})["dossiers"]
    gained = sum(after[row["account"]]["load"] - row["load"] for row in (first, second))
    assert gained == former["dossiers"] - left > 0

    # The way back is open until this evening.
    if "/lots/" in page.url:
        page.get_by_role("button", name="Annuler", exact=True).click()
    else:
        page.locator("#messages").get_by_role("button", name="Annuler").click()
    # It concerns several people: asked first.
    expect(page.get_by_role("link", name="Garder le transfert")).to_be_visible()
    page.get_by_role("button", name=re.compile("^Annuler le transfert de")).click()
    eventually("everything is back", lambda: {
        row["account"]: row["load"] for row in chef.get("dossiers/v1/caseloads")["items"]
    }.get(former["account"]) == former["load"], seconds=60)  # fmt: skip


def test_changement_de_referent_a_step_referent_reaches_the_dossier_between_two_dates(signed_in, jalons, look):
    secretariat, colleague = Someone(jalons, "secretariat_dispositif"), Someone(jalons, "referent_fse")
    name = colleague.get("identity/v1/me")["account"]["name"]
    rows = secretariat.get("dossiers/v1/dossiers", sort="name", limit=100)["items"]
    dossier = next(row["id"] for row in rows if not colleague.client.get(f"/api/dossiers/v1/dossiers/{row['id']}").is_success)
    office = signed_in("secretariat_dispositif")
    office.goto(f"/dossiers/{dossier}/referents")
    lead = secretariat.get(f"dossiers/v1/dossiers/{dossier}")["lead"]["name"]
    office.get_by_role("link", name="Nommer un référent d’étape").first.click()
    office.locator("[name=account]").fill(name)
    office.locator("[name=until]").fill(in_french(today() + datetime.timedelta(days=10)))
    office.get_by_role("button", name="Nommer référent d’étape").click()
    expect(office.locator("#messages")).to_contain_text("est référent d’étape")
    look(office, "referent-etape")
    # The lead stays, and the colleague reads the dossier at once.
    assert secretariat.get(f"dossiers/v1/dossiers/{dossier}")["lead"]["name"] == lead
    page = signed_in("referent_fse")
    assert page.goto(f"/dossiers/{dossier}").status == 200
    page.goto("/notifications")
    expect(page.get_by_role("main")).to_contain_text("Vous êtes référent d’étape")

    # What was named by mistake is changed, and taken back at once.
    office.goto(f"/dossiers/{dossier}/referents")
    line = office.get_by_role("row").filter(has_text=name).filter(has_text="Référent d’étape").first
    line.get_by_role("link", name="Changer les dates").click()
    office.locator("[name=until]").fill(in_french(today() - datetime.timedelta(days=1)))
    office.get_by_role("button", name="Enregistrer les dates").click()
    expect(office.locator(".error-summary")).to_contain_text("précède le début")
    look(office, "referent-etape-dates-erreur")
    office.locator("[name=until]").fill(in_french(today() + datetime.timedelta(days=3)))
    office.get_by_role("button", name="Enregistrer les dates").click()
    expect(office.locator("#messages")).to_contain_text("est référent d’étape jusqu’au")
    line.get_by_role("link", name="Retirer l’accès").click()
    office.get_by_role("dialog").get_by_role("button", name="Retirer l’accès").click()
    expect(office.locator("#messages")).to_contain_text("n’a plus accès au dossier")
    look(office, "referent-etape-retire")
    assert page.goto(f"/dossiers/{dossier}").status == 404
    eventually("the colleague is told", lambda: page.goto("/notifications") and page.get_by_text(
        "Vous n’êtes plus référent d’étape").count())  # fmt: skip
