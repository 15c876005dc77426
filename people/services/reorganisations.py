"""Ministries are renamed, merged and split as of a day; their posts stay the same posts.

What follows in labs, forums and disputes is done by reviews.services.reorganisations,
which calls the parts here and records the one event.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from ledger.services import events
from people.models import Organisation, OrganisationName, Post, PostMove, Reorganisation
from people.services.organisations import NameTaken

ONE_DAY = datetime.timedelta(days=1)
VERBS = {
    Reorganisation.Kind.RENAME: "organisation.renamed",
    Reorganisation.Kind.MERGE: "organisation.merged",
    Reorganisation.Kind.SPLIT: "organisation.split",
}


class NotYet(Refused):
    message = gettext_lazy(
        "This day is still to come. A reorganisation takes effect when it is recorded: "
        "record it on the day itself, or later with its day."
    )
    code = "not_yet"


class NeedsReason(Refused):
    message = gettext_lazy("Say why: the act or decision behind it.")
    code = "reorganisation_needs_reason"


class SameName(Refused):
    message = gettext_lazy("It is called so already. Enter the new name.")
    code = "same_name"


class NewNameMissing(Refused):
    message = gettext_lazy("Enter the new name.")
    code = "new_name_missing"


class OutOfOrder(Refused):
    message = gettext_lazy(
        "It was reorganised on or after this day already. Enter a later day: what came after "
        "is not written anew."
    )
    code = "reorganised_later"


class AlreadyGone(Refused):
    message = gettext_lazy(
        "This organisation has ended already. Choose the one that took its place."
    )
    code = "already_gone"


def check(
    *,
    organisations: Sequence[Organisation],
    on: datetime.date,
    today: datetime.date,
    reason: str,
) -> None:
    """Raise what forbids a reorganisation of these as of ``on``: NotYet, NeedsReason,
    AlreadyGone, OutOfOrder."""
    if on > today:
        raise NotYet(fields={"on": NotYet.message})
    if not reason.strip():
        raise NeedsReason(fields={"reason": NeedsReason.message})
    ids = [each.pk for each in organisations]
    if Organisation.objects.filter(pk__in=ids, successor__isnull=False).exists():
        raise AlreadyGone
    later = OrganisationName.objects.filter(organisation__in=ids, until_on__gte=on - ONE_DAY)
    moved = PostMove.objects.filter(post__organisation__in=ids, on__gt=on)
    if later.exists() or moved.exists():
        raise OutOfOrder(fields={"on": OutOfOrder.message})


def begin(
    *,
    kind: str,
    on: datetime.date,
    reason: str,
    reference: str = "",
    by: Actor,
    at: datetime.datetime,
) -> Reorganisation:
    """The row that all moves of one reorganisation point at."""
    return Reorganisation.objects.create(
        kind=kind,
        on=on,
        reason=reason.strip(),
        reference=reference.strip()[:200],
        at=at,
        **Reorganisation.fields_of(by),
    )


def end(*, organisation: Organisation, successor: Organisation, on: datetime.date) -> None:
    """``successor`` takes the place of ``organisation``. Raises AlreadyGone."""
    ended = Organisation.objects.filter(pk=organisation.pk, successor=None).update(
        successor=successor, succeeded_on=on
    )
    if ended != 1:
        raise AlreadyGone
    organisation.refresh_from_db()


def move_posts(
    *, reorganisation: Reorganisation, targets: Mapping[Post, Organisation]
) -> dict[str, str]:
    """Put posts into other organisations, each the same post as before.

    A title that its new organisation has already gets the old organisation's name behind
    it. Gives the titles that changed, as they were, by post id.
    """
    moving = {post: to for post, to in targets.items() if post.organisation_id != to.pk}
    taken = {
        (organisation, title.casefold())
        for organisation, title in Post.objects.filter(
            organisation__in={to.pk for to in moving.values()}
        ).values_list("organisation_id", "title")
    }
    before: dict[str, str] = {}
    moves = []
    for post, to in moving.items():
        title = _free_title(post, to, taken)
        if title != post.title:
            before[str(post.pk)] = post.title
        taken.add((to.pk, title.casefold()))
        moves.append(
            PostMove(
                post=post,
                reorganisation=reorganisation,
                before_id=post.organisation_id,
                after=to,
                on=reorganisation.on,
            )
        )
        post.title, post.organisation = title, to
    PostMove.objects.bulk_create(moves)
    Post.objects.bulk_update(list(moving), ["title", "organisation"], batch_size=200)
    return before


def _free_title(post: Post, to: Organisation, taken: set[tuple[int, str]]) -> str:
    title, number = post.title, 1
    came_from = post.organisation.short_name or post.organisation.name
    while (to.pk, title.casefold()) in taken:
        ending = f" ({came_from})" if number == 1 else f" ({came_from}, {number})"
        title = post.title[: 200 - len(ending)] + ending
        number += 1
    return title


def finish(
    *,
    reorganisation: Reorganisation,
    subject: Organisation,
    told: Mapping[str, Any],
    data: Mapping[str, Any],
    texts: Mapping[str, str] | None = None,
    by: Actor,
    at: datetime.datetime,
) -> Reorganisation:
    """Keep what was done, and record the one event of the whole act."""
    reorganisation.told = dict(told)
    Reorganisation.objects.filter(pk=reorganisation.pk).update(told=reorganisation.told)
    events.record(
        verb=VERBS[Reorganisation.Kind(reorganisation.kind)],
        subject=subject,
        by=by,
        at=at,
        data={"reorganisation": reorganisation.pk, "on": reorganisation.on, **data},
        texts={"reason": reorganisation.reason, **(texts or {})},
    )
    return reorganisation


@transaction.atomic
def rename(
    *,
    organisation: Organisation,
    name: str,
    short_name: str = "",
    on: datetime.date,
    today: datetime.date,
    reason: str,
    reference: str = "",
    by: Actor,
    at: datetime.datetime,
) -> Reorganisation:
    """Give an organisation another name from a day on; before that day the old one is shown.

    ``today`` is the business date. Raises NewNameMissing, SameName, NameTaken, and what
    ``check`` raises.
    """
    check(organisations=[organisation], on=on, today=today, reason=reason)
    name, short_name = name.strip(), short_name.strip()
    if not name or len(name) > 200:
        raise NewNameMissing(fields={"name": NewNameMissing.message})
    organisation.refresh_from_db()
    if (name, short_name) == (organisation.name, organisation.short_name):
        raise SameName(fields={"name": SameName.message})
    if Organisation.objects.filter(name__iexact=name).exclude(pk=organisation.pk).exists():
        raise NameTaken(fields={"name": NameTaken.message})
    old, old_short = organisation.name, organisation.short_name
    changed = Organisation.objects.filter(pk=organisation.pk, name=old).update(
        name=name, short_name=short_name
    )
    if changed != 1:
        raise SameName
    OrganisationName.objects.create(
        organisation=organisation, name=old, short_name=old_short, until_on=on - ONE_DAY
    )
    organisation.refresh_from_db()
    made = begin(
        kind=Reorganisation.Kind.RENAME, on=on, reason=reason, reference=reference, by=by, at=at
    )
    return finish(
        reorganisation=made,
        subject=organisation,
        told={"from": [old], "to": [name], "organisations": [organisation.pk]},
        data={"organisation": organisation.pk},
        texts={"before": old, "after": name},
        by=by,
        at=at,
    )


def new_or_existing(
    *,
    organisation: Organisation | None,
    name: str,
    short_name: str = "",
    like: Organisation,
) -> Organisation:
    """The organisation chosen, or a new one of the same sector and parent as ``like``.

    Raises NewNameMissing, NameTaken.
    """
    if organisation is not None:
        return organisation
    name = name.strip()
    if not name or len(name) > 200:
        raise NewNameMissing(
            _("Choose the organisation that takes over, or enter the name of a new one."),
            fields={"name": NewNameMissing.message},
        )
    if Organisation.objects.filter(name__iexact=name).exists():
        raise NameTaken(fields={"name": NameTaken.message})
    return Organisation.objects.create(
        name=name,
        short_name=short_name.strip()[:40],
        sector=like.sector,
        parent=like.parent,
    )
