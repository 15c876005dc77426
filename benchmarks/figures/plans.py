"""Plans: what ten times the steps cost, in the rules alone and with the database.

Ratios, since machines differ: both sizes are measured in the same run.
"""

from __future__ import annotations

import datetime
import gc
import statistics
import time
import uuid
from collections.abc import Callable, Iterator
from typing import Any

from benchmarks.portfolio import an_area
from benchmarks.registry import figure

AT = datetime.datetime(2019, 4, 17, 2, 0, tzinfo=datetime.UTC)
DAY = "2019-05-01"
SMALL, LARGE = 500, 5_000
ROUNDS = 15


def tenfold(prepare: Callable[[int], Any], work: Callable[[Any], object]) -> float:
    """How much longer ``work`` takes on one large plan than on a small one.

    Ten small plans lie beside each other, so that neither size has the processor's
    caches to itself, and the collector of garbage waits, as in timeit.
    """
    small, large = [prepare(SMALL) for _ in range(LARGE // SMALL)], prepare(LARGE)
    few, many = [], []
    gc.disable()
    try:
        for _ in range(ROUNDS):
            began = time.perf_counter()
            for each in small:
                work(each)
            between = time.perf_counter()
            work(large)
            few.append((between - began) / len(small))
            many.append(time.perf_counter() - between)
    finally:
        gc.enable()
    return statistics.median(many) / statistics.median(few)


def two_contents(steps: int) -> tuple[Any, Any]:
    """A plan as plain content, and the same with every tenth step moved or waiting for more."""
    from labs.rules.revisions import MILESTONE

    keys = [uuid.UUID(int=number + 1) for number in range(steps)]
    before = {
        (MILESTONE, key): {
            "title": f"Step {number}",
            "finishes_on": DAY,
            "depends_on": [str(keys[number - 1])] if number else [],
        }
        for number, key in enumerate(keys)
    }
    after = {part: dict(fields) for part, fields in before.items()}
    for key in keys[::10]:
        after[MILESTONE, key]["finishes_on"] = "2019-06-01"
    return before, after


@figure("diff of plans in memory: 5,000 steps / 500", target=12.0, unit="x")
def diff_in_memory() -> Iterator[float | None]:
    """How much longer it takes to say what changed between two contents of a plan."""
    from labs.rules import revisions

    yield tenfold(two_contents, lambda both: revisions.diff(*both))


@figure("what must hold between steps: 5,000 / 500", target=12.0, unit="x")
def holds_together() -> Iterator[float | None]:
    """How much longer the search for links to nothing and for steps before themselves takes."""
    from labs.rules import parts

    yield tenfold(lambda steps: two_contents(steps)[0], parts.hanging)


def a_plan(steps: int, code: str) -> Any:
    """A plan in force with one goal, one initiative and so many steps."""
    from labs.services import labs, revisions
    from ledger.rules.actors import Actor

    by = Actor.system("bench")
    area = an_area(code)
    plan = labs.open(
        area=area,
        title=code,
        question="?",
        starts_on=AT.date(),
        ends_on=AT.date() + datetime.timedelta(weeks=8),
        steering=area.home_forum,
        by=by,
        at=AT,
    ).plan
    draft = plan.revisions.get()

    def add(part: str, **fields: str) -> uuid.UUID:
        return revisions.edit(revision=draft, part=part, key=None, fields=fields, by=by, at=AT)

    goal = add("goal", title="Goal")
    initiative = add("initiative", title="Means", goal_key=str(goal))
    paste(draft, initiative, "Step", steps)
    adopt(draft)
    plan.refresh_from_db()
    return plan


def paste(draft: Any, initiative: uuid.UUID, name: str, steps: int) -> None:
    """So many steps into a draft, each waiting for the one before."""
    from labs.services import revisions
    from ledger.rules.actors import Actor

    lines = [f"{name} {n}\t{DAY}\t{n - 1 or ''}" for n in range(1, steps + 1)]
    revisions.paste(
        revision=draft,
        text="\n".join(["step\tfinish\tafter", *lines]),
        headings={"step": "step", "finish": "finish", "after": "after"},
        initiative=initiative,
        reason="More is needed",
        by=Actor.system("bench"),
        at=AT,
    )


def adopt(draft: Any) -> None:
    """Bring a draft into force by a decision."""
    from forums.models import Decision, Motion
    from labs.services import revisions
    from ledger.rules.actors import Actor

    by = Actor.system("bench")
    motion = Motion.objects.create(
        forum=draft.plan.lab.steering, title="It", text="It", reason="It", quorum=1, at=AT
    )
    revisions.submit(revision=draft, motion=motion, by=by, at=AT)
    Motion.objects.filter(pk=motion.pk).update(state="carried")
    decision = Decision.objects.create(motion=motion, outcome="carried", reason="So", at=AT)
    draft.refresh_from_db()
    revisions.adopt(revision=draft, decision=decision, by=by, at=AT)


def told_and_adopted(plan: Any, steps: int) -> Callable[[], float]:
    """A run: a revision with as many steps again is told in words and adopted, in seconds."""
    from labs.selectors import changes, content, plans
    from labs.services import revisions
    from ledger.rules.actors import Actor

    initiative = next(iter(plans.content(plan).initiatives))

    def run() -> float:
        plan.refresh_from_db()
        draft = revisions.start(
            plan=plan, title="More", reason="More", by=Actor.system("bench"), at=AT
        )
        paste(draft, initiative, f"Again {draft.pk}", steps)
        began = time.perf_counter()
        content.raw_content(plan)
        changes.in_words(draft)
        adopt(draft)
        return time.perf_counter() - began

    return run


@figure("open, compare and adopt a plan: 5,000 steps / 500", target=12.0, unit="x", runs=3)
def told_and_adopted_tenfold() -> Iterator[float | None]:
    """How much longer ten times the steps take with the database, all in all."""
    few = told_and_adopted(a_plan(SMALL, "few-steps"), SMALL)()
    yield told_and_adopted(a_plan(LARGE, "many-steps"), LARGE)() / few
