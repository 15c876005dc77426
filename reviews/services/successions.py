"""What is open and in the name of an organisation follows its successor; told by kind.

No event of its own: reviews.services.reorganisations records one of the whole act.
"""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from forums.services import successions as in_forums
from labs.models import Commitment, Dependency, Plan, ResultArea, Seat
from labs.services import recorded
from labs.services import successions as in_labs
from ledger.rules.actors import Actor
from people import days
from people.models import Organisation, Reorganisation
from reviews.models import Dispute, InformationRequest, Party

Successors = Mapping[Organisation, Organisation]
KEPT = 100  # names kept of each kind; the rest as a number


def held(organisations: Sequence[Organisation]) -> dict[str, int]:
    """Whose the open seats and parties are before they follow: what is older shows it."""
    seats = Seat.objects.filter(organisation__in=organisations, lab__closed_at=None)
    parties = Party.objects.filter(
        organisation__in=organisations, withdrew_at=None, dispute__state=Dispute.State.OPEN
    )
    found = {f"seat:{pk}": held for pk, held in seats.values_list("pk", "organisation")}
    return found | {f"party:{pk}": held for pk, held in parties.values_list("pk", "organisation")}


def follow(
    *,
    made: Reorganisation,
    successors: Successors,
    areas: Mapping[ResultArea, Organisation],
    by: Actor,
    at: datetime.datetime,
) -> dict[str, Any]:
    """What is open and in the organisations' own name follows; told by kind."""
    led = in_labs.follow_areas(successors=successors, chosen=areas)
    told = {"areas": kind([f"{area.name}: {old.name} → {area.lead.name}" for area, old in led])}
    if successors:
        passed, joined = in_labs.follow_seats(successors=successors)
        told["seats"] = kind([open_name(seat.lab) for seat in passed])
        told["joined_seats"] = kind([open_name(seat.lab) for seat in joined])
        told["motions"] = kind(in_forums.follow(successors=successors))
        told |= _follow_disputes(made, successors, at)
        told["plans"] = kind(_follow_plans(made, successors, by, at))
        told["readers"] = {"count": in_labs.follow_readers(successors=successors), "names": []}
        told["children"] = kind(_follow_children(successors))
    return {code: each for code, each in told.items() if each["count"]}


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
            ) % {"organisation": new.name, "day": days.in_words(made.on)}
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
        "parties": kind([open_name(party.dispute) for party in passed]),
        "one_side": kind([open_name(party.dispute) for party in one]),
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
    for held in plans.prefetch_related("lab__restricted_to").order_by("pk"):
        revision = recorded.pass_on(
            plan=held,
            values=values[held.pk],
            title=_("Reorganisation of %(day)s") % {"day": days.in_words(made.on)},
            reason=made.reason,
            by=by,
            at=at,
        )
        if revision is not None:
            told.append(open_name(held.lab))
    return told


def open_name(thing: Any) -> str:
    """The title of a lab or a dispute; "" for a restricted one, which is only counted."""
    return "" if thing.restricted_to.all() else str(thing.title)


def kind(names: Sequence[str]) -> dict[str, Any]:
    """What is told of one kind: how many, and which may be named."""
    return {"count": len(names), "names": [name for name in names if name][:KEPT]}
