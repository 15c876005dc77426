"""The audit finds what stands still, says so once, and sees it gone. It repairs nothing."""

from __future__ import annotations

import datetime
from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from forums.models import Action, Cycle, Meeting, Motion
from forums.services import actions, nags
from kpis.models import Deviation, ImportJob, Series
from ledger.models import Delivery, Event, Notice
from reviews.models import (
    AgendaItem,
    AuditRun,
    BumpUp,
    Dispute,
    InformationRequest,
    Prompt,
    Referral,
    Review,
    ReviewProposal,
    Stall,
)
from reviews.selectors import stalls
from reviews.services import advancing, audits, information, nudges, telling, unexplained
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories.disputes import DAY, by, party
from tests.factories.forums import AT, SYSTEM, held_post
from tests.factories.people import UserFactory, administrator, auditor, delivery_unit
from tests.factories.reviews import open_review

pytestmark = pytest.mark.django_db
LATE = AT + 40 * DAY
REAL = datetime.timedelta(hours=5)

Mend = Callable[[], object]


def past_deadline() -> Mend:
    factory.open_dispute()
    return lambda: advancing.advance(at=LATE)


def not_nudged() -> Mend:
    factory.open_dispute()
    Dispute.objects.update(deadline=(LATE + 20 * DAY).date())
    return lambda: nudges.nudge(at=LATE)


def overdue_and_never_reminded() -> Mend:
    dispute = factory.at_tier(4)
    advancing.advance(at=LATE - 5 * DAY)
    Dispute.objects.update(nudge_on=None)
    return lambda: Dispute.objects.filter(pk=dispute.pk).update(nudge_on=(LATE + DAY).date())


def not_told() -> Mend:
    factory.open_dispute()
    advancing.advance(at=LATE - DAY)
    return lambda: telling.tell(at=LATE)


def silent() -> Mend:
    dispute = factory.open_dispute()
    Dispute.objects.update(deadline=(LATE + 20 * DAY).date(), nudge_on=None)
    information.ask(
        dispute=dispute, organisation=party(dispute, 1).organisation, question="How many?",
        due_on=(AT + 5 * DAY).date(), asked_by=party(dispute), by=by(party(dispute)), at=AT,
    )  # fmt: skip
    assert InformationRequest.objects.count() == 1
    return lambda: nudges.note_silence(at=LATE)


def not_routed() -> Mend:
    review, _draft = open_review()
    deviation = review.deviations.get().deviation
    Deviation.objects.filter(pk=deviation.pk).update(routed_at=None, opened_at=AT)
    return lambda: Deviation.objects.filter(pk=deviation.pk).update(routed_at=LATE)


def not_closed() -> Mend:
    review, _draft = open_review()
    motion = forum_factory.put(review.forum)
    ReviewProposal.objects.create(
        review=review, motion=motion, cause="means", outcome="corrective_action"
    )
    decision = forum_factory.cast(motion, review.forum.chair)

    def mend() -> None:
        Review.objects.filter(pk=review.pk).update(
            state="closed", closed_at=LATE, decision=decision, cause="means",
            outcome="corrective_action", reason="Because",
        )  # fmt: skip

    return mend


def not_explained() -> Mend:
    open_review()
    return lambda: unexplained.say(at=LATE)


def motion() -> Mend:
    made = forum_factory.put(forum_factory.make_forum())
    Motion.objects.filter(pk=made.pk).update(closes_at=LATE - DAY)
    return lambda: Motion.objects.filter(pk=made.pk).update(state=Motion.State.LAPSED)


def meeting() -> Mend:
    forum = forum_factory.make_forum()
    made = Meeting.objects.create(
        forum=forum, starts_at=LATE - 10 * DAY, call_on=(LATE - 14 * DAY).date()
    )
    return lambda: Meeting.objects.filter(pk=made.pk).update(
        state=Meeting.State.MISSED, state_reason="Flood"
    )


def agenda() -> Mend:
    """It should have gone out days ago."""
    made = Meeting.objects.create(
        forum=forum_factory.make_forum(),
        starts_at=LATE + DAY,
        call_on=(LATE - 4 * DAY).date(),
    )
    return lambda: Meeting.objects.filter(pk=made.pk).update(called_at=LATE)


def rhythm() -> Mend:
    cycle = Cycle.objects.create(
        forum=forum_factory.make_forum(), rhythm="monthly", first_on=AT.date()
    )
    return lambda: Cycle.objects.filter(pk=cycle.pk).update(ends_on=LATE.date())


