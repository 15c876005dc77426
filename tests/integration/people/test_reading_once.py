"""What a page may show is worked out once; whatever may follow a change asks anew."""

from __future__ import annotations

import asyncio
import contextvars
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import time_machine
from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from config import clock
from forums.selectors import members
from labs.models import Lab, Programme, ProgrammeReader
from labs.selectors import labs, programmes
from ledger import once
from people.middleware import reads_once
from people.models import User
from people.selectors import people as holding
from people.services import posts
from tests.factories import forums, people
from tests.factories import labs as make

pytestmark = pytest.mark.django_db
ON = forums.ON


@pytest.fixture
def member() -> User:
    """Sits in a working committee, and has been read with all they hold."""
    post = people.PostFactory()
    person = people.holder(post)
    forums.make_forum(members=[post])
    holding.posts_of(person, ON)
    holding.roles_of(person)
    return person


def page(method: str, asks: Callable[[], Any]) -> int:
    """How many queries a page needs that asks two times."""

    def view(_request: HttpRequest) -> HttpResponse:
        assert asks() == asks()
        return HttpResponse()

    request = RequestFactory().generic(method, "/")
    with CaptureQueriesContext(connection) as queries:
        reads_once(view)(request)
    return len(queries)


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_page_that_asks_twice_reads_once(member: User, method: str) -> None:
    assert page(method, lambda: members.forum_ids_of(member, ON)) == 1


@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "DELETE"])
def test_a_request_that_may_change_something_asks_each_time(member: User, method: str) -> None:
    assert page(method, lambda: members.forum_ids_of(member, ON)) == 2


def test_outside_a_page_each_question_is_asked(member: User) -> None:
    with CaptureQueriesContext(connection) as queries:
        members.forum_ids_of(member, ON)
        members.forum_ids_of(member, ON)
    assert len(queries) == 2


def test_readable_programmes_are_read_once_and_then_stand_as_numbers(member: User) -> None:
    programme = make.ProgrammeFactory()
    ProgrammeReader.objects.create(programme=programme, user=member)
    make.ProgrammeFactory()
    with once.reading():
        assert [*programmes.readable(member, ON)] == [programme]
        with CaptureQueriesContext(connection) as queries:
            assert [*programmes.readable(member, ON)] == [programme]
            assert [*Lab.objects.filter(area__programme__in=_ids(member))] == []
        assert not any("programmereader" in query["sql"] for query in queries)
    assert [*programmes.readable(member, ON)] == [programme]


def test_a_page_reads_the_business_clock_once() -> None:
    assert page("GET", lambda: clock.offset()) == 1
    assert page("POST", lambda: clock.offset()) == 2


def _ids(user: User) -> Any:
    return programmes.readable_ids(user, ON)


def test_the_next_page_sees_what_has_changed_since(member: User) -> None:
    seen = []

    def view(_request: HttpRequest) -> HttpResponse:
        seen.append([*programmes.readable(member, ON)])
        return HttpResponse()

    show = reads_once(view)
    show(RequestFactory().get("/"))
    programme = make.ProgrammeFactory()
    ProgrammeReader.objects.create(programme=programme, user=member)
    show(RequestFactory().get("/"))
    assert seen == [[], [programme]]


def test_a_page_that_records_an_event_asks_anew_after_it(member: User) -> None:
    with once.reading(), transaction.atomic():
        assert members.forum_ids_of(member, ON) != frozenset()
        post = holding.posts_of(member, ON)[0]
        posts.abolish(post=post, on=ON, by=make.SYSTEM, at=forums.AT)
        holding.forget(member)
        assert members.forum_ids_of(member, ON) == frozenset()


def test_one_user_is_not_told_what_another_may_read(member: User) -> None:
    other = people.holder()
    with once.reading():
        assert members.forum_ids_of(member, ON) != members.forum_ids_of(other, ON)
        assert members.forum_ids_of(other, ON) == frozenset()


