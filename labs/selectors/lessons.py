"""Lessons: which a user may read, which are offered to whom."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db.models import Case, IntegerField, Q, QuerySet, Value, When
from django.utils.module_loading import import_string

from labs.models import Initiative, Lab, Lesson, Programme, ReferenceItem, ResultArea
from labs.models.reference import List
from labs.selectors import labs, programmes

OFFERED = 30


def readable(user: Any, on: date) -> QuerySet[Lesson]:
    """Lessons of readable programmes, less those of labs kept from the user (fact 8).

    Nor those that came of what only the app above knows: the setting LESSONS_KEPT names
    its function ``(user, on) -> query of ids``.
    """
    kept = import_string(settings.LESSONS_KEPT)(user, on)
    return Lesson.objects.filter(
        Q(lab=None) | Q(lab__in=labs.readable_ids(user, on)),
        programme__in=programmes.readable_ids(user, on),
    ).exclude(pk__in=kept)


def named(lessons: QuerySet[Lesson]) -> QuerySet[Lesson]:
    """Lessons with what a line about each shows."""
    return lessons.select_related(
        "programme", "lab", "instrument", "by_user", "by_post__organisation"
    )


def of_programme(
    user: Any,
    on: date,
    programme: Programme,
    *,
    instrument: str = "",
    cause: str = "",
    layer: str = "",
) -> QuerySet[Lesson]:
    """The register of a programme, newest first; ``instrument`` is a code of the list."""
    found = readable(user, on).filter(programme=programme)
    if instrument:
        found = found.filter(instrument__code=instrument)
    if cause:
        found = found.filter(cause=cause)
    if layer:
        found = found.filter(layer=layer)
    return named(found).order_by("-at", "-pk")


def hidden_count(user: Any, on: date, programme: Programme) -> int:
    """How many lessons of the programme are kept from the user."""
    everything = Lesson.objects.filter(programme=programme)
    return everything.exclude(pk__in=readable(user, on).values("pk")).count()


def offered(user: Any, on: date, area: ResultArea) -> list[Lesson]:
    """Lessons of earlier labs for a new lab in ``area``, at most thirty, the nearest first.

    Those of the area's own labs, then those of any readable programme on the instruments
    that the area's plans use, then the others of the programme.
    """
    found = about(readable(user, on), area, instruments_of_area(area))
    return list(named(found)[:OFFERED])


def about(
    lessons: QuerySet[Lesson], area: ResultArea, instruments: Iterable[str]
) -> QuerySet[Lesson]:
    """Of ``lessons`` those of the area's labs, on one of the instruments (codes), or of its
    programme."""
    own = Q(lab__area=area)
    alike = Q(instrument__list=List.INSTRUMENT, instrument__code__in=list(instruments))
    beside = Q(programme=area.programme_id)
    nearness = Case(
        When(own, then=Value(0)),
        When(alike, then=Value(1)),
        default=Value(2),
        output_field=IntegerField(),
    )
    return (
        lessons.filter(own | alike | beside)
        .annotate(nearness=nearness)
        .order_by("nearness", "-at", "-pk")
    )


def on_instruments(instruments: Iterable[str]) -> QuerySet[Lesson]:
    """Every lesson on one of the instruments (codes), newest first, whoever may read it."""
    return Lesson.objects.filter(
        instrument__list=List.INSTRUMENT, instrument__code__in=list(instruments)
    ).order_by("-at", "-pk")


def instruments_of_area(area: ResultArea) -> set[str]:
    """The codes of the instruments that the initiatives in force of the area use."""
    return _codes(
        Initiative.objects.filter(plan__lab__area=area, until_revision=None).values("instrument")
    )


def instruments_of(keys: Iterable[UUID]) -> set[str]:
    """The codes of the instruments of these initiatives, as they are or last were."""
    return _codes(Initiative.objects.filter(key__in=list(keys)).values("instrument"))


def of_lab(lab: Lab, user: Any, on: date) -> list[Lesson]:
    """The lessons that came of a lab, newest first."""
    return list(named(readable(user, on).filter(lab=lab)).order_by("-at", "-pk"))


def begun_with(lab: Lab, user: Any, on: date) -> list[Lesson]:
    """The lessons the lab began with, of those the user may read."""
    begun = lab.begins_with.values("lesson")
    return list(named(readable(user, on).filter(pk__in=begun)).order_by("-at", "-pk"))


def _codes(instrument_ids: Any) -> set[str]:
    items = ReferenceItem.objects.filter(pk__in=instrument_ids)
    return set(items.values_list("code", flat=True))
