"""The guide's procedures on appointments, agendas, groups, letters and calendars, played at the screens: one test a procedure.
`JALONS_SHOTS=folder` keeps pictures."""

import datetime
import re
import zipfile

import icalendar
import pytest
from playwright.sync_api import expect

from conftest import PARIS, Someone, eventually, offered, today

expect.set_options(timeout=10_000)


def in_french(day: datetime.date) -> str:
    return day.strftime("%d/%m/%Y")


def a_working_day(ahead: int) -> datetime.date:
    """A Tuesday to Thursday at least so many days ahead: far from the week-end and from most public holidays."""
    day = today() + datetime.timedelta(days=ahead)
    while day.weekday() not in (1, 2, 3):
        day += datetime.timedelta(days=1)
    return day


def at(day: datetime.date, hour: int, minute: int = 0) -> str:
    moment = datetime.datetime.combine(day, datetime.time(hour, minute), PARIS).astimezone(datetime.UTC)
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture(scope="module")
def referent(jalons):
    return Someone(jalons, "referent")


@pytest.fixture(scope="module")
def kind(referent):
    return offered(referent, "scheduling", "appointment_kind")


@pytest.fixture(scope="module")
def caseload(referent):
    """Dossiers of the référent from the end of the alphabet, where few other tests look: one a test."""
    rows = referent.get("dossiers/v1/dossiers", sort="name", limit=200)["items"]
    free = iter([row for row in reversed(rows) if row["state"] == "entered" and not row["proposedExit"]][8:])
    return lambda: next(free)


@pytest.fixture(scope="module")
def free_day(referent):
    """A working day on which the référent has no appointment yet."""

    def found(ahead):
        day = a_working_day(ahead)
        while referent.get("scheduling/v1/agenda", **{"from": str(day), "until": str(day)})["items"]:
            day += datetime.timedelta(days=7 if ahead > 0 else -7)
        return day

    return found


@pytest.fixture(scope="module")
def book(referent, kind):
    def booked(row, day, hour, minute=0, minutes=20, **more):
        return referent.call("POST", f"scheduling/v1/dossiers/{row['id']}/appointments", {
            "kind": kind, "startsAt": at(day, hour, minute), "minutes": minutes, "reminder": False} | more).json()  # fmt: skip

    return booked


def test_prise_de_rendez_vous_individuel_what_it_is_about_changes_without_its_hour(signed_in, caseload, free_day, look):
    row, day = caseload(), free_day(33)
    page = signed_in("referent")
    page.goto(f"/dossiers/{row['id']}/entretiens/nouveau")
    look(page, "rendez-vous-tous-les-champs")
    page.locator("[name=date]").fill(in_french(day))
    page.locator("[name=time]").fill("19h05")
    page.locator("[name=minutes]").select_option("15")
    page.locator("[name=kind]").select_option(index=1)
    expect(page.get_by_label("Étape")).to_be_visible()
    page.locator("[name=note]").fill("Prévoir l’interprète.")
    page.get_by_role("button", name="Prendre le rendez-vous").click()
    expect(page.locator("#messages")).to_contain_text("Le rendez-vous est pris")
    page.get_by_role("row").filter(has_text="19 h 05").first.get_by_role("link").first.click()
    expect(page.get_by_role("main")).to_contain_text("Prévoir l’interprète.")
    page.locator("main a[href$='/modifier']").first.click()
    page.locator("[name=theme]").select_option(index=2)
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("Le rendez-vous est modifié.")
    expect(page.get_by_role("main")).to_contain_text("19 h 05")


def test_realisation_is_entered_from_the_list_of_those_past_and_absences_are_counted(
    signed_in, caseload, book, free_day, look
):
    row, day = caseload(), free_day(-20)
    booked = book(row, day, 6, row["number"] % 12 * 5, minutes=5)
    page = signed_in("referent")
    page.goto("/agenda/a-saisir")
    look(page, "a-saisir")
    form = page.locator(f"form[action$='{booked['id']}']")
    while form.count() == 0:
        page.locator("a[rel=next]").click()
        page.wait_for_load_state()
    form.get_by_label("Absence non justifiée").check()
    form.get_by_label(re.compile("Synthèse")).fill("N’a pas prévenu.")
    form.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("Absence non justifiée")
    page.goto(f"/dossiers/{row['id']}/entretiens")
    expect(page.locator("#presence")).to_contain_text("Absences non justifiées")
    expect(page.get_by_role("main")).to_contain_text("Absence non justifiée")


