"""The guide's chapters « Les menus », « Gestion / bénéficiaires », « Mutations », « Les informations annexes » and « Notes »,
played at the screens: one test a procedure, named as the guide names it. `JALONS_SHOTS=folder` keeps pictures."""

import datetime
import re
import uuid

import pytest
from playwright.sync_api import expect

from conftest import Someone, eventually, offered, today
from test_guide_documents import files
from test_guide_entitlement import Person, newest, shown, window  # noqa: F401
from test_guide_exits import in_french, proposals

expect.set_options(timeout=10_000)
OFFICE = "secretariat_dispositif"


@pytest.fixture(scope="module")
def lead(jalons):
    return Someone(jalons, "referent")


@pytest.fixture(scope="module")
def mine(lead):
    """Dossiers of the référent's own that nothing is proposed for, from the end of the list: one a use."""
    me = lead.get("identity/v1/me")["account"]["id"]
    rows = lead.get("dossiers/v1/dossiers", sort="name", limit=200, state="entered")["items"]
    return iter([row for row in reversed(rows) if row.get("lead") == me and not row["proposedExit"]][8:])


@pytest.fixture
def person(jalons, newest):  # noqa: F811
    # The référent's structure works where the person lives.
    return Person(Someone(jalons, "administrateur"), newest).write(IDSTRUCT="S012")


@pytest.fixture
def referent(jalons, newest):  # noqa: F811
    return Someone(jalons, "referent")


def listed(page):
    return page.locator("#beneficiaires tbody tr")


def name_of(row):
    return f"{row['familyName'].upper()} {row['givenName']}"


def tick(page, rows):
    page.goto("/beneficiaires?tri=nom&q=" + rows[0]["familyName"])
    for row in rows:
        page.locator(f"#beneficiaires .tick input[value='{row['id']}']").check()


def namesakes(someone, most=2):
    """Persons that one page of the list shows together."""
    rows = someone.get("dossiers/v1/dossiers", sort="name", limit=200, state="entered")["items"]
    for row in rows:
        same = someone.get("dossiers/v1/dossiers", q=row["familyName"], sort="name", limit=50)["items"]
        if len(same) >= most:
            return same[:most]
    raise AssertionError("no two persons of one name")


def test_menus_gauche_pour_naviguer_et_rechercher_et_droit_pour_agir(signed_in, mine):
    row = next(mine)
    page = signed_in("referent")
    page.goto("/beneficiaires?tri=nom")
    left = page.get_by_role("navigation", name="Recherche")
    expect(left.get_by_role("link", name="Tous les critères")).to_be_visible()
    page.goto(f"/dossiers/{row['id']}")
    left = page.get_by_role("navigation", name="Dossier")
    for section in ("Résumé", "Entretiens", "Contrats", "Notes", "Référents", "Frise"):
        expect(left.get_by_role("link", name=section, exact=True)).to_be_visible()
    right = page.get_by_role("complementary", name="Actions")
    for act in ("Prendre un rendez-vous", "Ajouter une note", "Mettre en veille"):
        expect(right.get_by_role("link", name=act)).to_be_visible()
    left.get_by_role("link", name="Notes", exact=True).click()
    page.wait_for_url(f"**/dossiers/{row['id']}/notes")
    # What may be done stays at the right on every page of the dossier.
    right.get_by_role("link", name="Mettre en veille").click()
    expect(page.get_by_role("heading", name="Mettre en veille", level=1)).to_be_visible()


def test_tout_le_territoire_pour_un_secretariat(signed_in, jalons, look):
    office = Someone(jalons, OFFICE)
    found = office.get("dossiers/v1/dossiers", sort="name", limit=1)
    administrator = Someone(jalons, "administrateur")
    far = next(first[0] for territory in administrator.get("identity/v1/territories")["items"]
               if (first := administrator.get("dossiers/v1/dossiers", territory=territory["id"], limit=1)["items"])
               and not office.get("dossiers/v1/dossiers", territory=territory["id"], limit=1)["items"])  # fmt: skip
    page = signed_in(OFFICE)
    # Without a name typed.
    page.goto("/beneficiaires?tri=nom")
    expect(listed(page).first).to_contain_text(found["items"][0]["familyName"].upper())
    expect(page.locator(".list-count")).to_contain_text("bénéficiaires")
    assert listed(page).count() == 50
    look(page, "territoire-liste")
    # And nobody of another territory.
    page.goto(f"/beneficiaires?q={far['number']}")
    expect(page.get_by_role("main")).to_contain_text("Personne ne correspond")
    assert page.goto(f"/dossiers/{far['id']}").status == 404


