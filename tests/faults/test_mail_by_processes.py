"""Mail with real processes that are killed in the middle, and a mail server that hangs.

A worker is a process that runs the task of the schedule until it is killed; the server says
what it received. Claims run out by moving the clock of the next worker.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.product import ROOT, Product
from tests.smtp import MailServer

SEED = Path(__file__).with_name("mail_seed.py")
PEOPLE = 8
PATIENCE = 180.0

# Sends what is due until nothing is left to do: so many minutes from now, then so many.
WORKER = """
import datetime
from config import clock
from ledger import wallclock
from django.utils import timezone
from reviews.services import mailing
for minutes in {minutes}:
    later = datetime.timedelta(minutes=minutes)
    with wallclock.at(lambda: timezone.now() + later):
        for _turn in range(40):
            if not mailing.deliver(at=clock.now(), limit=1).total():
                break
print("WORKED")
"""
STATES = """
import json
from ledger.models import Attempt, Delivery
rows = Delivery.objects.order_by("pk")
print("STATES", json.dumps({
    "states": list(rows.values_list("message_id", "state")),
    "open": Attempt.objects.filter(ended_at=None).count(),
}))
"""


class Installation:
    """An installation of which nothing runs but what a test starts."""

    def __init__(self, product: Product) -> None:
        self.environment = product.environment

    def start(self, code: str) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "manage.py", "shell", "--no-imports"],
            cwd=ROOT,
            env=self.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )
        assert process.stdin is not None
        process.stdin.write(code)
        process.stdin.close()
        process.stdin = None
        return process

    def run(self, code: str) -> str:
        process = self.start(code)
        out, errors = process.communicate(timeout=PATIENCE)
        assert process.returncode == 0, errors
        return out

    def work(self, *minutes: int) -> subprocess.Popen[str]:
        return self.start(WORKER.format(minutes=minutes))

    def states(self) -> dict:
        line = next(line for line in self.run(STATES).splitlines() if line.startswith("STATES "))
        return json.loads(line.removeprefix("STATES "))


@pytest.fixture
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture
def installation(product: Callable[..., Product], server: MailServer) -> Installation:
    made = Installation(product(broker="", EMAIL_URL=f"smtp://127.0.0.1:{server.port}"))
    assert "MADE" in made.run(SEED.read_text())
    return made


def kill(process: subprocess.Popen[str]) -> None:
    process.send_signal(signal.SIGKILL)
    process.communicate()


@pytest.mark.parametrize("where", ["GREETING", "RCPT", "DATA-END"])
def test_a_worker_killed_in_an_attempt_leaves_it_in_doubt_and_it_is_sent_once_more(
    installation: Installation, server: MailServer, where: str
) -> None:
    server.answers[where] = ["hang"]
    worker = installation.work(0)
    assert server.hanging.wait(PATIENCE)
    kill(worker)
    server.go_on()
    assert installation.states()["open"] == 1, "noted before it was made"

    installation.work(1).communicate(timeout=PATIENCE)
    assert len(set(server.ids)) >= PEOPLE - 1, "the others are not held up"
    installation.work(6, 60).communicate(timeout=PATIENCE)

    received = Counter(server.ids)
    assert len(received) == PEOPLE
    found = installation.states()
    assert {state for _id, state in found["states"]} == {"sent", "doubtful"}
    (doubtful,) = [key for key, state in found["states"] if state == "doubtful"]
    copies = [mail for mail in server.mails if mail["Message-ID"] == doubtful]
    assert len(copies) == (2 if where == "DATA-END" else 1)
    assert "twice" in copies[-1].get_content()
    others = [mail for mail in server.mails if mail["Message-ID"] != doubtful]
    assert len(others) == PEOPLE - 1
    assert not [mail for mail in others if "twice" in mail.get_content()]


def test_of_two_workers_at_once_each_mail_leaves_once(
    installation: Installation, server: MailServer
) -> None:
    workers = [installation.work(0) for _number in range(2)]
    for worker in workers:
        out, errors = worker.communicate(timeout=PATIENCE)
        assert "WORKED" in out, errors
    assert sorted(Counter(server.ids).values()) == [1] * PEOPLE
    assert {state for _id, state in installation.states()["states"]} == {"sent"}


def test_workers_killed_again_and_again_lose_nothing(
    installation: Installation, server: MailServer
) -> None:
    """Each killed while the server has a whole message and has not answered yet."""
    for round_number in range(3):
        server.hanging.clear()
        server.answers["DATA-END"] = ["250 ok", "hang"]
        worker = installation.work(round_number)
        assert server.hanging.wait(PATIENCE)
        kill(worker)
    server.answers["DATA-END"] = []
    installation.work(10, 20, 40).communicate(timeout=PATIENCE)
    found = installation.states()
    assert Counter(state for _id, state in found["states"]) == {"sent": PEOPLE - 3, "doubtful": 3}
    received = Counter(server.ids)
    assert set(received) == {key for key, _state in found["states"]}
    assert received == {key: 1 if state == "sent" else 2 for key, state in found["states"]}
