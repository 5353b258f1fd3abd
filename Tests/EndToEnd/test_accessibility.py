"""Every page of every profile: there, without a fault that axe can find, and as wide as the screen that shows it."""

import html
import re

import httpx
import pytest

from conftest import PROFILES

TELEPHONE = {"width": 390, "height": 844}
DESK = {"width": 1366, "height": 768}
WIDE = {"width": 2560, "height": 1300}
# Where a walk through the portal begins; the rest is found by following every link.
DOORS = ["/", "/beneficiaires?q=martin", "/recherche?q=personne-de-ce-nom", "/notifications?voir=toutes", "/compte"]
# Files and streams are no pages; what is only a list gone on with is the same page.
NO_PAGE = re.compile(r"^/(api|assets|evenements)|/(document|fichier)(\?|$)|[?&](apres|tri|jour|semaine|heure|retour)=")
# Settings that differ by a word are alike: their addresses are all tried, and the richest of them is looked at.
SETTING = re.compile(
    r"(/(?:caracteristiques|circuit|delais|droits|listes|nomenclature|securite|valeurs|fichiers|modeles/[a-z]+))/(?!nouve)[^/]+"
)
IDENTIFIER = re.compile(r"[0-9a-f]{8}-[0-9a-f-]{27}|(?<=/alertes/)[^/]+|(?<=/rapports/)[^/]+")


def shape(address: str) -> str:
    """What pages of one kind have in common: `/dossiers/*/notes`."""
    return IDENTIFIER.sub("*", address.partition("?")[0])


class Walk:
    """Follows every link of one profile's pages, and takes one page of each shape."""

    def __init__(self, client: httpx.Client):
        self.client = client
        self.seen: set[str] = set()
        self.pages: list[tuple[str, str, str]] = []

    def go(self) -> None:
        waiting = [(door, "the start") for door in DOORS]
        while waiting:
            address, source = waiting.pop(0)
            # The doors are a list with something in it, an empty one…: each is a page of its own.
            kind = address if address in DOORS else shape(address)
            if kind in self.seen:
                continue
            self.seen.add(kind)
            answer = self.client.get(address, follow_redirects=True)
            # A door may be closed to a profile; a link that it is shown may not.
            if address in DOORS and answer.status_code == 403:
                continue
            assert answer.status_code == 200, f"{source} leads to {address}, which answers {answer.status_code}"
            self.pages.append((kind, address, answer.text))
            for link in re.findall(r'<a [^>]*href="(/[^"#]*)', answer.text):
                if not NO_PAGE.search(link := html.unescape(link)):
                    waiting.append((link, address))


def fits(page, size, where):
    """The page can be read without scrolling sideways, and nothing that does not scroll by itself is cut."""
    page.set_viewport_size(size)
    over = page.evaluate("""() => [...document.querySelectorAll('body *')].filter(e => {
        const box = e.getBoundingClientRect();
        if (!box.width || !box.height || box.right <= innerWidth + 1) return false;
        for (let around = e.parentElement; around; around = around.parentElement)
          if (getComputedStyle(around).overflowX !== 'visible') return false;
        return true;
      }).map(e => e.localName + '.' + e.className + ' ' + e.textContent.trim().slice(0, 40))""")
    assert not over, f"{where} at {size['width']} px: wider than the screen: {over[:5]}"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), f"{where} scrolls sideways"


@pytest.fixture(scope="module")
def shapes() -> dict[str, int]:
    """The kinds of pages already looked at, with how many different parts the richest of each had."""
    return {}


@pytest.mark.parametrize("profile", PROFILES)
def test_every_page_is_there_and_readable(signed_in, jalons, axe, shapes, profile):
    page = signed_in(profile, viewport=TELEPHONE)
    cookie = "; ".join(f"{cookie['name']}={cookie['value']}" for cookie in page.context.cookies())
    with httpx.Client(base_url=jalons.url, headers={"Cookie": cookie}, timeout=30) as client:
        walk = Walk(client)
        walk.go()
    assert len(walk.pages) >= 5, f"{profile} reaches only {[address for _, address, _ in walk.pages]}"
    for kind, address, text in walk.pages:
        kind = SETTING.sub(r"\1/*", kind)
        # The same page of another profile is looked at again where it shows more.
        parts = len(set(re.findall(r'class="([^"]+)"', text)))
        if parts <= shapes.get(kind, 0) * 1.2:
            continue
        shapes[kind] = parts
        page.goto(address)
        axe(page)
        for size in (DESK, TELEPHONE):
            fits(page, size, f"{address} ({profile})")


def test_the_pages_before_signing_in_are_readable(browser, axe):
    page = browser(viewport=TELEPHONE)
    for address in ["/connexion", "/invitation/un-lien-perdu", "/accessibilite", "/donnees-personnelles", "/aide"]:
        answer = page.goto(address)
        assert answer.status == (410 if address.startswith("/invitation/") else 200), f"{address} answered {answer.status}"
        axe(page)
        for size in (DESK, TELEPHONE):
            fits(page, size, address)


def test_what_cannot_be_shown_says_what_to_do(signed_in, axe):
    page = signed_in("referent", viewport=TELEPHONE)
    for address, status in [("/nulle-part", 404), ("/flux", 403)]:
        answer = page.goto(address)
        assert answer.status == status
        assert page.locator("main li").count() >= 1, f"{address} gives no advice"
        assert page.locator("main .btn").count() >= 1, f"{address} leads nowhere"
        axe(page)
        fits(page, TELEPHONE, address)


def test_a_very_wide_screen_holds_the_lines_together(signed_in):
    page = signed_in("referent", viewport=WIDE)
    for address in ["/", "/beneficiaires", "/agenda"]:
        page.goto(address)
        fits(page, WIDE, address)
        assert page.locator("main").bounding_box()["width"] <= 1720


def test_in_the_dark_the_contrasts_stay(signed_in, axe):
    page = signed_in("referent", viewport=DESK, color_scheme="dark")
    for address in ["/", "/beneficiaires", "/agenda", "/infocentre"]:
        page.goto(address)
        axe(page)
