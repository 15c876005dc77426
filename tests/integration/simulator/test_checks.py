"""What the simulator sees of rows that are never changed, past what the database forbids."""

from __future__ import annotations

import pytest

from reviews.models import Tier
from reviews.services import conflict_routes
from simulator.checks import Checks
from tests.factories import disputes as factory
from tests.factories import forums as forum_factory
from tests.factories.forums import AT, SYSTEM

pytestmark = pytest.mark.django_db


@pytest.fixture
def dispute():
    area = factory.make_area()
    top = area.home_forum.parent.parent.parent
    area.conflict_forum = forum_factory.make_forum("Burdens", parent=top, purpose="conflict")
    area.save()
    return factory.open_dispute(area)


def found(checks: Checks) -> list[tuple[int, str]]:
    return [(broken.fact, broken.detail) for broken in checks._lasting(thorough=True)]


def test_a_ladder_frozen_anew_for_the_conflict_forum_breaks_nothing(dispute):
    checks = Checks()
    assert found(checks) == []
    conflict_routes.send(dispute=dispute, reason="Money", by=SYSTEM, at=AT)
    assert found(checks) == []


def test_a_tier_that_disappears_is_found(dispute):
    checks = Checks()
    found(checks)
    Tier.objects.filter(dispute=dispute, number=4).delete()
    assert found(checks) == [(6, "it disappeared")]


def test_a_tier_that_disappears_after_the_ladder_was_frozen_anew_is_found(dispute):
    checks = Checks()
    conflict_routes.send(dispute=dispute, reason="Money", by=SYSTEM, at=AT)
    found(checks)
    Tier.objects.filter(dispute=dispute, number=2).delete()
    assert found(checks) == [(6, "it disappeared")]
