"""The guide's chapters « Réorientation », « Etat du droit » and « SDD/NSDD », one test a procedure: what Genesis says of a
person arrives in a day's file, and is seen at the screens. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import re
import uuid

import pytest
from playwright.sync_api import expect

from conftest import DEMO_PASSWORD, Someone, eventually
from test_guide_exits import proposals
from test_guide_sign_in import give

expect.set_options(timeout=10_000)
COLUMNS = ("NUMDEMRSA ETATDOSRSA DTODRSA DDSUSVERSRSA DTCLORSA SITFAM CODEPOS NOMCOM DTAS ROLEPERS IDPERS NOM PRENOM DTNAI"
           " SEXE TOPPERSDRODEVORSA IDREF IDSTRUCT DDDESIGNATION").split()  # fmt: skip


@pytest.fixture
def newest(jalons, clock):
    """The day of the newest file. Other tests have sent files of days to come: then it is that day here too."""
    runs = Someone(jalons, "administrateur").get("dossiers/v1/feeds")["items"]
    newest = datetime.date.fromisoformat(max(run["referenceDate"] for run in runs if run["status"] == "applied"))
    if (ahead := (newest - clock.today()).days) > 0:
        clock.travel(days=ahead)
    return newest


@pytest.fixture
def referent(jalons, newest):
    return Someone(jalons, "referent")


@pytest.fixture
def colleague(jalons, newest):
    return Someone(jalons, "referent_fse")


@pytest.fixture
def window(browser, newest):
    """Somebody who signs in now: a session of another day would have ended."""

    def open_for(profile):
        page = browser()
        page.goto("/connexion")
        give(page, f"{profile}@demo.jalons.test", DEMO_PASSWORD)
        page.wait_for_url("**/")
        return page

    return open_for


class Person:
    """Somebody whom the county's office writes in Genesis, and the files that tell of it."""

    def __init__(self, administrator, day):
        self.administrator, self.day = administrator, day
        self.mark = uuid.uuid4().hex[:6].upper()
        self.written = {
            "NUMDEMRSA": f"2098{self.mark}", "ETATDOSRSA": "2", "DTODRSA": "2026-01-01", "SITFAM": "CEL", "CODEPOS": "07000",
            "NOMCOM": "PRIVAS", "DTAS": "CENTRE", "ROLEPERS": "DEM", "IDPERS": f"GE{self.mark}", "NOM": f"SERRE-{self.mark}",
            "PRENOM": "NADIA", "DTNAI": "1991-04-03", "SEXE": "2", "TOPPERSDRODEVORSA": "1", "IDREF": "R0001",
            "DDDESIGNATION": str(day - datetime.timedelta(days=20)),
        }  # fmt: skip

    def write(self, partner=None, **changes):
        """One day's file, of what has changed since the day before."""
        self.written |= changes
        people = [self.written] + ([self.written | partner] if partner else [])
        lines = [f"#GENESIS;APPLIEME=GEN;VERSIONFLUX=1;NATFLUX=D;DTCREAFLUX={self.day};DTREF={self.day};IDEPARTE=007",
                 ";".join(COLUMNS)]  # fmt: skip
        lines += [";".join(one.get(column, "") for column in COLUMNS) for one in people]
        lines.append(f"#FIN;NBTOTDOSRSATRANSM=1;NBPERSTRANSM={len(people)}")
        answer = self.administrator.client.post(
            "/api/dossiers/v1/feeds", content="\n".join(lines).encode(), timeout=120)  # fmt: skip
        assert answer.json()["status"] == "applied", answer.text
        assert not answer.json()["counts"]["quarantined"], answer.text
        return self

    def dossier(self, someone):
        found = someone.get("dossiers/v1/dossiers", q=self.written["NOM"])["items"]
        return next((row["id"] for row in found if row["familyName"].upper() == self.written["NOM"]), None)


@pytest.fixture
def person(jalons, newest):
    return Person(Someone(jalons, "administrateur"), newest).write()


@pytest.fixture
def last_day(newest, clock):
    """Of the month."""
    today = clock.today()
    return (today.replace(day=1) + datetime.timedelta(days=32)).replace(day=1) - datetime.timedelta(days=1)


MONTHS = "janvier février mars avril mai juin juillet août septembre octobre novembre décembre".split()


def in_words(day: datetime.date) -> str:
    return f"{'1er' if day.day == 1 else day.day} {MONTHS[day.month - 1]} {day.year}"


def shown(page, *texts):
    for text in texts:
        expect(page.locator("body")).to_contain_text(text, use_inner_text=True)


