"""Mergers and splits: posts move, and what is open follows, in one act with one event.

What is past is not touched: votes, decisions, positions, adopted plans, closed labs and
ended disputes keep the organisation that took part in them, under its name of that day.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy

from labs.models import ResultArea
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Organisation, Post, Reorganisation
from people.services import reorganisations as services
from reviews.services import successions


class NothingMerges(Refused):
    message = gettext_lazy("Choose the organisations that merge, other than the one they join.")
    code = "nothing_merges"


class NothingSplits(Refused):
    message = gettext_lazy("Choose at least one post that moves, or let the organisation end.")
    code = "nothing_splits"


class PostElsewhere(Refused):
    message = gettext_lazy("A post stands in another organisation by now. Look at it again.")
    code = "post_elsewhere"


class SplitsIntoItself(Refused):
    message = gettext_lazy("Choose other organisations than the one that is split.")
    code = "splits_into_itself"


@transaction.atomic
def merge(
    *,
    organisations: Sequence[Organisation],
    into: Organisation | None = None,
    name: str = "",
    short_name: str = "",
    on: datetime.date,
    today: datetime.date,
    reason: str,
    reference: str = "",
    by: Actor,
    at: datetime.datetime,
) -> Reorganisation:
    """Let organisations become part of one other, existing or new (``name``), as of a day.

    Raises NothingMerges and what people.services.reorganisations raises.
    """
    ending = [each for each in organisations if into is None or each.pk != into.pk]
    if not ending or (into is None and len(ending) < 2):
        raise NothingMerges(fields={"organisations": NothingMerges.message})
    living = [*ending, *([into] if into else [])]
    services.check(organisations=living, on=on, today=today, reason=reason)
    new = services.new_or_existing(
        organisation=into, name=name, short_name=short_name, like=ending[0]
    )
    made = services.begin(
        kind=Reorganisation.Kind.MERGE, on=on, reason=reason, reference=reference, by=by, at=at
    )
    names = [each.name for each in ending]
    posts = Post.objects.filter(organisation__in=ending).select_related("organisation")
    titles, moved = _move(made, dict.fromkeys(posts.order_by("pk"), new))
    successors = dict.fromkeys(ending, new)
    for organisation in ending:
        services.end(organisation=organisation, successor=new, on=on)
    was = successions.held(ending)
    told = successions.follow(made=made, successors=successors, areas={}, by=by, at=at)
    return services.finish(
        reorganisation=made,
        subject=new,
        told={
            "from": names,
            "to": [new.name],
            "organisations": [*(each.pk for each in ending), new.pk],
            "titles": titles,
            "was": was,
            "kinds": {"posts": moved, **told},
        },
        data={"from": [each.pk for each in ending], "to": [new.pk], **_counts(told, moved)},
        by=by,
        at=at,
    )


@transaction.atomic
def split(
    *,
    organisation: Organisation,
    parts: Sequence[Organisation | str],
    posts: Mapping[Post, int],
    areas: Mapping[ResultArea, int] | None = None,
    successor: int | None = None,
    on: datetime.date,
    today: datetime.date,
    reason: str,
    reference: str = "",
    by: Actor,
    at: datetime.datetime,
) -> Reorganisation:
    """Let posts of one organisation go to others as of a day.

    ``parts``: those others, existing or by the name of a new one; ``posts`` and ``areas``
    name them by their place in it. ``successor``: the organisation ends, and this part
    takes over the posts that are left, seats, disputes and whatever else is in its name;
    None: it goes on with what is left. Raises NothingSplits, PostElsewhere, SplitsIntoItself,
    and what people.services.reorganisations raises.
    """
    if not parts or (not posts and successor is None):
        raise NothingSplits
    if any(post.organisation_id != organisation.pk for post in posts):
        raise PostElsewhere
    existing = [part for part in parts if isinstance(part, Organisation)]
    if organisation in existing:
        raise SplitsIntoItself(fields={"existing": SplitsIntoItself.message})
    services.check(organisations=[organisation, *existing], on=on, today=today, reason=reason)
    made = services.begin(
        kind=Reorganisation.Kind.SPLIT, on=on, reason=reason, reference=reference, by=by, at=at
    )
    into = [_part(part, organisation) for part in parts]
    heir = None if successor is None else into[successor]
    targets = {post: into[place] for post, place in posts.items()}
    if heir is not None:
        left = organisation.posts.exclude(pk__in=[post.pk for post in targets])
        targets |= dict.fromkeys(left.select_related("organisation"), heir)
    titles, moved = _move(made, targets)
    if heir is not None:
        services.end(organisation=organisation, successor=heir, on=on)
    chosen = {area: into[place] for area, place in (areas or {}).items()}
    was = successions.held([organisation] if heir else [])
    told = successions.follow(
        made=made,
        successors={organisation: heir} if heir else {},
        areas=chosen,
        by=by,
        at=at,
    )
    return services.finish(
        reorganisation=made,
        subject=organisation,
        told={
            "from": [organisation.name],
            "to": [each.name for each in into] + ([] if heir else [organisation.name]),
            "organisations": [organisation.pk, *(each.pk for each in into)],
            "titles": titles,
            "was": was,
            "kinds": {"posts": moved, **told},
        },
        data={
            "from": [organisation.pk],
            "to": [each.pk for each in into],
            "ends": heir is not None,
            **_counts(told, moved),
        },
        by=by,
        at=at,
    )


def _part(part: Organisation | str, like: Organisation) -> Organisation:
    existing = part if isinstance(part, Organisation) else None
    name = part if isinstance(part, str) else ""
    return services.new_or_existing(organisation=existing, name=name, like=like)


def _move(
    made: Reorganisation, targets: dict[Post, Organisation]
) -> tuple[dict[str, str], dict[str, Any]]:
    """Move the posts; their earlier titles where those change, and what is told of them."""
    before = {post: str(post) for post in targets}
    titles = services.move_posts(reorganisation=made, targets=targets)
    return titles, successions.kind(
        [f"{said} → {targets[post].name}" for post, said in before.items()]
    )


def _counts(told: Mapping[str, Any], moved: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers for the event: what followed, by kind."""
    return {"counts": {"posts": moved["count"], **{k: v["count"] for k, v in told.items()}}}