def test_detail_d_un_entretien_opens_from_the_frise(signed_in, caseload, book, free_day, look):
    row, day = caseload(), free_day(40)
    booked = book(row, day, 18, 10)
    page = signed_in("referent")
    link = page.locator(f".timeline-list a[href$='/entretiens/{booked['id']}']")
    # The strip is written by events: it follows within a second or two.
    for _ in range(20):
        page.goto(f"/dossiers/{row['id']}")
        if link.count():
            break
        page.wait_for_timeout(500)
    page.get_by_text("Frise en liste").click()
    look(page, "frise-en-liste")
    link.first.click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("Rendez-vous du")
    expect(page.get_by_role("main")).to_contain_text("18 h 10")


def test_agenda_day_week_and_month_and_another_person_keeps_the_week(signed_in, caseload, book, free_day, look):
    day = free_day(47)
    rows = [caseload() for _ in range(2)]
    book(rows[0], day, 19, 10)
    book(rows[1], day, 19, 40)
    page = signed_in("referent")
    page.goto(f"/agenda?semaine={day}")
    look(page, "agenda-semaine")
    page.get_by_role("link", name="Mois", exact=True).click()
    expect(page.get_by_role("table")).to_contain_text("rendez-vous")
    look(page, "agenda-mois")
    page.get_by_role("table").get_by_role("link", name=re.compile(f"{day.day} ")).first.click()
    expect(page.get_by_role("main")).to_contain_text("Rendez-vous")
    page.goto(f"/agenda?semaine={day}")
    colleagues = page.locator("[name=agent] option")
    if colleagues.count() > 1:
        page.locator("[name=agent]").select_option(index=1)
        page.get_by_role("button", name="Filtrer").click()
        page.wait_for_url(re.compile("agent="))
        assert f"semaine={day}" in page.url


def test_partage_d_agenda_is_given_and_taken_back(signed_in, jalons, look):
    page = signed_in("referent")
    page.goto("/agenda/partages")
    look(page, "partages")
    other = Someone(jalons, "referent_fse").get("identity/v1/me")["account"]["name"]
    page.locator("[name=account]").fill(other)
    page.get_by_label("Voir mon agenda et y prendre des rendez-vous").check()
    page.get_by_role("button", name="Partager mon agenda").click()
    expect(page.locator("#messages")).to_contain_text("peut y prendre des rendez-vous")
    theirs = signed_in("referent_fse")
    theirs.goto("/agenda/partages")
    expect(theirs.get_by_role("main")).to_contain_text("lecture et écriture")
    page.get_by_role("button", name="Ne plus partager").first.click()
    expect(page.locator("#messages")).to_contain_text("n’est plus partagé")


def test_preferences_de_notification_are_said_kind_by_kind(signed_in, look):
    page = signed_in("accompagnateur_emploi")
    page.goto("/notifications")
    page.get_by_role("link", name="Préférences").click()
    look(page, "preferences-de-notification")
    for way in ("none", "portal"):
        page.locator(f"[name=note][value={way}]").check()
        page.get_by_role("button", name="Enregistrer les préférences").click()
        expect(page.locator("#messages")).to_contain_text("sont enregistrées")
        expect(page.locator(f"[name=note][value={way}]")).to_be_checked()


def test_absences_show_in_the_agenda_and_no_slot_is_offered_then(signed_in, look):
    day = a_working_day(140)
    page = signed_in("accompagnateur_emploi")
    page.goto("/agenda/horaires")
    look(page, "horaires")
    page.locator("[name=from]").fill(in_french(day))
    page.locator("[name=note]").fill("Congés")
    page.get_by_role("button", name="Ajouter l’absence").click()
    expect(page.locator("#messages")).to_contain_text("Absence enregistrée")
    page.goto(f"/agenda?semaine={day}")
    expect(page.get_by_role("main")).to_contain_text("Absence : congés")
    assert page.locator(".week-day", has_text="Absence").locator(".slot").count() == 0
    page.goto("/agenda/horaires")
    page.get_by_role("button", name="Retirer").first.click()
    expect(page.locator("#messages")).to_contain_text("L’absence est retirée.")


