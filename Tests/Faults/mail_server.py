"""A mail server that speaks as much SMTP as a sender needs (RFC 5321), and misbehaves when it is told to."""

import email
import email.policy
import socketserver
import threading
import time
import urllib.parse
from dataclasses import dataclass


@dataclass
class Delivery:
    """A message that came whole."""

    key: str
    recipient: str
    subject: str
    text: str
    # Whether its sender was told so. One that was not must give it again: SMTP has no other way to be sure.
    acknowledged: bool


class MailServer:
    """Away until it is opened. What it does wrong is counted down: so many messages cut, so many taken and not answered."""

    def __init__(self, url: str):
        self.address = ("127.0.0.1", urllib.parse.urlparse(url).port)
        self.deliveries: list[Delivery] = []
        self.cut, self.unanswered = 0, 0
        self.cuts, self.silences = 0, 0
        # Seconds before each answer to a message: time in which its sender may die.
        self.pause = 0.0
        self.lock = threading.Lock()
        self.server = None

    def open(self) -> None:
        deliver = self

        class Dialogue(socketserver.StreamRequestHandler):
            def handle(self):
                deliver.talk(self)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Server(self.address, Dialogue)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def close(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None

    def talk(self, dialogue) -> None:
        try:
            self.say(dialogue, "220 localhost")
            recipient = ""
            while line := dialogue.rfile.readline():
                verb = line[:4].upper().strip()
                if verb == b"EHLO":
                    self.say(dialogue, "250-localhost\r\n250 8BITMIME")
                elif verb == b"RCPT":
                    recipient = line.decode().split("<")[1].split(">")[0]
                    self.say(dialogue, "250 ok")
                elif verb == b"DATA":
                    self.say(dialogue, "354 go on")
                    if not self.take(dialogue, recipient):
                        return
                elif verb == b"QUIT":
                    return self.say(dialogue, "221 bye")
                else:
                    self.say(dialogue, "250 ok")
        except OSError:
            # Whoever spoke is gone.
            pass

    @staticmethod
    def say(dialogue, text: str) -> None:
        dialogue.wfile.write(f"{text}\r\n".encode())

    def spend(self, what: str) -> bool:
        with self.lock:
            left = getattr(self, what)
            setattr(self, what, max(0, left - 1))
            return left > 0

    def take(self, dialogue, recipient: str) -> bool:
        """One message; false where the connection is broken off."""
        if self.spend("cut"):
            dialogue.rfile.readline()
            self.cuts += 1
            return False
        lines = []
        while (line := dialogue.rfile.readline()) != b".\r\n":
            if not line:
                return False
            lines.append(line[1:] if line.startswith(b"..") else line)
        message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
        delivery = Delivery(message["Message-ID"], recipient, message["Subject"], message.get_content(), False)
        silent = self.spend("unanswered")
        time.sleep(self.pause)
        with self.lock:
            self.deliveries.append(delivery)
        if silent:
            self.silences += 1
            return False
        self.say(dialogue, "250 taken")
        delivery.acknowledged = True
        return True
