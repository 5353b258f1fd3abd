"""A file of 25 MB through a form of the portal: every process on its way keeps the memory that it has."""

import os
import re
import time

import httpx

from feed import Memory
from table import Row

# The budget: what each process may grow by while a file passes, in MiB. The file itself is 25.
GROWTH = 12
SIZE = 25 << 20
PASSWORD = "Jalons-demo-2026!"


def signed_in(profile: str) -> httpx.Client:
    """A browser's session at the gateway."""
    address = os.environ["JALONS_PUBLIC_URL"]
    client = httpx.Client(base_url=address, timeout=120, headers={"Origin": address})
    form = {"email": f"{profile}@demo.jalons.test", "password": PASSWORD}
    assert client.post("/connexion", data=form).status_code == 303
    return client


def send(client: httpx.Client, size: int) -> float:
    """Seconds that a sample of so many bytes takes through gateway and portal to the service."""
    page = client.get("/flux/correspondances/nouvelle").raise_for_status().text
    proof = re.search(r'name="csrf" value="([^"]*)"', page)
    assert proof, page[:500]
    began = time.monotonic()
    line = b"Nom;Prenom;Naissance\n"
    files = {"fichier": ("echantillon.csv", line * (size // len(line)), "text/csv")}
    answer = client.post("/flux/correspondances/nouvelle", data={"csrf": proof.group(1)}, files=files)
    assert answer.status_code in (303, 422), answer.text[:500]
    return time.monotonic() - began


def measure() -> list[Row]:
    with signed_in("administrateur") as client:
        # What the first file makes a process load stays loaded.
        for _ in range(3):
            send(client, 1 << 20)
        with Memory("gateway") as gateway, Memory("portal") as portal, Memory("dossiers") as dossiers:
            seconds = [send(client, SIZE) for _ in range(4)]
    rows = []
    for name, memory in {"gateway": gateway, "portal": portal, "dossiers": dossiers}.items():
        rows.append(Row(f"a file of 25 MB, {name}", f"memory {memory.before} → {memory.most} MiB", f"{GROWTH} MiB more",
                        max(0, memory.most - memory.before) / GROWTH, 1, f"{max(seconds):.1f} s at most"))  # fmt: skip
    return rows
