"""Lists and pages, beside the same statement asked of Postgres by pgbench as the same role, with as many clients."""

import os
import re
import shutil
import subprocess
import tempfile
from dataclasses import dataclass

import httpx

import county
from statements import LIST
from table import Row

# A criterion on a value that one dossier in a thousand has.
ONE = "charge_1:is:valeur%252017"
VALUE = """d.id in (select v.dossier from dossiers.characteristic_value v
    where v.characteristic = 'charge_{}' and v.plain = 'valeur 17')"""


def milliseconds(text: str) -> float:
    number, unit = re.fullmatch(r"([0-9.]+)(us|ms|s)", text).groups()
    return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]


@dataclass(frozen=True)
class Asked:
    rate: float
    median: float
    late: float
    answers: int


def answers(url: str, header: str, clients: int, seconds: float) -> Asked:
    """Answers a second, the median and the 99th percentile in milliseconds, and how many answers there were."""
    told = subprocess.run(
        ["wrk", "-t1", f"-c{clients}", f"-d{seconds:.0f}s", "--latency", "--timeout", "10s", "-H", header, url],
        capture_output=True, text=True, check=True).stdout  # fmt: skip
    assert "Non-2xx" not in told, f"{url}:\n{told}"
    shares = dict(re.findall(r"(50|99)% +([0-9.]+(?:us|ms|s))", told))
    rate = float(re.search(r"Requests/sec: +([0-9.]+)", told)[1])
    return Asked(rate, milliseconds(shares["50"]), milliseconds(shares["99"]), int(re.search(r"(\d+) requests in", told)[1]))


def ask(url: str, token: str, clients: int, seconds: float) -> tuple[float, float, float]:
    asked = answers(url, f"Authorization: Bearer {token}", clients, seconds)
    return asked.rate, asked.median, asked.late


def bare(me: dict, sql: str, clients: int, seconds: float, schema: str = "dossiers") -> float:
    """Transactions a second of the same SQL, as the same caller."""
    territories = "{" + ",".join(territory["id"] for territory in me["territories"]) + "}"
    organisation = (me.get("organisation") or {}).get("id", "")
    script = f"""begin; set local role {schema}_{me["scope"]};
        select set_config('jalons.account', '{me["account"]["id"]}', true), set_config('jalons.territories', '{territories}', true),
        set_config('jalons.organisation', '{organisation}', true), set_config('jalons.today', current_date::text, true);
        {sql}
        commit;"""
    program = shutil.which("pgbench") or "/usr/lib/postgresql/15/bin/pgbench"
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as file:
        file.write(" ".join(script.split()).replace("; ", ";\n"))
        file.flush()
        told = subprocess.run(
            [program, "-n", "-M", "prepared", "-f", file.name, "-c", str(clients), "-T", str(int(seconds)),
             os.environ["JALONS_POSTGRES_ADMIN"]], capture_output=True, text=True, check=True).stdout  # fmt: skip
    return float(re.search(r"tps = ([0-9.]+)", told)[1])