def test_recherche_par_theme_d_entretien(signed_in, lead, mine, look):
    row = next(mine)
    theme = offered(lead, "scheduling", "appointment_theme")
    lists = lead.get("scheduling/v1/lists")
    label = next(entry["label"] for one in lists if one["name"] == "appointment_theme"
                 for entry in one["entries"] if entry["code"] == theme)  # fmt: skip
    day = today() + datetime.timedelta(days=210)
    while lead.get("scheduling/v1/agenda", **{"from": str(day), "until": str(day)})["items"]:
        day += datetime.timedelta(days=1)
    lead.call("POST", f"scheduling/v1/dossiers/{row['id']}/appointments", {
        "kind": offered(lead, "scheduling", "appointment_kind"), "theme": theme, "startsAt": f"{day}T08:10:00Z",
        "minutes": 20, "reminder": False})  # fmt: skip
    page = signed_in("referent")
    page.goto("/beneficiaires?tri=nom")
    page.get_by_role("link", name="Tous les critères").click()
    look(page, "criteres")
    page.get_by_label(label, exact=True).check()
    page.locator("[name=rdv-du]").fill(in_french(day))
    page.locator("[name=rdv-au]").fill(in_french(day))
    page.get_by_role("button", name="Filtrer").click()
    expect(listed(page)).to_have_count(1)
    expect(listed(page)).to_contain_text(name_of(row))
    expect(page.locator(".active-filters")).to_contain_text(f"Thème d’entretien : {label}")
    # One criterion is taken away, the others stay.
    page.locator(".active-filters").get_by_role("link", name=re.compile("Entretien : du")).click()
    expect(page.locator(".active-filters")).to_contain_text(f"Thème d’entretien : {label}")
    expect(page.locator(".active-filters")).not_to_contain_text("Entretien : du")


def test_criteres_several_values_each(signed_in, lead):
    page = signed_in("referent")
    page.goto("/beneficiaires/criteres?tri=nom")
    for code in ("4", "5"):
        page.locator(f"[name=droit][value='{code}']").check()
    page.locator("[name=age-de]").fill("25")
    page.get_by_role("button", name="Filtrer").click()
    total = lead.get("dossiers/v1/dossiers", entitlement="4,5", ageFrom=25, limit=1)["total"]
    expect(page.locator("main")).to_contain_text(
        re.compile(rf"\b{total} bénéficiaire|sur {total}\b" if total else "Personne ne correspond"))  # fmt: skip
    expect(page.locator(".active-filters")).to_contain_text("Âge : de 25 ans")


def test_enregistrer_une_selection_cochee(signed_in, lead, look):
    rows = namesakes(lead)
    name = f"Atelier {uuid.uuid4().hex[:6]}"
    page = signed_in("referent")
    tick(page, rows)
    page.get_by_role("button", name="Enregistrer la sélection").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Enregistrer la sélection de 2 personnes")
    page.get_by_role("button", name="Enregistrer la sélection").click()
    expect(page.locator(".error-summary")).to_contain_text("Donnez un nom")
    look(page, "selection-erreur")
    page.get_by_label("Nom de la sélection").fill(name)
    page.get_by_role("button", name="Enregistrer la sélection").click()
    expect(page.locator("#messages")).to_contain_text("est enregistrée")
    expect(listed(page)).to_have_count(2)
    look(page, "selection")
    # It is found again by its name, and for a collective appointment.
    page.goto("/beneficiaires?tri=nom")
    page.get_by_role("navigation", name="Recherche").get_by_role("link", name=name).click()
    expect(listed(page)).to_have_count(2)
    saved = next(one for one in lead.get("dossiers/v1/saved-searches")["items"] if one["name"] == name)
    assert saved["ticked"] == 2
    page.goto(f"/agenda/collectif/nouveau?recherche={saved['id']}")
    expect(page.get_by_role("main")).to_contain_text(name)
    lead.call("DELETE", f"dossiers/v1/saved-searches/{saved['id']}", version=saved["version"])


