"""Measures of load on an instance that `./jalons load` has started; every figure stands beside its yardstick of the same run.

Options: --seconds how long each measure lasts, --clients how many ask at once, --only the measures to take.
"""

import argparse
import asyncio
import os
import shutil
import statistics
import subprocess
import sys
import time

import httpx


async def measure(url: str, clients: int, seconds: float) -> tuple[list[float], int]:
    """Asks `url` again and again; gives the durations of the answers in milliseconds, and how many were not a 200."""
    durations, failures = [], 0
    until = time.perf_counter() + seconds

    async def ask(client: httpx.AsyncClient) -> None:
        nonlocal failures
        while time.perf_counter() < until:
            began = time.perf_counter()
            try:
                answer = await client.get(url)
                failures += answer.status_code != 200
            except httpx.HTTPError:
                failures += 1
            durations.append((time.perf_counter() - began) * 1000)

    async with httpx.AsyncClient(timeout=10) as client:
        await asyncio.gather(*(ask(client) for _ in range(clients)))
    return durations, failures


def row(name: str, durations: list[float], failures: int, seconds: float) -> None:
    cuts = statistics.quantiles(durations, n=100)
    print(
        f"{name:<28} {len(durations) / seconds:>9.0f}/s   p50 {cuts[49]:>7.1f} ms   p95 {cuts[94]:>7.1f} ms"
        f"   p99 {cuts[98]:>7.1f} ms   failures {failures}",
        flush=True,
    )


def health(options: argparse.Namespace) -> int:
    """The gateway's readiness beside one service's own: what a request costs before any of our SQL."""
    failed = 0
    for name, url in {
        "identity, itself": os.environ["JALONS_IDENTITY_URL"].split(",")[0] + "/health/live",
        "gateway, itself": os.environ["JALONS_PUBLIC_URL"] + "/health/live",
        "gateway, asking everyone": os.environ["JALONS_PUBLIC_URL"] + "/health/ready",
    }.items():
        durations, failures = asyncio.run(measure(url, options.clients, options.seconds))
        row(name, durations, failures, options.seconds)
        failed += failures
    return failed


def postgres(options: argparse.Namespace) -> int:
    """The yardstick: what Postgres alone answers, prepared, with as many clients."""
    program = shutil.which("pgbench") or "/usr/lib/postgresql/15/bin/pgbench"
    result = subprocess.run(
        [program, "-n", "-M", "prepared", "-f", "-", "-c", str(options.clients), "-T", str(int(options.seconds)),
         os.environ["JALONS_POSTGRES_ADMIN"]],
        input="select 1;\n", text=True, capture_output=True,
    )  # fmt: skip
    print("\n".join(line for line in result.stdout.splitlines() if line.startswith(("latency", "tps"))), flush=True)
    if result.returncode:
        print(result.stderr, file=sys.stderr)
    return result.returncode


MEASURES = {"postgres": postgres, "health": health}


def main() -> int:
    parser = argparse.ArgumentParser(prog="./jalons load", description=__doc__)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--only", choices=MEASURES, nargs="*", default=list(MEASURES))
    options = parser.parse_args()
    failed = 0
    for name in options.only:
        print(f"\n{name}: {MEASURES[name].__doc__}", flush=True)
        failed += MEASURES[name](options)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
