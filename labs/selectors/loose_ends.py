"""What hangs loose in plans in force: owners, order and answers that are missing."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date

from labs.models import Plan
from labs.rules import waits
from labs.selectors import waits as network_of
from people.models import Organisation, Post
from people.selectors import people

SHOWN = 100  # of each list; the rest is counted


@dataclass(frozen=True)
class Line:
    """A step, or a request of one, and what is the matter with it."""

    key: uuid.UUID
    title: str
    plan: Plan
    owner: Post | None = None
    first: str = ""
    first_key: uuid.UUID | None = None
    provider: Organisation | None = None
    due_on: date | None = None
    abolished: bool = False


@dataclass(frozen=True)
class LooseEnds:
    """Each list bounded; ``counts`` says how many there are in all."""

    ownerless: list[Line] = field(default_factory=list)
    left: list[Line] = field(default_factory=list)
    disordered: list[Line] = field(default_factory=list)
    unanswered: list[Line] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def is_empty(self) -> bool:
        return not any(self.counts.values())


def find(plans: Iterable[Plan], on: date) -> LooseEnds:
    """What hangs loose in these plans. A fixed number of queries."""
    by_id = {plan.pk: plan for plan in plans}
    if not by_id:
        return LooseEnds()
    found = network_of.network(plan__in=list(by_id))
    undone = {key: row for key, row in found.steps.items() if not row.step.done}
    posts = Post.objects.select_related("organisation").in_bulk(
        {row.owner for row in undone.values() if row.owner}
    )
    holders = people.holder_ids(list(posts), on)

    def line(key: uuid.UUID) -> Line:
        row = undone[key]
        post = posts.get(row.owner or 0)
        gone = post is not None and post.abolished_on is not None and post.abolished_on <= on
        return Line(key, row.title, by_id[row.plan], post, due_on=row.finishes_on, abolished=gone)

    ownerless = [key for key, row in undone.items() if row.owner is None]
    left = [key for key, row in undone.items() if row.owner and not holders[row.owner]]
    disordered = _disordered(undone)
    unanswered = [
        row for row in found.requests.values() if not row.answer and row.request.step in undone
    ]
    providers = Organisation.objects.in_bulk({row.request.provider for row in unanswered[:SHOWN]})
    return LooseEnds(
        ownerless=[line(key) for key in ownerless[:SHOWN]],
        left=[line(key) for key in left[:SHOWN]],
        disordered=[
            Line(key, undone[key].title, by_id[undone[key].plan], first=title, first_key=first)
            for key, first, title in (
                (key, first, undone[first].title) for key, first in disordered[:SHOWN]
            )
        ],
        unanswered=[
            Line(
                row.request.step,
                row.title,
                by_id[row.plan],
                first=undone[row.request.step].title,
                provider=providers[row.request.provider],
                due_on=row.due_on,
            )
            for row in unanswered[:SHOWN]
        ],
        counts={
            "ownerless": len(ownerless),
            "left": len(left),
            "disordered": len(disordered),
            "unanswered": len(unanswered),
        },
    )


def _disordered(
    undone: dict[uuid.UUID, network_of.StepRow],
) -> list[tuple[uuid.UUID, uuid.UUID]]:
    days = {key: waits.Ordered(key, row.starts_on, row.finishes_on) for key, row in undone.items()}
    pairs = [(key, first) for key, row in undone.items() for first in row.step.waits_for]
    return waits.out_of_order(days, pairs)
