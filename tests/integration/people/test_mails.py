"""A mail server takes a message, refuses it for now or for good, or falls silent."""

from __future__ import annotations

import datetime
from collections.abc import Iterator

import pytest

from people.services import mails
from tests.factories import people
from tests.product import free_port
from tests.smtp import MailServer

AT = datetime.datetime(2026, 4, 14, 8, tzinfo=datetime.UTC)
MAIL = mails.Mail(
    message_id="<1@makmal.example>",
    to="aminah@example.org",
    subject="Für Sie zu entscheiden",
    text="Dear Aminah,\n.a line with a dot\n",
    made_at=AT,
)


@pytest.fixture
def server(settings) -> Iterator[MailServer]:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = "127.0.0.1"
    settings.EMAIL_TIMEOUT = 5
    with MailServer() as running:
        settings.EMAIL_PORT = running.port
        yield running


def test_what_is_taken_has_its_id_and_the_day_it_was_made(server: MailServer) -> None:
    with mails.Post() as post:
        assert post.send(MAIL).accepted
        assert post.send(MAIL).accepted
    first, second = server.mails
    assert server.ids == ["<1@makmal.example>"] * 2
    assert first["Subject"] == "Für Sie zu entscheiden"
    assert first["Date"] == second["Date"] == "Tue, 14 Apr 2026 08:00:00 +0000"
    assert first["Auto-Submitted"] == "auto-generated"
    assert first.get_content().splitlines()[:2] == ["Dear Aminah,", ".a line with a dot"]


@pytest.mark.parametrize(
    ("command", "answer", "final"),
    [
        ("GREETING", "421 busy", False),
        ("GREETING", "554 not today", False),  # of the server, whatever the message
        ("MAIL", "530 sign in first", False),
        ("RCPT", "450 grey list", False),
        ("RCPT", "550 no such person", True),
        ("DATA", "451 no room", False),
        ("DATA-END", "452 no room", False),
        ("DATA-END", "554 looks like spam", True),
    ],
)
def test_a_clear_no(server: MailServer, command: str, answer: str, final: bool) -> None:
    server.answers[command] = [answer]
    with mails.Post() as post:
        outcome = post.send(MAIL)
        assert (outcome.accepted, outcome.final, outcome.answer) == (False, final, answer)
        assert post.send(MAIL).accepted, "the next one is tried anew"


def test_silence_after_the_message_is_neither_yes_nor_no(server: MailServer) -> None:
    server.answers["DATA-END"] = ["drop"]
    with mails.Post() as post:
        with pytest.raises(mails.Unknown):
            post.send(MAIL)
        assert post.is_down


def test_a_goodbye_that_fails_changes_nothing(server: MailServer) -> None:
    server.answers["QUIT"] = ["drop"]
    with mails.Post() as post:
        assert post.send(MAIL).accepted


def test_no_server_at_all_is_a_no_for_now(settings) -> None:
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", free_port()
    with mails.Post() as post:
        outcome = post.send(MAIL)
    assert (outcome.accepted, outcome.final, post.is_down) == (False, False, True)
    assert outcome.answer.startswith("no connection")


@pytest.mark.django_db
def test_who_is_mailed_is_active_and_a_person() -> None:
    user, gone = people.outsider(), people.outsider(is_active=False)
    system = people.integrator()
    assert mails.person(f"user:{user.pk}") == user
    assert mails.person(f"user:{gone.pk}") is None
    assert mails.person(f"user:{system.pk}") is None
    assert mails.person("forum:1") is None
