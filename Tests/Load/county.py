"""A county made larger than any: everybody once more, and once more, with other identifiers, teams and territories."""

import os
import subprocess

# Twins keep their names, so that a name is as frequent as it was: identifiers come from the first one's and the turn.
TWINS = """
set work_mem = '256MB'; set maintenance_work_mem = '512MB'; set synchronous_commit = off;
create function pg_temp.twin(id uuid, turn int) returns uuid language sql immutable parallel safe
  as $$ select md5(id::text || turn)::uuid $$;
insert into identity.territory (id, code, name)
  select pg_temp.twin(id, turn), code || '-' || turn, name || ' ' || turn from identity.territory, generate_series({turns}) turn;
insert into identity.account (id, email, family_name, given_name, status)
  select pg_temp.twin(id, turn), turn || '.' || email, family_name, given_name, 'pending'
  from identity.account, generate_series({turns}) turn;
insert into dossiers.household select pg_temp.twin(h.id, turn), genesis_number || '-' || turn, payer, payer_number,
    claimant_number, requested_on, family_situation, family_since, dependent_children, entitlement, entitlement_opened_on,
    suspension_reason, suspended_on, closure_reason, closed_on, address, postal_code, insee_code, commune,
    pg_temp.twin(territory, turn)
  from dossiers.household h, generate_series({turns}) turn;
create temp table first as select * from dossiers.dossier;
alter table first drop column number;
insert into dossiers.dossier ({columns})
  select {values} from first d, generate_series({turns}) turn;
insert into dossiers.referent (id, dossier, account, organisation, kind, from_date, until_date, source, created_at)
  select pg_temp.twin(id, turn), pg_temp.twin(dossier, turn), pg_temp.twin(account, turn), organisation, kind, from_date,
    until_date, source, created_at
  from dossiers.referent r, generate_series({turns}) turn;
vacuum analyze identity.account, identity.territory, dossiers.household, dossiers.dossier, dossiers.referent;
"""

TURNED = {
    "id": "pg_temp.twin(d.id, turn)", "household": "pg_temp.twin(d.household, turn)",
    "partner": "pg_temp.twin(d.partner, turn)", "territory": "pg_temp.twin(d.territory, turn)",
    "lead": "pg_temp.twin(d.lead, turn)", "genesis_id": "d.genesis_id || '-' || turn",
    "nir_hash": "sha256(d.nir_hash || turn::text::bytea)",
}  # fmt: skip


def ask(sql: str) -> str:
    return subprocess.run(
        ["psql", "-XAtq", "-v", "ON_ERROR_STOP=1", os.environ["JALONS_POSTGRES_ADMIN"]],
        input=sql, capture_output=True, text=True, check=True).stdout.strip()  # fmt: skip


def grow(dossiers: int) -> int:
    """Until there are about so many; gives how many there are."""
    there = int(ask("select count(*) from dossiers.dossier"))
    turns = round(dossiers / there) - 1
    if turns > 0:
        columns = ask("""select attname from pg_attribute where attrelid = 'dossiers.dossier'::regclass and attnum > 0
            and not attisdropped and attgenerated = '' and attname <> 'number' order by attnum""").split()
        ask(TWINS.format(turns=f"1, {turns}", columns=", ".join(columns),
                         values=", ".join(TURNED.get(column, f"d.{column}") for column in columns)))  # fmt: skip
    return int(ask("select count(*) from dossiers.dossier"))


# Forty characteristics of everybody: of each, a thousand values are as frequent as one another.
VALUES = """
set synchronous_commit = off; set maintenance_work_mem = '512MB';
insert into dossiers.characteristic (code, family, label, kind)
  select 'charge_' || n, 'parcours', 'Charge ' || n, 'line' from generate_series(1, 40) n on conflict do nothing;
insert into dossiers.characteristic_value (dossier, characteristic, value, author, author_name, at)
  select d.id, 'charge_' || n, 'Valeur ' || abs(hashtext(d.id::text || n)) % 1000, d.id, 'DURAND Camille', now()
  from dossiers.dossier d, generate_series(1, 40) n on conflict do nothing;
vacuum analyze dossiers.characteristic, dossiers.characteristic_value;
"""


def fill_characteristics() -> int:
    """Forty values a dossier; gives how many values there are."""
    if int(ask("select count(*) from dossiers.characteristic where code = 'charge_40'")) == 0:
        ask(VALUES)
    return int(ask("select count(*) from dossiers.characteristic_value"))


# Ten years of a large county's log: three thousand people, one of whom is a program that reads all night, and one dossier
# that everybody has opened.
LINES = """
set synchronous_commit = off; set maintenance_work_mem = '512MB';
insert into identity.audit_entry (event, at, account, account_name, profile, scope, act, kind, dossier, object, address, hash)
  select gen_random_uuid(), now() - ({lines} - n) * interval '20 seconds',
    case when n % 10 = 0 then '{program}'::uuid else md5((n % 3000)::text)::uuid end, 'DURAND Camille', 'referent', 'own',
    case when n % 7 = 0 then 'dossiers.changeContact' else 'dossiers.showDossier' end,
    case when n % 7 = 0 then 'write' else 'read' end,
    case when n % 200 = 0 then '{dossier}'::uuid else md5((n % 110000)::text)::uuid end, null, '10.0.0.1',
    decode(md5(n::text), 'hex')
  from generate_series(1, {lines}) n;
vacuum analyze identity.audit_entry;
"""
PROGRAM, DOSSIER = "00000000-0000-7000-8000-00000000a0d1", "00000000-0000-7000-8000-00000000d055"


def fill_log(lines: int) -> int:
    """The audit log, without its chain: what is measured is how it is read."""
    there = int(ask("select count(*) from identity.audit_entry"))
    if there < lines:
        ask(LINES.format(lines=lines, program=PROGRAM, dossier=DOSSIER))
    return int(ask("select count(*) from identity.audit_entry"))
