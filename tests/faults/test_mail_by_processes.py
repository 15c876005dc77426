"""Mail with real processes that are killed in the middle, and a mail server that hangs.

A worker is a process that runs the task of the schedule until it is killed; the server says
what it received. Claims run out by moving the clock of the next worker.
"""

from __future__ import annotations

import signal
import subprocess
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.product import PATIENCE, Product
from tests.smtp import USUAL, MailServer

SEED = Path(__file__).with_name("mail_seed.py")

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
print("STATES", json.dumps({
    "states": dict(Delivery.objects.values_list("message_id", "state")),
    "open": list(Attempt.objects.filter(ended_at=None).values_list(
        "delivery__message_id", flat=True
    )),
}))
"""


class Installation:
    """An installation of which nothing runs but what a test starts."""

    def __init__(self, product: Product) -> None:
        self.product = product

    def people(self, name: str, number: int) -> set[str]:
        """So many people get something to decide; the ids of the mails that tell them."""
        return set(self.product.told("MADE", SEED, NAME=name, PEOPLE=number))

    def work(self, *minutes: int) -> subprocess.Popen[str]:
        """A worker that runs as long as there is something to do."""
        worker = self.product.begin("manage.py", "shell", "--no-imports")
        assert worker.stdin is not None
        worker.stdin.write(WORKER.format(minutes=minutes))
        worker.stdin.close()
        worker.stdin = None
        return worker

    def states(self) -> dict[str, str]:
        states: dict[str, str] = self.product.told("STATES", STATES)["states"]
        return states

    def open(self) -> set[str]:
        """The mails of attempts whose end is not known."""
        return set(self.product.told("STATES", STATES)["open"])


@pytest.fixture(scope="module")
def server() -> Iterator[MailServer]:
    with MailServer() as running:
        yield running


@pytest.fixture(scope="module")
def installation(product: Callable[..., Product], server: MailServer) -> Installation:
    return Installation(product(broker="", EMAIL_URL=f"smtp://127.0.0.1:{server.port}"))


def worked(worker: subprocess.Popen[str]) -> None:
    said, _nothing = worker.communicate(timeout=PATIENCE)
    assert "WORKED" in said, said


def killed_in(installation: Installation, server: MailServer, where: str, *, at: int) -> str:
    """Kill a worker while the server does not answer; the mail that it was sending.

    It sends another one first. ``at``: minutes from now.
    """
    before = installation.open()
    sent = len(set(server.ids) - before)
    server.hanging.clear()
    server.answers[where] = [USUAL.get(where, "250 ok"), "hang"]
    worker = installation.work(at)
    assert server.hanging.wait(PATIENCE)
    worker.send_signal(signal.SIGKILL)
    worker.communicate()
    (doubtful,) = installation.open() - before
    assert len(set(server.ids) - before - {doubtful}) == sent + 1, "others are not held up"
    return doubtful


@pytest.mark.leg("sqlite", reason="each step of an attempt is a row of its own on any database")
def test_workers_killed_again_and_again_lose_nothing_and_what_is_in_doubt_is_sent_once_more(
    installation: Installation, server: MailServer
) -> None:
    """Each attempt is noted before it is made; what has not left for sure is sent again."""
    mails = installation.people("killed", 10)
    places = ["GREETING", "RCPT", "DATA-END", "DATA-END"]
    doubtful = {
        killed_in(installation, server, where, at=minute): where
        for minute, where in enumerate(places)
    }
    assert len(doubtful) == len(places)
    worked(installation.work(10, 20, 40, 60))

    states = installation.states()
    assert {key: states[key] for key in mails} == {
        key: "doubtful" if key in doubtful else "sent" for key in mails
    }
    for key in mails:
        copies = [mail for mail in server.mails if mail["Message-ID"] == key]
        assert len(copies) == (2 if doubtful.get(key) == "DATA-END" else 1)
        assert ("twice" in copies[-1].get_content()) == (key in doubtful)


def test_of_two_workers_at_once_each_mail_leaves_once(
    installation: Installation, server: MailServer
) -> None:
    mails = installation.people("both", 8)
    for worker in [installation.work(0) for _number in range(2)]:
        worked(worker)
    received = Counter(key for key in server.ids if key in mails)
    assert received == dict.fromkeys(mails, 1)
    states = installation.states()
    assert {states[key] for key in mails} == {"sent"}
