"""A thousand letters in one PDF, from the asking to the file."""

import os
import time

import httpx

from table import Row

SECONDS = 60


def measure(token: str, count: int = 1000) -> list[Row]:
    """The letters of a territory's first persons, asked of the service itself."""
    service = os.environ["JALONS_DOSSIERS_URL"].split(",")[0]
    with httpx.Client(base_url=f"{service}/api/dossiers/v1", headers={"Authorization": f"Bearer {token}"}, timeout=60) as client:
        dossiers, query = [], {"sort": "name", "limit": 200}
        while len(dossiers) < count:
            page = client.get("/dossiers", params=query).raise_for_status().json()
            dossiers += [row["id"] for row in page["items"]]
            if "next" not in page:
                break
            query["after"] = page["next"]
        began = time.monotonic()
        order = {"model": "courrier-referent-departement", "dossiers": dossiers[:count]}
        job = client.post("/letters", json=order).raise_for_status().json()
        while "endedAt" not in job:
            time.sleep(0.5)
            job = client.get(f"/letters/{job['id']}").raise_for_status().json()
        seconds = time.monotonic() - began
        assert job["isReady"], job
        size = len(client.get(f"/letters/{job['id']}/file").raise_for_status().content)
    return [Row(f"{job['done']:,} letters in one PDF", f"{seconds:.1f} s", f"budget {SECONDS} s", seconds / SECONDS, 1,
                f"{size / 1e6:.1f} MB, {job['refused']} without an address")]  # fmt: skip
