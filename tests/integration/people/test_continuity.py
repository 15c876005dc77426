"""Organisations are renamed, merged and split; what is older keeps the old names."""

from __future__ import annotations

import datetime

import pytest

from ledger.models import Event
from ledger.rules.errors import Refused
from people.models import Organisation, OrganisationName, Reorganisation
from people.selectors import continuity
from people.services import reorganisations
from people.services.organisations import NameTaken
from tests.factories.people import AT, OrganisationFactory, PostFactory, actor

pytestmark = pytest.mark.django_db
TODAY = AT.date()
ON = datetime.date(2019, 3, 1)
BEFORE, AFTER = datetime.date(2019, 2, 28), datetime.date(2019, 3, 1)


def rename(organisation: Organisation, name: str, on: datetime.date = ON, **given: object):
    fields = {"today": TODAY, "reason": "A new cabinet", "by": actor(), "at": AT}
    return reorganisations.rename(organisation=organisation, name=name, on=on, **fields | given)


def test_before_its_day_a_renamed_ministry_has_its_old_name() -> None:
    works = OrganisationFactory(name="Works", short_name="W")
    rename(works, "Infrastructure", short_name="INF", reference="PU(A) 12/2019")
    works.refresh_from_db()
    assert (works.name, works.short_name) == ("Infrastructure", "INF")
    assert continuity.name_at(works, BEFORE) == "Works"
    assert continuity.name_at(works, AFTER) == "Infrastructure"


def test_two_renamings_each_hold_until_their_day() -> None:
    works = OrganisationFactory(name="Works")
    rename(works, "Roads", on=datetime.date(2018, 1, 1))
    rename(works, "Infrastructure")
    works.refresh_from_db()
    names = {
        day: continuity.name_at(works, datetime.date.fromisoformat(day))
        for day in ("2017-12-31", "2018-01-01", "2019-02-28", "2019-03-01")
    }
    assert list(names.values()) == ["Works", "Roads", "Roads", "Infrastructure"]


def test_a_renaming_is_one_event_with_its_names_as_texts() -> None:
    works = OrganisationFactory(name="Works")
    made = rename(works, "Infrastructure")
    event = Event.objects.get(verb="organisation.renamed")
    assert event.data["reorganisation"] == made.pk
    assert {text.field for text in event.texts.all()} == {"reason", "before", "after"}


@pytest.mark.parametrize(
    ("given", "code"),
    [
        ({"on": TODAY + datetime.timedelta(days=1)}, "not_yet"),
        ({"reason": " "}, "reorganisation_needs_reason"),
        ({"name": "Transport"}, "name_taken"),
        ({"name": " "}, "new_name_missing"),
        ({"name": "Works"}, "same_name"),
    ],
)
def test_what_cannot_be_is_refused_with_what_to_do(given: dict, code: str) -> None:
    OrganisationFactory(name="Transport")
    works = OrganisationFactory(name="Works", short_name="")
    with pytest.raises(Refused) as refused:
        rename(works, **{"name": "Infrastructure", **given})
    assert refused.value.code == code
    assert not Reorganisation.objects.exists()
    assert not OrganisationName.objects.exists()


def test_a_day_before_an_earlier_renaming_is_refused() -> None:
    works = OrganisationFactory(name="Works")
    rename(works, "Roads")
    with pytest.raises(reorganisations.OutOfOrder):
        rename(works, "Infrastructure", on=ON)


def test_renaming_twice_records_one() -> None:
    works = OrganisationFactory(name="Works", short_name="")
    rename(works, "Roads")
    with pytest.raises(reorganisations.OutOfOrder):
        rename(works, "Roads")
    with pytest.raises(reorganisations.SameName):
        rename(works, "Roads", on=TODAY)
    assert Reorganisation.objects.count() == 1


def test_an_earlier_name_is_free_for_another_again() -> None:
    works = OrganisationFactory(name="Works")
    rename(works, "Roads")
    other = OrganisationFactory(name="Buildings")
    with pytest.raises(NameTaken):
        rename(other, "ROADS")
    rename(other, "Works")
    assert Organisation.objects.get(name="Works") == other


def moved(post, to, on: datetime.date = ON) -> None:
    made = reorganisations.begin(kind="merge", on=on, reason="One roof", by=actor(), at=AT)
    titles = reorganisations.move_posts(reorganisation=made, targets={post: to})
    Reorganisation.objects.filter(pk=made.pk).update(told={"titles": titles})


def test_a_post_that_moved_is_shown_where_it_stood() -> None:
    works = OrganisationFactory(name="Works", short_name="Works")
    roads = OrganisationFactory(name="Roads", short_name="Roads")
    PostFactory(organisation=roads, title="Director")
    post = PostFactory(organisation=works, title="Director")
    moved(post, roads)
    post.refresh_from_db()
    assert str(post) == "Director (Works), Roads"
    assert continuity.posts_at([post], BEFORE) == {post.pk: "Director, Works"}
    assert continuity.posts_at([post], AFTER) == {post.pk: "Director (Works), Roads"}


def test_a_post_that_moved_twice_and_was_renamed_between() -> None:
    first, second, third = (OrganisationFactory(name=n, short_name="") for n in ("A", "B", "C"))
    post = PostFactory(organisation=first, title="Head")
    moved(post, second, datetime.date(2018, 1, 1))
    rename(second, "B2", on=datetime.date(2018, 6, 1))
    post.refresh_from_db()
    moved(post, third)
    post.refresh_from_db()
    said = [
        continuity.posts_at([post], datetime.date.fromisoformat(day))[post.pk]
        for day in ("2017-06-01", "2018-02-01", "2018-07-01", "2019-03-01")
    ]
    assert said == ["Head, A", "Head, B", "Head, B2", "Head, C"]


def test_names_of_many_cost_one_query(django_assert_num_queries) -> None:
    for _round in range(2):
        made = [OrganisationFactory() for _number in range(10)]
        for each in made:
            rename(each, f"{each.name} renamed")
        with django_assert_num_queries(1):
            continuity.names_at(made, BEFORE)


def test_a_chain_of_successors_is_followed_to_its_end() -> None:
    third = OrganisationFactory()
    second = OrganisationFactory(successor=third, succeeded_on=ON)
    first = OrganisationFactory(successor=second, succeeded_on=ON)
    found = continuity.with_successors([first.pk])
    assert found == {first.pk: first.pk, second.pk: first.pk, third.pk: first.pk}