def test_supprimer_une_recherche(signed_in, lead):
    name = f"À supprimer {uuid.uuid4().hex[:6]}"
    saved = lead.call("POST", "dossiers/v1/saved-searches", {
        "name": name, "audience": "mine", "search": {"state": ["standby"]}}).json()  # fmt: skip
    page = signed_in("referent")
    page.goto("/beneficiaires/affichage")
    page.get_by_role("listitem").filter(has_text=name).get_by_role("link", name="Modifier").click()
    page.get_by_role("link", name="Supprimer").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Aucun dossier n’est touché")
    dialog.get_by_role("button", name="Supprimer la recherche").click()
    expect(page.locator("#messages")).to_contain_text("La recherche est supprimée")
    expect(page.get_by_role("navigation", name="Recherche").get_by_role("link", name=name)).to_have_count(0)
    assert saved["id"] not in str(lead.get("dossiers/v1/saved-searches"))


def test_lots_a_note_for_the_persons_ticked_with_a_report(signed_in, lead, look):
    rows = namesakes(lead)
    text = f"Forum de l’emploi {uuid.uuid4().hex[:6]}\nApporter le CV"
    page = signed_in("referent")
    tick(page, rows)
    page.get_by_role("button", name="Ajouter une note").click()
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator(".error-summary")).to_contain_text("Écrivez la note")
    page.get_by_label("Note", exact=True).fill(text)
    look(page, "lot-note")
    page.get_by_role("button", name="Ajouter la note").click()
    expect(page.locator("#messages")).to_contain_text("2 notes ajoutées")
    for row in rows:
        notes = lead.get(f"dossiers/v1/dossiers/{row['id']}/notes")["items"]
        assert text in [note["text"] for note in notes]
    page.goto("/travaux")
    page.get_by_role("link", name="Note ajoutée aux dossiers").first.click()
    expect(page.locator("#resultats tbody tr")).to_have_count(2)
    look(page, "lot-note-resultat")


def test_lots_a_document_for_the_persons_ticked(signed_in, lead, look):
    rows = namesakes(lead)
    page = signed_in("referent")
    tick(page, rows)
    page.get_by_role("button", name="Classer un document").click()
    page.get_by_role("button", name="Classer le document").click()
    expect(page.locator(".error-summary")).to_contain_text("Choisissez le type du document")
    page.get_by_label("Type de document").select_option(index=1)
    page.get_by_label("Fichier").set_input_files(files(f"affiche-{uuid.uuid4().hex[:6]}.pdf"))
    look(page, "lot-document")
    page.get_by_role("button", name="Classer le document").click()
    expect(page.locator("#messages")).to_contain_text("2 documents classés")


def test_export_of_exactly_what_is_shown(signed_in, lead, look):
    found = lead.get("dossiers/v1/dossiers", sort="name", entitlement="2", limit=200)
    page = signed_in("referent")
    page.goto("/beneficiaires?tri=nom&droit=2")
    page.get_by_role("button", name="Exporter la liste").click()
    expect(page.get_by_role("main")).to_contain_text("Droit ouvert et versable")
    page.get_by_label("CSV").check()
    look(page, "export-liste")
    page.get_by_role("button", name="Exporter la liste").click()
    download = page.get_by_role("link", name="Télécharger")
    eventually("the file is written", lambda: download.count() or (page.reload(), download.count())[1])
    with page.expect_download() as taken:
        download.click()
    lines = taken.value.path().read_text("utf-8-sig").splitlines()
    assert len(lines) == found["total"] + 1
    for line, row in zip(lines[1:], found["items"], strict=False):
        assert str(row["number"]) in line and row["familyName"] in line


