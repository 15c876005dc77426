"""Who may do what with KPIs: persona by act, as a table."""

from __future__ import annotations

import datetime

import pytest

from kpis import permissions
from kpis.services import kpis
from labs.models import ProgrammeReader
from labs.services import programmes
from tests.factories import kpis as make
from tests.factories import people

pytestmark = pytest.mark.django_db
ON = datetime.date(2019, 4, 17)
PERSONAS = ("owner", "verifier", "reader", "delivery_unit", "auditor", "outsider")
ACTS = {
    "may_read_kpi": {"owner", "verifier", "reader", "delivery_unit", "auditor"},
    "may_report": {"owner", "delivery_unit"},
    "may_report_for": {"delivery_unit"},
    "may_choose_source": {"delivery_unit"},
    "may_change_kpi": {"delivery_unit"},
    "may_send_readings": {"owner", "delivery_unit"},
}


@pytest.fixture
def cast():
    """A KPI and one user per persona; owner and verifier share an organisation."""
    owner = people.ministry_officer()
    found = {
        "owner": owner,
        "verifier": people.verifier(people.post_of(owner).organisation),
        "reader": people.UserFactory(),
        "delivery_unit": people.with_role("delivery_unit"),
        "auditor": people.with_role("auditor"),
        "outsider": people.UserFactory(),
    }
    kpi = make.kpi(owner=people.post_of(owner), verifier=people.post_of(found["verifier"]))
    ProgrammeReader.objects.create(programme=kpi.area.programme, user=found["reader"])
    return found | {"kpi": kpi}


@pytest.mark.parametrize("act", ACTS)
def test_acts_on_a_kpi(cast, act):
    allowed = {
        name for name in PERSONAS if getattr(permissions, act)(cast[name], cast["kpi"], on=ON)
    }
    assert allowed == ACTS[act]


def test_closed_programme_lets_nobody_act(cast):
    kpi = cast["kpi"]
    programmes.close(programme=kpi.area.programme, because="Over", by=make.BY, at=make.AT)
    kpi.refresh_from_db()
    for act in ("may_report", "may_choose_source", "may_change_kpi"):
        assert not any(getattr(permissions, act)(cast[name], kpi, on=ON) for name in PERSONAS)


def test_restricted_kpi_is_seen_by_its_posts_and_whom_it_names(cast):
    kpi = cast["kpi"]
    member = people.holder(kpi.area.home_forum.chair)
    kpi.restricted_to.add(kpi.area.home_forum)
    seen = {name for name in PERSONAS if permissions.may_read_kpi(cast[name], kpi, on=ON)}
    assert seen == {"owner", "verifier", "delivery_unit", "auditor"}
    assert permissions.may_read_kpi(member, kpi, on=ON)


def verifiers(cast, reading) -> set[str]:
    return {name for name in PERSONAS if permissions.may_verify(cast[name], reading, on=ON)}


def test_verifier_verifies_and_the_delivery_unit_only_where_there_is_no_second_person(cast):
    kpi = cast["kpi"]
    reading = make.reading(make.total(kpi), "2018", "1", by=people.actor(cast["owner"]))
    assert verifiers(cast, reading) == {"verifier"}
    kpis.assign(kpi=kpi, owner=kpi.owner, verifier=None, by=make.BY, at=make.AT)
    reading.refresh_from_db()
    assert verifiers(cast, reading) == {"delivery_unit"}


def test_verifier_who_entered_the_value_leaves_it_to_the_delivery_unit(cast):
    """Fact 9 looks at the user, whichever post they acted in."""
    reading = make.reading(make.total(cast["kpi"]), "2018", "1", by=people.actor(cast["verifier"]))
    assert verifiers(cast, reading) == {"delivery_unit"}


def test_delivery_unit_does_not_verify_what_it_entered_for_the_owner(cast):
    reading = make.reading(
        make.total(cast["kpi"]), "2018", "1", by=people.actor(cast["delivery_unit"])
    )
    kpis.assign(kpi=cast["kpi"], owner=cast["kpi"].owner, verifier=None, by=make.BY, at=make.AT)
    reading.refresh_from_db()
    assert verifiers(cast, reading) == set()
