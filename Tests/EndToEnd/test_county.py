"""Who the county is, at the screen of its functional administrator; and one's own jobs."""

import uuid

from playwright.sync_api import expect

expect.set_options(timeout=10_000)
COUNTY = "/administration/departement"


def test_the_county_says_who_it_is_and_what_cannot_be_right_is_told_at_its_field(signed_in, look):
    office, address = signed_in("administrateur"), f"Hôtel du Département, {uuid.uuid4().hex[:6]}"
    office.goto("/administration")
    office.get_by_role("link", name="Département", exact=True).click()
    expect(office.get_by_label("Nom", exact=True)).to_have_value("Département de l’Ardèche")
    look(office, "departement")
    before = office.get_by_label("Adresse").input_value()
    office.get_by_label("SMS").fill("Ardèche")
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.get_by_role("main")).to_contain_text("lettres sans accent")
    office.get_by_label("SMS").fill("CD ARDECHE")
    office.get_by_label("Adresse").fill(address)
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.locator("#messages")).to_contain_text("Le Département est enregistré.")
    expect(office.locator("#historique")).to_contain_text(address)
    office.get_by_label("Adresse").fill(before)
    office.get_by_role("button", name="Enregistrer").click()
    expect(office.locator("#messages")).to_contain_text("Le Département est enregistré.")


def test_a_logo_stands_on_the_sign_in_page(signed_in, jalons):
    office = signed_in("administrateur")
    office.goto(f"{COUNTY}/logo")
    # The smallest PNG there is.
    picture = bytes.fromhex(
        "89504e470d0a1a0a0000000d4948445200000001000000010806000000" "1f15c4890000000d49444154789c6360000002000001e221bc330000000049454e44ae426082")  # fmt: skip
    office.get_by_label("Image").set_input_files({"name": "logo.png", "mimeType": "image/png", "buffer": picture})
    office.get_by_role("button", name="Enregistrer le logo").click()
    expect(office.locator("#messages")).to_contain_text("Le logo est enregistré.")
    with jalons.api() as nobody:
        answer = nobody.get("/departement/logo")
        assert answer.status_code == 200 and answer.headers["content-type"] == "image/png"
        assert answer.content == picture


def test_one_finds_ones_own_jobs(signed_in, look):
    page = signed_in("chef_de_service")
    page.goto("/travaux")
    expect(page.get_by_role("heading", name="Mes travaux")).to_be_visible()
    look(page, "travaux")
