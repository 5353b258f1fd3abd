"""The keyboard alone: where the focus is, where it goes, and what closes what."""

import datetime
import re

import pytest
from playwright.sync_api import expect

from conftest import today


# What a person sees of the focus: an outline around it, and nothing of the page over it.
FOCUS = """() => {
  const at = document.activeElement, style = getComputedStyle(at);
  const box = [...at.getClientRects()].find(rect => rect.width && rect.height);
  const shown = part => {
    const over = document.elementFromPoint(box.left + box.width * part, box.top + box.height / 2);
    return !!over && (at.contains(over) || over.contains(at));
  };
  return {
    name: at.localName + ' ' + (at.textContent.trim().slice(0, 40) || at.name || at.id),
    outlined: style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2,
    onTop: !!box && [0.1, 0.5, 0.9].some(shown),
    body: at === document.body,
  };
}"""


@pytest.fixture
def someone(signed_in):
    return signed_in("referent")


@pytest.fixture
def dossier(someone):
    """The address of MARTIN Lea's dossier."""
    someone.goto("/beneficiaires?q=martin+lea")
    return someone.get_by_role("row").get_by_role("link", name="MARTIN Lea").get_attribute("href")


def test_the_first_stop_leads_past_the_bar(someone):
    someone.keyboard.press("Tab")
    link = someone.get_by_role("link", name="Aller au contenu")
    expect(link).to_be_focused()
    expect(link).to_be_in_viewport()
    someone.keyboard.press("Enter")
    expect(someone.locator("main")).to_be_focused()
    someone.keyboard.press("Tab")
    assert someone.evaluate("!!document.activeElement.closest('main')"), "the next stop is not in the content"


@pytest.mark.parametrize("width", [1280, 390])
def test_every_stop_is_seen(someone, dossier, width):
    """Through a whole dossier and back: each stop is outlined, and nothing that sticks to an edge hides it."""
    someone.set_viewport_size({"width": width, "height": 800})
    someone.goto(dossier)
    for key in ["Tab", "Shift+Tab"]:
        seen = set()
        for _ in range(70):
            someone.keyboard.press(key)
            focus = someone.evaluate(FOCUS)
            if focus["body"]:
                break
            assert focus["outlined"], f"{key}: no focus is seen on {focus['name']}"
            assert focus["onTop"], f"{key}: something hides {focus['name']}"
            seen.add(focus["name"])
        assert len(seen) > 20, f"{key} went round in circles: {seen}"


def test_the_account_menu_opens_and_closes(someone):
    summary = someone.locator("details.account > summary")
    out = someone.get_by_role("button", name="Se déconnecter")
    summary.focus()
    someone.keyboard.press("Enter")
    expect(out).to_be_visible()
    someone.keyboard.press("Tab")
    someone.keyboard.press("Escape")
    expect(out).to_be_hidden()
    expect(summary).to_be_focused()
    someone.keyboard.press("Enter")
    expect(out).to_be_visible()
    # Who walks out of it leaves it closed.
    out.focus()
    someone.keyboard.press("Tab")
    expect(out).to_be_hidden()


def test_the_keys_are_told_and_the_search_is_one_key_away(someone):
    someone.keyboard.press("?")
    dialog = someone.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert someone.evaluate("!!document.activeElement.closest('dialog')"), "the focus is not in the dialog"
    someone.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    someone.keyboard.press("/")
    expect(someone.get_by_role("searchbox")).to_be_focused()
    someone.keyboard.type("martin")
    someone.keyboard.press("Enter")
    someone.wait_for_url(re.compile("q=martin"))
    # A list is gone through with the arrows and opened with Enter.
    links = someone.locator("table[data-keys] tbody th a")
    someone.keyboard.press("ArrowDown")
    expect(links.first).to_be_focused()
    someone.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    someone.keyboard.press("ArrowUp")
    someone.keyboard.press("Enter")
    someone.wait_for_url(re.compile("/dossiers/[^/]+$"))


def test_a_form_that_comes_back_puts_the_focus_on_what_is_wrong(someone, dossier, axe):
    someone.goto(dossier + "/entretiens/nouveau")
    someone.locator("[name=date]").fill("31/02")
    someone.locator("[name=time]").fill("9")
    someone.keyboard.press("Control+Enter")
    expect(someone.locator("[name=date]")).to_be_focused()
    expect(someone.locator("[name=date]")).to_have_value("31/02")
    expect(someone.locator("[name=date]")).to_have_attribute("aria-invalid", "true")
    expect(someone.locator("[name=date]")).to_be_in_viewport()
    axe(someone)
    # The summary leads to the others.
    someone.locator(".error-summary a").last.focus()
    someone.keyboard.press("Enter")
    expect(someone.locator("[name=kind]")).to_be_focused()


def test_a_refusal_that_concerns_no_field_takes_the_focus(browser):
    page = browser()
    page.goto("/connexion")
    page.get_by_label("Adresse électronique").fill("personne@demo.jalons.test")
    page.get_by_label("Mot de passe").fill("ce n’est pas cela")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_be_focused()


def test_what_is_asked_first_is_answered_by_keyboard(someone):
    """A passage of a contract asks in a dialog; Escape gives it up and gives the focus back."""
    someone.goto("/contrats?etat=proposition")
    someone.get_by_role("row").get_by_role("link").first.click()
    button = someone.locator("[data-confirm]").first
    button.focus()
    someone.keyboard.press("Enter")
    dialog = someone.get_by_role("dialog")
    expect(dialog).to_be_visible()
    assert someone.evaluate("!!document.activeElement.closest('dialog')"), "the focus is not in the dialog"
    someone.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()


def test_what_renews_itself_keeps_the_focus(someone):
    """The home page is renewed when something is announced, perhaps while somebody stands in it."""
    link = someone.locator("#accueil .counter").nth(1)
    link.focus()
    link.evaluate("link => { link.dataset.old = ''; }")
    with someone.expect_response(lambda response: response.url.endswith("/") and response.ok):
        someone.evaluate("document.body.dispatchEvent(new CustomEvent('jalons:notification'))")
    expect(someone.locator("[data-old]")).to_have_count(0)
    expect(link).to_be_focused()


def test_free_hours_are_one_stop_and_arrows_go_among_them(someone):
    someone.goto(f"/agenda?semaine={today() + datetime.timedelta(days=14)}")
    slots = someone.locator(".slot")
    assert slots.count() > 20, "the week has no free hours"
    expect(someone.locator(".slot[tabindex='0']")).to_have_count(1)
    slots.first.focus()
    someone.keyboard.press("ArrowDown")
    expect(slots.nth(1)).to_be_focused()
    someone.keyboard.press("ArrowRight")
    assert someone.evaluate("document.activeElement.closest('.week-day') !== document.querySelector('.week-day')")
    someone.keyboard.press("Enter")
    someone.wait_for_url(re.compile("/agenda/prendre\\?.*heure="))


def test_on_a_telephone_the_actions_open_and_escape_closes_them(someone, dossier):
    someone.set_viewport_size({"width": 390, "height": 844})
    someone.goto(dossier)
    opener = someone.get_by_role("link", name="Actions", exact=True)
    opener.focus()
    someone.keyboard.press("Enter")
    expect(someone.get_by_role("link", name="Fermer")).to_be_visible()
    expect(someone.get_by_role("link", name="Prendre un rendez-vous").last).to_be_in_viewport()
    someone.keyboard.press("Escape")
    expect(someone.get_by_role("link", name="Fermer")).to_be_hidden()
    expect(opener).to_be_focused()
