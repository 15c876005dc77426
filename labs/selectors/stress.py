"""What a draft is held against in its stress test, and the figures that come of it."""

from __future__ import annotations

import uuid
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from labs.models import BudgetCeiling, BudgetLine, MilestoneReport, Plan, Revision, Window
from labs.rules import scenarios, stress, surroundings
from labs.rules.plans import PlanContent
from labs.selectors import plans
from labs.selectors.waits import DONE, RUNNING


def figures(revision: Revision) -> surroundings.Figures:
    """The figures and both scenarios of the plan as ``revision`` makes it.

    A fixed number of queries; plain values, so that they can be kept as they were.
    """
    content = plans.draft(revision)
    around = against(revision.plan, content)
    return {
        **stress.figures(content, around),
        "scenarios": scenarios.scenarios(content, around),
    }


def against(plan: Plan, content: PlanContent) -> surroundings.Around:
    """Ceilings, other plans' money, windows and the programme's end. Six queries."""
    programme = plan.lab.area.programme
    return surroundings.Around(
        currency=programme.currency,
        ceilings=_ceilings(plan),
        elsewhere=_elsewhere(plan),
        programme_ends=programme.ends_on,
        lab_ends=plan.lab.ends_on,
        windows=_windows(plan),
        done=_done(plan),
        owners={pk: str(post) for pk, post in plans.posts(content).items()},
    )


def _ceilings(plan: Plan) -> dict[surroundings.YearOf, Decimal]:
    """The newest ceiling of each year and currency."""
    rows = BudgetCeiling.objects.filter(programme=plan.lab.area.programme_id).order_by("at", "pk")
    return {(row.currency, row.year): row.amount for row in rows}


def _elsewhere(plan: Plan) -> dict[surroundings.YearOf, Decimal]:
    """What the other plans in force of the programme have planned."""
    rows: Any = (
        BudgetLine.objects.filter(**RUNNING, plan__lab__area__programme=plan.lab.area.programme_id)
        .exclude(plan=plan)
        .order_by()
        .values("currency", "year")
        .annotate(total=Sum("planned"))
    )
    return {(row["currency"], row["year"]): row["total"] for row in rows}


def _windows(plan: Plan) -> tuple[surroundings.Window, ...]:
    rows = Window.objects.filter(programme=plan.lab.area.programme_id).order_by("closes_on", "pk")
    return tuple(
        surroundings.Window(row.title, row.closes_on, frozenset(map(uuid.UUID, row.milestones)))
        for row in rows
    )


def _done(plan: Plan) -> frozenset[uuid.UUID]:
    """The steps of the plan that were last reported done."""
    rows = MilestoneReport.objects.filter(plan=plan).order_by("at", "pk")
    newest = dict(rows.values_list("milestone_key", "state"))
    return frozenset(key for key, state in newest.items() if state == DONE)
