"""What is to be known of what a motion decides, before one votes on it.

forums knows no plan and asks here, by the setting MOTION_NOTES.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from forums.models import Meeting, Motion
from labs.models import Revision
from labs.selectors import conflicts


@dataclass(frozen=True)
class Note:
    """One thing to know, and where it is read or mended: (label, address)."""

    text: str
    links: list[tuple[str, str]]


def of(motion: Motion) -> list[Note]:
    """What an open motion's voters should know: that no meeting comes before it closes, and
    that the plan has changed since the revision it decides was put."""
    if motion.state != Motion.State.OPEN:
        return []
    return [*_between_meetings(motion), *_changed_plan(motion)]


def _between_meetings(motion: Motion) -> list[Note]:
    """That the forum does not meet before the motion closes: votes are cast on its page."""
    if motion.closes_at is None:
        return []
    planned = Meeting.objects.filter(forum=motion.forum_id, state=Meeting.State.PLANNED)
    if planned.filter(starts_at__lt=motion.closes_at).exists():
        return []
    return [Note(_("The forum does not meet before this closes: vote here until then."), [])]


def _changed_plan(motion: Motion) -> list[Note]:
    """Whether the plan has changed since the revision that the motion decides was put."""
    revision = (
        Revision.objects.filter(motion=motion, state=Revision.State.SUBMITTED)
        .select_related("plan__in_force", "base")
        .first()
    )
    if revision is None or revision.base_id == revision.plan.in_force_id:
        return []
    n = len(conflicts.of(revision))
    if n == 0:
        said = _(
            "The plan has changed since this was put. Nothing in it clashes: it can be brought up"
            " to date and keeps this motion."
        )
        label = _("The revision")
    else:
        said = ngettext(
            "The plan has changed since this was put, in %(n)d of the same places. A vote that"
            " would carry it is refused: withdraw the motion, decide the conflict in the draft,"
            " and put it again.",
            "The plan has changed since this was put, in %(n)d of the same places. A vote that"
            " would carry it is refused: withdraw the motion, decide each conflict in the draft,"
            " and put it again.",
            n,
        ) % {"n": n}
        label = _("What clashes")
    link = (label, reverse("labs:revision", args=[revision.pk]))
    return [Note(said, [*_changed(revision), link])]


def _changed(revision: Revision) -> list[tuple[str, str]]:
    """To what changed meanwhile, between the version it rests on and the one in force."""
    base, now = revision.base, revision.plan.in_force
    if base is None or now is None:
        return []
    url = reverse("labs:compare", args=[revision.plan_id])
    return [(_("What changed"), f"{url}?from={base.number}&to={now.number}")]