def test_retour_apres_une_sortie(window, clock, person, referent):  # noqa: F811
    dossier = person.dossier(referent)
    yesterday = clock.today() - datetime.timedelta(days=1)
    referent.call("POST", f"dossiers/v1/dossiers/{dossier}/exit", {"on": str(yesterday)})
    referent.call("GET", f"dossiers/v1/dossiers/{dossier}", expect=404)
    # Genesis still names the référent, and says something new of the person: the dossier is back in the caseload.
    person.write(ETATDOSRSA="4", DDSUSVERSRSA=str(person.day - datetime.timedelta(days=2)))
    page = window("referent")
    page.goto(f"/beneficiaires?q={person.written['NOM']}")
    page.get_by_role("row").get_by_role("link", name=re.compile(person.written["NOM"])).first.click()
    page.wait_for_url(f"**/dossiers/{dossier}")
    shown(page, "Référent de parcours", "DURAND Paul")
    page.goto(f"/dossiers/{dossier}/referents")
    expect(page.get_by_role("table")).to_contain_text("En cours")
    eventually("both moves are told", lambda: (
        page.reload(), page.locator(".history").get_by_text("Retour dans la file active").count())[1])  # fmt: skip


def test_mutation_hors_du_departement_of_a_couple(window, person, referent, look):  # noqa: F811
    partner = {"ROLEPERS": "CJT", "IDPERS": f"GF{person.mark}", "PRENOM": "KARIM", "SEXE": "1"}
    person.write(partner, SITFAM="MAR")
    person.write(partner, CODEPOS="26000", NOMCOM="VALENCE")
    both = [row["id"] for row in referent.get("dossiers/v1/dossiers", q=person.written["NOM"])["items"]]
    assert len(both) == 2
    page = window("referent")
    for dossier in both:
        page.goto(f"/dossiers/{dossier}")
        shown(page, "Valence", "hors du département", "Conjoint")
        assert [one["reason"] for one in proposals(referent) if one["dossier"] == dossier] == ["moved_away"]
    # The référent of both is told that the other has an exit of their own, one click away.
    page.get_by_role("link", name="Examiner").first.click()
    shown(page, "A déménagé hors du département", "garde son propre dossier")
    look(page, "mutation-couple")
    page.get_by_role("link", name="Ouvrir son dossier").click()
    page.wait_for_url(re.compile(f"/dossiers/({both[0]}|{both[1]})/referents"))


def test_mutation_dans_le_departement(window, person, referent, look):  # noqa: F811
    dossier = person.dossier(referent)
    before = referent.get(f"dossiers/v1/dossiers/{dossier}")["territory"]
    person.write(CODEPOS="07200", NOMCOM="AUBENAS", DTAS="SUD-EST")
    page = window("referent")
    page.goto(f"/dossiers/{dossier}")
    # The référent keeps the dossier until the exit is entered, and sees that the person has moved.
    shown(page, "Aubenas")
    assert referent.get(f"dossiers/v1/dossiers/{dossier}")["territory"] != before
    eventually("the exit is proposed", lambda: [
        one["reason"] for one in proposals(referent) if one["dossier"] == dossier] == ["other_territory"])  # fmt: skip
    page.get_by_role("link", name="Sortir de la file active").first.click()
    look(page, "mutation-interne-sortie")
    page.get_by_label("Un autre jour").check()
    page.locator("[name=on]").fill("+10j")
    page.get_by_role("button", name="Sortir de la file active").click()
    shown(page, "La sortie est enregistrée")


def test_informations_annexes_liees_a_une_etape(signed_in, jalons, lead, look):
    rows = lead.get("dossiers/v1/dossiers", sort="name", limit=200, state="entered")["items"]
    row, steps = next((row, found) for row in rows
                      if (found := lead.get(f"fse/v1/dossiers/{row['id']}/steps")["items"]))  # fmt: skip
    page = signed_in("referent")
    page.goto(f"/dossiers/{row['id']}/donnees")
    page.locator("#training").get_by_role("link", name="Ajouter").click()
    page.get_by_label("Formation souhaitée").fill("CAP petite enfance")
    page.get_by_label("Étape du parcours liée").select_option(steps[0]["id"])
    page.get_by_role("button", name="Ajouter").click()
    shown(page, "La donnée est enregistrée")
    expect(page.locator("#training")).to_contain_text(f"étape : {steps[0]['offerName']}")
    look(page, "donnees-etape")


