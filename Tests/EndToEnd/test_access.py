"""The access matrix: every endpoint that the interface declares × every profile × within and out of reach.

What is expected comes from the declaration (the right that an endpoint asks for), from access.md's table of profiles (below,
written apart from the code's), and from where the objects lie. An endpoint whose parameters have no object here fails.
"""

import datetime
import uuid
from dataclasses import dataclass, field

import httpx
import pytest

from conftest import DEMO_PASSWORD, PROFILES, Someone, offered, set_aside, today

NOWHERE = "00000000-0000-7000-8000-000000000000"

REFERENT = """readDossiers editContact editCharacteristics standby exitDossier bookAppointments draftContracts writeNotes
    editSideData depositDocuments deleteDocuments registerOnOffers gatherings reports"""
SECRETARIAT = """readDossiers cancelExit nameStepReferent moveContracts formalNotices bookAppointments bookForOrganisation
    depositDocuments deleteDocuments printDecided revealNIR writeNotes reports"""
HEAD = SECRETARIAT + " decideContracts editOffers gatherings registerOnOffers transferCaseloads"
RIGHTS = {profile: set(rights.split()) for profile, rights in {
    "referent": REFERENT,
    "referent_fse": REFERENT + " fseForms",
    "accompagnateur_emploi": REFERENT + " fseForms editOffers",
    "secretariat_dispositif": SECRETARIAT,
    "secretariat_proximite": """readDossiers nameStepReferent bookAppointments bookForOrganisation depositDocuments
        printDecided registerOnOffers revealNIR writeNotes reports""",
    "secretariat_structure": """readDossiers bookAppointments bookForOrganisation depositDocuments printDecided
        registerOnOffers revealNIR writeNotes reports""",
    "chef_de_service": HEAD,
    "ali": HEAD,
    "gestionnaire_fse": "readDossiers manageOperations fseForms fseExport reports",
    "operateur": "readDossiers attendance fseForms",
    "siege": "readDossiers editOffers gatherings reports",
    "administrateur": "readDossiers administer editOffers importFeed readFeedRuns revealNIR transferCaseloads",
    "dpo": "readAudit",
    "exploitant": "readFeedRuns operate",
}.items()}  # fmt: skip

# Objects that lie in a dossier: out of reach with it. All others are the county's, whoever may ask for them at all.
OF_A_DOSSIER = ["dossier", "contract", "objective", "signature", "scan", "mailing", "appointment", "note", "standby",
"step", "participation", "evidence", "stepReferent", "sideDatum", "document", "formalNotice"] # fmt: skip

# A write that these would really do, with nothing in its body to be refused for; they are tried out of reach alone.
DONE_AT_ONCE = {
    "identity.signOut", "identity.refreshSession", "identity.closeAccount", "identity.confirmAccount",
    "identity.inviteAccount", "identity.closeSession", "identity.beginSecondFactor", "identity.withdrawSecondFactor",
    "identity.closeAccountSessions", "identity.changeOwnPhone",
    "scheduling.readAllNotices", "scheduling.unshareAgenda",
    "dossiers.cancelExit", "dossiers.importFeed", "dossiers.withdrawFeedDate", "dossiers.withdrawFormalNotice",
    "fse.participate", "fse.deleteAgreement", "fse.deleteEvidence", "fse.leaveGathering", "fse.deleteGathering",
}  # fmt: skip

# A list of each service that keeps some (`lists/{list}`).
LISTS = {"dossiers": "standby_reason", "contracts": "objective_theme", "scheduling": "appointment_kind",
         "fse": "classification"}  # fmt: skip

# Likewise a delay (`delays/{delay}`).
DELAYS = {"dossiers": "handover", "contracts": "renewal", "scheduling": "reminder", "identity": "invitation",
          "fse": "operator_answer",
          "insight": "alert_steps"}  # fmt: skip

# Likewise a Word model (`models/{model}`).
MODELS = {"contracts": "cer-vierge", "dossiers": "formulaire-vierge", "scheduling": "convocation-departement"}

# Who is admitted by right and still refused within reach, with the reason.
REFUSED_WITHIN = {
    "scheduling.listOutgoingMessages": "open to all in a demonstration alone (JALONS_OUTBOX_OPEN)",
    "contracts.printContract": "a model follows the state and the profile",
    "insight.listAlert": "an alert exists for those who can act on it",
    "insight.chooseAlert": "an alert exists for those who can act on it",
}


