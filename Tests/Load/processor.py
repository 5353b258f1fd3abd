"""Processor time by process, from /proc."""

import contextlib
import os
import pathlib


def spent() -> dict[str, float]:
    """Seconds that each of the suite's processes, its Postgres with all its sessions, and its Redis have worked."""
    state = pathlib.Path(os.environ["JALONS_STATE"])
    place = pathlib.Path(os.environ["JALONS_POSTGRES"].split("host=")[1].split()[0])
    files = {file: file.stem for file in state.glob("run/*.pid")} | {
        state / "redis/redis.pid": "redis", state / "postgres/data/postmaster.pid": "postgres",
        place.parent / "data/postmaster.pid": "postgres"}  # fmt: skip
    roots = {int(file.read_text().split()[0]): name for file, name in files.items() if file.exists()}
    times: dict[str, float] = dict.fromkeys(roots.values(), 0.0)
    for process in pathlib.Path("/proc").glob("[0-9]*"):
        # A process that ends while we look has worked its last.
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            fields = (process / "stat").read_text().rsplit(")", 1)[1].split()
            name = roots.get(int(process.name)) or roots.get(int(fields[1]))
            if name:
                times[name] += (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return times
