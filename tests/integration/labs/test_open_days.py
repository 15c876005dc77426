"""Open days: the draft is shown, readers comment, each comment gets an answer."""

from __future__ import annotations

from typing import Any

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from labs.models import Comment, OpenDay, ProgrammeReader
from labs.selectors import open_days as selectors
from labs.services import open_days, revisions
from ledger.models import Notice
from tests.factories import labs as make_labs
from tests.factories import people
from tests.factories import weeks as make

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("today")]


@pytest.fixture
def today():
    with time_machine.travel(make.AT, tick=False):
        yield


@pytest.fixture
def seated() -> make.Seated:
    return make.lab()


def client_of(user: Any) -> Client:
    client = Client()
    client.force_login(user)
    return client


def reader_of(seated: make.Seated, **fields: Any) -> Any:
    user = people.ministry_officer(**fields)
    ProgrammeReader.objects.create(programme=seated.lab.area.programme, user=user)
    return user


def test_a_draft_of_this_lab_is_shown_from_a_day_to_a_day(seated: make.Seated) -> None:
    elsewhere = make.lab()
    wrong = {
        "closes_on": {"closes_on": make.ON - 2 * make.DAY},
        "title": {"title": " "},
        "revision": {"revision": elsewhere.draft},
    }
    for field, given in wrong.items():
        draft = given.pop("revision", seated.draft)
        with pytest.raises(open_days.OpenDayRefused) as refused:
            open_days.publish(
                lab=seated.lab,
                revision=draft,
                **{"title": "Day", "opens_on": make.ON, "closes_on": make.ON, **make.BY, **given},
            )
        assert set(refused.value.fields) == {field}
    assert not OpenDay.objects.exists()


def test_an_empty_draft_is_not_shown(seated: make.Seated) -> None:
    seated.draft.changes.all().delete()
    with pytest.raises(open_days.OpenDayRefused) as refused:
        make.open_day(seated.draft)
    assert "Write it, then show it" in str(refused.value.fields["revision"])


def test_the_page_says_when_the_draft_moved_on(seated: make.Seated) -> None:
    shown = make.open_day(seated.draft)
    url = reverse("labs:open_day", args=[shown.pk])
    client = client_of(reader_of(seated))
    assert "moved on" not in client.get(url).content.decode()
    make_labs.add(seated.draft, "goal", title="Markets are safe")
    assert selectors.has_moved_on(shown)
    assert "The draft has moved on since it was published" in client.get(url).content.decode()


def test_a_reader_comments_and_hears_the_answer(seated: make.Seated) -> None:
    reader = reader_of(seated, name="Ana")
    shown = make.open_day(seated.draft)
    new = reverse("labs:comment_new", args=[shown.pk])
    client = client_of(reader)
    empty = client.post(new, {"text": " "})
    assert empty.status_code == 200
    part = str(seated.draft.changes.filter(part="goal").first().key)
    assert client.post(new, {"text": "Lamps first", "part_key": part}).status_code == 302
    assert client.post(new, {"text": "Lamps first", "part_key": part}).status_code == 302
    comment = Comment.objects.get()
    assert comment.author.startswith("Ana")
    page = client.get(reverse("labs:open_day", args=[shown.pk])).content.decode()
    assert "on “Streets are safe”" in page

    answer = reverse("labs:comment_answer", args=[comment.pk])
    assert client.post(answer, {"taken_up": "no", "answer": "Too dear"}).status_code == 403
    lead = client_of(people.in_organisation(seated.lab.area.lead, "Director of the lead"))
    silent = lead.post(answer, {"taken_up": "no", "answer": " "})
    assert silent.status_code == 200
    assert lead.post(answer, {"taken_up": "no", "answer": "Too dear"}).status_code == 302
    again = lead.post(answer, {"taken_up": "yes", "answer": "After all"})
    assert "answered already" in again.content.decode()
    comment.refresh_from_db()
    assert (comment.taken_up, comment.answer) == (False, "Too dear")
    (notice,) = Notice.objects.filter(recipient__contains=str(reader.pk), title__contains="answer")
    assert notice.url.endswith(f"#comment-{comment.pk}")


def test_the_delivery_unit_enters_for_somebody_named_also_afterwards(seated: make.Seated) -> None:
    over = make.open_day(
        seated.draft, opens_on=make.ON - 5 * make.DAY, closes_on=make.ON - make.DAY
    )
    new = reverse("labs:comment_new", args=[over.pk])
    assert client_of(reader_of(seated)).post(new, {"text": "Late"}).status_code == 403
    unit = client_of(people.delivery_unit(name="Unit"))
    late = unit.post(new, {"text": "Late"})
    assert "This open day is over" in late.content.decode()
    assert "Late" in late.content.decode(), "what was typed stays"
    assert (
        unit.post(new, {"text": "By letter", "author": "Mr Tan, village head"}).status_code == 302
    )
    assert Comment.objects.get().author == "Mr Tan, village head"


def test_nobody_comments_before_it_opens(seated: make.Seated) -> None:
    ahead = make.open_day(
        seated.draft, opens_on=make.ON + make.DAY, closes_on=make.ON + 2 * make.DAY
    )
    with pytest.raises(open_days.NotOpen):
        make.comment(ahead)


def test_the_last_day_is_that_of_the_programme(seated: make.Seated) -> None:
    """At 17:00 UTC it is tomorrow in Kuala Lumpur: the last day is over there."""
    shown = make.open_day(seated.draft, opens_on=make.ON, closes_on=make.ON)
    client = client_of(reader_of(seated))
    new = reverse("labs:comment_new", args=[shown.pk])
    assert client.get(new).status_code == 200
    with time_machine.travel(make.AT + 15 * make.HOUR, tick=False):
        assert client.get(new).status_code == 403


def test_unanswered_comments_are_listed_and_an_outsider_reads_none(seated: make.Seated) -> None:
    shown = make.open_day(seated.draft)
    first, second = make.comment(shown, "Answered"), make.comment(shown, "Waiting still")
    unit = people.actor(people.delivery_unit())
    open_days.answer(comment=first, answer="Yes", taken_up=True, by=unit, at=make.AT)
    assert list(selectors.unanswered(seated.lab.plan)) == [second]
    client = client_of(reader_of(seated))
    url = reverse("labs:open_day", args=[shown.pk])
    page = client.get(url + "?show=unanswered").content.decode()
    assert ("Waiting still" in page, "Answered by" in page) == (True, False)
    assert client_of(people.outsider()).get(url).status_code == 404


def test_what_was_shown_stays_when_the_draft_is_withdrawn(seated: make.Seated) -> None:
    shown = make.open_day(seated.draft)
    revisions.withdraw(revision=seated.draft, reason="Another way", **make.BY)
    page = client_of(reader_of(seated)).get(reverse("labs:open_day", args=[shown.pk]))
    assert page.status_code == 200
