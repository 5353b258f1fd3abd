"""What is broken, and how soon all is well again."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import subprocess
import time

import httpx

from instance import state

PROCESSES = ["gateway", "portal", "identity", "dossiers", "contracts", "scheduling", "fse", "insight"]
STORES = ["redis", "redis-emptied", "postgres"]


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


def redis_port() -> int:
    return int(os.environ["JALONS_REDIS"].rsplit(":", 1)[1])


def empty_redis() -> None:
    """Redis loses everything while it runs, as one without its file does when it starts again."""
    password = (state() / "redis/password").read_text().strip()
    subprocess.run(["redis-cli", "-p", str(redis_port()), "flushall"], check=True, capture_output=True,
                   env=os.environ | {"REDISCLI_AUTH": password})  # fmt: skip


def strike(victim: str) -> int:
    """Kills a victim without notice; gives the number that it had."""
    number = number_of(victim)
    assert number, f"{victim} is not running"
    if victim == "redis-emptied":
        empty_redis()
    os.kill(number, signal.SIGKILL)
    return number


def well_again(victim: str, before: int, client: httpx.Client, patience: float) -> float | None:
    """The seconds until another one took the place of `before` and all was well, or None."""
    began = time.monotonic()
    while time.monotonic() - began < patience:
        if (now := number_of(victim)) and now != before and is_well(client):
            return time.monotonic() - began
        time.sleep(0.1)
    return None


@contextlib.contextmanager
def without_redis(emptied: bool = False):
    """Redis is killed and stays away while the block lasts: somebody else has its port. Emptied, it has lost its file too."""
    strike("redis")
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        deadline = time.monotonic() + 5
        while True:
            try:
                # Bound and not listened on: whoever connects is refused.
                squatter.bind(("127.0.0.1", redis_port()))
                break
            except OSError:
                assert time.monotonic() < deadline, "Redis did not leave its port"
                time.sleep(0.02)
        if emptied:
            shutil.rmtree(state() / "redis/appendonlydir", ignore_errors=True)
        yield


def redis_answers() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", redis_port()), timeout=1):
            return True
    except OSError:
        return False