def measure(people: dict[str, tuple[str, dict]], clients: int, seconds: float, limit: int) -> list[Row]:
    """Each read of the service itself beside its SQL, then through the gateway beside the service; `limit` in milliseconds."""
    service, gateway = os.environ["JALONS_DOSSIERS_URL"].split(",")[0], os.environ["JALONS_PUBLIC_URL"]
    rows = []
    for what, profile, query, where in [
        ("caseload", "referent", "limit=50", ""),
        ("territory", "secretariat_dispositif", "limit=50", ""),
        ("county", "siege", "limit=50", ""),
        ("name, territory", "secretariat_dispositif", "limit=50&q=martin",
         "where d.id = any(array(select dossiers.written_as('{martin}')))"),
        ("name, county", "siege", "limit=50&q=martin", "where d.search like '%martin%'"),
        ("telephone, county", "siege", "limit=50&q=0698943255", "where d.phone = '0698943255'"),
        ("name misspelt, county", "siege", "limit=50&q=martain",
         "where d.id = any(array(select dossiers.close_to('{martain}')))"),
        ("characteristic, territory", "secretariat_dispositif", f"limit=50&criteria={ONE}", f"where {VALUE.format(1)}"),
        ("characteristic, county", "siege", f"limit=50&criteria={ONE}", f"where {VALUE.format(1)}"),
        ("two characteristics, county", "siege", f"limit=50&criteria={ONE},charge_2:contains:17",
         f"where {VALUE.format(1)} and d.id in (select v.dossier from dossiers.characteristic_value v"
         " where v.characteristic = 'charge_2' and v.plain like '%17%')"),
    ]:  # fmt: skip
        token, me = people[profile]
        path = f"/api/dossiers/v1/dossiers?{query}"
        rate, median, late = ask(service + path, token, clients, seconds)
        tps = bare(me, LIST.format(where=where, most=1001 if where else 10001), clients, seconds)
        rows.append(Row(f"{what}, as {profile}", f"{median:.1f} ms, p99 {late:.1f} ms, {rate:.0f}/s", f"pgbench {tps:.0f}/s",
                        tps / rate, 3, "p99 " + ("within" if late <= limit else "BEYOND") + f" {limit} ms"))  # fmt: skip
    token, _ = people["referent"]
    with httpx.Client(base_url=service, headers={"Authorization": f"Bearer {token}"}) as client:
        dossier = client.get("/api/dossiers/v1/dossiers?limit=1").json()["items"][0]["id"]
    for what, path in {"a dossier": f"dossiers/{dossier}", "its timeline": f"dossiers/{dossier}/timeline"}.items():
        direct, median, late = ask(f"{service}/api/dossiers/v1/{path}", token, clients, seconds)
        through, _, _ = ask(f"{gateway}/api/dossiers/v1/{path}", token, clients, seconds)
        rows.append(Row(f"{what}, through the gateway", f"{through:.0f}/s", f"service {direct:.0f}/s", direct / through, 1.5,
                        f"the service alone: {median:.1f} ms, p99 {late:.1f} ms"))  # fmt: skip
    return rows + measure_insight(people, clients, seconds)


REPORTS = """sorties-file-active file-active file-active-referent etats-contrats cer-valides cer-non-valides sans-cer renouvellements
    nsdd midem droit-clos mutations"""


def measure_insight(people: dict[str, tuple[str, dict]], clients: int, seconds: float) -> list[Row]:
    """The alerts and each report of the whole county, through the gateway beside the service."""
    service, gateway = os.environ["JALONS_INSIGHT_URL"].split(",")[0], os.environ["JALONS_PUBLIC_URL"]
    rows = []
    for what, profile, path in [
        ("the favourite alerts", "referent", "alerts?favourites=true"),
        ("all alerts", "secretariat_dispositif", "alerts"), ("all alerts", "siege", "alerts"),
        ("activity", "secretariat_dispositif", "activity?of=scope"),
        ("the team's activity", "secretariat_dispositif", "team-activity"),
        *((f"report {report}", "siege", f"reports/{report}") for report in REPORTS.split()),
    ]:  # fmt: skip
        token, _ = people[profile]
        direct, median, late = ask(f"{service}/api/insight/v1/{path}", token, clients, seconds)
        through, _, _ = ask(f"{gateway}/api/insight/v1/{path}", token, clients, seconds)
        rows.append(Row(f"{what}, as {profile}", f"{through:.0f}/s", f"service {direct:.0f}/s", direct / through, 1.5,
                        f"the service alone: {median:.1f} ms, p99 {late:.1f} ms"))  # fmt: skip
    return rows


AUDIT = """select position, event, at, account, account_name, profile, scope, act, kind, dossier, object, address
    from identity.audit_entry where {where} order by at desc, position desc limit 51;"""


def measure_log(token: str, me: dict, clients: int, seconds: float) -> list[Row]:
    """The delegate's questions to a log of ten million lines."""
    service = os.environ["JALONS_IDENTITY_URL"].split(",")[0]
    rows = []
    for what, query, where in [
        ("the whole log", "", "true"),
        ("a dossier's lines", f"dossier={county.DOSSIER}", f"dossier = '{county.DOSSIER}'"),
        ("an account's lines", f"account={county.PROGRAM}", f"account = '{county.PROGRAM}'"),
        ("an account's writes", f"account={county.PROGRAM}&kind=write", f"account = '{county.PROGRAM}' and kind = 'write'"),
    ]:  # fmt: skip
        rate, median, late = ask(f"{service}/api/identity/v1/audit?{query}", token, clients, seconds)
        tps = bare(me, AUDIT.format(where=where), clients, seconds, "identity")
        rows.append(Row(what, f"{median:.1f} ms, p99 {late:.1f} ms, {rate:.0f}/s", f"pgbench {tps:.0f}/s", tps / rate, 3,
                        "p99 " + ("within" if late <= 100 else "BEYOND") + " 100 ms"))  # fmt: skip
    return rows
