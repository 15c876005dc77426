"""How one is told: everybody sets it for themselves; who sees to it that mail arrives sees it."""

from __future__ import annotations

import datetime
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from ledger.models import Delivery, Event
from ledger.services import deliveries
from people.models import DeskRound, NoticeSettings, User
from tests.factories import people as make

pytestmark = pytest.mark.django_db
# A Monday, ten in the morning in Kuala Lumpur.
NOW = datetime.datetime(2026, 11, 23, 2, tzinfo=datetime.UTC)
PAGE = "/notices/settings/"
GIVEN = {
    "digest": "daily",
    "weekday": "0",
    "digest_at": "07:00",
    "at_once": "on",
    "quiet_from": "19:00",
    "quiet_until": "07:00",
    "quiet_days_off": "on",
    "time_zone": "Asia/Kuala_Lumpur",
}


@pytest.fixture(autouse=True)
def _on_a_monday(settings):
    settings.MAIL_NOTICES = True
    with time_machine.travel(NOW, tick=False):
        yield


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def words(answer) -> str:
    return unescape(answer.content.decode())


def test_the_defaults_are_shown_with_an_example() -> None:
    user = make.outsider(time_zone="Asia/Kuala_Lumpur")
    page = words(signed_in(user).get(PAGE))
    assert "Your next digest: Tuesday, 24 November, 07:00" in page
    assert 'value="19:00"' in page
    assert not NoticeSettings.objects.exists()


def test_what_is_chosen_is_kept_and_holds_from_now_on() -> None:
    user = make.outsider()
    DeskRound.objects.create(user=user, digested_at=NOW - datetime.timedelta(days=9))
    client = signed_in(user)
    given = {**GIVEN, "digest": "weekly", "weekday": "3", "digest_at": "16:30", "at_once": ""}
    page = words(client.post(PAGE, given, follow=True))
    assert "Saved. Your next digest: Thursday, 26 November, 16:30" in page
    row = NoticeSettings.objects.get(user=user)
    assert (row.digest, row.weekday, row.at_once) == ("weekly", 3, False)
    user.refresh_from_db()
    assert user.time_zone == "Asia/Kuala_Lumpur"
    assert DeskRound.objects.get().digested_at == NOW, "no digest is made up for"
    event = Event.objects.get(verb="notice_settings.changed")
    assert event.actor_user == str(user.pk)
    client.post(PAGE, GIVEN)
    assert NoticeSettings.objects.get(user=user).digest == "daily"


@pytest.mark.parametrize(
    ("field", "value", "why"),
    [
        ("time_zone", "Nowhere/At_all", "Select a valid choice"),
        ("digest_at", "late", "Enter a valid time"),
        ("digest", "hourly", "Select a valid choice"),
        ("weekday", "9", "Select a valid choice"),
    ],
)
def test_what_cannot_be_is_refused_beside_its_field(field: str, value: str, why: str) -> None:
    answer = signed_in(make.outsider()).post(PAGE, {**GIVEN, field: value})
    assert why in words(answer)
    assert not NoticeSettings.objects.exists()


def test_quiet_hours_may_be_none() -> None:
    user = make.outsider()
    signed_in(user).post(PAGE, {**GIVEN, "quiet_from": "00:00", "quiet_until": "00:00"})
    assert NoticeSettings.objects.get().quiet_from == datetime.time(0)


def test_an_installation_without_mail_says_so(settings) -> None:
    settings.MAIL_NOTICES = False
    page = words(signed_in(make.outsider()).get(PAGE))
    assert "sends no notices by e-mail" in page
    assert "Your next digest" not in page


def test_the_settings_are_found_from_the_notices_and_the_account() -> None:
    page = words(signed_in(make.outsider()).get("/notices/"))
    assert page.count(f'href="{PAGE}"') == 2


class TestDeliveries:
    def some(self, user: User, count: int) -> None:
        for _number in range(count):
            number = Delivery.objects.count()
            deliveries.make(
                recipient=f"user:{user.pk}",
                kind="decide",
                key=f"decide:{number}",
                title="",
                domain="makmal.example",
                due_at=NOW,
                made_at=NOW,
            )

    def sent(self, delivery: Delivery, **outcome: object) -> None:
        claim = deliveries.claim(
            delivery_id=delivery.pk,
            compose=lambda _row: deliveries.Content("The secret treaty", "Secret"),
            now=NOW,
        )
        deliveries.finish(claim=claim, outcome=deliveries.Outcome(**outcome), now=NOW)

    def test_it_says_to_whom_and_what_became_of_it_and_never_what(self) -> None:
        user = make.outsider(name="Aminah")
        self.some(user, 2)
        failed, sent = Delivery.objects.order_by("pk")
        self.sent(failed, accepted=False, answer="550 no such person", final=True)
        self.sent(sent, accepted=True)
        client = signed_in(make.delivery_unit())
        page = words(client.get("/deliveries/"))
        assert "Aminah" in page
        assert "550 no such person" in page
        assert "Given up (1)" in page
        assert "ecret" not in page
        assert "550" not in words(client.get("/deliveries/?state=sent"))

    def test_an_attempt_without_an_end_is_said(self) -> None:
        self.some(make.outsider(), 1)
        deliveries.claim(
            delivery_id=Delivery.objects.get().pk,
            compose=lambda _row: deliveries.Content("A", "B"),
            now=NOW,
        )
        assert "no end, in doubt" in words(signed_in(make.auditor()).get("/deliveries/"))

    def test_it_costs_the_same_with_twice_the_rows(self) -> None:
        client = signed_in(make.delivery_unit())

        def queries() -> int:
            with CaptureQueriesContext(connection) as captured:
                client.get("/deliveries/")
            return len(captured)

        for _number in range(10):
            self.some(make.outsider(), 1)
        client.get("/deliveries/")
        ten = queries()
        for _number in range(10):
            self.some(make.outsider(), 1)
        assert queries() == ten