@dataclass
class Place:
    """A dossier with one object of each kind in it, and by whom it is reached."""

    ids: dict = field(default_factory=dict)
    row: dict = field(default_factory=dict)


@pytest.fixture(scope="module")
def people(jalons):
    return {profile: Someone(jalons, profile, acting=profile) for profile in PROFILES}


@pytest.fixture(scope="module")
def me(people):
    return {profile: someone.get("identity/v1/me") for profile, someone in people.items()}


def furnish(owner: Someone, row: dict) -> Place:
    """One object of each kind in a dossier, made by its référent."""
    dossier, day = row["id"], today()
    theme = offered(owner, "contracts", "objective_theme")
    contract = owner.call("POST", f"contracts/v1/dossiers/{dossier}/contracts", {"situation": "Situation."}).json()
    contract = owner.call(
        "POST", f"contracts/v1/contracts/{contract['contract']['id']}/objectives",
        {"theme": theme, "personDoes": "Agir."}, version=contract["contract"]["version"]).json()  # fmt: skip
    detail = owner.get(f"dossiers/v1/dossiers/{dossier}")
    owner.call("PUT", f"dossiers/v1/dossiers/{dossier}/contact", {
        "phone": "0639980110", "email": "personne@demo.jalons.test"}, version=detail["version"])
    signature = owner.call("POST", f"contracts/v1/contracts/{contract['contract']['id']}/signatures", {},
                           version=contract["contract"]["version"]).json()  # fmt: skip
    scan = owner.client.post(f"/api/contracts/v1/contracts/{contract['contract']['id']}/scans", content=b"%PDF-1.4",
                             headers={"Content-Type": "application/octet-stream"}).json()  # fmt: skip
    mailing = owner.call("POST", f"contracts/v1/contracts/{contract['contract']['id']}/mailings",
                         {"document": "printed"}).json()["mailings"][0]  # fmt: skip
    kind = offered(owner, "scheduling", "appointment_kind")
    booked = day + datetime.timedelta(days=60 + row["number"] % 200)
    appointment = owner.call(
        "POST", f"scheduling/v1/dossiers/{dossier}/appointments",
        {"kind": kind, "startsAt": f"{booked}T07:00:00Z", "minutes": 30, "reminder": False}).json()  # fmt: skip
    note = owner.call("POST", f"dossiers/v1/dossiers/{dossier}/notes", {"text": "Note.", "audience": "public"}).json()
    owner.call("POST", f"dossiers/v1/dossiers/{dossier}/standbys", {
        "from": str(day + datetime.timedelta(days=300)), "until": str(day + datetime.timedelta(days=330)),
        "reason": "contrat_aide"})  # fmt: skip
    standby = owner.get(f"dossiers/v1/dossiers/{dossier}/standbys")["items"][0]
    datum = owner.call("POST", f"dossiers/v1/dossiers/{dossier}/side-data", {
        "kind": "language", "label": "Anglais", "from": str(day)}).json()  # fmt: skip
    document = owner.client.post(
        f"/api/dossiers/v1/dossiers/{dossier}/documents", params={"folder": "autres", "type": "autre"},
        content=b"%PDF-1.7\n%%EOF\n").json()  # fmt: skip
    notice = owner.call("POST", f"dossiers/v1/dossiers/{dossier}/formal-notices", {
        "reason": "Absences", "on": str(day)}).json()  # fmt: skip
    funded = next(offer for offer in owner.get("fse/v1/offers", limit=200)["items"] if offer.get("operation"))
    step = owner.call("POST", f"fse/v1/dossiers/{dossier}/steps", {
        "offer": funded["id"], "kind": "step", "plannedFrom": str(day), "participation": True,
        "plannedUntil": str(day + datetime.timedelta(days=90)), "from": str(day)}).json()  # fmt: skip
    evidence = owner.client.post(f"/api/fse/v1/steps/{step['id']}/evidence", content=b"%PDF-1.7\n%%EOF\n",
                                 headers={"Content-Type": "application/octet-stream"}).json()  # fmt: skip
    gathering = owner.call("POST", "fse/v1/gatherings", {
        "name": "Forum", "kind": offered(owner, "fse", "gathering_kind"), "onDay": str(day)}).json()  # fmt: skip
    owner.call("POST", f"fse/v1/dossiers/{dossier}/gatherings", {"gathering": gathering["id"]})
    return Place(row=row, ids={
        "gathering": gathering["id"],
        "dossier": dossier, "contract": contract["contract"]["id"], "objective": contract["objectives"][0]["id"],
        "signature": signature["id"], "scan": scan["id"], "mailing": mailing["id"],
        "appointment": appointment["id"], "note": note["id"], "standby": standby["id"], "document": document["id"],
        "step": step["id"], "evidence": evidence["id"], "participation": step["participation"], "sideDatum": datum["id"],
        "formalNotice": notice["id"]})  # fmt: skip


