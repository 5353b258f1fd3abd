"""Nonsense of every kind, made by schemathesis from the interface's own document: never a failure of ours, and what is
refused is refused in French, as a problem."""

import gzip
import re

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import content_type_conformance, response_schema_conformance

from conftest import Someone

# What would end the session that asks, or change an account, a structure or a caseload that the other tests stand on.
LEFT_ALONE = {
    "identity.signOut", "identity.signIn", "identity.refreshSession", "identity.switchProfile", "identity.closeSession",
    "identity.changePassword", "identity.closeAccount", "identity.changeAccount", "identity.confirmAccount",
    "identity.inviteAccount", "identity.acceptInvitation", "identity.changeOrganisation", "dossiers.importFeed",
    "identity.changeSecurityRule", "identity.changeProfileRights", "dossiers.decideProposedExits", "identity.requestPasswordReset",
    "identity.resetPassword", "identity.visitSignInProvider", "dossiers.changeFeedDeadline",
    "dossiers.changeDelay", "contracts.changeDelay", "contracts.changeTransitions", "scheduling.changeDelay",
    "identity.changeDelay", "identity.changeCounty", "contracts.changeSubmissionTerms", "contracts.moveContracts",
}  # fmt: skip
EACH = settings(max_examples=20, deadline=None, derandomize=True, database=None,
                suppress_health_check=list(HealthCheck))  # fmt: skip


def is_well_refused(answer):
    """A problem of RFC 9457; none of ours."""
    assert answer.status_code < 500, f"{answer.status_code} {answer.text[:300]}"
    if answer.status_code >= 400:
        kind = answer.headers["content-type"]
        # schemathesis keeps every value of a header.
        kind = kind[0] if isinstance(kind, list) else kind
        assert kind.startswith("application/problem+json"), kind
        problem = answer.json()
        assert problem["type"].startswith("/problemes/") and problem["title"], problem
        assert problem["status"] == answer.status_code


def known_objects(person: Someone) -> dict:
    """Objects that are really there, so that nonsense gets past « introuvable »."""
    dossiers = person.call("GET", "dossiers/v1/dossiers", limit=1).json()["items"]
    contracts = person.get("contracts/v1/contracts", limit=1)["items"]
    offers = person.get("fse/v1/offers", limit=1)["items"]
    found = {"dossier": dossiers, "contract": contracts, "offer": offers}
    return {name: items[0]["id"] for name, items in found.items() if items}


@pytest.fixture(scope="module")
def people(jalons):
    """Between them they may call everything; the first who may is the one who does."""
    profiles = ["referent_fse", "chef_de_service", "gestionnaire_fse", "administrateur", "dpo", "exploitant", "operateur"]
    return [Someone(jalons, profile) for profile in profiles]


@pytest.mark.parametrize("service", ["identity", "dossiers", "contracts", "scheduling", "fse", "insight"])
def test_no_operation_fails_on_what_the_document_allows_or_forbids(jalons, people, service):
    schema = schemathesis.openapi.from_dict(people[0].get("openapi.json"))
    rights = [set(person.get("identity/v1/me")["rights"]) for person in people]
    known, base, wrong = known_objects(people[0]), jalons.address_of(service), []
    for result in schema.get_all_operations():
        operation = result.ok()
        raw = operation.definition.raw
        name = raw["operationId"]
        if name in LEFT_ALONE or not name.startswith(service + "."):
            continue
        asked = set(raw["x-rights"])
        person = next(person for person, his in zip(people, rights, strict=True) if not asked or asked & his)
        token = {"Authorization": person.client.headers["Authorization"]}
        for mode in GenerationMode:

            @settings(EACH)
            @given(case=operation.as_strategy(generation_mode=mode))
            def attack(case):
                case.path_parameters.update({key: known[key] for key in case.path_parameters if key in known})
                answer = case.call(base_url=base, headers=token)
                is_well_refused(answer)
                if answer.status_code < 300:
                    case.validate_response(answer, checks=[response_schema_conformance, content_type_conformance])

            try:
                attack()
            except Unsatisfiable:
                # An operation that takes nothing has nothing to get wrong.
                pass
            except Exception as fault:  # schemathesis tells its findings by groups of exceptions
                wrong.append(f"{name}, {mode.name.lower()}: {fault!r:.600}")
    assert not wrong, f"{len(wrong)} wrong:\n" + "\n".join(wrong)


