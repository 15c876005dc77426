"""One initiative with everything of it."""

from __future__ import annotations

import uuid
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from config import clock
from labs.models import Plan
from labs.permissions import content as permissions
from labs.rules.revisions import INITIATIVE
from labs.selectors import budgets, commitments, labs, plans, tree
from labs.views.versions import shown_revision


@require_safe
def initiative(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """An initiative that is, or was, in force; ``?revision=n`` as revision n made it."""
    on = clock.now().date()
    plan = _plan(request, key)
    shown = shown_revision(request, plan)
    content = plans.content(plan, shown.number if shown else None)
    is_in_force = shown is not None and shown.pk == plan.in_force_id
    is_gone = key not in content.initiatives
    if is_gone:
        content, is_in_force = _last(plan, key), False
    line = plans.initiative(content, key, plan, on=on, recorded=is_in_force)
    if line is None:
        raise Http404
    history = list(plans.history(key).exclude(field="removed"))
    checks = commitments.checks(row.content.key for row in line.commitments)
    context = {
        "plan": plan,
        "lab": plan.lab,
        "programme": plan.lab.area.programme,
        "shown": shown,
        "is_in_force": is_in_force,
        "is_gone": is_gone,
        "line": line,
        "initiative": line.content,
        "goal": content.goals.get(line.content.goal_key),
        "money": budgets.money_of(content, key),
        "promises": [
            (
                row,
                checks.get(row.content.key, []),
                is_in_force and _may_check(request, plan, row, on),
            )
            for row in line.commitments
        ],
        "changes": history,
        "names": plans.named(plan, content, history),
        "may_record": is_in_force and permissions.may_record_figures(request.user, plan, on=on),
    }
    return render(request, "labs/initiative.html", context)


def _may_check(request: HttpRequest, plan: Plan, row: tree.CommitmentLine, on: date) -> bool:
    return permissions.may_check_for(request.user, plan, row.content.beneficiary_id, on=on)


def _plan(request: HttpRequest, key: uuid.UUID) -> Plan:
    """The plan that holds or held the initiative, if the user may read it; else 404."""
    plan = plans.plan_holding(INITIATIVE, key)
    on = clock.now().date()
    found = labs.readable_plans(request.user, on).filter(pk=plan.pk).first() if plan else None
    if found is None:
        raise Http404
    return found


def _last(plan: Plan, key: uuid.UUID) -> plans.PlanContent:
    """The plan as it was when it last held the initiative. 404 if it never did."""
    number = plans.last_number(INITIATIVE, key)
    if number is None:
        raise Http404
    return plans.content(plan, number)
