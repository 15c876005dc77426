"""Motions: putting a proposal to a forum, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.models import Forum, Mode, Motion, Voter
from forums.selectors import sitting
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people.selectors import people


class CannotSit(Refused):
    message = gettext_lazy(
        "This forum cannot sit over the matter: nobody free may preside, or too few members are"
        " free. Put it to the forum above, or fill the posts first."
    )
    code = "forum_cannot_sit"


class ForumIsClosed(Refused):
    message = gettext_lazy("This forum is closed. Put the motion to its successor.")
    code = "forum_closed"


class NeedsReason(Refused):
    message = gettext_lazy("Say what is proposed and why.")
    code = "needs_reason"


class NeedsClosingTime(Refused):
    message = gettext_lazy("Give a closing time in the future: by then everybody must have voted.")
    code = "needs_closing_time"


class NotOpen(Refused):
    message = gettext_lazy("This motion is no longer open. Its page shows what became of it.")
    code = "motion_not_open"


@transaction.atomic
def put(
    *,
    forum: Forum,
    title: str,
    text: str,
    reason: str,
    mode: str,
    by: Actor,
    at: datetime,
    barred: sitting.Barred | None = None,
    offices: sitting.Offices | None = None,
    closes_at: datetime | None = None,
    restricted: bool = False,
) -> Motion:
    """Put a proposal to a forum; quorum, places and who presides are frozen now.

    ``barred`` says who stands aside and why, as post ids or as ``Interests``
    (posts, organisations, users); ``offices`` who presides where a case froze it
    earlier than today. Raises CannotSit, ForumIsClosed, NeedsReason,
    NeedsClosingTime.
    """
    if forum.closed_on is not None:
        raise ForumIsClosed
    if not text.strip() or not reason.strip():
        raise NeedsReason
    if (mode == Mode.WRITTEN and closes_at is None) or (closes_at and closes_at <= at):
        raise NeedsClosingTime(fields={"closes_at": str(NeedsClosingTime.message)})
    interests = sitting.interests_of(barred or {})
    verdict, places = sitting.frozen(forum, interests, at.date(), offices)
    if not verdict.ok:
        raise CannotSit
    motion = Motion.objects.create(
        forum=forum,
        title=title[:300],
        text=text,
        reason=reason,
        mode=mode,
        quorum=verdict.quorum,
        closes_at=closes_at,
        restricted=restricted,
        interests=interests.as_json(),
        at=at,
        **Motion.fields_of(by),
    )
    _freeze(motion, places)
    event = events.record(
        verb="motion.put",
        subject=motion,
        by=by,
        at=at,
        data={
            "forum": forum.pk,
            "mode": str(mode),
            "quorum": verdict.quorum,
            "presides": verdict.presides,
            "interest_stated": bool(verdict.interest_stated),
            "barred": [place.post.pk for place in places if place.barred_because],
        },
        texts={"title": title, "text": text, "reason": reason},
        restricted=restricted,
    )
    voters = people.user_ids_holding(
        [place.post for place in places if not place.barred_because], at.date()
    )
    url = reverse("forums:motion", args=[motion.pk])
    notices.notify(
        event=event,
        recipients=voters,
        title=_("Your vote is asked: %(title)s") % {"title": title},
        url=url,
        decide=True,
    )
    notices.notify(
        event=event,
        recipients=people.user_ids_holding([forum.secretary_id], at.date()) - voters,
        title=_("A motion is put: %(title)s") % {"title": title},
        url=url,
    )
    return motion


def _freeze(motion: Motion, places: Sequence[sitting.Place]) -> None:
    Voter.objects.bulk_create(
        Voter(
            motion=motion,
            post=place.post,
            presides=place.presides,
            barred_because=place.barred_because[:300],
            interest_stated=place.interest_stated[:300],
        )
        for place in places
    )


@transaction.atomic
def withdraw(*, motion: Motion, reason: str, by: Actor, at: datetime) -> Motion:
    """Take a motion back before it is decided. Raises NotOpen, NeedsReason."""
    if not reason.strip():
        raise NeedsReason(str(gettext_lazy("Say why the motion is withdrawn.")))
    taken = Motion.objects.filter(pk=motion.pk, state=Motion.State.OPEN).update(
        state=Motion.State.WITHDRAWN
    )
    if taken != 1:
        raise NotOpen
    motion.refresh_from_db()
    event = events.record(
        verb="motion.withdrawn",
        subject=motion,
        by=by,
        at=at,
        data={"forum": motion.forum_id},
        texts={"reason": reason},
        restricted=motion.restricted,
    )
    posts = motion.voters.filter(barred_because="").values_list("post_id", flat=True)
    notices.notify(
        event=event,
        recipients=people.user_ids_holding(posts, at.date()),
        title=_("Withdrawn: %(title)s") % {"title": motion.title},
        url=reverse("forums:motion", args=[motion.pk]),
    )
    return motion
