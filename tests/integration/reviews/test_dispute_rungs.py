"""The ladder on a dispute's page: read at once, and told as one rung after the other would be."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from forums.services import forums
from reviews.models import Dispute
from reviews.selectors import dispute_rungs, standing
from tests.factories import disputes as make
from tests.factories import forums as forum_factory
from tests.factories.people import OrganisationFactory

pytestmark = pytest.mark.django_db
ON = forum_factory.ON


def rungs(dispute: Dispute) -> list[dispute_rungs.Rung]:
    return dispute_rungs.rungs(dispute, [], [], ON)


def one_by_one(dispute: Dispute) -> list[tuple[object, ...]]:
    found = []
    for tier in standing.tiers(dispute):
        sitting, places = standing.frozen(dispute, tier, ON)
        found.append(
            (
                standing.forum_of(tier),
                next((each.post for each in places if each.presides), None),
                sitting.interest_stated,
                sum(not each.barred_because for each in places),
            )
        )
    return found


def told(dispute: Dispute) -> list[tuple[object, ...]]:
    return [(each.forum, each.presides, each.interest_stated, each.free) for each in rungs(dispute)]


def test_each_rung_is_told_as_it_would_be_alone() -> None:
    dispute = make.open_dispute()
    assert told(dispute) == one_by_one(dispute)
    assert all(presides is not None for _forum, presides, *_rest in told(dispute))
    assert [each.is_top for each in rungs(dispute)] == [False, False, False, True]


def test_a_chair_of_a_party_stands_aside_at_that_rung_alone() -> None:
    area = make.make_area(alternate=True)
    above = area.home_forum.parent
    assert above is not None
    parties = [above.chair.organisation, OrganisationFactory()]
    dispute = make.open_dispute(area=area, parties=parties)
    assert told(dispute) == one_by_one(dispute)
    aside = [each.in_the_chairs_place for each in rungs(dispute)]
    assert aside == [False, True, False, False]


def test_at_the_top_a_chair_of_a_party_rules_with_the_interest_stated() -> None:
    area = make.make_area()
    top = area.home_forum.parent.parent.parent
    dispute = make.open_dispute(area=area, parties=[top.chair.organisation, OrganisationFactory()])
    assert told(dispute) == one_by_one(dispute)
    assert [bool(each.interest_stated) for each in rungs(dispute)] == [False, False, False, True]


def test_a_closed_forum_is_shown_by_what_took_its_place() -> None:
    area = make.make_area()
    dispute = make.open_dispute(area=area)
    closed = area.home_forum.parent
    successor = forum_factory.make_forum("New committee", parent=closed.parent)
    forums.close(
        forum=closed, successor=successor, reason="Merged", by=make.SYSTEM, at=forum_factory.AT
    )
    assert told(dispute) == one_by_one(dispute)
    assert rungs(dispute)[1].forum == successor


def test_a_longer_ladder_asks_no_more() -> None:
    short = make.open_dispute(area=make.make_area(2))
    long = make.open_dispute(area=make.make_area(4))
    asked = []
    for dispute in (short, long):
        with CaptureQueriesContext(connection) as queries:
            rungs(standing_anew(dispute))
        asked.append(len(queries))
    assert asked[0] == asked[1]


def standing_anew(dispute: Dispute) -> Dispute:
    return Dispute.objects.select_related("area__home_forum", "area__programme").get(pk=dispute.pk)
