"""Mergers and splits: posts move, and what is open follows, in one act with one event.

What is past is not touched: votes, decisions, positions, adopted plans, closed labs and
ended disputes keep the organisation that took part in them, under its name of that day.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from forums.services import successions as in_forums
from labs.models import Commitment, Dependency, Plan, ResultArea
from labs.services import recorded
from labs.services import successions as in_labs
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Organisation, Post, Reorganisation
from people.services import reorganisations as services
from reviews.models import Dispute, InformationRequest, Party

Successors = Mapping[Organisation, Organisation]
KEPT = 100  # names kept of each kind; the rest as a number


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
    told = _follow(made, successors, {}, by, at)
    return services.finish(
        reorganisation=made,
        subject=new,
        told={
            "from": names,
            "to": [new.name],
            "organisations": [*(each.pk for each in ending), new.pk],
            "titles": titles,
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
    told = _follow(made, {organisation: heir} if heir else {}, chosen, by, at)
    return services.finish(
        reorganisation=made,
        subject=organisation,
        told={
            "from": [organisation.name],
            "to": [each.name for each in into] + ([] if heir else [organisation.name]),
            "organisations": [organisation.pk, *(each.pk for each in into)],
            "titles": titles,
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
    return titles, _kind([f"{said} → {targets[post].name}" for post, said in before.items()])


def _follow(
    made: Reorganisation,
    successors: Successors,
    areas: Mapping[ResultArea, Organisation],
    by: Actor,
    at: datetime.datetime,
) -> dict[str, Any]:
    """What is open and in the organisations' own name follows; told by kind."""
    led = in_labs.follow_areas(successors=successors, chosen=areas)
    told = {"areas": _kind([f"{area.name}: {old.name} → {area.lead.name}" for area, old in led])}
    if successors:
        passed, joined = in_labs.follow_seats(successors=successors)
        told["seats"] = _kind([_open_name(seat.lab) for seat in passed])
        told["joined_seats"] = _kind([_open_name(seat.lab) for seat in joined])
        told["motions"] = _kind(in_forums.follow(successors=successors))
        told |= _follow_disputes(made, successors, at)
        told["plans"] = _kind(_follow_plans(made, successors, by, at))
        told["readers"] = {"count": in_labs.follow_readers(successors=successors), "names": []}
        told["children"] = _kind(_follow_children(successors))
    return {code: kind for code, kind in told.items() if kind["count"]}


def _follow_children(successors: Successors) -> list[str]:
    names = []
    for old, new in successors.items():
        below = Organisation.objects.filter(parent=old, successor=None).exclude(pk=new.pk)
        names += list(below.values_list("name", flat=True))
        below.update(parent=new)
        Organisation.objects.filter(pk=new.pk, parent=old).update(parent=old.parent_id)
    return names


def _follow_disputes(
    made: Reorganisation, successors: Successors, at: datetime.datetime
) -> dict[str, Any]:
    """Parties to open disputes follow. Where the successor is a party already, they speak as one."""
    olds = {old.pk: new for old, new in successors.items()}
    parties = list(
        Party.objects.filter(
            organisation__in=olds, withdrew_at=None, dispute__state=Dispute.State.OPEN
        )
        .select_related("dispute", "organisation")
        .prefetch_related("dispute__restricted_to")
        .order_by("pk")
    )
    disputes = {party.dispute_id for party in parties}
    there = set(Party.objects.filter(dispute__in=disputes).values_list("dispute", "organisation"))
    passed, one = [], []
    for party in parties:
        new = olds[party.organisation_id]
        if (party.dispute_id, new.pk) in there:
            party.withdrew_at = at
            party.withdrew_because = _(
                "It became part of %(organisation)s on %(day)s, which is a party already and "
                "speaks for both."
            ) % {"organisation": new.name, "day": made.on.isoformat()}
            one.append(party)
            continue
        there.add((party.dispute_id, new.pk))
        party.organisation = new
        passed.append(party)
    Party.objects.bulk_update([*passed, *one], ["organisation", "withdrew_at", "withdrew_because"])
    asked = InformationRequest.objects.filter(
        organisation__in=olds,
        state=InformationRequest.State.OPEN,
        dispute__state=Dispute.State.OPEN,
    )
    requests = asked.count()
    for old, new in successors.items():
        asked.filter(organisation=old).update(organisation=new)
    return {
        "parties": _kind([_open_name(party.dispute) for party in passed]),
        "one_side": _kind([_open_name(party.dispute) for party in one]),
        "requests": {"count": requests, "names": []},
    }


def _follow_plans(
    made: Reorganisation, successors: Successors, by: Actor, at: datetime.datetime
) -> list[str]:
    """What plans in force need of an organisation, or were promised by it: one revision each."""
    olds = {old.pk: str(new.pk) for old, new in successors.items()}
    values: dict[int, dict[Any, dict[str, str]]] = {}
    in_force: dict[str, Any] = {
        "until_revision": None,
        "plan__lab__area__programme__closed_at": None,
    }
    for key, plan, provider in Dependency.objects.filter(provider__in=olds, **in_force).values_list(
        "key", "plan", "provider"
    ):
        values.setdefault(plan, {})["dependency", key] = {"provider": olds[provider]}
    for key, plan, beneficiary in Commitment.objects.filter(
        beneficiary__in=olds, **in_force
    ).values_list("key", "plan", "beneficiary"):
        values.setdefault(plan, {})["commitment", key] = {"beneficiary": olds[beneficiary]}
    told = []
    plans = Plan.objects.filter(pk__in=values).select_related("lab")
    for plan in plans.prefetch_related("lab__restricted_to").order_by("pk"):
        revision = recorded.pass_on(
            plan=plan,
            values=values[plan.pk],
            title=_("Reorganisation of %(day)s") % {"day": made.on.isoformat()},
            reason=made.reason,
            by=by,
            at=at,
        )
        if revision is not None:
            told.append(_open_name(plan.lab))
    return told


def _open_name(thing: Any) -> str:
    """The title of a lab or a dispute; "" for a restricted one, which is only counted."""
    return "" if thing.restricted_to.all() else str(thing.title)


def _kind(names: Sequence[str]) -> dict[str, Any]:
    return {"count": len(names), "names": [name for name in names if name][:KEPT]}


def _counts(told: Mapping[str, Any], moved: Mapping[str, Any]) -> dict[str, Any]:
    """Numbers for the event: what followed, by kind."""
    return {"counts": {"posts": moved["count"], **{k: v["count"] for k, v in told.items()}}}
