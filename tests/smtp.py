"""A mail server on loopback, for tests: keeps what it takes, refuses as it is told.

    with MailServer() as server:
        settings.EMAIL_PORT = server.port
        ...
        server.mails[0]["Message-ID"]

``answers`` gives its next answers by command ("RCPT": ["451 later"]); "DATA-END" is the one to
a whole message. The answer "hang" is none, until the server is told ``go_on``; "drop" breaks
the connection. What was wholly received is in ``mails``, whatever was answered.
"""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from collections import defaultdict
from email.message import EmailMessage
from typing import Self

USUAL = {"GREETING": "220 here", "DATA": "354 go on", "QUIT": "221 bye"}


class _Dropped(Exception):
    """The connection is to break."""


class _Dialogue(socketserver.StreamRequestHandler):
    """One client. It speaks just enough SMTP for Python's own client."""

    server: _Server

    def handle(self) -> None:
        try:
            self._answer("GREETING")
            while line := self.rfile.readline():
                command = line.split()[0].upper().decode() if line.split() else "NOOP"
                self._answer(command)
                if command == "DATA" and self.last.startswith("354"):
                    self._receive()
                if command == "QUIT":
                    return
        except (_Dropped, OSError):
            return

    def _receive(self) -> None:
        lines = []
        while (line := self.rfile.readline()) not in (b".\r\n", b""):
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        text = b"".join(lines)
        self.server.owner.mails.append(email.message_from_bytes(text, policy=email.policy.default))
        self._answer("DATA-END")

    def _answer(self, command: str) -> None:
        self.last = self.server.owner.answer(command)
        if self.last == "drop":
            raise _Dropped
        self.wfile.write(f"{self.last}\r\n".encode())


class _Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    allow_reuse_address = True
    owner: MailServer


class MailServer:
    """Listens on a free port of 127.0.0.1 within its ``with``."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.answers: dict[str, list[str]] = defaultdict(list)
        self.hanging = threading.Event()
        self._go_on = threading.Event()
        self._server = _Server(("127.0.0.1", 0), _Dialogue)
        self._server.owner = self
        self.port = int(self._server.server_address[1])

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.05,), daemon=True).start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.go_on()
        self._server.shutdown()
        self._server.server_close()

    def answer(self, command: str) -> str:
        """The next answer to a command; waits where it is to hang."""
        planned = self.answers[command]
        found = planned.pop(0) if planned else USUAL.get(command, "250 ok")
        if found == "hang":
            self.hanging.set()
            self._go_on.wait()
            return "drop"
        return found

    def go_on(self) -> None:
        """Whoever hangs is dropped."""
        self._go_on.set()

    @property
    def ids(self) -> list[str]:
        """The Message-IDs of what was received, in its order."""
        return [str(mail["Message-ID"]) for mail in self.mails]
