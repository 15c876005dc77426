"""Who is told that it is theirs to decide: whoever presides where a dispute stands, nobody else."""

from __future__ import annotations

import datetime

import pytest

from ledger.models import Notice
from people.models import Appointment
from reviews.models import Dispute
from reviews.services import (
    advancing,
    conflict_routes,
    disputes,
    exhibits,
    ladder,
    nudges,
    telling,
    voting,
)
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories.disputes import DAY, officer_of, party
from tests.factories.forums import AT, SYSTEM, person_in
from tests.factories.people import OrganisationFactory, actor, holder, ministry_officer

pytestmark = pytest.mark.django_db


def after(day: datetime.date) -> datetime.datetime:
    return datetime.datetime.combine(day + DAY, datetime.time(4), tzinfo=datetime.UTC)


def deciding(verb: str) -> set[str]:
    """Who is told of the newest event of a verb that it is theirs to decide."""
    rows = Notice.objects.filter(event__verb=verb).order_by("-event")
    newest = rows.values_list("event", flat=True)[0]
    found = Notice.objects.filter(event=newest, decide=True)
    return set(found.values_list("recipient", flat=True))


def told(verb: str) -> set[str]:
    return set(Notice.objects.filter(event__verb=verb).values_list("recipient", flat=True))


def users(*posts) -> set[str]:
    return {f"user:{person_in(post).pk}" for post in posts}


def officers(dispute: Dispute) -> set[str]:
    return {f"user:{officer_of(party(dispute, number)).pk}" for number in (0, 1)}


def vacate(post) -> None:
    Appointment.objects.filter(post=post).update(ends_on=AT.date() - DAY)


def by_hand(dispute: Dispute) -> str:
    ladder.climb(dispute=dispute, trigger="deadlock", reason="Stuck", by=SYSTEM, at=AT)
    return "dispute.bumped_up"


def by_sweep(dispute: Dispute) -> str:
    advancing.advance(at=after(dispute.deadline))
    telling.tell(at=after(dispute.deadline))
    return "dispute.step_told"


@pytest.mark.parametrize("climb", [by_hand, by_sweep])
class TestOneTierUp:
    def test_the_chair_of_the_forum_entered_and_nobody_else(self, climb, disputed):
        dispute = disputed
        left, entered = (factory.forum_at(dispute, number) for number in (1, 2))
        verb = climb(dispute)
        assert deciding(verb) == users(entered.chair)
        others = users(entered.secretary, left.chair) | officers(dispute)
        assert others <= told(verb)

    def test_the_alternate_where_nobody_holds_the_chair(self, climb):
        dispute = factory.open_dispute(factory.make_area(alternate=True))
        entered = factory.forum_at(dispute, 2)
        vacate(entered.chair)
        assert deciding(climb(dispute)) == users(entered.alternate)

    def test_whoever_acts_for_the_chair(self, climb, disputed):
        dispute = disputed
        entered = factory.forum_at(dispute, 2)
        vacate(entered.chair)
        holder(entered.chair, acting=True)
        assert deciding(climb(dispute)) == users(entered.chair)

    def test_the_alternate_where_the_chair_is_of_a_party(self, climb):
        area = factory.make_area(alternate=True)
        mine, other = area.home_forum.parent.chair.organisation, OrganisationFactory()
        ministry_officer(other)
        dispute = factory.open_dispute(area, parties=[mine, other])
        entered = factory.forum_at(dispute, 2)
        assert deciding(climb(dispute)) == users(entered.alternate)

    def test_the_alternate_where_the_chair_acted_for_a_party(self, climb):
        dispute = factory.open_dispute(factory.make_area(alternate=True))
        entered, mine = factory.forum_at(dispute, 2), party(dispute)
        post = mine.organisation.posts.get()
        exhibits.add(
            dispute=dispute,
            title="Count",
            dated=AT.date(),
            where="Gazette",
            party=mine,
            by=actor(person_in(entered.chair), post),
            at=AT,
        )
        assert deciding(climb(dispute)) == users(entered.alternate)

    def test_the_alternate_where_the_chair_sits_in_the_successor_of_a_party(self, climb):
        dispute = factory.open_dispute(factory.make_area(alternate=True))
        entered, mine = factory.forum_at(dispute, 2), party(dispute).organisation
        mine.successor, mine.succeeded_on = entered.chair.organisation, AT.date()
        mine.save()
        assert deciding(climb(dispute)) == users(entered.alternate)


class TestElsewhere:
    def test_opened_parties_are_asked_for_a_position_and_the_chair_presides(self, disputed):
        dispute = disputed
        here = factory.forum_at(dispute, 1)
        assert deciding("dispute.opened") == users(here.chair) | officers(dispute)
        rows = Notice.objects.filter(event__verb="dispute.opened", decide=True)
        titles = dict(rows.values_list("recipient", "title"))
        (chair,) = users(here.chair)
        assert titles.pop(chair).startswith("Dispute opened")
        assert all(each.startswith("Your position is asked") for each in titles.values())

    def test_a_party_that_joins_is_asked_for_its_position(self, disputed):
        dispute = disputed
        joins = OrganisationFactory()
        officer = ministry_officer(joins)
        disputes.join(dispute=dispute, organisation=joins, by=SYSTEM, at=AT)
        assert deciding("dispute.joined") == {f"user:{officer.pk}"}

    def test_sent_to_the_conflict_forum_its_chair_has_it(self):
        area = factory.make_area()
        area.conflict_forum = forum_factory.make_forum(
            "Conflict forum", parent=area.home_forum.parent.parent.parent, purpose="conflict"
        )
        area.save()
        dispute = factory.open_dispute(area)
        conflict_routes.send(dispute=dispute, reason="Money", by=SYSTEM, at=AT)
        assert deciding("dispute.routed_to_conflict_forum") == users(area.conflict_forum.chair)

    def test_a_ruling_that_did_not_come_about_is_the_chairs_again(self, disputed):
        dispute = disputed
        here = factory.forum_at(dispute, 1)
        ruling = factory.put_ruling(dispute, mode="majority")
        for post in forum_factory.core(here):
            voting.vote(
                motion=ruling.motion,
                post=post,
                choice="against",
                reason="Too early.",
                by=actor(person_in(post), post),
                at=AT,
            )
        assert deciding("dispute.not_ruled") == users(here.chair)

    def test_warned_where_the_chair_is_vacant_it_is_the_alternates(self):
        dispute = factory.open_dispute(factory.make_area(alternate=True))
        here = factory.forum_at(dispute, 1)
        vacate(here.chair)
        nudges.nudge(at=after(dispute.nudge_on - DAY))
        assert deciding("dispute.warned") == users(here.alternate)