def test_reorientation_the_dossier_changes_hands_at_once_and_the_former_referent_may_finish(
    window, clock, person, referent, colleague, look
):
    dossier = person.dossier(referent)
    name = f"{person.written['NOM']} Nadia"
    colleague.call("GET", f"dossiers/v1/dossiers/{dossier}", expect=404)
    person.write(IDREF="R0002", DDDESIGNATION=str(person.day))

    theirs = window("referent_fse")
    theirs.goto(f"/beneficiaires?q={person.written['NOM']}")
    theirs.get_by_role("row").get_by_role("link", name=name).click()
    shown(theirs, "Référent de parcours", "VERNET Claire")
    # The former référent has nothing to leave: the dossier is no longer theirs, and stays open for a month to finish.
    mine = window("referent")
    mine.goto(f"/dossiers/{dossier}/referents")
    shown(mine, "Référent d’étape", "DURAND Paul", "VERNET Claire")
    last = referent.get(f"dossiers/v1/dossiers/{dossier}")
    assert last["lead"]["name"] == "VERNET Claire"
    look(mine, "reorientation-referents")
    for reader, kind in ((referent, "former"), (colleague, "lead")):
        eventually(f"{kind} is told", lambda reader=reader: any(
            notice["dossier"] == dossier for notice in reader.get("scheduling/v1/notifications")["items"]
            if notice.get("dossier")))  # fmt: skip
    eventually("the history tells it", lambda: (
        mine.reload(), mine.locator(".history").get_by_text("Réorientation : nouveau référent").count())[1])  # fmt: skip
    office = window("secretariat_dispositif")
    office.goto(f"/dossiers/{dossier}/frise")
    shown(office, "VERNET Claire")
    step = next(one for one in referent.get(f"dossiers/v1/dossiers/{dossier}")["referents"] if one["kind"] == "step")
    assert step["untilDate"] == str(max(person.day, clock.today()) + datetime.timedelta(days=30)), step



def test_etat_du_droit_droit_clos_proposes_the_exit_on_the_last_day_of_the_month(
    window, person, referent, last_day, look
):
    dossier = person.dossier(referent)
    page = window("referent")
    page.goto(f"/dossiers/{dossier}")
    shown(page, "Droit ouvert et versable")
    closed = person.day - datetime.timedelta(days=3)
    person.write(ETATDOSRSA="5", DTCLORSA=str(closed))
    page.goto(f"/dossiers/{dossier}")
    shown(page, "Droit clos")
    look(page, "droit-clos")
    page.get_by_role("link", name="Examiner").first.click()
    shown(page, "Sortie proposée", "Motif", "Droit clos", in_words(last_day))
    look(page, "droit-clos-sortie")
    page.goto(f"/dossiers/{dossier}/droit")
    rows = page.locator("#droit tbody tr")
    expect(rows).to_have_count(2)
    expect(rows.first).to_contain_text("Droit clos")
    expect(rows.last).to_contain_text("Droit ouvert et versable")
    look(page, "evenements-du-droit")
    # The feed of the next day says the same: nothing is added.
    person.write()
    page.reload()
    expect(rows).to_have_count(2)


def test_etat_du_droit_versement_suspendu_is_no_reason_to_leave(window, person, referent):
    dossier = person.dossier(referent)
    person.write(ETATDOSRSA="4", DDSUSVERSRSA=str(person.day - datetime.timedelta(days=2)))
    page = window("referent")
    page.goto(f"/dossiers/{dossier}")
    shown(page, "Droit ouvert mais versement suspendu")
    assert not [one for one in proposals(referent) if one["dossier"] == dossier]
    expect(page.get_by_role("link", name="Examiner")).to_have_count(0)


def test_etat_du_droit_of_a_couple_closes_both_and_both_exits_are_proposed(window, person, referent, look):
    partner = {"ROLEPERS": "CJT", "IDPERS": f"GF{person.mark}", "PRENOM": "KARIM", "SEXE": "1"}
    person.write(partner, SITFAM="VIM")
    person.write(partner, ETATDOSRSA="5", DTCLORSA=str(person.day - datetime.timedelta(days=1)))
    both = [row["id"] for row in referent.get("dossiers/v1/dossiers", q=person.written["NOM"])["items"]]
    assert len(both) == 2
    page = window("referent")
    page.goto(f"/sorties?q={person.written['NOM']}")
    expect(page.get_by_role("main")).to_contain_text("Nadia")
    expect(page.get_by_role("main")).to_contain_text("Karim")
    look(page, "droit-clos-couple")
    for dossier in both:
        page.goto(f"/dossiers/{dossier}")
        shown(page, "Droit clos", "Conjoint")


def test_sdd_nsdd_an_exit_is_proposed_and_put_on_standby_instead_where_the_person_has_a_contract(
    window, person, referent, last_day, look
):
    dossier = person.dossier(referent)
    page = window("referent")
    page.goto(f"/dossiers/{dossier}")
    shown(page, "Soumis aux droits et devoirs (SDD)")
    person.write(TOPPERSDRODEVORSA="0")
    page.goto(f"/dossiers/{dossier}")
    shown(page, "NSDD")
    assert [one["reason"] for one in proposals(referent) if one["dossier"] == dossier] == ["exempt"]
    # In a subsidised contract the person stays in the caseload: the référent says no, and puts the dossier on standby.
    page.get_by_role("link", name="Examiner").first.click()
    shown(page, "Sortie proposée", "Non soumis", in_words(last_day))
    look(page, "nsdd-sortie")
    page.get_by_role("button", name="Garder dans la file active").first.click()
    assert not [one for one in proposals(referent) if one["dossier"] == dossier]
    page.goto(f"/dossiers/{dossier}/veille/nouvelle")
    page.locator("[name=until]").fill("+30j")
    page.locator("[name=reason]").select_option(label="Contrat aidé")
    page.get_by_role("button", name=re.compile("veille")).first.click()
    page.goto(f"/dossiers/{dossier}")
    shown(page, "Veille")
    assert referent.get(f"dossiers/v1/dossiers/{dossier}")["state"] == "standby"
