"""A plan held against money, people, time, capability and its political window: the figures.

Everything comes out as plain values (text, numbers, lists), so that what was computed can
be kept beside the verdicts it led to. Amounts and days are text; nothing is added up across
currencies. Lists are cut at ``MOST`` and counted in full.
"""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from labs.rules.critical_path import Schedule, Task, schedule
from labs.rules.plans import PlanContent
from labs.rules.surroundings import MOST, Around, Figures, YearOf, day, text


def figures(plan: PlanContent, around: Around) -> Figures:
    """What can be computed of a plan for its stress test, without the scenarios."""
    timed = schedule(tasks(plan, around.done))
    return {
        "money": money(plan, around),
        "people": people(plan, around),
        "time": time(plan, around, timed),
        "capability": capability(plan),
        "political": political(around, timed),
    }


def tasks(plan: PlanContent, done: frozenset[uuid.UUID]) -> Iterator[Task]:
    """The plan's steps as the critical path takes them."""
    for key, step in plan.milestones.items():
        yield Task(key, step.starts_on, step.finishes_on, step.depends_on, key in done)


def planned(plan: PlanContent) -> dict[YearOf, Decimal]:
    """What the plan's budget lines ask for, by currency and year."""
    found: dict[YearOf, Decimal] = {}
    for line in plan.budget_lines.values():
        place = (line.currency, line.year)
        found[place] = found.get(place, Decimal(0)) + line.planned
    return found


def money(plan: PlanContent, around: Around) -> Figures:
    """Each year against its ceiling. The ceiling holds for all plans of the programme."""
    years = []
    for (currency, year), amount in sorted(planned(plan).items()):
        elsewhere = around.elsewhere.get((currency, year), Decimal(0))
        ceiling = around.ceilings.get((currency, year))
        over = max(Decimal(0), amount + elsewhere - ceiling) if ceiling is not None else None
        years.append(
            {
                "currency": currency,
                "year": year,
                "planned": text(amount),
                "elsewhere": text(elsewhere),
                "ceiling": text(ceiling),
                "over": text(over),
            }
        )
    lined = {line.initiative_key for line in plan.budget_lines.values()}
    unspread = [
        {"title": each.title, "amount": text(each.budget), "currency": around.currency}
        for key, each in plan.initiatives.items()
        if each.budget and key not in lined
    ]
    return {
        "years": years,
        "over": sum(row["over"] not in (None, "0") for row in years),
        "without_ceiling": sum(row["ceiling"] is None for row in years),
        "unspread": unspread[:MOST],
        "unspread_count": len(unspread),
    }


def people(plan: PlanContent, around: Around) -> Figures:
    """How many undone steps each owner has, and at most on one day. The busiest first."""
    spans: dict[int, list[tuple[date, date]]] = {}
    counts: Counter[int] = Counter()
    for key, step in plan.milestones.items():
        if step.owner_id is None or key in around.done:
            continue
        counts[step.owner_id] += 1
        start, finish = step.starts_on or step.finishes_on, step.finishes_on or step.starts_on
        if start and finish:
            spans.setdefault(step.owner_id, []).append((start, max(start, finish)))
    busiest: list[Figures] = []
    for owner, steps in counts.items():
        most, on = at_once(spans.get(owner, []))
        name = around.owners.get(owner, str(owner))
        busiest.append({"owner": name, "steps": steps, "at_once": most, "on": day(on)})
    busiest.sort(key=lambda row: (-row["at_once"], -row["steps"], row["owner"]))
    missing = [step.title for step in plan.milestones.values() if step.owner_id is None]
    leaderless = [each.title for each in plan.initiatives.values() if each.lead_id is None]
    return {
        "owners": busiest[:MOST],
        "owners_count": len(busiest),
        "missing": missing[:MOST],
        "missing_count": len(missing),
        "leaderless": leaderless[:MOST],
        "leaderless_count": len(leaderless),
    }


def at_once(spans: Iterable[tuple[date, date]]) -> tuple[int, date | None]:
    """The most spans that share a day, and the first such day."""
    turns: Counter[date] = Counter()
    for start, finish in spans:
        turns[start] += 1
        turns[finish + timedelta(days=1)] -= 1
    running, most, first = 0, 0, None
    for on in sorted(turns):
        running += turns[on]
        if running > most:
            most, first = running, on
    return most, first


@dataclass(frozen=True, slots=True)
class Limit:
    """A day after which a step comes too late: ``what`` is expiry, programme or window."""

    what: str
    on: date
    title: str = ""


