"""A second factor from its first day: a fresh account enrols, and enters with a code, then with a recovery code."""

import os
import pathlib
import re
import uuid

import pytest
from playwright.sync_api import expect

from conftest import Authenticator, DEMO_PASSWORD, Someone


def shot(page, name):
    """A picture of the page, where somebody wants to look at it."""
    if folder := os.environ.get("JALONS_SHOTS"):
        page.screenshot(path=pathlib.Path(folder) / f"second-factor-{name}.png", full_page=True)


@pytest.fixture
def email(jalons):
    """A fresh account whose owner chose a password with the administrator's link."""
    email = f"facteur-{uuid.uuid4().hex[:8]}@demo.jalons.test"
    invited = Someone(jalons, "administrateur").call("POST", "identity/v1/accounts", {
        "email": email, "familyName": "ROCHEBLAVE-SAINT-ANDRÉ", "givenName": "Marie-Bénédicte",
        "profiles": [{"profile": "referent", "territories": []}]}).json()  # fmt: skip
    with jalons.api() as nobody:
        secret = invited["invitation"]["link"].rsplit("/", 1)[1]
        nobody.post("/api/identity/v1/invitations/acceptance",
                    json={"secret": secret, "password": DEMO_PASSWORD}).raise_for_status()  # fmt: skip
    return email


def give_password(page, email):
    page.goto("/connexion")
    page.get_by_label("Adresse électronique").fill(email)
    page.get_by_label("Mot de passe").fill(DEMO_PASSWORD)
    page.get_by_role("button", name="Se connecter").click()


def leave(page):
    page.goto("/compte")
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.wait_for_url("**/connexion")


@pytest.mark.parametrize("scripts", [False, True], ids=["without-scripts", "with-scripts"])
def test_enrolling_then_signing_in_with_a_code_and_a_recovery_code(browser, clock, email, scripts):
    page = browser(java_script_enabled=scripts, viewport={"width": 1280 if scripts else 390, "height": 900})
    name = "wide" if scripts else "narrow"
    give_password(page, email)
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/compte")
    shot(page, f"account-{name}")
    page.get_by_role("link", name="Ajouter un second facteur").click()
    shot(page, f"before-{name}")
    page.get_by_role("button", name="Commencer").click()
    expect(page.locator("svg.qr-code")).to_be_visible()
    shot(page, f"scan-{name}")
    authenticator = Authenticator(re.sub(r"\s", "", page.locator("#cle code").inner_text()), clock)
    page.get_by_label("Code que l’application affiche").fill("12")
    page.get_by_role("button", name="Vérifier et activer").click()
    expect(page.locator("#champ-code-erreur")).to_contain_text("Ce code n’est pas le bon")
    shot(page, f"scan-wrong-{name}")
    spent = authenticator.code()
    page.get_by_label("Code que l’application affiche").fill(spent)
    page.get_by_role("button", name="Vérifier et activer").click()
    codes = page.locator("#codes-de-secours code").all_inner_texts()
    assert len(set(codes)) == 10
    shot(page, f"recovery-{name}")
    page.get_by_role("link", name="J’ai gardé mes codes").click()
    leave(page)

    # The code that confirmed is spent.
    give_password(page, email)
    shot(page, f"code-{name}")
    # Not the application's next one, where half a minute has passed meanwhile.
    page.get_by_label("Code à six chiffres").fill(spent)
    page.get_by_role("button", name="Continuer").click()
    expect(page.locator("#champ-code-erreur")).to_contain_text("déjà servi")
    shot(page, f"code-wrong-{name}")
    clock.travel(seconds=61)
    page.get_by_label("Code à six chiffres").fill(authenticator.code())
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url(re.compile(r"/$"))
    leave(page)

    give_password(page, email)
    page.get_by_role("button", name="Utiliser un code de secours").click()
    shot(page, f"other-{name}")
    page.get_by_label("Code de secours").fill(codes[4].lower().replace("-", " "))
    page.get_by_role("button", name="Continuer").click()
    page.wait_for_url(re.compile(r"/$"))
    page.goto("/compte")
    expect(page.locator("#second-facteur")).to_contain_text(re.compile("9.restants"))
    shot(page, f"account-enrolled-{name}")

    page.get_by_role("link", name="Retirer").click()
    page.get_by_label("Mot de passe").fill(DEMO_PASSWORD)
    shot(page, f"removal-{name}")
    page.get_by_role("button", name="Retirer le second facteur").click()
    page.wait_for_url("**/compte")
    leave(page)
    give_password(page, email)
    page.wait_for_url(re.compile(r"/$"))