def test_another_day_is_another_question(member: User) -> None:
    before = people.LONG_AGO.replace(year=1990)
    with once.reading():
        assert members.forum_ids_of(member, ON) != frozenset()
        assert members.forum_ids_of(member, before) == frozenset()


def test_threads_and_tasks_share_nothing() -> None:
    asked: list[str] = []

    @once.once
    def answer(name: str) -> int:
        asked.append(name)
        return len(asked)

    def read(name: str) -> tuple[int, int]:
        with once.reading():
            return answer(name), answer(name)

    async def side_by_side() -> list[tuple[int, int]]:
        async def one() -> tuple[int, int]:
            with once.reading():
                first = answer("task")
                await asyncio.sleep(0)
                return first, answer("task")

        return list(await asyncio.gather(one(), one()))

    with once.reading(), ThreadPoolExecutor(2) as threads:
        assert answer("here") == answer("here") == 1
        outside = [*threads.map(answer, ["here", "here"])]
        own = [*threads.map(read, ["here", "here"])]
        assert answer("here") == 1
    assert sorted(outside) == [2, 3]
    assert sorted(own) == [(4, 4), (5, 5)]
    assert contextvars.Context().run(asyncio.run, side_by_side()) == [(6, 6), (7, 7)]


def test_what_fails_is_asked_again_and_leaves_nothing_behind(member: User) -> None:
    asked: list[int] = []

    @once.once
    def answer(number: int) -> int:
        asked.append(number)
        if len(asked) == 1:
            raise ValueError
        return number

    with pytest.raises(ValueError), once.reading():
        answer(1)
    assert answer(1) == answer(1) == 1
    assert asked == [1, 1, 1]


def test_rows_that_are_not_stored_are_never_the_same() -> None:
    @once.once
    def name_of(programme: Programme) -> str:
        return programme.name

    with once.reading():
        assert name_of(Programme(name="one")) != name_of(Programme(name="other"))


@pytest.fixture
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(once, "MANY", 1)


def test_of_many_rows_the_query_is_kept(member: User, few: None) -> None:
    own = [make.ProgrammeFactory() for _ in range(3)]
    for programme in own:
        ProgrammeReader.objects.create(programme=programme, user=member)
    with once.reading():
        assert {*programmes.readable(member, ON)} == {*own}
        assert {*Programme.objects.filter(pk__in=_ids(member))} == {*own}
        assert "programmereader" in str(Programme.objects.filter(pk__in=_ids(member)).query)


def test_a_lab_kept_to_a_forum_stays_kept_however_often_it_is_asked(member: User) -> None:
    lab = make.open_lab()
    ProgrammeReader.objects.create(programme=lab.area.programme, user=member)
    with once.reading():
        assert [*labs.readable(member, ON)] == [*labs.readable(member, ON)] == [lab]
    lab.restricted_to.add(make.LabForumFactory())
    for _ in range(2):
        with once.reading():
            assert [*labs.readable(member, ON)] == [*labs.readable(member, ON)] == []
            assert [*Lab.objects.filter(pk__in=labs.readable_ids(member, ON))] == []
    unit = people.delivery_unit()
    with once.reading():
        assert [*Lab.objects.filter(pk__in=labs.readable_ids(unit, ON))] == [lab]


def test_through_the_whole_product_a_page_shows_what_was_just_granted(client: Client) -> None:
    """Two requests to one process, with a change between them."""
    programme = make.ProgrammeFactory()
    reader = people.UserFactory()
    client.force_login(reader)
    address = reverse("labs:programme", args=[programme.code])
    with time_machine.travel(forums.AT, tick=False):
        assert client.get(address).status_code == 404
        ProgrammeReader.objects.create(programme=programme, user=reader)
        assert client.get(address).status_code == 200
        ProgrammeReader.objects.filter(user=reader).delete()
        assert client.get(address).status_code == 404