def limits(plan: PlanContent, around: Around) -> dict[uuid.UUID, list[Limit]]:
    """What each step must not end after."""
    found: dict[uuid.UUID, list[Limit]] = {}
    for key, step in plan.milestones.items():
        initiative = plan.initiatives.get(step.initiative_key)
        mine = []
        if initiative is not None and initiative.expires_on is not None:
            mine.append(Limit("expiry", initiative.expires_on, initiative.title))
        if around.programme_ends is not None:
            mine.append(Limit("programme", around.programme_ends))
        found[key] = mine
    for window in around.windows:
        for key in window.steps:
            if key in found:
                found[key].append(Limit("window", window.closes_on, window.title))
    return found


def too_late(plan: PlanContent, around: Around, timed: Schedule) -> dict[uuid.UUID, Limit]:
    """The undone steps that end after a limit of theirs, with the earliest such limit."""
    bounds = limits(plan, around)
    found = {}
    for key, each in timed.steps.items():
        passed = [limit for limit in bounds[key] if each.ends > limit.on]
        if passed and key not in around.done:
            found[key] = min(passed, key=lambda limit: limit.on)
    return found


def late_rows(plan: PlanContent, timed: Schedule, late: Mapping[uuid.UUID, Limit]) -> list[Figures]:
    """Steps that come too late, the worst first."""
    keys = sorted(late, key=lambda key: (late[key].on - timed.steps[key].ends, str(key)))
    return [
        {
            "key": str(key),
            "title": plan.milestones[key].title,
            "ends": day(timed.steps[key].ends),
            "what": late[key].what,
            "limit": day(late[key].on),
            "of": late[key].title,
        }
        for key in keys[:MOST]
    ]


def time(plan: PlanContent, around: Around, timed: Schedule) -> Figures:
    """The critical path, what it pushes past its planned day, and what comes too late."""
    late = too_late(plan, around, timed)
    pushed = sorted(
        (each for each in timed.steps.values() if each.pushed),
        key=lambda each: (-each.pushed, str(each.key)),
    )
    last = [each.planned for each in timed.steps.values()]
    return {
        "planned_end": day(max(last, default=None)),
        "end": day(timed.ends),
        "path": [
            {
                "key": str(key),
                "title": plan.milestones[key].title,
                "begins": day(timed.steps[key].begins),
                "ends": day(timed.steps[key].ends),
                "slack": timed.steps[key].slack,
            }
            for key in timed.path[-MOST:]
        ],
        "path_count": len(timed.path),
        "without_slack": sum(each.slack <= 0 for each in timed.steps.values()),
        "pushed": [
            {"key": str(e.key), "title": plan.milestones[e.key].title, "days": e.pushed}
            for e in pushed[:MOST]
        ],
        "pushed_count": len(pushed),
        "late": late_rows(plan, timed, late),
        "late_count": len(late),
        "lab_ends": day(around.lab_ends),
        "before_lab_end_count": _before(plan, around),
        "undated_count": len(timed.undated),
        "circular_count": len(timed.circular),
    }


def _before(plan: PlanContent, around: Around) -> int:
    """How many undone steps are to begin before the lab that plans them has ended."""
    if around.lab_ends is None:
        return 0
    return sum(
        step.starts_on is not None and step.starts_on <= around.lab_ends
        for key, step in plan.milestones.items()
        if key not in around.done
    )


def capability(plan: PlanContent) -> Figures:
    """The initiatives whose institution cannot carry them out, or nobody has said it can."""
    answers = {
        each.initiative_key: each for each in plan.answers.values() if each.question == "capability"
    }
    found: dict[str, list[Figures]] = {"no": [], "unknown": [], "unanswered": []}
    for key, initiative in plan.initiatives.items():
        answer = answers.get(key)
        state = answer.verdict if answer is not None else "unanswered"
        if state in found:
            why = answer.title if answer is not None else ""
            found[state].append({"title": initiative.title, "reason": why})
    return {
        **{name: rows[:MOST] for name, rows in found.items()},
        **{f"{name}_count": len(rows) for name, rows in found.items()},
    }


def political(around: Around, timed: Schedule) -> Figures:
    """Windows and the programme's end, against the day on which the plan ends."""
    rows = [
        {
            "title": window.title,
            "closes_on": day(window.closes_on),
            "steps": len(window.steps & timed.steps.keys()),
            "late": sum(
                timed.steps[key].ends > window.closes_on
                for key in window.steps & timed.steps.keys() - around.done
            ),
            "before_end": timed.ends is not None and window.closes_on < timed.ends,
        }
        for window in sorted(around.windows, key=lambda window: window.closes_on)
    ]
    ends, last = around.programme_ends, timed.ends
    return {
        "windows": rows[:MOST],
        "programme_ends": day(ends),
        "past_programme": bool(ends and last and last > ends),
    }
