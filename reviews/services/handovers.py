"""Handover: what one post answers for passes to another as of a day, in one act.

Records of the past keep the post that was responsible then. A new person in the same
post needs none of this: posts own things, and an appointment is all it takes.
"""

from __future__ import annotations

import datetime
from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.services import successions as in_forums
from kpis.models import Kpi
from kpis.services import kpis, rules
from labs.services import recorded
from labs.services import successions as in_labs
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events, notices
from people import days
from people.models import Post
from people.selectors import people
from reviews.models import Handover
from reviews.selectors import handovers as selectors

KEPT = 100


class NotYet(Refused):
    message = gettext_lazy(
        "This day is still to come. A handover takes effect when it is recorded: record it on "
        "the day itself, or later with its day."
    )
    code = "not_yet"


class NeedsReason(Refused):
    message = gettext_lazy("Say why these duties pass to another post.")
    code = "handover_needs_reason"


class SamePost(Refused):
    message = gettext_lazy(
        "Choose another post. For a new person in the same post, appoint them: its duties stay."
    )
    code = "same_post"


class Abolished(Refused):
    message = gettext_lazy("This post has been abolished. Choose a post that exists.")
    code = "abolished"


class NothingToPass(Refused):
    message = gettext_lazy("This post answers for nothing that is open, so nothing was passed on.")
    code = "nothing_to_pass"


@transaction.atomic
def hand_over(
    *,
    from_post: Post,
    to_post: Post,
    on: datetime.date,
    today: datetime.date,
    reason: str,
    by: Actor,
    at: datetime.datetime,
) -> Handover:
    """Pass everything open that ``from_post`` answers for to ``to_post`` as of a day.

    ``today`` is the business date. Raises NotYet, NeedsReason, SamePost, Abolished, and
    NothingToPass, which a second run meets.
    """
    _check(from_post, to_post, on, today, reason)
    told = {
        **_measured(from_post, to_post, reason, by, at),
        **_planned(from_post, to_post, on, reason, by, at),
        **_in_forums(from_post, to_post, by, at),
    }
    told = {code: kind for code, kind in told.items() if kind["count"]}
    if not told:
        raise NothingToPass
    handover = Handover.objects.create(
        from_post=from_post,
        to_post=to_post,
        on=on,
        reason=reason.strip(),
        told={"from": str(from_post), "to": str(to_post), "kinds": told},
        at=at,
        **Handover.fields_of(by),
    )
    _tell(handover, by, at)
    return handover


def _check(
    from_post: Post, to_post: Post, on: datetime.date, today: datetime.date, reason: str
) -> None:
    if on > today:
        raise NotYet(fields={"on": NotYet.message})
    if not reason.strip():
        raise NeedsReason(fields={"reason": NeedsReason.message})
    if from_post.pk == to_post.pk:
        raise SamePost(fields={"to_post": SamePost.message})
    if to_post.abolished_on is not None and to_post.abolished_on <= today:
        raise Abolished(fields={"to_post": Abolished.message})


def _measured(
    from_post: Post, to_post: Post, reason: str, by: Actor, at: datetime.datetime
) -> dict[str, Any]:
    """KPIs and rules; where one post would own and verify a KPI, the delivery unit verifies."""
    owned: list[str] = []
    verified: list[str] = []
    for kpi in (
        selectors.kpis_of(from_post)
        .select_related("area__programme", "owner", "verifier", "quality_pair")
        .prefetch_related("restricted_to")
    ):
        name = "" if kpi.restricted_to.all() else kpi.name
        if kpi.owner == from_post:
            owned.append(name)
        if kpi.verifier == from_post:
            verified.append(name)
        _assign(kpi, from_post, to_post, by, at)
    settings = [
        str(rules.set_owner(rule=rule, owner=to_post, reason=reason, by=by, at=at))
        for rule in selectors.rules_of(from_post).select_related("programme", "kpi")
    ]
    return {"kpis": _kind(owned), "verified": _kind(verified), "rules": _kind(settings)}


def _assign(kpi: Kpi, from_post: Post, to_post: Post, by: Actor, at: datetime.datetime) -> None:
    owner = to_post if kpi.owner == from_post else kpi.owner
    verifier = to_post if kpi.verifier == from_post else kpi.verifier
    if owner == verifier:
        verifier = None
    kpis.assign(kpi=kpi, owner=owner, verifier=verifier, by=by, at=at)


def _planned(
    from_post: Post,
    to_post: Post,
    on: datetime.date,
    reason: str,
    by: Actor,
    at: datetime.datetime,
) -> dict[str, Any]:
    """Milestones and initiatives by one recorded revision per plan; registers and seats."""
    counts = {"milestone": 0, "initiative": 0}
    plans = []
    for plan, fields in in_labs.steps_of(post=from_post).items():
        recorded.pass_on(
            plan=plan,
            values={part: {field: str(to_post.pk)} for part, field in fields.items()},
            title=_("Handover of %(day)s") % {"day": days.in_words(on)},
            reason=reason.strip(),
            by=by,
            at=at,
        )
        for part, _key in fields:
            counts[part] += 1
        plans.append("" if plan.lab.restricted_to.all() else plan.lab.title)
    taken, left = in_labs.pass_seats(from_post=from_post, to_post=to_post)
    registers = in_labs.pass_registers(from_post=from_post, to_post=to_post)
    return {
        "milestones": {"count": counts["milestone"], "names": []},
        "initiatives": {"count": counts["initiative"], "names": []},
        "plans": _kind(plans),
        "seats": {"count": len(taken), "names": []},
        "left_seats": {"count": len(left), "names": []},
        **{code: _kind(names) for code, names in registers.items()},
    }


def _in_forums(from_post: Post, to_post: Post, by: Actor, at: datetime.datetime) -> dict[str, Any]:
    owned, to_check = in_forums.pass_actions(from_post=from_post, to_post=to_post)
    places, offices = in_forums.pass_places(from_post=from_post, to_post=to_post, by=by, at=at)
    return {
        "actions": {"count": len(owned), "names": []},
        "to_check": {"count": len(to_check), "names": []},
        "memberships": _kind([place.forum.name for place in places]),
        "chaired": _kind([forum.name for forum in offices]),
    }


def _kind(names: Sequence[str]) -> dict[str, Any]:
    return {"count": len(names), "names": [str(name) for name in names if name][:KEPT]}


def _tell(handover: Handover, by: Actor, at: datetime.datetime) -> None:
    """One event of the whole, and a notice to whoever holds either post."""
    event = events.record(
        verb="post.handed_over",
        subject=handover.from_post,
        by=by,
        at=at,
        data={
            "handover": handover.pk,
            "to": handover.to_post_id,
            "on": handover.on,
            "counts": {code: kind["count"] for code, kind in handover.told["kinds"].items()},
        },
        texts={"reason": handover.reason},
    )
    notices.notify(
        event=event,
        recipients=people.user_ids_holding([handover.from_post, handover.to_post], at.date()),
        title=_("Duties of %(before)s pass to %(after)s.")
        % {"before": handover.told["from"], "after": handover.told["to"]},
        url=reverse("reviews:desk"),
    )