@pytest.mark.parametrize("service", ["identity", "dossiers", "contracts", "scheduling", "fse", "insight"])
def test_no_operation_runs_without_its_body_or_on_one_of_another_type(jalons, people, service):
    rights = [set(person.get("identity/v1/me")["rights"]) for person in people]
    base, wrong, tried = jalons.address_of(service), [], 0
    for path, methods in people[0].get("openapi.json")["paths"].items():
        for method, operation in methods.items():
            if "requestBody" not in operation or not operation["operationId"].startswith(service + "."):
                continue
            asked = set(operation["x-rights"])
            person = next(person for person, his in zip(people, rights, strict=True) if not asked or asked & his)
            headers = {"Authorization": person.client.headers["Authorization"], "If-Match": '"1"'}
            address = base + re.sub(r"{\w+}", "00000000-0000-7000-8000-000000000000", path)
            for status, options in {400: {}, 415: {"content": b"x=1", "headers": {"Content-Type": "text/plain"}}}.items():
                options = options | {"headers": headers | options.get("headers", {})}
                answer = httpx.request(method, address, **options)
                tried += 1
                if answer.status_code != status:
                    wrong.append(f"{operation['operationId']}: {answer.status_code}, not {status}")
    assert tried or service == "insight"
    assert not wrong, "\n".join(wrong)


NASTY = {
    "a body that is not JSON": dict(content=b"{", headers={"Content-Type": "application/json"}),
    "a body that is no text": dict(content=b"\xff\xfe\x00", headers={"Content-Type": "application/json"}),
    "JSON a thousand deep": dict(content=b"[" * 1000 + b"]" * 1000, headers={"Content-Type": "application/json"}),
    "a NUL": dict(json={"text": "a\u0000b", "audience": "public"}),
    "half a character": dict(content=b'{"text":"\\ud800","audience":"public"}'),
    "a number beyond all": dict(content=b'{"text":1e999,"audience":"public"}'),
    "a body far too long": dict(json={"text": "x" * 400_000, "audience": "public"}),
    "a list": dict(json=[]),
    "a key twice": dict(content=b'{"text":"x","text":"y","audience":"public"}'),
    "a parameter twice": dict(json={"text": "x", "audience": "public"}, params=[("x", "1"), ("x", "2")]),
    "nothing": dict(),
    "a key of rubbish": dict(json={"text": "x", "audience": "tous"}, headers={"Idempotency-Key": "é" * 3}),
}


@pytest.mark.parametrize("what", NASTY)
def test_nasty_bodies_are_refused_and_change_nothing(jalons, what):
    person = Someone(jalons, "accompagnateur_emploi")
    dossier = person.get("dossiers/v1/dossiers", sort="entered", limit=1)["items"][0]["id"]
    address = f"/api/dossiers/v1/dossiers/{dossier}/notes"
    before = person.get(address.removeprefix("/api/"))["items"]
    options = dict(NASTY[what])
    headers = {name: value.encode() for name, value in options.pop("headers", {}).items()}
    answer = person.client.post(address, headers=headers, **options)
    is_well_refused(answer)
    assert answer.status_code in (400, 413, 422), answer.text
    assert person.get(address.removeprefix("/api/"))["items"] == before


def entity_bomb() -> bytes:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(9))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "x">{entities}]><x>&e9;</x>'.encode()


FEEDS = {
    "empty": b"", "no XML": b"bonjour", "truncated": b'<?xml version="1.0"?><Genesis><Dossier', "an entity bomb": entity_bomb(),
    "a gzip bomb": gzip.compress(b"\0" * 200_000_000, 9), "half a gzip": gzip.compress(b"<a/>" * 1000)[:-20],
}  # fmt: skip


@pytest.mark.parametrize("what", FEEDS)
def test_a_feed_of_nonsense_is_refused_whole(jalons, what):
    person = Someone(jalons, "administrateur")
    before = person.get("dossiers/v1/dossiers", limit=1)["total"]
    answer = person.client.post("/api/dossiers/v1/feeds?mode=apply", content=FEEDS[what], timeout=60)
    is_well_refused(answer)
    assert answer.status_code >= 400 or answer.json()["status"] == "refused", answer.text[:300]
    assert person.get("dossiers/v1/dossiers", limit=1)["total"] == before
