"""From deviations to reviews: one each, one per subject, however often the sweep runs."""

from __future__ import annotations

import datetime
import threading

import pytest
from django.db import connections

from forums.services import forums
from kpis.models import Deviation
from kpis.services import detection, readings
from kpis.services import series as series_service
from ledger.models import Event, Notice
from ledger.rules.actors import Actor
from reviews.models import Review, ReviewDeviation
from reviews.services import routing
from tests.factories import forums as make_forums
from tests.factories import kpis as make_kpis
from tests.factories import reviews as make

pytestmark = pytest.mark.django_db
LATER = datetime.datetime(2020, 2, 1, tzinfo=datetime.UTC)


def off_track_part(draft: make.Draft, cell: str, value: str = "95") -> None:
    """A part of the breakdown with a value of 2018 far from a target of its own."""
    part = series_service.ensure(
        definition=draft.kpi.definitions.get(), cell_key=cell, label=cell, at=make.AT
    )
    make_kpis.target(part, "2018", "50", baseline="100")
    make_kpis.reading(part, "2018", value)


def test_parts_and_total_share_one_review(in_force) -> None:
    draft = in_force
    make_kpis.reading(draft.series, "2018", "90")
    off_track_part(draft, "region=north")
    off_track_part(draft, "region=south")
    counts = make.sweep()
    assert (counts.routed, counts.opened, counts.joined) == (3, 1, 3)
    review = Review.objects.get()
    assert review.deviations.count() == 3


def test_a_later_deviation_joins_the_open_review(opened) -> None:
    review, draft = opened
    off_track_part(draft, "region=north")
    counts = make.sweep()
    assert (counts.opened, counts.joined) == (0, 1)
    assert review.deviations.count() == 2
    assert Event.objects.filter(verb="review.joined").count() == 1


def test_routing_again_adds_nothing() -> None:
    make.open_review()
    before = (Event.objects.count(), Notice.objects.count())
    assert routing.route(at=make.AT) == routing.Counts()
    assert (Event.objects.count(), Notice.objects.count()) == before


def test_a_deviation_already_claimed_is_left_alone(in_force) -> None:
    """Another worker was faster between the look and the claim."""
    draft = in_force
    make_kpis.reading(draft.series, "2018", "90")
    detection.detect(at=make.AT)
    waiting = list(Deviation.objects.filter(routed_at=None).select_related("series__definition"))
    routing.route(at=make.AT)
    assert routing._route_subject(waiting, make.AT) == routing.Counts()
    assert Review.objects.count() == 1


def test_a_decided_episode_leaves_room_for_a_new_review(opened) -> None:
    review, draft = opened
    make.carry(make.propose(review, outcome="stop").motion)
    make_kpis.target(draft.series, "2019", "50", baseline="100")
    make_kpis.reading(draft.series, "2019", "99", at=LATER)
    counts = make.sweep(LATER)
    assert counts.opened == 1
    assert Review.objects.filter(state="open").count() == 1


def test_what_was_decided_without_settling_opens_no_second_review(opened) -> None:
    review, draft = opened
    make.carry(make.propose(review).motion)  # no action, look again in September
    make_kpis.target(draft.series, "2019", "50", baseline="100")
    make_kpis.reading(draft.series, "2019", "99", at=LATER)
    counts = make.sweep(LATER)
    assert counts.opened == 0
    assert Deviation.objects.filter(closed_at=None).count() == 1
    assert ReviewDeviation.objects.count() == 1


def test_a_closed_programme_opens_nothing(in_force) -> None:
    draft = in_force
    make_kpis.reading(draft.series, "2018", "90")
    detection.detect(at=make.AT)
    make.close_programme(draft.place)
    counts = routing.route(at=make.AT)
    assert counts.opened == 0
    assert not Deviation.objects.filter(routed_at=None).exists()


def test_a_closed_home_forum_passes_the_review_to_its_successor(in_force) -> None:
    draft = in_force
    successor = make_forums.make_forum("New committee")
    forums.close(forum=draft.place.home, successor=successor, by=make_forums.SYSTEM, at=make.AT)
    make_kpis.reading(draft.series, "2018", "90")
    make.sweep()
    assert Review.objects.get().forum == successor


@pytest.mark.django_db(transaction=True)
def test_two_sweeps_at_once_open_one_review(in_force) -> None:
    draft = in_force
    make_kpis.reading(draft.series, "2018", "90")
    off_track_part(draft, "region=north")
    detection.detect(at=make.AT)
    barrier = threading.Barrier(2)
    found: list[routing.Counts] = []

    def sweep() -> None:
        barrier.wait()
        try:
            found.append(routing.route(at=make.AT))
        finally:
            connections.close_all()

    threads = [threading.Thread(target=sweep) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 2
    assert sum(counts.opened for counts in found) == 1
    assert sum(counts.joined for counts in found) == 2
    assert Review.objects.count() == 1


def test_what_was_raised_is_routed_again_and_opens_one_review(in_force) -> None:
    draft = in_force
    entered = make_kpis.reading(draft.series, "2018", "90", state="provisional")
    asked = make.sweep()
    assert (asked.routed, asked.asked, asked.opened) == (1, 1, 0)
    readings.verify(reading=entered, by=Actor.system("somebody else"), at=make.AT)
    raised = make.sweep()
    assert (raised.routed, raised.opened, raised.joined) == (1, 1, 1)
    assert make.sweep() == routing.Counts()
    assert ReviewDeviation.objects.count() == Review.objects.count() == 1


def test_a_deviation_in_a_review_is_in_no_other_however_often_it_is_routed(opened) -> None:
    review, _draft = opened
    Deviation.objects.update(routed_at=None)
    counts = routing.route(at=make.AT)
    assert (counts.routed, counts.opened, counts.joined) == (1, 0, 0)
    assert review.deviations.count() == 1
