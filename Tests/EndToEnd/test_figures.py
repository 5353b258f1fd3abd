"""Each report and alert beside a question of its own to the database, put by its owner: past the services, their views and
their policies."""

import os
import subprocess

import pytest

from conftest import Someone, now, today

ACTIVE = "d.state <> 'left'"
CONTRACTS = "contracts.contract c join dossiers.dossier d on d.id = c.dossier"
# The valid contract that begins last, of each dossier.
LAST = """(select distinct on (dossier) * from contracts.contract where state = 'valide'
    order by dossier, starts_on desc, id desc) c join dossiers.dossier d on d.id = c.dossier"""
RENEWED = "not c.last_contract and c.ends_on <= date '{today}' + {days}"
# The request of each dossier that was made last, of those that were not withdrawn.
NOTICES = """(select distinct on (dossier) * from dossiers.formal_notice_request where withdrawn_on is null
    order by dossier, requested_at desc) m join dossiers.dossier d on d.id = m.dossier"""
NO_CONTRACT = "d.state = 'entered' and d.id not in (select dossier from contracts.contract)"

# What is asked, and from which tables with which conditions.
REPORTS = {
    "file-active": ({}, "dossiers.dossier d", ACTIVE),
    "file-active-referent": ({}, "dossiers.referent r join dossiers.dossier d on d.id = r.dossier",
                             f"r.kind = 'lead' and coalesce(r.until_date, 'infinity') >= date '{{today}}' and {ACTIVE}"),
    "etats-contrats": ({}, CONTRACTS, "true"),
    "cer-valides": ({}, CONTRACTS, "c.state = 'valide'"),
    "cer-non-valides": ({}, CONTRACTS, "c.state = 'non_valide'"),
    "sans-cer": ({}, "dossiers.dossier d", NO_CONTRACT),
    "renouvellements": ({"days": 60}, LAST, f"{RENEWED} and {ACTIVE}"),
    "nsdd": ({}, "dossiers.dossier d", f"d.duties = false and {ACTIVE}"),
    "midem": ({}, NOTICES, ACTIVE),
    "droit-clos": ({}, "dossiers.dossier d", f"d.entitlement in ('5', '6') and {ACTIVE}"),
    "mutations": ({}, "dossiers.dossier d", f"d.outside_county and {ACTIVE}"),
}  # fmt: skip

# Counted in the active file, as the filter of all alerts has it.
ALERTS = {
    "sorties": ("dossiers.proposed_exit e join dossiers.dossier d on d.id = e.dossier", "e.decision is null"),
    "contrats": (CONTRACTS, "c.state in ('soumis', 'attente')"),
    "renouvellements": (LAST, RENEWED),
    "sans-cer": ("dossiers.dossier d", NO_CONTRACT),
    "nsdd": ("dossiers.dossier d", "d.duties = false"),
    "droit-clos": ("dossiers.dossier d", "d.entitlement in ('5', '6')"),
    "mutations": ("dossiers.dossier d", "d.outside_county"),
    "midem": (NOTICES, "(m.served_on is null or m.served_on <= m.requested_on)"),
    "sans-coordonnees": ("dossiers.dossier d", "coalesce(d.phone, '') = '' and coalesce(d.email, '') = ''"),
    "veilles": ("dossiers.standby s join dossiers.dossier d on d.id = s.dossier",
                "s.removed_at is null and s.from_date <= date '{today}' and "
                "s.until_date between date '{today}' and date '{today}' + {days}"),
    "entretiens": ("scheduling.appointment a join dossiers.dossier d on d.id = a.dossier",
                   "a.outcome = 'planned' and a.ends_at < timestamptz '{now}'"),
    "cer-en-retard": (CONTRACTS, "c.state in ('soumis', 'etude', 'attente') and "
                      "(c.submitted_at at time zone 'Europe/Paris')::date < date '{today}' - {days}"),
    "sans-rendez-vous": ("dossiers.dossier d",
                         "d.state = 'entered' and coalesce(d.lead_since, d.entered_on) < date '{today}' - {days} and d.id not in "
                         "(select dossier from scheduling.appointment where dossier is not null and outcome in ('planned', 'held')"
                         " and (starts_at at time zone 'Europe/Paris')::date >= date '{today}' - {days})"),
    "non-actualises": ("dossiers.dossier d",
                       "d.lead is not null and coalesce(d.refreshed_on, (select reference_date from dossiers.latest_stock))"
                       " < date '{today}' - {days}"),
    "etapes": ("fse.step s join dossiers.dossier d on d.id = s.dossier",
               "s.kind = 'step' and s.from_date <= date '{today}' and coalesce(s.until_date, 'infinity') >= date '{today}'"
               " and s.planned_until <= date '{today}' + {days}"),
    "operateurs": ("fse.step s join dossiers.dossier d on d.id = s.dossier",
                   "s.kind = 'positioning' and s.until_date is null and "
                   "(s.registered_at at time zone 'Europe/Paris')::date < date '{today}' - {days}"),
}  # fmt: skip


def asked(query: str) -> list[str]:
    return subprocess.run(["psql", "-XAtc", query, os.environ["JALONS_POSTGRES_ADMIN"]], text=True, check=True,
                          capture_output=True).stdout.split()  # fmt: skip


def territories(profile: str) -> str:
    """The condition that a dossier is in the territories of the demonstration's account of this profile."""
    return f"""d.territory = any((select p.territories from identity.account_profile p join identity.account a on a.id = p.account
        where a.email = '{profile}@demo.jalons.test' and p.profile = '{profile}')::uuid[])"""


def every(someone: Someone, path: str, **query) -> list[str]:
    """The dossier of each row of all pages."""
    found, after = [], None
    while True:
        page = someone.get(path, limit=200, **query, **({"after": after} if after else {}))
        found += [row["dossier"] for row in page["rows"]]
        if not (after := page.get("next")):
            return found


@pytest.mark.parametrize("profile", ["siege", "chef_de_service"])
@pytest.mark.parametrize("report", REPORTS)
def test_each_report_is_what_the_database_holds(jalons, profile, report):
    someone = Someone(jalons, profile)
    query, tables, condition = REPORTS[report]
    reach = "true" if profile == "siege" else territories(profile)
    told = every(someone, f"insight/v1/reports/{report}", **query)
    condition = condition.format(today=today(), **query)
    assert sorted(told) == sorted(asked(f"select d.id from {tables} where {condition} and {reach}"))


@pytest.mark.parametrize("alert", ALERTS)
def test_each_alert_counts_what_the_database_holds(jalons, alert):
    chef = Someone(jalons, "chef_de_service")
    former = chef.get("insight/v1/alert-filter")
    chef.call("PUT", "insight/v1/alert-filter", {"situation": "active", "scheme": "all"})
    try:
        page = chef.get(f"insight/v1/alerts/{alert}", limit=1)
        tables, condition = ALERTS[alert]
        condition = condition.format(today=today(), now=now().isoformat(), days=page["alert"].get("days"))
        found = asked(f"select d.id from {tables} where {condition} and {ACTIVE} and {territories('chef_de_service')}")
        assert page["alert"]["count"] == min(len(found), 1001)
        assert sorted(every(chef, f"insight/v1/alerts/{alert}")) == sorted(found)
        counted = chef.get("insight/v1/alerts")["items"]
        assert next(one["count"] for one in counted if one["code"] == alert) == min(len(found), 1001)
    finally:
        chef.call("PUT", "insight/v1/alert-filter", former)
