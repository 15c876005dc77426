"""Starting a programme from a template: what is made, what is used as it is, what is refused."""

from __future__ import annotations

import datetime
from decimal import Decimal

import pytest

from forums.models import Forum
from forums.services.forums import UnknownCountry
from kpis.models import Kpi
from labs.models import (
    BudgetCeiling,
    Change,
    Lab,
    Limit,
    Plan,
    Programme,
    ProgrammeReader,
    ProgrammeSettings,
    Revision,
)
from ledger.models import Event
from ledger.rules.actors import Actor
from people.models import Organisation, Post
from starters.selectors import template
from starters.services import starting
from starters.services.bodies import SameName
from starters.services.starting import AlreadyStarted, Overrides
from tests.factories.people import OrganisationFactory, PostFactory

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
AT = datetime.datetime(2019, 1, 1, 15, tzinfo=datetime.UTC)
START = datetime.date(2019, 1, 1)


def start(code: str = "pemandu", name: str = "Schools first", as_code: str = "", **overrides):
    return starting.start(
        template=template(code),
        code=as_code or code,
        name=name,
        overrides=Overrides(**{"starts_on": START, **overrides}),
        by=BY,
        at=AT,
    )


def changes(programme: Programme, part: str, field: str) -> list[str]:
    found = Change.objects.filter(
        revision__plan__lab__area__programme=programme, part=part, field=field
    )
    return list(found.order_by("pk").values_list("after", flat=True))


def test_everything_of_the_file_is_made_as_a_draft() -> None:
    programme = start()
    assert (programme.template, programme.currency, programme.country) == ("pemandu", "MYR", "MY")
    assert programme.ends_on == datetime.date(2022, 1, 1)
    assert Plan.objects.get(lab__area__programme=programme).in_force is None
    assert Revision.objects.get(plan__lab__area__programme=programme).state == Revision.State.DRAFT
    steering = Forum.objects.get(name="Steering committee, Schools first")
    assert steering.parent.name == "Delivery Task Force"
    assert Limit.objects.get(forum=steering, kind="goal").decides == steering.parent
    assert BudgetCeiling.objects.get(programme=programme, year=2019).amount == 120_000_000
    groups = ProgrammeSettings.objects.get(programme=programme).groups
    assert set(groups.values_list("code", flat=True)) == {"national-government", "communities"}
    assert changes(programme, "milestone", "finishes_on")[0] == "2019-05-01"
    assert changes(programme, "budget_line", "year") == ["2019", "2020", "2019"]
    assert ProgrammeReader.objects.filter(programme=programme).count() == 9


def test_one_event_says_what_was_made() -> None:
    programme = start()
    event = Event.objects.get(verb="programme.started_from_template")
    assert event.programme_id == str(programme.pk)
    assert event.data["template"] == "pemandu"
    assert event.data["made"]["milestone"] == 7
    assert event.data["made"]["kpis"] == Kpi.objects.count() == 2


def test_what_is_there_already_is_used_as_it_is() -> None:
    ministry = OrganisationFactory(name="ministry of education")
    minister = PostFactory(organisation=ministry, title="Minister")
    start()
    assert Organisation.objects.filter(name__iexact="Ministry of Education").get() == ministry
    assert Forum.objects.get(name__startswith="Steering").chair == minister


def test_an_organisation_that_was_succeeded_is_not_brought_back() -> None:
    old = OrganisationFactory(name="Ministry of Education")
    new = OrganisationFactory(name="Ministry of Schools")
    Organisation.objects.filter(pk=old.pk).update(successor=new, succeeded_on=START)
    programme = start()
    assert programme.areas.get().lead == new


def test_somebody_of_the_place_leads_instead() -> None:
    own = OrganisationFactory(name="Department for Schools")
    programme = start(lead=own)
    assert programme.areas.get().lead == own
    assert set(Post.objects.filter(organisation=own).values_list("title", flat=True)) == {
        "Minister",
        "Director, Pre-school",
        "Head of Statistics",
    }
    assert not Organisation.objects.filter(name="Ministry of Education").exists()


def test_a_second_start_under_the_code_says_so() -> None:
    start()
    before = [model.objects.count() for model in (Organisation, Forum, Lab, Kpi, Event)]
    with pytest.raises(AlreadyStarted) as refused:
        start(name="Another name")
    assert "Schools first" in str(refused.value)
    assert "code" in refused.value.fields
    assert [model.objects.count() for model in (Organisation, Forum, Lab, Kpi, Event)] == before


def test_two_programmes_of_one_template_share_bodies_but_not_committees() -> None:
    start()
    start(name="Schools again", as_code="pemandu-2")
    assert Forum.objects.filter(name="Prime Minister's review").count() == 1
    assert Forum.objects.filter(name__startswith="Working committee").count() == 2
    assert set(Kpi.objects.values_list("code", flat=True)) == {
        "pemandu-enrolment",
        "pemandu-classes",
        "pemandu-2-enrolment",
        "pemandu-2-classes",
    }


def test_nothing_is_left_when_something_is_refused() -> None:
    start()
    before = [model.objects.count() for model in (Programme, Organisation, Lab, Kpi, Event)]
    with pytest.raises(SameName):
        start(as_code="other")
    with pytest.raises(UnknownCountry):
        start(as_code="other", name="Other", country="XX")
    assert [model.objects.count() for model in (Programme, Organisation, Lab, Kpi, Event)] == before


def test_texts_come_in_the_language_asked_for_as_far_as_they_are_written_in_it() -> None:
    programme = start("mesas", "Mesa forestal", language="es")
    assert Organisation.objects.filter(name="Ministerio de la Producción").exists()
    assert programme.areas.get().name == "Sector forestal"
    assert changes(programme, "initiative", "title")[0] == "Ventanilla única de permisos"


def test_money_takes_the_currency_of_the_place() -> None:
    programme = start("council", "Consejo", currency="clp")
    assert set(changes(programme, "budget_line", "currency")) == {"CLP"}
    source = programme.funding_sources.get()
    assert (source.currency, source.amount) == ("CLP", Decimal(24_000_000))


def test_periods_begin_with_the_first_whole_one_after_the_start() -> None:
    start("mesas", "Mesa", starts_on=datetime.date(2019, 5, 15))
    weekly = Kpi.objects.get(code="mesas-actions_in_time").definitions.get()
    assert weekly.effective_from == datetime.date(2019, 6, 24), "the Monday after five weeks"
    start("dual", "Dual", starts_on=datetime.date(2019, 5, 15))
    share = Kpi.objects.get(code="dual-special_share").definitions.get()
    assert share.effective_from == datetime.date(2020, 1, 1)
