"""What a click costs: processor time of each process for one request, beside pgbench and a Django view of the same statements."""

import os
import re
import socket

import httpx

import processor
import reads
import statements
import yardstick
from table import Row

# The budgets, in milliseconds of processor: a service's own, the portal's for a page, and everything together for a page.
SERVICE = {"a dossier": 0.6, "list of 50": 1.0, "a count": 0.15}
PORTAL = {"home": 2, "beneficiaries": 4, "a dossier": 3, "agenda": 4}
WHOLE = 25
# How many times as many answers a second as the yardstick; by how many times pgbench may be quicker.
FASTER = {"a dossier": 3, "list of 50": 1.5, "a count": 10}
BARE = {"a dossier": 2, "list of 50": 1.5}


def costing(url: str, header: str, clients: int, seconds: float) -> tuple[reads.Asked, dict[str, float]]:
    """The answers, and the milliseconds of processor that one of them costs each process."""
    reads.answers(url, header, clients, 1)
    before = processor.spent()
    asked = reads.answers(url, header, clients, seconds)
    after = processor.spent()
    return asked, {name: (after[name] - before[name]) * 1000 / max(asked.answers, 1) for name in before}


def in_words(cost: dict[str, float]) -> str:
    return ", ".join(f"{name} {milliseconds:.1f}" for name, milliseconds in cost.items() if milliseconds >= 0.05)


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def cookie(profile: str, password: str) -> str:
    """The header of a browser that has signed in at the public address."""
    with httpx.Client(base_url=os.environ["JALONS_PUBLIC_URL"], timeout=30) as client:
        page = client.get("/connexion").raise_for_status().text
        form = next(one for one in re.findall(r"<form.*?</form>", page, re.S) if 'name="password"' in one or 'type="password"' in one)
        fields = {}
        for field in re.findall(r"<input[^>]*>", form):
            name, value = re.search(r'name="([^"]*)"', field), re.search(r'value="([^"]*)"', field)
            kind = re.search(r'type="([^"]*)"', field)
            if name:
                fields[name[1]] = password if kind and kind[1] == "password" else value[1] if value else ""
            if name and kind and kind[1] == "email":
                fields[name[1]] = f"{profile}@demo.jalons.test"
        answer = client.post("/connexion", data=fields, headers={"Origin": str(client.base_url).rstrip("/")})
        assert answer.status_code in (302, 303), f"{profile} did not sign in: {answer.status_code}"
        return "Cookie: " + "; ".join(f"{name}={value}" for name, value in client.cookies.items())


def services(people: dict[str, tuple[str, dict]], clients: int, seconds: float) -> list[Row]:
    dossiers, scheduling = (os.environ[f"JALONS_{name}_URL"].split(",")[0] for name in ["DOSSIERS", "SCHEDULING"])
    identity = os.environ["JALONS_IDENTITY_URL"].split(",")[0]
    token, me = people["referent"]
    account = me["account"]["id"]
    with httpx.Client(base_url=dossiers, headers={"Authorization": f"Bearer {token}"}) as client:
        dossier = client.get("/api/dossiers/v1/dossiers?limit=1").json()["items"][0]["id"]
    names = {"account": account, "dossier": dossier, "data": statements.act(account, dossier, "referent", me["scope"])}
    whole = "".join(text.format(**names) for text in [statements.OPENED, statements.DOSSIER, statements.AUDIT])
    asked = [
        ("a dossier", "referent", "dossiers", f"{dossiers}/api/dossiers/v1/dossiers/{dossier}", whole, f"dossiers/{dossier}"),
        ("list of 50", "secretariat_dispositif", "dossiers", f"{dossiers}/api/dossiers/v1/dossiers?limit=50",
         statements.LIST.format(where="", most=10001), "dossiers"),
        ("a count", "referent", "scheduling", f"{scheduling}/api/scheduling/v1/notifications/count",
         statements.COUNT.format(account=account), "count"),
    ]  # fmt: skip
    rows = []
    keys = httpx.get(f"{identity}/api/identity/v1/keys").raise_for_status().json()["keys"]
    with yardstick.serve(keys, free_port()) as django:
        for what, profile, name, url, sql, path in asked:
            header = f"Authorization: Bearer {people[profile][0]}"
            found, cost = costing(url, header, clients, seconds)
            rows.append(Row(f"{what}, processor of {name}", f"{cost[name]:.2f} ms, {found.rate:.0f}/s",
                            f"{SERVICE[what]} ms", cost[name] / SERVICE[what], 1, in_words(cost)))  # fmt: skip
            if what in BARE:
                tps = reads.bare(people[profile][1], sql, clients, seconds, name)
                rows.append(Row(f"{what}, beside its SQL", f"{found.rate:.0f}/s", f"pgbench {tps:.0f}/s", tps / found.rate, BARE[what]))
            other = reads.answers(f"{django}/{path}", header, clients, seconds)
            rows.append(Row(f"{what}, beside Django", f"{found.rate:.0f}/s", f"Django {other.rate:.0f}/s",
                            other.rate / found.rate, round(1 / FASTER[what], 2), f"{found.rate / other.rate:.1f} times"))  # fmt: skip
        header = f"Authorization: Bearer {people['secretariat_dispositif'][0]}"
        other = reads.answers(f"{django}/page", header, clients, seconds)
        rows.append(Row("Django's page of the list", f"{other.rate:.0f}/s", "–", 0, 1, f"p99 {other.late:.0f} ms"))
    return rows


def pages(people: dict[str, tuple[str, dict]], clients: int, seconds: float, password: str) -> list[Row]:
    url = os.environ["JALONS_PUBLIC_URL"]
    service = os.environ["JALONS_DOSSIERS_URL"].split(",")[0]
    with httpx.Client(base_url=service, headers={"Authorization": f"Bearer {people['referent'][0]}"}) as client:
        dossier = client.get("/api/dossiers/v1/dossiers?limit=1").json()["items"][0]["id"]
    rows = []
    for what, profile, path in [("home", "referent", "/"), ("beneficiaries", "secretariat_dispositif", "/beneficiaires"),
                                ("a dossier", "referent", f"/dossiers/{dossier}"), ("agenda", "referent", "/agenda")]:  # fmt: skip
        found, cost = costing(url + path, cookie(profile, password), clients, seconds)
        rows.append(Row(f"page: {what}, portal", f"{cost['portal']:.2f} ms, {found.rate:.0f}/s", f"{PORTAL[what]} ms",
                        cost["portal"] / PORTAL[what], 1, f"p99 {found.late:.0f} ms"))  # fmt: skip
        rows.append(Row(f"page: {what}, everything", f"{sum(cost.values()):.1f} ms", f"{WHOLE} ms",
                        sum(cost.values()) / WHOLE, 1, in_words(cost)))  # fmt: skip
    return rows


def measure(people: dict[str, tuple[str, dict]], clients: int, seconds: float, password: str) -> list[Row]:
    return services(people, clients, seconds) + pages(people, clients, seconds, password)
