"""The words by which a lesson is found, written in the transaction of the lesson."""

from __future__ import annotations

from django.db import transaction

from labs.models import Lesson, LessonTerm
from labs.rules import searching
from labs.selectors import searching as selectors

AT_ONCE = 500


@transaction.atomic
def index(*, lesson: Lesson) -> int:
    """Write the words of a lesson anew; returns how many. Safe to run twice."""
    terms = searching.terms(
        title=lesson.title, tags=_tags(lesson), text=f"{lesson.text} {lesson.source}"
    )
    LessonTerm.objects.filter(lesson=lesson).exclude(term__in=list(terms)).delete()
    LessonTerm.objects.bulk_create(
        [
            LessonTerm(lesson=lesson, term=term, weight=weight)
            for term, weight in sorted(terms.items())
        ],
        update_conflicts=True,
        unique_fields=["lesson", "term"],
        update_fields=["weight"],
        batch_size=500,
    )
    return len(terms)


def index_missing(*, limit: int = AT_ONCE) -> int:
    """Lessons that have no words yet get them; returns how many lessons."""
    found = list(selectors.without_terms().select_related("instrument", "lab")[:limit])
    return sum(index(lesson=lesson) > 0 for lesson in found)


def index_all() -> int:
    """The words of every lesson anew, as after a change of the stemmers; how many lessons."""
    count = 0
    for lesson in Lesson.objects.select_related("instrument", "lab").order_by("pk"):
        index(lesson=lesson)
        count += 1
    return count


def _tags(lesson: Lesson) -> list[str]:
    """Instrument in all its languages, cause, layer, and the lab it came from."""
    found = [lesson.cause.replace("_", " "), str(lesson.layer)]
    if lesson.instrument is not None:
        found += [lesson.instrument.label, *map(str, lesson.instrument.labels.values())]
    if lesson.lab is not None:
        found.append(lesson.lab.title)
    return found
