"""What is broken, and how soon all is well again."""

import os
import pathlib
import signal
import subprocess
import time

import httpx

PROCESSES = ["gateway", "portal", "identity", "dossiers", "contracts", "scheduling", "fse", "insight"]
STORES = ["redis", "redis-emptied", "postgres"]


def state() -> pathlib.Path:
    return pathlib.Path(os.environ["JALONS_STATE"])


def number_of(victim: str) -> int | None:
    """The process number of a victim; None while it has none."""
    if victim == "postgres":
        # The cluster is where its socket is, but for paths too long for a socket; the folder of the instance says so too.
        socket = pathlib.Path(os.environ["JALONS_POSTGRES"].split("host=")[1].split()[0])
        places = [socket.parent / "data/postmaster.pid", state() / "postgres/data/postmaster.pid"]
    elif victim.startswith("redis"):
        places = [state() / "redis/redis.pid"]
    else:
        places = [state() / f"run/{victim}.pid"]
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


def empty_redis() -> None:
    """Redis loses everything while it runs, as one without its file does when it starts again."""
    port = os.environ["JALONS_REDIS"].rsplit(":", 1)[1]
    password = (state() / "redis/password").read_text().strip()
    subprocess.run(["redis-cli", "-p", port, "flushall"], check=True, capture_output=True,
                   env=os.environ | {"REDISCLI_AUTH": password})  # fmt: skip


def kill(victim: str, client: httpx.Client, patience: float) -> float | None:
    """Kills a victim without notice; gives the seconds until another one took its place and all was well, or None."""
    before = number_of(victim)
    assert before, f"{victim} is not running"
    if victim == "redis-emptied":
        empty_redis()
    os.kill(before, signal.SIGKILL)
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if (now := number_of(victim)) and now != before and is_well(client):
            return time.monotonic() - began
        time.sleep(0.1)
    return None
