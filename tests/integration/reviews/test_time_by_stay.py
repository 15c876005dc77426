"""More time belongs to a stay with a forum: sent to the conflict forum, tier 1 begins anew."""

from __future__ import annotations

import pytest
from django.urls import reverse

from reviews.models import Dispute
from reviews.selectors import dispute_pages, facts, standing
from reviews.selectors import extensions as times
from reviews.services import conflict_routes, extensions, ladder
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories.disputes import DAY, by, officer_of, party
from tests.factories.forums import AT, SYSTEM, person_in
from tests.factories.people import actor

pytestmark = pytest.mark.django_db
LATER = AT + DAY
NAMES = ("dispute", "dispute_ask_time")


@pytest.fixture(autouse=True)
def _business_time(monkeypatch):
    monkeypatch.setattr("config.clock.now", lambda: LATER)


def chair(dispute: Dispute):
    """Whoever chairs the forum that holds it, as an actor."""
    post = standing.tier_of(dispute).chair
    return actor(person_in(post), post)


def ask(dispute: Dispute, at=AT):
    mine = party(dispute)
    return extensions.ask(dispute=dispute, party=mine, days=2, reason="Census", by=by(mine), at=at)


def grant(dispute: Dispute, at=AT, days: int = 1):
    return extensions.grant(dispute=dispute, days=days, reason="Eid", by=chair(dispute), at=at)


def send(dispute: Dispute, at=LATER) -> None:
    conflict_routes.send(dispute=dispute, reason="Money", by=chair(dispute), at=at)
    dispute.refresh_from_db()


@pytest.fixture
def dispute() -> Dispute:
    area = factory.make_area()
    top = area.home_forum.parent.parent.parent
    area.conflict_forum = forum_factory.make_forum("Conflict forum", parent=top, purpose="conflict")
    area.save()
    return factory.open_dispute(area)


def fates(dispute: Dispute, at=LATER) -> list[str]:
    return [each.fate for each in times.requests(dispute, at)]


class TestAskedAnew:
    def test_once_at_each_forum_also_where_the_tier_has_the_same_number(self, dispute):
        ask(dispute)
        send(dispute)
        assert times.may_ask(dispute, party(dispute))
        ask(dispute, LATER)
        assert fates(dispute) == ["lapsed", "waiting"]
        with pytest.raises(extensions.AskedBefore):
            ask(dispute, LATER)

    def test_given_at_each_forum_once_and_each_request_keeps_its_own_end(self, dispute):
        ask(dispute)
        grant(dispute)
        send(dispute)
        ask(dispute, LATER)
        assert fates(dispute) == ["given", "waiting"]
        before = dispute.deadline
        given = grant(dispute, LATER)
        assert fates(dispute) == ["given", "given"]
        dispute.refresh_from_db()
        assert before < dispute.deadline == given.after == standing.tier_of(dispute).deadline
        with pytest.raises(extensions.NotNow):
            grant(dispute, LATER)
        assert facts.broken(LATER) == []

    def test_a_forum_that_takes_the_dispute_later_has_time_of_its_own(self, dispute):
        grant(dispute)
        send(dispute)
        grant(dispute, LATER)
        ladder.climb(dispute=dispute, trigger="deadlock", reason="Stuck", by=SYSTEM, at=LATER)
        grant(dispute, LATER)
        stays = dispute.extensions.order_by("pk").values_list("tier", "forum__name")
        assert list(stays) == [
            (1, "Working committee"),
            (1, "Conflict forum"),
            (2, "Council of ministers"),
        ]


class TestSaid:
    def test_the_ladder_shows_only_time_given_by_the_forum_that_holds_it(self, dispute):
        grant(dispute)
        send(dispute)
        page = dispute_pages.page(dispute, LATER)
        assert page.rungs[0].extension is None
        given = grant(dispute, LATER)
        dispute.refresh_from_db()
        page = dispute_pages.page(dispute, LATER)
        assert page.rungs[0].extension == given

    def test_the_page_offers_to_ask_again(self, client, dispute, settings):
        ask(dispute)
        client.force_login(officer_of(party(dispute)))
        page, act = (reverse(f"reviews:{name}", args=[dispute.pk]) for name in NAMES)
        assert act not in client.get(page).content.decode()
        send(dispute)
        assert act in client.get(page).content.decode()


def test_another_last_day_of_the_old_forum_is_no_excuse_for_a_wrong_one(dispute):
    """A last day that was extended elsewhere explains nothing here: the fact is broken."""
    grant(dispute, days=5)
    extended = dispute.deadline
    send(dispute)
    Dispute.objects.filter(pk=dispute.pk).update(deadline=extended)
    assert {each.fact for each in facts.broken(LATER)} == {6}