def item() -> Mend:
    """The meeting is over, and nobody knows what became of it."""
    made = Meeting.objects.create(
        forum=forum_factory.make_forum(),
        starts_at=LATE - 10 * DAY,
        call_on=(LATE - 14 * DAY).date(),
        state=Meeting.State.MISSED,
        state_reason="Flood",
    )
    left = AgendaItem.objects.create(meeting=made, kind="other", key="other:1", title="Rain")
    return lambda: AgendaItem.objects.filter(pk=left.pk).update(outcome="carried_over")


def action() -> Mend:
    actions.open(
        title="Count", owner=held_post("Director"), due_on=(AT + DAY).date(), by=SYSTEM, at=AT
    )
    assert Action.objects.count() == 1
    return lambda: nags.nag(at=LATE)


def referral() -> Mend:
    dispute = factory.open_dispute()
    Dispute.objects.update(deadline=(LATE + 20 * DAY).date(), nudge_on=None)
    Referral.objects.create(
        dispute=dispute, kind="policy", organisation=party(dispute).organisation,
        text="Let us build", due_on=(AT + DAY).date(), nag_on=(AT + 2 * DAY).date(), at=AT,
    )  # fmt: skip
    return lambda: nudges.nag_of_referrals(at=LATE)


def prompt() -> Mend:
    made = Prompt.objects.create(
        user=UserFactory(), key="dispute:1:rule", title="To rule", url="/", since=AT,
        again_on=AT.date(),
    )  # fmt: skip
    return lambda: Prompt.objects.filter(pk=made.pk).update(done_at=LATE)


def unsealed() -> Mend:
    factory.make_area()
    Event.objects.update(recorded_at=datetime.datetime.now(tz=datetime.UTC) - REAL)
    return lambda: Event.objects.update(recorded_at=datetime.datetime.now(tz=datetime.UTC))


def delivery() -> Mend:
    now = datetime.datetime.now(tz=datetime.UTC)
    made = Delivery.objects.create(
        message_id="<1@x>", recipient="user:1", kind="decide", key="1", title="One",
        due_at=now - REAL, made_at=now - REAL,
    )  # fmt: skip
    return lambda: Delivery.objects.filter(pk=made.pk).update(state="cancelled")


def detection() -> Mend:
    factory.make_kpi(factory.make_area())
    Series.objects.update(changed_at=AT)
    return lambda: Series.objects.update(changed_at=None)


def an_import() -> Mend:
    now = datetime.datetime.now(tz=datetime.UTC)
    made = ImportJob.objects.create(
        file_name="a.csv", path="a.csv", size=1, sha256="0" * 64, state="loading", at=AT,
        taken_at=now - REAL,
    )  # fmt: skip
    return lambda: ImportJob.objects.filter(pk=made.pk).update(state="dropped")


def fact() -> Mend:
    dispute = factory.open_dispute()
    Dispute.objects.update(deadline=(LATE + 20 * DAY).date(), nudge_on=None)
    dispute.tiers.filter(number=1).update(deadline=(LATE + 20 * DAY).date())
    Dispute.objects.filter(pk=dispute.pk).update(tier=3)  # two tiers up, past the services
    return lambda: Dispute.objects.filter(pk=dispute.pk).update(tier=1)


BROKEN: dict[str, tuple[str, Callable[[], Mend]]] = {
    "past_deadline": ("past_deadline", past_deadline),
    "not_nudged": ("not_nudged", not_nudged),
    "never reminded": ("not_nudged", overdue_and_never_reminded),
    "not_told": ("not_told", not_told),
    "silent": ("silent", silent),
    "not_routed": ("not_routed", not_routed),
    "not_closed": ("not_closed", not_closed),
    "not_explained": ("explaining", not_explained),
    "motion": ("motion", motion),
    "meeting": ("meeting", meeting),
    "agenda": ("agenda", agenda),
    "rhythm": ("rhythm", rhythm),
    "item": ("item", item),
    "action": ("action", action),
    "referral": ("referral", referral),
    "prompt": ("prompt", prompt),
    "unsealed": ("unsealed", unsealed),
    "delivery": ("delivery", delivery),
    "detection": ("detection", detection),
    "import": ("import", an_import),
    "fact": ("fact", fact),
}


def test_every_check_is_tried_here():
    assert {code for code, _break in BROKEN.values()} == set(stalls.CHECKS)