@pytest.fixture(scope="module")
def places(people, me):
    """A furnished dossier of each of two référents, and a bare one of another territory, where no account of the
    demonstration works."""
    query = {"sort": "name", "state": "entered", "limit": 200}
    furnished = [furnish(people[owner], people[owner].get("dossiers/v1/dossiers", **query)["items"][-1])
                 for owner in ["referent_fse", "accompagnateur_emploi"]]  # fmt: skip
    for place in furnished:
        # Somebody who reaches the whole county, so that nobody else comes to reach this one.
        named = people["secretariat_dispositif"].call(
            "POST", f"dossiers/v1/dossiers/{place.ids['dossier']}/step-referents", {
                "account": me["siege"]["account"]["id"], "from": str(today()),
                "until": str(today() + datetime.timedelta(days=30))}).json()  # fmt: skip
        place.ids["stepReferent"] = named["id"]
    territory = elsewhere(people, me)
    far = people["administrateur"].get("dossiers/v1/dossiers", territory=territory, limit=1)["items"][0]
    return furnished + [Place(row=far, ids={"dossier": far["id"]})]


def elsewhere(people, me) -> str:
    """A territory where nobody of the demonstration works."""
    territories = territories_of(me["secretariat_dispositif"])
    return next(territory["id"] for territory in people["administrateur"].get("identity/v1/territories")["items"]
                if territory["id"] not in territories)  # fmt: skip


@pytest.fixture(scope="module")
def neighbours(jalons, people, me):
    """Each profile that reaches a territory, at the desk of another one."""
    profiles = [profile for profile in PROFILES if me[profile]["scope"] == "territory"]
    email, territory = f"voisin-{uuid.uuid4().hex[:8]}@demo.jalons.test", elsewhere(people, me)
    invited = people["administrateur"].call("POST", "identity/v1/accounts", {
        "email": email, "familyName": "VOISIN", "givenName": "Anne",
        "profiles": [{"profile": profile, "territories": [territory]} for profile in profiles]}).json()  # fmt: skip
    with jalons.api() as nobody:
        secret = invited["invitation"]["link"].rsplit("/", 1)[1]
        nobody.post("/api/identity/v1/invitations/acceptance",
                    json={"secret": secret, "password": DEMO_PASSWORD}).raise_for_status()  # fmt: skip
    return {profile: Someone(jalons, profile, acting=profile, email=email) for profile in profiles}


@pytest.fixture(scope="module")
def common(people, me):
    """The county's own objects, by the name of the parameter."""
    chef, manager = people["chef_de_service"], people["gestionnaire_fse"]
    administrator = people["administrateur"]
    offers = chef.get("fse/v1/offers", limit=200)["items"]
    return {
        "offer": next(offer["id"] for offer in offers if not offer.get("operation")),
        "operation": manager.get("fse/v1/operations")["items"][0]["id"],
        "operator": chef.get("fse/v1/operators")["items"][0]["id"],
        "gathering": chef.call("POST", "fse/v1/gatherings", {
            "name": "Salon", "kind": offered(chef, "fse", "gathering_kind"), "onDay": str(today())}).json()["id"],
        "agreement": agreement_of(manager)["id"],
        "feed": administrator.get("dossiers/v1/feeds")["items"][0]["id"],
        "aside": set_aside(administrator)["id"],
        "sample": administrator.client.post(
            "/api/dossiers/v1/feed-samples", content="Nom;Prénom\nMARTIN;Léa\n".encode()).json()["id"],
        "mapping": mapping_of(administrator)["id"],
        "account": me["siege"]["account"]["id"],
        "organisation": me["siege"]["organisation"]["id"],
        "territory": administrator.get("identity/v1/territories")["items"][0]["id"],
        "place": administrator.get("scheduling/v1/places")[0]["id"],
        "characteristic": "date_midem", "entry": "autre", "number": "0", "page": "1", "code": "sorties",
        "report": "etats-contrats", "form": "entry", "version": "1", "profile": "siege",
    }  # fmt: skip


