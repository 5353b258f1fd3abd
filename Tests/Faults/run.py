"""Faults on an instance that `./jalons faults` has started: processes and stores are killed while people work, and what they
were told was done is counted afterwards.

Subjects (--only), in this order:
  sessions  closed while Redis is away: refused everywhere once it is back; the audit log has all that was done meanwhile
  mail      identity killed while e-mails are asked for, their sender while it sends, and a server that is away, cuts and forgets
  batches   exits and a whole caseload, killed in the middle: each dossier once, with its events, access and audit lines
  frozen    each process stopped (SIGSTOP) alone and as one of two copies, Redis stopped, a table held: who waits how long for what
  full      Redis at its memory limit, and a disk without room under the notes: what is read, what is refused, what is lost
  feed      an import killed in the middle leaves the day before; sent again it does exactly what was foretold
  work      every process and store killed in turn while notes are written and reminders fall due
  month     a month of appointments on a fast clock, its sender killed every few days: each reminder once, on its day
At the end nothing waits in an outbox or among the dead letters, and the audit log's chain is whole.
"""

import argparse
import os
import sys

from instance import PROCESSES, STORES, control

SUBJECTS = ["sessions", "mail", "batches", "frozen", "full", "feed", "work", "month"]


def count_messages(trial) -> None:
    from trial import until

    def waiting():
        return sum(int(line.split("pending=")[1].split()[0]) for line in control("outbox").stdout.splitlines())

    trial.say(until(lambda: waiting() == 0, 60), f"{waiting()} events wait in the outboxes")
    letters = control("dead-letters", "list").stdout.strip()
    trial.say("No dead letters" in letters, letters.splitlines()[0] if letters else "no answer about dead letters")
    chain = control("audit", "verify")
    trial.say(chain.returncode == 0, f"audit log: {chain.stdout.strip()}")


def main() -> int:
    victims = [*PROCESSES, *STORES]
    parser = argparse.ArgumentParser(
        prog="./jalons faults", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)  # fmt: skip
    parser.add_argument("--only", choices=SUBJECTS, nargs="+", default=SUBJECTS, metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--victims", choices=victims, nargs="+", default=victims, metavar="NAME",
                        help=f"whom « work » kills, of {', '.join(victims)}")  # fmt: skip
    parser.add_argument("--rest", type=float, default=3, help="seconds of work between two of them (%(default)s)")
    parser.add_argument("--persons", type=int, default=30_000, help="in the feed, of whom 7,000 are known (%(default)s)")
    parser.add_argument("--appointments", type=int, default=3_000, help="of « month » (%(default)s)")
    parser.add_argument("--seconds", type=float, default=60, help="how long all may take to be well again (%(default)s)")
    options = parser.parse_args()
    # What they need is there once the instance is; the help is shown without.
    import batches
    import feed
    import frozen
    import full
    import mail
    import month
    import sessions
    import work
    from trial import Trial

    trial = Trial(os.environ["JALONS_PUBLIC_URL"], options.seconds)
    puts = {
        "sessions": lambda: sessions.put_to_the_test(trial),
        "mail": lambda: mail.put_to_the_test(trial),
        "batches": lambda: batches.put_to_the_test(trial),
        "frozen": lambda: frozen.put_to_the_test(trial),
        "full": lambda: full.put_to_the_test(trial),
        "feed": lambda: feed.put_to_the_test(trial, options.persons),
        # Last, for they set the clock months forward.
        "work": lambda: work.put_to_the_test(trial, options.victims, options.rest),
        "month": lambda: month.put_to_the_test(trial, options.appointments),
    }
    for subject in SUBJECTS:
        if subject in options.only:
            print(f"— {subject}", flush=True)
            puts[subject]()
    print("— in the end", flush=True)
    count_messages(trial)
    print(f"{trial.bad} bad findings")
    return 1 if trial.bad else 0


if __name__ == "__main__":
    sys.exit(main())
