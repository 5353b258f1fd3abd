"""Measures of load on an instance that `./jalons load` has started; every figure stands beside its yardstick of the same run.

Options: --persons of the feed, --dossiers after growing the county, --lines of the audit log, --seconds how long each read is
asked, --clients how many ask at once, --duration of events and rest, --only the measures to take. Ratios are what counts: the
machine is shared.
"""

import argparse
import os
import pathlib
import sys

PASSWORD = "Jalons-demo-2026!"


def sign_in(profile: str) -> tuple[str, dict]:
    """A token of the demonstration's account, and what the service says of its owner."""
    import httpx

    with httpx.Client(base_url=os.environ["JALONS_IDENTITY_URL"].split(",")[0], timeout=30) as client:
        body = {"email": f"{profile}@demo.jalons.test", "password": PASSWORD, "profile": profile}
        token = client.post("/api/identity/v1/sessions", json=body).raise_for_status().json()["token"]
        me = client.get("/api/identity/v1/me", headers={"Authorization": f"Bearer {token}"})
        return token, me.raise_for_status().json()


def main() -> int:
    measures = ["feed", "files", "reads", "costs", "log", "letters", "fse", "contracts", "agenda", "events"]
    parser = argparse.ArgumentParser(prog="./jalons load", description=__doc__)
    parser.add_argument("--persons", type=int, default=110_000)
    parser.add_argument("--dossiers", type=int, default=0, help="grow the county to so many before it is read")
    parser.add_argument("--lines", type=int, default=0, help="of the audit log, which is then read too")
    parser.add_argument("--seconds", type=float, default=5)
    parser.add_argument("--duration", type=float, default=60, help="how long events are sent, and the suite is left at rest")
    parser.add_argument("--clients", type=int, default=4)
    parser.add_argument("--only", choices=measures, nargs="*", default=measures)
    options = parser.parse_args()
    # What they need is there once the instance is; the help is shown without.
    import contracts
    import agenda
    import costs
    import county
    import events
    import feed
    import files
    import fse
    import httpx
    import letters
    import reads

    # The demonstration's feeds end today; the county's comes the day after.
    pathlib.Path(os.environ["JALONS_CLOCK_FILE"]).write_text(str(2 * 86_400))
    rows = []
    if "feed" in options.only:
        token, _ = sign_in("administrateur")
        reader, _ = sign_in("secretariat_dispositif")
        service = os.environ["JALONS_DOSSIERS_URL"].split(",")[0]
        with httpx.Client(base_url=service, headers={"Authorization": f"Bearer {token}"}) as client:
            rows += feed.measure(client, options.persons, reader)
    if "files" in options.only:
        rows += files.measure()
    if "reads" in options.only:
        # Twice as long is granted to twenty times as many.
        limit = 200 if options.dossiers and county.grow(options.dossiers) > 1_000_000 else 100
        county.fill_characteristics()
        people = {profile: sign_in(profile) for profile in ["referent", "secretariat_dispositif", "siege"]}
        rows += reads.measure(people, options.clients, options.seconds, limit)
    if "costs" in options.only:
        people = {profile: sign_in(profile) for profile in ["referent", "secretariat_dispositif"]}
        rows += costs.measure(people, options.clients, options.seconds, PASSWORD)
    if "log" in options.only and options.lines:
        county.fill_log(options.lines)
        rows += reads.measure_log(*sign_in("dpo"), options.clients, options.seconds)
    if "letters" in options.only:
        rows += letters.measure(sign_in("secretariat_dispositif")[0])
    if "fse" in options.only:
        rows += fse.measure(*sign_in("gestionnaire_fse"))
    if "contracts" in options.only:
        people = {profile: sign_in(profile) for profile in ["referent", "secretariat_dispositif", "siege"]}
        rows += contracts.measure(people, options.clients, options.seconds)
    if "agenda" in options.only:
        rows += agenda.measure(*sign_in("secretariat_dispositif"), options.clients)
    if "events" in options.only:
        rows += events.measure(sign_in("referent")[0], options.duration)
    for row in rows:
        print(row, flush=True)
    return 1 if any(row.ratio > row.budget for row in rows) else 0


if __name__ == "__main__":
    sys.exit(main())