def agreement_of(manager: Someone) -> dict:
    """A funding agreement of the operation that the manager has."""
    operation = manager.get("fse/v1/operations")["items"][0]
    return manager.call("POST", f"fse/v1/operations/{operation['id']}/agreements", {
        "number": uuid.uuid4().hex[:8], "name": "Convention", "startsOn": operation["startsOn"],
        "endsOn": operation["endsOn"]}).json()  # fmt: skip


def mapping_of(administrator: Someone) -> dict:
    """How a county's own CSV is read; out of service, so that no file of the other tests is."""
    columns = [{"header": name, "field": name} for name in "NUMDEMRSA IDPERS NOM PRENOM DTNAI IDREF".split()]
    return administrator.call("POST", "dossiers/v1/feed-mappings", {
        "name": f"Essai {uuid.uuid4().hex[:8]}", "isActive": False, "dialect": {
            "separator": "semicolon", "encoding": "utf-8", "dates": "dd/mm/yyyy", "isStock": True, "columns": columns,
            "values": []}}).json()  # fmt: skip


def territories_of(me: dict) -> set[str]:
    return {territory["id"] for territory in me["territories"]}


def reaches(profile: str, me: dict, place: Place) -> bool:
    """The scopes of access.md, on dossiers that have a lead référent and nobody else."""
    row = place.row
    match me["scope"]:
        case "own":
            return row["lead"] == me["account"]["id"]
        case "territory":
            return row["territory"] in territories_of(me)
        case "organisation":
            return row.get("leadOrganisation") == me["organisation"]["name"]
        case "county":
            return True
        case "operation":
            # The demonstration's manager has the one operation there is.
            return "participation" in place.ids
    return False


def body_of(document: dict, operation: dict):
    """The smallest body that the schema accepts; None where there is none."""
    content = operation.get("requestBody", {}).get("content", {}).get("application/json")
    return smallest(document, content["schema"]) if content else None


def write_of(document: dict, operation: dict) -> dict:
    """The smallest write that the declaration accepts: a body, or a file with what its query must say."""
    if "application/octet-stream" not in operation.get("requestBody", {}).get("content", {}):
        return {"json": body_of(document, operation), "headers": {"If-Match": '"1"'}}
    asked = [one["name"] for one in operation.get("parameters", []) if one["in"] == "query" and one.get("required")]
    return {"content": b"%PDF-1.7", "params": dict.fromkeys(asked, "x"), "headers": {
        "Content-Type": "application/octet-stream", "If-Match": '"1"'}}  # fmt: skip


def smallest(document: dict, schema: dict):
    if reference := schema.get("$ref"):
        return smallest(document, document["components"]["schemas"][reference.rsplit("/", 1)[1]])
    if "enum" in schema:
        return schema["enum"][0]
    kind = schema.get("type")
    match kind[0] if isinstance(kind, list) else kind:
        case "object":
            wanted = schema.get("required", [])
            return {name: smallest(document, schema["properties"][name]) for name in wanted}
        case "array":
            return []
        case "integer" | "number":
            return max(schema.get("minimum", 1), 1)
        case "boolean":
            return False
    return {"date": "2026-01-01", "date-time": "2026-01-01T08:00:00Z", "uuid": NOWHERE}.get(
        schema.get("format"), "x" * max(schema.get("minLength", 1), 1))  # fmt: skip


def operations(document: dict):
    for path, methods in sorted(document["paths"].items()):
        for method, operation in methods.items():
            yield path, method.upper(), operation


def test_the_rights_of_each_profile_are_those_of_the_table(me):
    assert {profile: set(mine["rights"]) for profile, mine in me.items()} == RIGHTS


