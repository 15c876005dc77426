"""Lessons: what was learned, and which of it a lab begins with."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from labs.models import Initiative, Lab, LabLesson, Lesson, Programme, ReferenceItem
from labs.models.reference import List
from labs.rules.lessons import CAUSES
from labs.services import lesson_terms
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events


class LessonRefused(Refused):
    message = _("The lesson cannot be kept like this. Mend what is marked.")
    code = "lesson"


@transaction.atomic
def add(
    *,
    programme: Programme,
    title: str,
    text: str,
    lab: Lab | None = None,
    initiative_key: UUID | None = None,
    instrument: ReferenceItem | None = None,
    cause: str = "",
    layer: str = Lesson.Layer.PUBLIC,
    source: str = "",
    restricted: bool = False,
    by: Actor,
    at: datetime,
) -> Lesson:
    """Keep a lesson, tagged by instrument, cause and layer. Also of a closed programme.

    ``cause`` as a review names it, or empty; ``restricted``: it came of something that is.
    Raises LessonRefused.
    """
    _check(programme, title, text, lab, initiative_key, instrument, cause, layer)
    lesson = Lesson.objects.create(
        programme=programme,
        lab=lab,
        initiative_key=initiative_key,
        title=title.strip(),
        text=text.strip(),
        instrument=instrument,
        cause=cause,
        layer=layer,
        source=source.strip(),
        at=at,
        **Lesson.fields_of(by),
    )
    lesson_terms.index(lesson=lesson)
    events.record(
        verb="lesson.added",
        subject=lesson,
        by=by,
        at=at,
        data={
            "lab": lab.pk if lab else None,
            "initiative": initiative_key,
            "instrument": instrument.pk if instrument else None,
            "cause": cause,
            "layer": layer,
        },
        texts={"title": lesson.title, "text": lesson.text, "source": lesson.source},
        programme_id=programme.pk,
        restricted=restricted or (lab is not None and lab.restricted_to.exists()),
    )
    return lesson


@transaction.atomic
def begin_with(*, lab: Lab, lessons: Iterable[Lesson], by: Actor, at: datetime) -> list[LabLesson]:
    """Note that the lab begins with these lessons too; those it has already are left."""
    had = set(lab.begins_with.values_list("lesson", flat=True))
    wanted = {lesson.pk: lesson for lesson in lessons if lesson.pk not in had}
    if not wanted:
        return []
    made = LabLesson.objects.bulk_create(
        [LabLesson(lab=lab, lesson=lesson) for lesson in wanted.values()], ignore_conflicts=True
    )
    events.record(
        verb="lab.begins_with",
        subject=lab,
        by=by,
        at=at,
        data={"lessons": sorted(wanted)},
        programme_id=lab.area.programme_id,
        restricted=lab.restricted_to.exists(),
    )
    return made


def _check(
    programme: Programme,
    title: str,
    text: str,
    lab: Lab | None,
    initiative_key: UUID | None,
    instrument: ReferenceItem | None,
    cause: str,
    layer: str,
) -> None:
    initiative = initiative_key is None or (
        lab is not None and Initiative.objects.filter(plan__lab=lab, key=initiative_key).exists()
    )
    checks = {
        "title": (0 < len(title.strip()) <= 200, _("Write the lesson in at most 200 characters.")),
        "text": (bool(text.strip()), _("Say what happened, and what follows.")),
        "lab": (
            lab is None or lab.area.programme_id == programme.pk,
            _("Choose a lab of this programme."),
        ),
        "initiative_key": (initiative, _("Choose an initiative of the lab's plan.")),
        "instrument": (
            instrument is None or instrument.list == List.INSTRUMENT,
            _("Choose an instrument from the list."),
        ),
        "cause": (cause == "" or cause in CAUSES, _("Choose one of the causes.")),
        "layer": (layer in Lesson.Layer.values, _("Choose one of the layers.")),
    }
    problems = {name: str(said) for name, (holds, said) in checks.items() if not holds}
    if problems:
        raise LessonRefused(fields=problems)
