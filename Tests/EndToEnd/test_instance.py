"""The instance as an operator and another system meet it: health, the OpenAPI document, accounts."""

import httpx
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from conftest import PROCESSES, PROFILES


@pytest.mark.parametrize("process", PROCESSES)
@pytest.mark.parametrize("probe", ["live", "ready"])
def test_every_process_says_that_it_is_well(jalons, process, probe):
    answer = httpx.get(f"{jalons.address_of(process)}/health/{probe}", timeout=10)
    assert answer.status_code == 200, answer.text


def test_the_openapi_document_of_the_whole_suite_is_valid(jalons):
    with jalons.api() as api:
        answer = api.get("/api/openapi.json")
    assert answer.status_code == 200, answer.text
    document = answer.json()
    assert document["openapi"].startswith("3.1")
    faults = [f"{'/'.join(map(str, fault.path))}: {fault.message}" for fault in
              OpenAPIV31SpecValidator(document).iter_errors()]  # fmt: skip
    assert not faults, "\n".join(faults)
    # One service that is not merged in would leave a document that is valid all the same.
    for service in ["identity", "dossiers", "contracts", "scheduling", "fse", "insight"]:
        assert any(path.startswith(f"/api/{service}/v1/") for path in document["paths"]), f"{service} is missing"


@pytest.mark.parametrize("profile", PROFILES)
def test_the_demo_has_an_account_for_every_profile(jalons, profile):
    assert jalons.sign_in(f"{profile}@demo.jalons.test")


def test_a_wrong_password_is_refused_as_a_problem(jalons):
    with jalons.api() as api:
        answer = api.post(
            "/api/identity/v1/sessions", json={"email": "referent@demo.jalons.test", "password": "autre"}
        )
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert "token" not in answer.text


def test_nothing_is_read_without_a_session(jalons):
    with jalons.api() as api:
        answer = api.get("/api/dossiers/v1/dossiers")
    assert answer.status_code == 401
    assert answer.headers["content-type"].startswith("application/problem+json")
