"""Who holds what on which day; calendars with local overrides."""

from __future__ import annotations

import datetime

import pytest

from people.models import LocalHoliday
from people.models.access import Role
from people.selectors import calendars, people
from people.selectors.actors import acting
from people.services import appointments, roles
from tests.factories import people as make

pytestmark = pytest.mark.django_db

ON = datetime.date(2019, 4, 17)
DAY = datetime.timedelta(days=1)


@pytest.mark.parametrize(
    ("starts", "ends", "held"),
    [
        (ON, None, True),
        (ON, ON, True),
        (ON - DAY, ON - DAY, False),
        (ON + DAY, None, False),
    ],
)
def test_a_post_is_held_from_its_first_day_to_its_last(starts, ends, held):
    appointment = make.AppointmentFactory(starts_on=starts, ends_on=ends)
    assert (people.posts_of(appointment.user, ON) == [appointment.post]) is held
    assert (people.holders(appointment.post, ON) == [appointment.user]) is held


def test_acting_holders_come_after_the_substantive_one():
    post = make.PostFactory()
    stand_in = make.holder(post, acting=True)
    director = make.holder(post)
    assert people.holders(post, ON) == [director, stand_in]
    assert people.holder_ids([post], ON) == {post.pk: [director.pk, stand_in.pk]}


def test_an_abolished_post_is_held_by_nobody():
    user = make.ministry_officer()
    post = make.post_of(user)
    post.abolished_on = ON
    post.save()
    people.forget(user)
    assert people.posts_of(user, ON) == []
    assert people.posts_of(user, ON - DAY) == [post]
    assert people.holders(post, ON) == []


def test_a_closed_account_holds_nothing_for_notices():
    user = make.ministry_officer(is_active=False)
    post = make.PostFactory()
    make.AppointmentFactory(post=post, user=user)
    assert people.holder_ids([post], ON) == {post.pk: []}


def test_holders_in_bulk_take_one_query(django_assert_num_queries):
    posts = [make.post_of(make.ministry_officer()) for _ in range(5)] + [make.PostFactory()]
    with django_assert_num_queries(1):
        found = people.holder_ids(posts, ON)
    assert [len(found[post.pk]) for post in posts] == [1, 1, 1, 1, 1, 0]


def test_asking_often_costs_two_queries(django_assert_num_queries):
    user = make.ministry_officer()
    people.forget(user)
    with django_assert_num_queries(2):
        for _ in range(5):
            people.posts_of(user, ON)
            people.organisation_ids_of(user, ON)
            people.is_delivery_unit(user)
            people.is_auditor(user)


def test_services_drop_what_was_read_before(at):
    user, post = make.outsider(), make.PostFactory()
    assert people.posts_of(user, ON) == []
    assert not people.is_delivery_unit(user)
    by = make.actor()
    held = appointments.appoint(post=post, user=user, starts_on=ON, by=by, at=at)
    roles.grant(user=user, role=Role.DELIVERY_UNIT, by=by, at=at)
    assert people.posts_of(user, ON) == [post]
    assert people.is_delivery_unit(user)
    appointments.end(appointment=held, ends_on=ON, by=by, at=at)
    roles.withdraw(user=user, role=Role.DELIVERY_UNIT, by=by, at=at)
    assert people.posts_of(user, ON + DAY) == []
    assert people.roles_of(user) == frozenset()


def test_someone_not_signed_in_is_nobody():
    from django.contrib.auth.models import AnonymousUser

    nobody = AnonymousUser()
    assert people.posts_of(nobody, ON) == []
    assert people.roles_of(nobody) == frozenset()


def test_the_label_of_an_actor_holds_no_name():
    officer, unit = make.ministry_officer(name="Aminah"), make.delivery_unit(name="Lim")
    post = make.post_of(officer)
    assert acting(officer, post).label == str(post)
    assert acting(unit).label == "delivery unit"
    assert acting(make.integrator()).label == "integration"
    assert acting(make.outsider(name="Wei")).label == "user"


def test_published_and_local_holidays():
    labour_day = datetime.date(2019, 5, 1)
    assert labour_day in calendars.holidays("MY", 2019, 2019)
    LocalHoliday.objects.create(country="MY", day=labour_day, working=True, name="worked")
    LocalHoliday.objects.create(country="MY", day=ON, name="state visit")
    LocalHoliday.objects.create(country="GB", day=ON + DAY, name="elsewhere")
    found = calendars.holidays("MY", 2019, 2019)
    assert labour_day not in found
    assert ON in found
    assert ON + DAY not in found
    assert calendars.holidays("", 2019, 2019) == frozenset()


def test_a_deadline_skips_weekends_and_holidays_over_the_turn_of_the_year():
    assert calendars.deadline(datetime.date(2018, 12, 28), 2, "GB") == datetime.date(2019, 1, 2)
    assert calendars.deadline(datetime.date(2018, 12, 28), 2, "") == datetime.date(2019, 1, 1)


def test_unknown_countries_are_told():
    assert calendars.is_known("MY")
    assert calendars.is_known("")
    assert not calendars.is_known("ZZ")
    with pytest.raises(ValueError, match="no calendar"):
        calendars.holidays("ZZ", 2019, 2019)