def test_nobody_passes_without_a_session(jalons, people):
    document = people["referent"].get("openapi.json")
    with jalons.api() as nobody:
        for path, method, operation in operations(document):
            if operation.get("security") == []:
                continue
            answer = direct(jalons, nobody, method, path.replace("{", "").replace("}", ""))
            assert answer.status_code == 401, f"{method} {path}: {answer.status_code}"


def direct(jalons, client: httpx.Client, method: str, path: str, **options) -> httpx.Response:
    """Asks the process itself: the gateway would slow down so many questions."""
    service = path.split("/")[2]
    return client.request(method, jalons.address_of(service) + path, **options)


@pytest.mark.parametrize("profile", PROFILES)
def test_each_endpoint_is_open_to_whom_it_should(jalons, people, me, places, common, profile):
    document = people["referent"].get("openapi.json")
    within = next((place for place in places if reaches(profile, me[profile], place)), None)
    beyond = next((place for place in places if not reaches(profile, me[profile], place)), None)
    rights, wrong = RIGHTS[profile], []

    def expect(name, method, path, ids, allowed, **options):
        service = path.split("/")[2]
        filled, ids = path, ids | {"list": LISTS.get(service), "delay": DELAYS.get(service),
                             "model": MODELS.get(service),
                             "text": {"identity": "invitation", "scheduling": "reminder"}.get(service)}
        for parameter in [part[1:-1] for part in path.split("/") if part.startswith("{")]:
            if parameter not in ids:
                wrong.append(f"{name}: no object for {{{parameter}}}; give it a row")
                return
            filled = filled.replace("{" + parameter + "}", str(ids[parameter]))
        answer = direct(jalons, people[profile].client, method, filled, **options)
        if not allowed(answer.status_code):
            wrong.append(f"{name} {method} {filled}: {answer.status_code} {answer.text[:160]}")

    for path, method, operation in operations(document):
        name = operation["operationId"]
        if operation.get("security") == []:
            continue
        asked = set(operation.get("x-rights", []))
        parameters = [part[1:-1] for part in path.split("/") if part.startswith("{")]
        lies = any(parameter in OF_A_DOSSIER for parameter in parameters)
        write = write_of(document, operation) if method != "GET" else {}
        own = dict.fromkeys(["session", "notification", "batch", "moving", "token", "search", "use", "delegation", "keptForm",
                             "job", "letterJob", "listExport", "absence", "meeting", "export"], NOWHERE)
        anything = common | own | (within or places[0]).ids
        if asked and not asked & rights:
            expect(name, method, path, anything, lambda status: status == 403, **write)
            continue
        if lies and beyond and set(parameters) & set(OF_A_DOSSIER) <= beyond.ids.keys():
            expect(name, method, path, common | beyond.ids, lambda status: status == 404, **write)
        if (lies and not within) or name in DONE_AT_ONCE or name in REFUSED_WITHIN or own.keys() & set(parameters):
            continue
        # A body that says nothing and a version that is missing are refused only after the caller has passed.
        empty = {"json": {}} if method not in ("GET", "DELETE") else {}
        expect(name, method, path, anything, lambda status: status < 500 and status not in (401, 403, 404), **empty)
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong)


def test_nothing_of_a_dossier_is_found_from_another_territory(jalons, people, neighbours, places):
    document, wrong, tried = people["referent"].get("openapi.json"), [], 0
    assert len(neighbours) >= 3
    for profile, neighbour in neighbours.items():
        for path, method, operation in operations(document):
            parameters = {part[1:-1] for part in path.split("/") if part.startswith("{")}
            asked = set(operation.get("x-rights", []))
            if not parameters & set(OF_A_DOSSIER) or not parameters <= places[0].ids.keys():
                continue
            if asked and not asked & RIGHTS[profile]:
                continue
            tried += 1
            filled = path.format(**places[0].ids)
            write = write_of(document, operation) if method != "GET" else {}
            answer = direct(jalons, neighbour.client, method, filled, **write)
            if answer.status_code != 404:
                wrong.append(f"{profile} {operation['operationId']}: {answer.status_code} {answer.text[:160]}")
    assert tried > 60 and not wrong, f"{len(wrong)} of {tried} wrong:\n" + "\n".join(wrong)