def write_note(page, dossier, text, audience, assignee=None):
    page.goto(f"/dossiers/{dossier}/notes")
    page.locator("#ajouter [name=text]").fill(text)
    page.locator(f"#ajouter [name=audience][value={audience}]").check()
    if assignee:
        page.locator("#ajouter [name=assignee]").fill(assignee)
    page.get_by_role("button", name="Ajouter la note").click()


def test_notes_publique_privee_attribuee(signed_in, jalons, mine, lead, look):
    office = Someone(jalons, OFFICE)
    row = next(row for row in mine if office.client.get(f"/api/dossiers/v1/dossiers/{row['id']}").is_success)
    mark = uuid.uuid4().hex[:6]
    page = signed_in("referent")
    write_note(page, row["id"], f"Publique {mark}", "public")
    expect(page.locator("#messages")).to_contain_text("La note est ajoutée")
    write_note(page, row["id"], f"Privée {mark}", "private")
    expect(page.locator("#messages")).to_contain_text("La note est ajoutée")
    # Only somebody who reaches the dossier may be named.
    write_note(page, row["id"], f"Attribuée {mark}", "assigned", "VERNET Claire")
    expect(page.locator(".error-summary")).to_contain_text("ne suit pas ce dossier")
    expect(page.locator("#ajouter [name=text]")).to_have_value(f"Attribuée {mark}")
    look(page, "notes-erreur")
    write_note(page, row["id"], f"Attribuée {mark}\nDeux lignes", "assigned", "BLANC Sylvie")
    expect(page.locator("#messages")).to_contain_text("La note est ajoutée")
    look(page, "notes")
    page.goto("/")
    written = page.locator("section").filter(has=page.get_by_role("heading", name="Notes en cours")).first
    expect(written).to_contain_text(f"Privée {mark}")
    theirs = signed_in(OFFICE)
    theirs.goto("/")
    given = theirs.locator("section").filter(has=theirs.get_by_role("heading", name="Notes attribuées")).first
    expect(given).to_contain_text(f"Attribuée {mark}")
    theirs.goto(f"/dossiers/{row['id']}/notes")
    shown(theirs, f"Publique {mark}", f"Attribuée {mark}")
    expect(theirs.get_by_role("main")).not_to_contain_text(f"Privée {mark}")


def test_notes_cloturer(signed_in, jalons, mine, lead):
    office = Someone(jalons, OFFICE)
    row = next(row for row in mine if office.client.get(f"/api/dossiers/v1/dossiers/{row['id']}").is_success)
    mark = f"À rappeler {uuid.uuid4().hex[:6]}"
    lead.call("POST", f"dossiers/v1/dossiers/{row['id']}/notes", {
        "text": mark, "audience": "assigned", "assignee": office.get("identity/v1/me")["account"]["id"]})  # fmt: skip
    page = signed_in(OFFICE)
    page.goto("/")
    # From the block to the note itself, then closed there: it leaves the home page, and stays in the dossier.
    page.get_by_role("listitem").filter(has_text=mark).get_by_role("link").first.click()
    page.wait_for_url(f"**/dossiers/{row['id']}/notes")
    page.get_by_role("listitem").filter(has_text=mark).get_by_role("button", name="Clore").click()
    expect(page.locator("#messages")).to_contain_text("La note est close")
    expect(page.get_by_role("main")).to_contain_text(mark)
    page.goto("/")
    expect(page.get_by_role("main")).not_to_contain_text(mark)


def test_dispositif_the_band_tells_the_entry_and_the_first_accompaniment(signed_in, lead, mine):
    row = next(mine)
    detail = lead.get(f"dossiers/v1/dossiers/{row['id']}")
    assert detail["lead"]["fromDate"]
    page = signed_in("referent")
    page.set_viewport_size({"width": 1600, "height": 900})
    page.goto(f"/dossiers/{row['id']}")
    band = page.get_by_role("region", name="Personne")
    expect(band).to_contain_text("1er accompagnement")
    band.locator("div", has_text="Entrée en file active").get_by_role("link").last.click()
    page.wait_for_url(re.compile(rf"/dossiers/{row['id']}/(referents|frise)"))
