"""Which programme comes first for whom."""

from __future__ import annotations

import datetime

import pytest

from labs.models import ProgrammeReader
from labs.selectors import programmes
from tests.factories.labs import AT, AreaFactory, ProgrammeFactory
from tests.factories.people import ministry_officer, post_of

pytestmark = pytest.mark.django_db
ON = datetime.date(2019, 4, 17)


def test_programmes_of_the_own_house_come_first_and_closed_ones_last():
    officer = ministry_officer()
    house = post_of(officer).organisation
    other, own = ProgrammeFactory(name="A"), ProgrammeFactory(name="B")
    over = ProgrammeFactory(name="C", closed_at=AT, closed_because="Over")
    for programme in (own, over):
        AreaFactory(programme=programme, lead=house)
    for programme in (other, own, over):
        ProgrammeReader.objects.create(programme=programme, organisation=house)
    assert list(programmes.nearest_first(officer, ON)) == [own, other, over]
