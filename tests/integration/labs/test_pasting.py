"""Many steps pasted at once: all or none, safe to do twice, no work lost."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from labs.forms.pasting import headings
from labs.models import Change
from labs.selectors import plans
from labs.services import revisions
from ledger.models import Event
from people.models import Organisation
from tests.factories import labs as make
from tests.factories.labs import AT, SYSTEM
from tests.factories.people import PostFactory, delivery_unit

pytestmark = pytest.mark.django_db
ASKED = "step\tinitiative\towner\tstart\tfinish\tafter"


def paste(draft, *lines: str, **given: object):
    return revisions.paste(
        revision=draft,
        text="\n".join([ASKED, *lines]),
        headings=headings(),
        by=SYSTEM,
        at=AT,
        **given,
    )


@pytest.fixture
def draft():
    return make.open_draft(make.draft_plan(milestones=1))


def problems(refused: revisions.PasteRefused) -> list[tuple[int, str, str]]:
    return [(each.line, each.column, each.problem.code) for each in refused.wrong]


def test_steps_are_added_with_owner_dates_and_what_comes_first(draft) -> None:
    works = Organisation.objects.create(name="Ministry of Works", short_name="Works")
    owner = PostFactory(title="Director, Roads", organisation=works)
    added = paste(
        draft,
        "Survey\tMore patrols\tdirector, roads\t2019-02-01\t2019-03-01\tStep 1",
        "Build\tMore patrols\tDirector, Roads, Works\t2019-03-02\t2019-06-01\t1",
    )
    assert added == revisions.Added(new=2, there=0)
    steps = {each.title: each for each in plans.draft(draft).milestones.values()}
    assert steps["Survey"].owner_id == steps["Build"].owner_id == owner.pk
    assert steps["Survey"].depends_on == (steps["Step 1"].key,)
    assert steps["Build"].depends_on == (steps["Survey"].key,)
    event = Event.objects.get(verb="milestones.pasted")
    assert event.data["steps"] == 2
    assert len(event.data["digest"]) == 64


def test_pasting_twice_adds_nothing(draft) -> None:
    lines = ["Survey\tMore patrols\t\t\t\t", "Build\tMore patrols\t\t\t\t1"]
    paste(draft, *lines)
    before = Change.objects.count()
    assert paste(draft, *lines) == revisions.Added(new=0, there=2)
    assert Change.objects.count() == before


def test_one_bad_line_keeps_all_out_and_each_is_named(draft) -> None:
    before = Change.objects.count()
    with pytest.raises(revisions.PasteRefused) as refused:
        paste(
            draft,
            "Survey\tMore patrols\tNobody\t\t\t",
            "Build\tNo such\t\t\t\tNowhere",
            "Open\t\t\t\t\t",
            "Late\tMore patrols\t\t2019-13-01\t\t",
        )
    assert problems(refused.value) == [
        (2, "owner", "name_unknown"),
        (3, "initiative", "name_unknown"),
        (3, "after", "name_unknown"),
        (4, "initiative", "initiative_missing"),
        (5, "start", "not_a_date"),
    ]
    assert Change.objects.count() == before


def test_a_name_two_posts_share_is_asked_for_in_full(draft) -> None:
    PostFactory(title="Director", organisation=Organisation.objects.create(name="Works"))
    PostFactory(title="Director", organisation=Organisation.objects.create(name="Labour"))
    with pytest.raises(revisions.PasteRefused) as refused:
        paste(draft, "Survey\tMore patrols\tDirector\t\t\t")
    assert problems(refused.value) == [(2, "owner", "name_twice")]
    assert paste(draft, "Survey\tMore patrols\tDirector, Works\t\t\t").new == 1


def test_a_circle_is_named_by_its_lines(draft) -> None:
    with pytest.raises(revisions.PasteRefused) as refused:
        paste(
            draft,
            "One\tMore patrols\t\t\t\t3",
            "Two\tMore patrols\t\t\t\t1",
            "Three\tMore patrols\t\t\t\t2",
            "Four\tMore patrols\t\t\t\t1",
        )
    assert problems(refused.value) == [(line, "after", "comes_before_itself") for line in (2, 3, 4)]


@pytest.mark.parametrize("steps", [50, 500])
def test_a_paste_costs_the_same_queries_at_any_size(
    draft, steps: int, django_assert_num_queries
) -> None:
    lines = [f"Pasted {n}\tMore patrols\t\t\t\t{n - 1 or ''}" for n in range(1, steps + 1)]
    with django_assert_num_queries(QUERIES):
        paste(draft, *lines)


QUERIES = 9


def test_the_page_keeps_what_was_pasted_and_says_what_to_mend(client: Client, draft) -> None:
    client.force_login(delivery_unit())
    url = reverse("labs:steps_paste", args=[draft.pk])
    text = "Step\tStart\nSurvey\t1 May"
    answer = client.post(url, {"text": text})
    page = answer.content.decode()
    assert "Line 2, Start: Write a date as year, month and day: 2019-04-15." in page
    assert "Survey\t1 May" in page
    good = "Step\tInitiative\tStart\nSurvey\tMore patrols\t2019-05-01"
    answer = client.post(url, {"text": good}, follow=True)
    assert "1 step was added." in answer.content.decode()


def test_five_thousand_steps_come_in_at_once(client: Client, draft) -> None:
    client.force_login(delivery_unit())
    lines = [f"Step number {n}\tMore patrols\t2019-05-01" for n in range(5000)]
    text = "\r\n".join(["Step\tInitiative\tStart", *lines])
    answer = client.post(reverse("labs:steps_paste", args=[draft.pk]), {"text": text})
    assert answer.status_code == 302
    assert len(plans.draft(draft).milestones) == 5001


def test_a_circle_through_thousands_of_steps_is_said_line_by_line(draft) -> None:
    lines = [f"Round {n}\tMore patrols\t\t\t\t{n - 1 or 3000}" for n in range(1, 3001)]
    with pytest.raises(revisions.PasteRefused) as refused:
        paste(draft, *lines)
    assert len(refused.value.wrong) == 3000
