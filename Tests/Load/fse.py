"""The FSE at a county's largest: indicators, faults and the file of an operation with 100,000 participations."""

import os
import time

import county
import httpx
from table import Row

COUNT = 100_000
INDICATORS, FAULTS, EXPORT = 2, 2, 30

# A hundred thousand persons on one operation: each with a complete entry form, one in two with a complete exit form. The
# county is as large as `--persons` made it: fewer persons, fewer participations.
ROWS = """
set synchronous_commit = off; set maintenance_work_mem = '512MB';
create temp table made as
  select gen_random_uuid() as operation, gen_random_uuid() as offer;
insert into fse.operation (id, name, code, starts_on, ends_on, managers)
  select operation, 'FSE de charge', 'CHARGE', current_date - 400, current_date + 200, array['{manager}'::uuid] from made;
insert into fse.offer (id, name, classification, starts_on, ends_on, operation)
  select offer, 'Z FSE de charge', 'fse', current_date - 400, current_date + 200, operation from made;
create temp table someone as
  select row_number() over (order by id) as n, id as dossier, territory from dossiers.dossier d
  where not exists (select from fse.step f where f.dossier = d.id and f.operation is not null) limit {count};
create temp table drawn as
  select gen_random_uuid() as step, gen_random_uuid() as participation, s.dossier, s.territory, s.n from someone s;
insert into fse.step (id, dossier, territory, offer, kind, planned_from, planned_until, from_date, until_date, operation,
    participates, registered_by, registered_by_name, registered_at)
  select step, dossier, territory, offer, 'step', current_date - 300, current_date - 10, current_date - 300, current_date - 10,
    operation, true, '{manager}', 'DURAND Camille', now() from drawn, made;
insert into fse.participation (id, dossier, territory, operation, step, from_date, until_date, entry_completed_at,
    exit_completed_at, exit_announced_at)
  select participation, dossier, territory, operation, step, current_date - 300, current_date - 10, now(),
    case when n % 2 = 0 then now() end, now() from drawn, made;
insert into fse.answer_sheet (participation, form, dossier, territory, questionnaire, answers, completed_at)
  select participation, 'entry', dossier, territory, 2, jsonb_build_object('E00', current_date - 299, 'E01', 'O', 'E03', 'AUT',
      'E04', case when n % 10 = 0 then 'O' else 'N' end, 'E06', 'ACT15', 'E07', current_date - 700, 'E08', 'N', 'E09', 'O',
      'E11', (array['0', '2', '3P', '3G', '5'])[1 + n % 5], 'E12', 'N', 'E13', jsonb_build_array('RSA'), 'E14', 'N',
      'E15', '0'), now() from drawn
  union all
  select participation, 'exit', dossier, territory, 2, jsonb_build_object('S01', 'TERM',
      'S03', (array['EMP_CDI', 'CHOM', 'FORM'])[1 + n % 3], 'S04', 'N', 'S05', 'N'), now() from drawn where n % 2 = 0;
vacuum analyze fse.step, fse.participation, fse.answer_sheet;
"""


def fill(manager: str) -> tuple[str, int]:
    """The operation, made once, and how many take part in it."""
    if not (operation := county.ask("select id from fse.operation where code = 'CHARGE'")):
        county.ask(ROWS.format(manager=manager, count=COUNT))
        operation = county.ask("select id from fse.operation where code = 'CHARGE'")
    return operation, int(county.ask(f"select count(*) from fse.participation where operation = '{operation}'"))


def measure(token: str, me: dict) -> list[Row]:
    """Each asked once after a first time, of the service itself; the file is read as it comes."""
    operation, count = fill(me["account"]["id"])
    service = os.environ["JALONS_FSE_URL"].split(",")[0]
    rows, remark = [], f"{count:,} participations"
    with httpx.Client(
        base_url=f"{service}/api/fse/v1/operations/{operation}", headers={"Authorization": f"Bearer {token}"}, timeout=120
    ) as client:
        for name, path, budget in [("FSE indicators", "/indicators", INDICATORS), ("FSE faults, first page", "/faults", FAULTS)]:
            client.get(path).raise_for_status()
            began = time.monotonic()
            client.get(path).raise_for_status()
            seconds = time.monotonic() - began
            rows.append(Row(name, f"{seconds:.2f} s", f"budget {budget} s", seconds / budget, 1, remark))
        began, size = time.monotonic(), 0
        with client.stream("GET", "/export") as answer:
            answer.raise_for_status()
            for part in answer.iter_bytes():
                size += len(part)
        seconds = time.monotonic() - began
    rows.append(Row("FSE export", f"{seconds:.1f} s", f"budget {EXPORT} s", seconds / EXPORT, 1, f"{remark}, {size / 1e6:.1f} MB"))
    return rows
