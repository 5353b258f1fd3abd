"""Faults on an instance that `./jalons faults` has started: each process, Postgres and Redis killed, and how soon all is well again.

Options: --seconds how long recovery may take, --only the victims.
"""

import argparse
import os
import pathlib
import signal
import sys
import time

import httpx

PROCESSES = ["gateway", "portal", "identity", "dossiers", "contracts", "scheduling", "fse", "insight"]


def number_of(victim: str) -> int | None:
    """The process number of a victim; None while it has none."""
    state = pathlib.Path(os.environ["JALONS_STATE"])
    if victim == "postgres":
        # The cluster is where its socket is, but for paths too long for a socket; the folder of the instance says so too.
        socket = pathlib.Path(os.environ["JALONS_POSTGRES"].split("host=")[1].split()[0])
        places = [socket.parent / "data/postmaster.pid", state / "postgres/data/postmaster.pid"]
    elif victim == "redis":
        places = [state / "redis/redis.pid"]
    else:
        places = [state / f"run/{victim}.pid"]
    for place in places:
        if place.exists() and (text := place.read_text().split()):
            return int(text[0])
    return None


def is_well(client: httpx.Client) -> bool:
    """Does the gateway say that every part is ready?"""
    try:
        return client.get("/health/ready").status_code == 200
    except httpx.HTTPError:
        return False


def kill(victim: str, client: httpx.Client, patience: float) -> bool:
    """Kills a victim without notice; True when another one took its place and all is well within `patience` seconds."""
    before = number_of(victim)
    assert before, f"{victim} is not running"
    os.kill(before, signal.SIGKILL)
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if (now := number_of(victim)) and now != before and is_well(client):
            print(f"{victim:<12} well again after {time.monotonic() - began:.1f} s", flush=True)
            return True
        time.sleep(0.1)
    print(f"{victim:<12} NOT well again after {patience:.0f} s", flush=True)
    return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="./jalons faults", description=__doc__)
    parser.add_argument("--seconds", type=float, default=30)
    parser.add_argument("--only", choices=[*PROCESSES, "postgres", "redis"], nargs="*",
                        default=[*PROCESSES, "redis", "postgres"])  # fmt: skip
    options = parser.parse_args()
    with httpx.Client(base_url=os.environ["JALONS_PUBLIC_URL"], timeout=5) as client:
        survived = [kill(victim, client, options.seconds) for victim in options.only]
    print(f"{sum(survived)} of {len(survived)} faults overcome")
    return 0 if all(survived) else 1


if __name__ == "__main__":
    sys.exit(main())
