"""E-mails: asked for while identity dies, sent through a server that is away, cuts and forgets, by a sender that dies.

SMTP cannot exclude one thing: a server takes a message, and its sender never hears that it did. It is then given again, as
the same message, under the same Message-ID. Everything else leaves exactly once.
"""

import collections
import os
import re
import threading
import time
import uuid

import httpx

from instance import ask, count
from mail_server import MailServer
from traffic import PASSWORD, Person
from trial import Trial, until

INVITED = 16
FORGETFUL = ["referent", "referent_fse", "chef_de_service", "ali", "siege", "dpo"]
CUT, UNANSWERED = 4, 2
WAITING = "from scheduling.message where channel = 'email' and status = 'queued' and kind in ('invitation', 'password-reset')"


def put_to_the_test(trial: Trial) -> None:
    url = os.environ.get("JALONS_SMTP_URL")
    assert url, "e-mails need JALONS_MAIL_PROVIDER=smtp, JALONS_SMTP_URL and JALONS_SMTP_PLAIN=1 where the instance starts"
    server = MailServer(url)
    asked = ask_for_mails(trial)
    # The server is away: each has been tried, and waits.
    tried = until(lambda: count(f"select count(*) {WAITING} and attempts = 0") == 0)
    waiting = count(f"select count(*) {WAITING}")
    trial.say(tried and waiting >= len(asked.invited), f"{waiting} e-mails wait while the server is away")
    server.cut, server.unanswered, server.pause = CUT, UNANSWERED, 0.15
    server.open()
    try:
        kills = send_all(trial, server)
    finally:
        server.close()
    count_mails(asked, server, kills, trial)
    use_a_link(trial, server, asked.invited[0])


class Asked:
    """Who is to get an e-mail, and of how many attempts nobody knows whether they were heard."""

    def __init__(self):
        mark = uuid.uuid4().hex[:8]
        self.invited = [f"invite-{number}-{mark}@exemple.test" for number in range(INVITED)]
        self.forgetful = [f"{profile}@demo.jalons.test" for profile in FORGETFUL]
        self.strangers = [f"inconnu-{number}-{mark}@exemple.test" for number in range(3)]
        self.unheard = collections.Counter()


def ask_for_mails(trial: Trial) -> Asked:
    """Invitations and forgotten passwords, while identity is killed twice."""
    asked = Asked()
    administrator, anybody = trial.person("administrateur"), Person(trial.url, "")
    administrator.sign_in()

    def invite():
        for number, address in enumerate(asked.invited):
            draft = {"email": address, "familyName": f"ESSAI {number}", "givenName": "Panne", "profiles": [{"profile": "siege", "territories": []}]}
            answer = administrator.call("POST", "identity/v1/accounts", draft)
            # 409: the account is there, its answer was lost with the process.
            assert answer is not None and answer.status_code in (201, 409), answer and answer.text
            time.sleep(0.1)

    def forget():
        for address in [*asked.forgetful, *asked.strangers]:
            anybody.done("POST", "identity/v1/password-resets", {"email": address})
            asked.unheard[address] += anybody.tries - 1
            time.sleep(0.2)

    people = [threading.Thread(target=invite), threading.Thread(target=forget)]
    for person in people:
        person.start()
    for _ in range(2):
        time.sleep(0.5)
        trial.kill("identity", "while e-mails are asked for, ")
    for person in people:
        person.join()
    return asked


def send_all(trial: Trial, server: MailServer) -> int:
    """Everything leaves, though the sender is killed with a message in its hands; gives how often."""
    kills = 0
    for _ in range(2):
        hurry()
        before = len(server.deliveries)
        until(lambda before=before: len(server.deliveries) > before, 20, 0.02)
        trial.kill("scheduling", "while e-mails leave, ")
        kills += 1

    def all_left():
        hurry()
        return count(f"select count(*) {WAITING}") == 0

    trial.say(until(all_left, 90, 1), f"{count(f'select count(*) {WAITING}')} e-mails still wait")
    return kills


def hurry() -> None:
    """The next attempt is made now: what failed waits up to a quarter of an hour, and what a dead copy held, a minute."""
    ask("update scheduling.message set claimed_until = null where channel = 'email' and status = 'queued'")


def count_mails(asked: Asked, server: MailServer, kills: int, trial: Trial) -> None:
    to = collections.defaultdict(set)
    for delivery in server.deliveries:
        to[delivery.recipient].add(delivery.key)
    lost = [address for address in [*asked.invited, *asked.forgetful] if not to[address]]
    trial.say(not lost, f"{len(asked.invited)} invitations and {len(asked.forgetful)} forgotten passwords: {len(lost)} lost")
    more = [address for address in asked.invited if len(to[address]) > 1]
    more += [address for address in asked.forgetful if len(to[address]) > 1 + asked.unheard[address]]
    trial.say(not more, f"{len(more)} addresses got another message than was asked for")
    trial.say(not any(to[address] for address in asked.strangers), "who has no account gets nothing")
    keys = collections.Counter(delivery.key for delivery in server.deliveries)
    again = {key: times for key, times in keys.items() if times > 1}
    texts = {key: {d.text for d in server.deliveries if d.key == key} for key in again}
    trial.say(all(len(found) == 1 for found in texts.values()), f"{len(again)} came twice, each the same message under the same Message-ID")
    # Each repetition has its reason: an answer that was never given, or a sender killed between answer and record.
    repeated = sum(times - 1 for times in keys.values())
    excused = server.silences + kills
    trial.say(
        repeated <= excused and server.cuts == CUT,
        f"{repeated} repetitions for {server.silences} answers never given and {kills} senders killed; "
        f"{server.cuts} connections cut in the middle of a message repeat nothing")  # fmt: skip
    heard = collections.Counter(delivery.key for delivery in server.deliveries if delivery.acknowledged)
    trial.say(sum(times - 1 for times in heard.values()) <= kills, "no message is given again after an answer that was recorded")


def use_a_link(trial: Trial, server: MailServer, address: str) -> None:
    """What came can be used: once."""
    text = next(delivery.text for delivery in server.deliveries if delivery.recipient == address)
    body = {"secret": re.search(r"/invitation/(\S+)", text)[1], "password": f"{PASSWORD}-{uuid.uuid4().hex[:6]}"}
    statuses = [httpx.post(f"{trial.url}/api/identity/v1/invitations/acceptance", json=body, timeout=60).status_code for _ in range(2)]
    trial.say(statuses[0] < 300 and statuses[1] == 410, f"its link opens the account, and once: {statuses}")
