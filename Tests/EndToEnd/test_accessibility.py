"""Pages without a fault that axe can find, on a desk and on a telephone."""

import pytest

WIDTHS = {"desk": {"width": 1280, "height": 800}, "telephone": {"width": 360, "height": 740}}


@pytest.mark.parametrize("width", WIDTHS)
def test_the_sign_in_page_has_no_axe_violation(browser, axe, width):
    page = browser(viewport=WIDTHS[width])
    answer = page.goto("/")
    assert answer.status == 200, f"{page.url} answered {answer.status}"
    assert page.locator("input[type=password]").is_visible(), "this is not the sign-in page"
    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), "the page scrolls sideways"