def test_rendez_vous_collectifs_from_a_selection_with_its_report_its_sheet_and_letters(
    signed_in, free_day, look, tmp_path
):
    day = free_day(54)
    page = signed_in("referent")
    page.goto("/beneficiaires?tri=nom")
    boxes = page.locator("tbody .tick input")
    for index in (3, 4, 5):
        boxes.nth(index).check()
    page.get_by_role("button", name="Rendez-vous collectif").click()
    expect(page.get_by_role("main")).to_contain_text("3 personnes à inscrire")
    look(page, "collectif")
    page.locator("[name=date]").fill(in_french(day))
    page.locator("[name=time]").fill("19h30")
    page.locator("[name=capacity]").fill("2")
    page.locator("[name=kind]").select_option(index=1)
    page.get_by_role("button", name=re.compile("Prévoir la réunion")).click()
    expect(page.locator("#messages")).to_contain_text("2 personnes inscrites, 1 refusée")
    look(page, "reunion")
    page.get_by_role("link", name="Voir les refus").click()
    expect(page.get_by_role("table")).to_contain_text("La réunion est complète.")
    page.get_by_role("link", name="Réunion", exact=True).click()
    page.get_by_role("link", name="Ajouter des personnes").click()
    look(page, "ajout")
    page.locator("[name=dossiers]").first.check()
    page.get_by_role("button", name="Ajouter les personnes cochées").click()
    expect(page.locator("#messages")).to_contain_text("La réunion est complète.")
    page.get_by_role("link", name="Feuille d’émargement").click()
    expect(page.get_by_role("table").locator("tbody tr")).to_have_count(2)
    expected = page.get_by_role("table").locator("tbody tr td:first-child, tbody tr th").all_inner_texts()
    page.get_by_role("link", name="Réunion", exact=True).click()
    page.get_by_role("link", name="Convocations").click()
    look(page, "convocations")
    page.get_by_label("Word, à compléter").check()
    with page.expect_download() as told:
        page.get_by_role("button", name="Créer un document").click()
    path = tmp_path / told.value.suggested_filename
    told.value.save_as(path)
    text = zipfile.ZipFile(path).read("word/document.xml").decode()
    names = [re.split(r"\s+", name.strip())[0] for name in expected if name.strip()]
    assert len(names) >= 2 and all(name in text for name in names), names
    page.goto(f"/agenda?jour={day}")
    expect(page.get_by_role("main")).to_contain_text("2 personnes")


def test_courriers_de_convocation_fusion_and_the_proof_of_sending(signed_in, caseload, book, free_day, look, tmp_path):
    row, day = caseload(), free_day(61)
    booked = book(row, day, 18, 40)
    page = signed_in("referent")
    page.goto(f"/dossiers/{row['id']}/entretiens/{booked['id']}")
    look(page, "fusion")
    page.locator("[name=model]").select_option("convocation-sans-logo")
    page.get_by_label("Word, à compléter").check()
    page.locator("[name=message]").fill("Apportez votre curriculum vitæ.")
    with page.expect_download() as told:
        page.get_by_role("button", name="Créer un document").click()
    path = tmp_path / told.value.suggested_filename
    told.value.save_as(path)
    text = zipfile.ZipFile(path).read("word/document.xml").decode()
    assert row["familyName"].upper() in text and "Apportez votre curriculum" in text
    assert re.search(r"18\sh\s40", text), "the hour is not in the letter"
    page.goto(f"/dossiers/{row['id']}/entretiens/{booked['id']}/envoi")
    page.get_by_label("Recommandé avec avis de réception").check()
    page.get_by_role("button", name="Noter l’envoi").click()
    expect(page.get_by_role("main")).to_contain_text("Indiquez le numéro du recommandé")
    page.locator("[name=number]").fill("1A 234 567 8901 2")
    page.get_by_role("button", name="Noter l’envoi").click()
    expect(page.get_by_role("main")).to_contain_text("N° 1A 234 567 8901 2")


