"""What is broken, and how soon all is well again."""

import contextlib
import os
import pathlib
import shutil
import signal
import socket
import struct
import subprocess
import threading
import time

import httpx

from instance import state


def number_of(victim: str) -> int | None:
    """The process number of a victim; None while it has none."""
    if victim == "postgres":
        # The cluster is where its socket is, but for paths too long for a socket; the folder of the instance says so too.
        place = pathlib.Path(os.environ["JALONS_POSTGRES"].split("host=")[1].split()[0])
        places = [place.parent / "data/postmaster.pid", state() / "postgres/data/postmaster.pid"]
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


def ask_redis(*words: str) -> str:
    """What Redis answers its operator."""
    password = (state() / "redis/password").read_text().strip()
    return subprocess.run(["redis-cli", "-p", str(redis_port()), *words], check=True, capture_output=True, text=True,
                          env=os.environ | {"REDISCLI_AUTH": password}).stdout  # fmt: skip


def secrets_of(victim: str) -> dict[str, str]:
    """What `./jalons up` tells a process and no other."""
    lines = (state() / f"run/secrets/{victim}").read_text().splitlines()
    return dict(line.removeprefix("export ").split("=", 1) for line in lines)


def strike(victim: str) -> int:
    """Kills a victim without notice; gives the number that it had. One that is dead is waited for first."""
    deadline = time.monotonic() + 60
    while True:
        if number := number_of(victim):
            if victim == "redis-emptied":
                # It loses everything while it runs, as one without its file does when it starts again.
                ask_redis("flushall")
            try:
                os.kill(number, signal.SIGKILL)
                return number
            except ProcessLookupError:
                # Its successor has not written its number yet.
                pass
        assert time.monotonic() < deadline, f"{victim} is not running"
        time.sleep(0.02)


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
    """Redis is killed and stays away while the block lasts: somebody else has its port, and hangs up on whoever connects.
    Emptied, it has lost its file too."""
    strike("redis")
    with socket.socket() as squatter:
        squatter.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        deadline = time.monotonic() + 5
        while True:
            try:
                squatter.bind(("127.0.0.1", redis_port()))
                # A port that is only bound can be bound again.
                squatter.listen(64)
                break
            except OSError:
                assert time.monotonic() < deadline, "Redis did not leave its port"
                # Whoever looks after it may have been faster.
                if redis_answers():
                    strike("redis")
                time.sleep(0.02)
        threading.Thread(target=hang_up, args=(squatter,), daemon=True).start()
        if emptied:
            shutil.rmtree(state() / "redis/appendonlydir", ignore_errors=True)
        try:
            yield
        finally:
            # Wakes whoever waits for a connection; closing alone does not.
            squatter.shutdown(socket.SHUT_RDWR)


def hang_up(squatter: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while True:
            caller, _ = squatter.accept()
            # At once, without a word.
            caller.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            caller.close()


def redis_answers() -> bool:
    try:
        with socket.create_connection(("127.0.0.1", redis_port()), timeout=1) as connection:
            connection.sendall(b"PING\r\n")
            # It asks for its password first, which is an answer too.
            return connection.recv(64).startswith((b"+PONG", b"-NOAUTH"))
    except OSError:
        return False
