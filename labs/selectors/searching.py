"""Full-text search in lessons: the same on every database, readable lessons only (fact 8)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import (
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
)

from labs.models import Lesson, LessonTerm, Programme
from labs.rules import searching as rules
from labs.selectors import lessons, programmes


@dataclass(frozen=True)
class Found:
    """Lessons that match, best first; ``hidden`` is how many match that may not be named.

    ``nothing_to_find``: the query has no word of two letters or digits.
    """

    lessons: QuerySet[Lesson]
    hidden: QuerySet[Lesson]
    nothing_to_find: bool = False


def search(
    user: Any,
    on: date,
    *,
    text: str = "",
    instrument: str = "",
    cause: str = "",
    layer: str = "",
    programme: Programme | None = None,
) -> Found:
    """Lessons in which every word of ``text`` occurs, of all programmes the user reads.

    Ranked by where the words stand: title 3, tags 2, text 1, added up; then newest
    first. Without ``text`` all of them, newest first. ``instrument`` is a code.
    """
    readable = lessons.readable(user, on)
    everything = Lesson.objects.filter(programme__in=programmes.readable_ids(user, on))
    narrowed = _narrow(instrument, cause, layer, programme)
    words = rules.asked(text)
    if text.strip() and not words:
        return Found(lessons.named(Lesson.objects.none()), Lesson.objects.none(), True)
    seen = _matching(readable.filter(narrowed), words)
    hidden = _matching(everything.filter(narrowed), words).exclude(pk__in=readable.values("pk"))
    order = ["-rank", "-at", "-pk"] if words else ["-at", "-pk"]
    return Found(lessons.named(seen).order_by(*order), hidden.order_by("pk"))


def without_terms() -> QuerySet[Lesson]:
    """Lessons the search does not know yet: kept before there was a search, or moved."""
    return Lesson.objects.filter(
        ~Exists(LessonTerm.objects.filter(lesson=OuterRef("pk")))
    ).order_by("pk")


def _narrow(instrument: str, cause: str, layer: str, programme: Programme | None) -> Q:
    found = Q()
    if instrument:
        found &= Q(instrument__code=instrument)
    if cause:
        found &= Q(cause=cause)
    if layer:
        found &= Q(layer=layer)
    if programme is not None:
        found &= Q(programme=programme)
    return found


def _matching(found: QuerySet[Lesson], words: dict[str, tuple[str, ...]]) -> QuerySet[Lesson]:
    """Those in which every word occurs, with their ``rank``."""
    rank: Any = Value(0, output_field=IntegerField())
    for number, (word, stems) in enumerate(words.items()):
        hit = Q(term__in=stems)
        if len(word) >= rules.PREFIX:
            hit |= Q(term__startswith=word)
        hits = LessonTerm.objects.filter(hit, lesson=OuterRef("pk")).order_by("-weight")
        name = f"weight_{number}"
        found = found.annotate(**{name: Subquery(hits.values("weight")[:1])})
        found = found.filter(**{f"{name}__isnull": False})
        rank = rank + F(name)
    return found.annotate(rank=rank)