def test_synchronisation_des_agendas_a_calendar_program_follows_a_week_of_changes(
    signed_in, referent, caseload, book, jalons, free_day, look
):
    page = signed_in("referent")
    page.goto("/agenda/calendrier")
    look(page, "calendrier")
    page.get_by_role("button", name=re.compile("Créer l’adresse secrète|Créer une autre adresse")).click()
    address = page.locator("#calendrier").input_value()

    def calendar():
        with jalons.api() as nobody:
            answer = nobody.get(address)
        assert answer.is_success and answer.headers["content-type"].startswith("text/calendar"), answer.text
        found = icalendar.Calendar.from_ical(answer.content)
        return {str(event["UID"]): event for event in found.walk("VEVENT")}

    row, day = caseload(), free_day(68)
    booked = book(row, day, 18, 5)
    uid = f"{booked['id']}@jalons"
    first = calendar()[uid]
    assert row["familyName"].upper() in str(first["SUMMARY"])
    assert first["DTSTART"].dt == datetime.datetime.fromisoformat(booked["startsAt"])

    moved = referent.call("PUT", f"scheduling/v1/appointments/{booked['id']}", {
        "kind": booked["kind"], "startsAt": at(day, 18, 35), "minutes": 20, "reminder": False},
        version=booked["version"]).json()  # fmt: skip
    second = calendar()[uid]
    assert second["DTSTART"].dt - first["DTSTART"].dt == datetime.timedelta(minutes=30)
    assert int(second["SEQUENCE"]) > int(first["SEQUENCE"])

    referent.call("POST", f"scheduling/v1/appointments/{booked['id']}/outcome", {"outcome": "excused"},
                  version=moved["version"])  # fmt: skip
    assert uid not in calendar()

    page.goto("/agenda/calendrier")
    page.get_by_label(re.compile("Titre neutre")).check()
    page.get_by_role("button", name="Enregistrer").click()
    expect(page.locator("#messages")).to_contain_text("ne dit plus que")
    assert {str(event["SUMMARY"]) for event in calendar().values()} <= {"Rendez-vous"}
    page.goto("/agenda/calendrier/retrait")
    page.locator("main form button").first.click()
    expect(page.locator("#messages")).to_contain_text("L’adresse est retirée")
    with jalons.api() as nobody:
        assert nobody.get(address).status_code == 404


def test_liste_des_entretiens_du_dossier_and_the_detail_from_the_frise(
    signed_in, referent, caseload, book, free_day, look
):
    row, day = caseload(), free_day(9)
    booked = book(row, day, 6, row["number"] % 12 * 5, minutes=5, note="Apporter le justificatif.")
    page = signed_in("referent")
    page.goto(f"/dossiers/{row['id']}")
    page.get_by_role("navigation", name="Dossier").get_by_role("link", name="Entretiens").click()
    line = page.locator("#entretiens tbody tr").filter(has=page.locator(f"a[href$='{booked['id']}']"))
    expect(line).to_contain_text("Prévu")
    expect(line).to_contain_text(booked["agentName"])
    look(page, "entretiens-du-dossier")
    line.get_by_role("link").first.click()
    page.wait_for_url(f"**/entretiens/{booked['id']}")
    expect(page.get_by_role("main")).to_contain_text("Apporter le justificatif.")
    # On the frise it stands at its own day, to come, and opens in one click: from the drawing and from the list.
    eventually("the frise shows it", lambda: any(
        block["subject"] == booked["id"] and block["from"] == str(day)
        for block in referent.get(f"dossiers/v1/dossiers/{row['id']}/timeline")["blocks"]))  # fmt: skip
    page.goto(f"/dossiers/{row['id']}/frise?etendue=3-mois&type=appointment")
    expect(page.locator("#frise tbody tr").filter(has=page.locator(f"a[href$='{booked['id']}']"))).to_have_count(1)
    look(page, "frise-trois-mois")
    page.locator(f".timeline svg a[href$='/entretiens/{booked['id']}']").click()
    page.wait_for_url(f"**/entretiens/{booked['id']}")
    # What is not asked for is not drawn; five years are a wider look at the same things.
    page.goto(f"/dossiers/{row['id']}/frise?type=lead")
    expect(page.locator(f".timeline svg a[href$='/entretiens/{booked['id']}']")).to_have_count(0)
    page.goto(f"/dossiers/{row['id']}/frise?etendue=5-ans")
    look(page, "frise-cinq-ans")
    # Folded on one page of the dossier, the strip stays folded on the next.
    page.goto(f"/dossiers/{row['id']}")
    page.locator(".timeline-fold > summary").click()
    expect(page.locator(".timeline-fold[open]")).to_have_count(0)
    page.goto(f"/dossiers/{row['id']}/notes")
    expect(page.locator(".timeline-fold")).to_be_visible()
    expect(page.locator(".timeline-fold[open]")).to_have_count(0)
    page.locator(".timeline-fold > summary").click()