@pytest.mark.parametrize("name", BROKEN)
def test_what_stands_still_is_found_and_seen_gone(name):
    code, broken = BROKEN[name]
    mend = broken()
    audits.run(at=LATE)
    counts = AuditRun.objects.get().counts
    assert not [check for check, told in counts.items() if told.get("failed")]
    found = Stall.objects.filter(check_code=code, gone_at=None)
    assert found.count() >= 1, counts
    keys = set(found.values_list("key", flat=True))
    first = Stall.objects.filter(check_code=code).count()

    audits.run(at=LATE)  # known already: nothing new
    assert Stall.objects.filter(check_code=code).count() == first

    mend()
    audits.run(at=LATE + datetime.timedelta(minutes=1))
    still = set(Stall.objects.filter(check_code=code, gone_at=None).values_list("key", flat=True))
    assert not keys & still
    assert Stall.objects.filter(check_code=code, gone_at__isnull=False).count() >= 1


def test_where_all_moves_nothing_is_found():
    factory.open_dispute()
    Series.objects.update(changed_at=None)
    report = audits.run(at=AT)
    assert (report.found, report.new) == (0, [])
    assert set(AuditRun.objects.get().counts) == set(stalls.CHECKS)
    assert not Event.objects.filter(verb="audit.found").exists()


def test_the_unit_is_told_once_of_what_is_new():
    unit = delivery_unit()
    factory.open_dispute()
    audits.run(at=LATE)
    audits.run(at=LATE + datetime.timedelta(hours=1))
    events = Event.objects.filter(verb="audit.found")
    assert events.count() == 1
    assert events.get().data["new"]["past_deadline"] == 1
    told = Notice.objects.filter(event=events.get())
    assert [each.recipient for each in told] == [f"user:{unit.pk}"]


def test_it_runs_at_once_and_then_once_an_hour():
    hour = datetime.timedelta(hours=1)
    runs = [audits.run_due(at=AT + part * hour) is not None for part in (0, 0.1, 0.9, 1, 1.5, 2)]
    assert runs == [True, False, False, True, False, True]
    assert AuditRun.objects.count() == 3


def test_a_check_that_breaks_hides_no_other(monkeypatch):
    def broken(_at: datetime.datetime) -> stalls.Looked:
        raise LookupError("nothing there")

    monkeypatch.setitem(stalls.CHECKS, "silent", ("Silence", broken))
    factory.open_dispute()
    audits.run(at=LATE)
    assert AuditRun.objects.get().counts["silent"] == {"failed": True}
    assert Stall.objects.filter(check_code="past_deadline").exists()


class TestPage:
    def page(self, client: Any, user: Any) -> str:
        client.force_login(user)
        return client.get(reverse("reviews:health")).content.decode()

    @pytest.fixture(autouse=True)
    def clock(self, monkeypatch):
        self.now = LATE
        monkeypatch.setattr("config.clock.now", lambda: self.now)

    def test_says_that_it_never_ran_and_that_it_is_silent(self, client):
        unit = delivery_unit()
        assert "has never run" in self.page(client, unit)
        audits.run(at=LATE)
        assert "Nothing stands still" in self.page(client, unit)
        self.now = LATE + datetime.timedelta(hours=5)
        silent = self.page(client, unit)
        assert "The audit has not run for 5" in silent
        assert "Nothing stands still" not in silent

    def test_names_what_is_stuck_with_a_link(self, client):
        dispute = factory.open_dispute(title="Who counts")
        audits.run(at=LATE)
        found = self.page(client, auditor())
        assert "Who counts" in found
        assert reverse("reviews:dispute", args=[dispute.pk]) in found

    def test_what_is_restricted_is_counted_and_not_named(self, client):
        area = factory.make_area()
        factory.open_dispute(area, title="Secret cables", restricted_to=[area.home_forum])
        audits.run(at=LATE)
        found = self.page(client, delivery_unit())
        assert "Secret cables" not in found
        assert "1 is not named here" in found

    def test_an_administrator_reads_numbers_and_no_names(self, client):
        factory.open_dispute(title="Who counts")
        audits.run(at=LATE)
        found = self.page(client, administrator())
        assert "Who counts" not in found

    def test_disputes_overdue_at_the_top_are_listed(self, client):
        dispute = factory.at_tier(4, title="Who counts")
        advancing.advance(at=LATE)
        assert BumpUp.objects.filter(dispute=dispute).count() == 3
        assert "Who counts" in self.page(client, delivery_unit())
