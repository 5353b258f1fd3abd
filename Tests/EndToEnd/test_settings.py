"""What the county decides itself, at the screens of its functional administrator: lists, delays, models, texts. One test
a procedure; each leaves the county as it found it, or with something new that disturbs nobody. `JALONS_SHOTS=folder` keeps
pictures."""

import uuid

import pytest
from playwright.sync_api import expect

from conftest import Someone

expect.set_options(timeout=10_000)
LISTS = "/administration/listes"


@pytest.fixture
def mark() -> str:
    """What makes a label this run's own."""
    return uuid.uuid4().hex[:6]


def entry(page, label):
    return page.get_by_role("row").filter(has_text=label)


def labels(page) -> list[str]:
    return page.locator("#valeurs tbody tr > :first-child").all_inner_texts()


def test_a_reason_for_standbys_is_added_used_moved_renamed_and_closed(signed_in, jalons, look, mark):
    office, work = signed_in("administrateur"), signed_in("referent")
    referent = Someone(jalons, "referent", acting="referent")
    row = next(row for row in referent.get("dossiers/v1/dossiers", sort="name", state="entered", limit=50)["items"][7:]
               if not row["proposedExit"])  # fmt: skip
    office.goto("/administration")
    office.get_by_role("link", name="Listes").click()
    look(office, "listes")
    office.get_by_role("link", name="Motifs de veille").click()
    expect(office.get_by_role("main")).to_contain_text("Se choisit à la mise en veille d’un dossier")
    look(office, "liste")
    # Added at the end, and offered from then on.
    office.get_by_label("Libellé").fill(f"Incarcération {mark}")
    office.get_by_role("button", name="Ajouter la valeur").click()
    expect(office.locator("#messages")).to_contain_text("est proposée dès maintenant")
    assert labels(office)[-1] == f"Incarcération {mark}"
    work.goto(f"/dossiers/{row['id']}/veille/nouvelle")
    work.get_by_label("Motif").select_option(label=f"Incarcération {mark}")
    work.get_by_label("Du", exact=True).fill("+200j")
    work.get_by_role("button", name="Mettre en veille").click()
    expect(work.get_by_role("table")).to_contain_text(f"Incarcération {mark}")
    # The same label twice is refused where it was typed.
    office.get_by_label("Libellé").fill(f"INCARCERATION {mark}")
    office.get_by_role("button", name="Ajouter la valeur").click()
    expect(office.get_by_role("main")).to_contain_text("est déjà dans la liste")
    look(office, "liste-erreur")
    # One place up.
    office.goto(f"{LISTS}/standby_reason")
    entry(office, mark).get_by_role("button", name="Monter").click()
    expect(office.locator("#messages")).to_contain_text("est à la place")
    assert labels(office)[-2] == f"Incarcération {mark}"
    # Another name, on the dossier too.
    entry(office, mark).get_by_role("link", name="Renommer").click()
    look(office, "liste-renommer")
    office.get_by_label("Libellé").fill(f"Détention {mark}")
    office.get_by_role("button", name="Renommer").click()
    work.reload()
    expect(work.get_by_role("table")).to_contain_text(f"Détention {mark}")
    # Closed: offered to nobody, kept by the dossier that has it; and the way back.
    entry(office, mark).get_by_role("button", name="Fermer").click()
    expect(entry(office, mark)).to_contain_text("Fermée")
    look(office, "liste-fermee")
    work.reload()
    expect(work.get_by_role("table")).to_contain_text(f"Détention {mark}")
    work.goto(f"/dossiers/{row['id']}/veille/nouvelle")
    expect(work.get_by_label("Motif")).not_to_contain_text(mark)
    office.locator("#messages").get_by_role("button", name="Annuler").click()
    expect(entry(office, mark)).to_contain_text("Proposée")
    history = office.locator("#historique")
    for told in [f"« Détention {mark} » rouverte", f"« Détention {mark} » fermée", "Valeur renommée", "Ordre changé",
                 "Valeur ajoutée"]:  # fmt: skip
        expect(history).to_contain_text(told)
    # Not left to the tests that come after.
    entry(office, mark).get_by_role("button", name="Fermer").click()
    standby = next(one for one in referent.get(f"dossiers/v1/dossiers/{row['id']}/standbys")["items"]
                   if mark in one["reasonLabel"])  # fmt: skip
    referent.call("DELETE", f"dossiers/v1/dossiers/{row['id']}/standbys/{standby['id']}", version=standby["version"])


def test_two_administrators_at_the_same_list_do_not_undo_each_other(signed_in):
    office = signed_in("administrateur")
    office.goto(f"{LISTS}/end_reason")
    other = office.context.new_page()
    other.goto(f"{LISTS}/end_reason")
    before = labels(office)
    office.get_by_role("button", name="Descendre").first.click()
    expect(office.locator("#messages")).to_contain_text("est à la place 2")
    # The other page still shows the former order: what it asks for is not what its reader sees.
    other.get_by_role("button", name="Descendre").first.click()
    expect(other.locator("#messages")).to_contain_text("La liste a changé entre-temps")
    assert labels(other)[:2] == before[1::-1]
    other.get_by_role("button", name="Descendre").first.click()
    expect(other.locator("#messages")).to_contain_text("est à la place 2")
    assert labels(other) == before


def test_a_list_is_kept_without_javascript(signed_in, mark):
    office = signed_in("administrateur", java_script_enabled=False)
    office.goto(f"{LISTS}/appointment_theme")
    office.get_by_label("Libellé").fill(f"Atelier {mark}")
    office.get_by_role("button", name="Ajouter la valeur").click()
    entry(office, mark).get_by_role("button", name="Fermer").click()
    expect(entry(office, mark)).to_contain_text("Fermée")
    expect(office.locator("#historique")).to_contain_text(f"Atelier {mark} » fermée")
