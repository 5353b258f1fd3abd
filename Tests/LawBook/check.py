"""Whether the project's law book (deploy/docs) is true: every rule that the code cites is in rules.md, every rule has a test, every file
and test named in rules.md, threats.md and procedures.md exists. And whether the code names no county. Run by `./jalons test lint`; needs no instance."""

import pathlib
import re
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
DOCS = ROOT / "deploy" / "docs"
CODE = [ROOT / "Services", ROOT / "Shared", ROOT / "Tests", ROOT / "deploy" / "cli", ROOT / "deploy" / "models"]
SUFFIXES = {".swift", ".sql", ".py", ".sh", ".js", ".css"}
CITED = re.compile(r"\brules? ([A-Z]\d+(?:(?:, | and | to )[A-Z]\d+)*)")
NUMBER = re.compile(r"[A-Z]\d+")
NAMED_TEST = re.compile(r"`([\w/.]+)`: « (.*?) »")
# Texts that are not in the repository: who cites them cannot be followed.
ABROAD = re.compile(r"\bDESIGN\b|\bACCESS\b|\bLOOK\b|\bSTYLE\.md|[Dd]omain facts|\([Gg]uide, \*")

# One county's hours or name where any county's belong. The demonstration (Control) is of one; two migrations have run.
ONE_COUNTY = re.compile(r"time zone 'Europe/Paris'|Ardèche")
HAVE_RUN = {"0005_delays.sql", "0035_insight_views.sql"}


def code_files():
    for folder in CODE:
        for path in sorted(folder.rglob("*")):
            if path.suffix in SUFFIXES and path != pathlib.Path(__file__).resolve():
                yield path


def rows(page: str) -> list[list[str]]:
    """The cells of every table's rows, without heads and lines."""
    lines = [line for line in (DOCS / page).read_text().splitlines() if line.startswith("| ")]
    cells = [[cell.strip() for cell in line.strip().strip("|").split(" | ")] for line in lines]
    return [row for row in cells if not set(row[0]) <= {"-"}]


def is_test(file: str, sentence: str) -> bool:
    path = ROOT / "Tests" / file
    if not path.exists():
        return False
    text = path.read_text()
    return f"def {sentence}(" in text if path.suffix == ".py" else f'"{sentence}"' in text


def rules_at_fault(book: dict[str, list[str]]):
    for number, row in book.items():
        if len(row) != 5 or not all(row):
            yield f"rules.md: {number} has not its five columns"
            continue
        tests = NAMED_TEST.findall(row[4])
        if not tests:
            yield f"rules.md: {number} names no test"
        for file, sentence in tests:
            if not is_test(file, sentence):
                yield f"rules.md: {number} names a test that is not in Tests/{file}: {sentence}"
        for file in re.findall(r"`([^`]+)`", row[3]):
            if not (ROOT / file).exists():
                yield f"rules.md: {number} names a file that does not exist: {file}"


def citations_at_fault(book: dict[str, list[str]]):
    for path in code_files():
        for place, line in enumerate(path.read_text().splitlines(), 1):
            where = f"{path.relative_to(ROOT)}:{place}"
            for cited in CITED.findall(line):
                for number in NUMBER.findall(cited):
                    if number not in book:
                        yield f"{where}: rule {number} is not in deploy/docs/rules.md"
            if ABROAD.search(line):
                yield f"{where}: cites a text that is not in the repository: {line.strip()[:100]}"


def places_of_one_county():
    for path in code_files():
        parts = path.relative_to(ROOT).parts
        if parts[0] not in ("Services", "Shared") or parts[1] == "Control" or path.name in HAVE_RUN:
            continue
        for place, line in enumerate(path.read_text().splitlines(), 1):
            if ONE_COUNTY.search(line):
                yield f"{path.relative_to(ROOT)}:{place}: one county's, not any county's: {line.strip()[:100]}"


def procedures_at_fault():
    for procedure, _, tests in (row for row in rows("procedures.md") if len(row) == 3 and row[0] != "procedure"):
        for file, name in re.findall(r"`(\w+\.py)`: `(\w+)`", tests):
            if not is_test(f"EndToEnd/{file}", name):
                yield f"procedures.md: « {procedure} » names a test that is not in {file}: {name}"


def main() -> int:
    book = {row[0]: row for row in rows("rules.md") if NUMBER.fullmatch(row[0])}
    faults = [*rules_at_fault(book), *citations_at_fault(book), *places_of_one_county(), *procedures_at_fault()]
    procedures = [row for row in rows("procedures.md") if row[0] != "procedure"]
    open_ones = sum(row[2] == "—" for row in procedures)
    print(f"{len(book)} rules; {len(procedures)} procedures, of which {open_ones} have no browser test yet")
    print("\n".join(faults), file=sys.stderr) if faults else None
    return 1 if faults or not book or not procedures else 0


sys.exit(main())
