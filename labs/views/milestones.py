"""One milestone: what was said of it, how its finish moved, and reporting it."""

from __future__ import annotations

import uuid
from datetime import date

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs import permissions
from labs.forms.reports import ReportForm
from labs.models import Plan
from labs.rules import milestones as rules
from labs.rules.plans import MilestoneContent, PlanContent
from labs.rules.revisions import MILESTONE
from labs.selectors import labs, milestones, plans, windows
from labs.services import milestones as services
from labs.views.pages import form_page
from labs.views.plans import crumbs_of
from people.permissions import require
from people.selectors.actors import acting

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def milestone(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """A milestone that is, or was, in force."""
    on = clock.now().date()
    plan = _plan(request, key)
    content = plans.content(plan)
    current = content.milestones.get(key)
    shown = current or _last(plan, key)
    initiative = content.initiatives.get(shown.initiative_key)
    reports = list(milestones.reports(key))
    moves = rules.moves(milestones.said(key))
    history = list(plans.history(key).exclude(field="removed"))
    names = plans.named(plan, content, history)
    context = {
        "plan": plan,
        "lab": plan.lab,
        "programme": plan.lab.area.programme,
        "milestone": shown,
        "in_force": current is not None,
        "initiative": initiative,
        "goal": content.goals.get(initiative.goal_key) if initiative else None,
        "owner": names.posts.get(shown.owner_id or 0),
        "depends_on": [
            content.milestones[each] for each in shown.depends_on if each in content.milestones
        ],
        "line": _line(plan, content, current, on),
        "windows": windows.using(key, plan.lab.area.programme),
        "reports": reports,
        "newest": reports[0] if reports else None,
        "moves": moves,
        "slips": sum(move.is_slip for move in moves),
        "changes": history,
        "names": names,
        "may_report": current is not None
        and permissions.may_report(request.user, plan, current, on=on),
    }
    return render(request, "labs/milestone.html", context)


@require_http_methods(FORM_METHODS)
def milestone_report(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """The owner reports."""
    at = clock.now()
    plan = _plan(request, key)
    found = plans.content(plan).milestones.get(key)
    if found is None:
        raise Http404
    post = permissions.reporting_post(request.user, plan, found, on=at.date())
    require(post)
    newest = milestones.reports(key).first()
    form = ReportForm(
        request.POST or None,
        previous=newest.state if newest else None,
        initial={"expected_finish": newest.expected_finish if newest else found.finishes_on},
    )
    url = reverse("labs:milestone", args=[key])
    return form_page(
        request,
        form=form,
        act=lambda: services.report(
            plan=plan, milestone_key=key, **form.cleaned_data, by=acting(request.user, post), at=at
        ),
        to=lambda _made: url,
        done=_("Your report is recorded."),
        template="labs/milestone_report.html",
        context={
            "title": _("Report: %(milestone)s") % {"milestone": found.title},
            "submit": _("Record the report"),
            "crumbs": [*crumbs_of(plan), (found.title, url), (_("Report"), "")],
            "cancel_url": url,
            "milestone": found,
            "newest": newest,
        },
    )


def _plan(request: HttpRequest, key: uuid.UUID) -> Plan:
    """The plan of the milestone, if the user may read it; else 404."""
    on = clock.now().date()
    holding = plans.plan_holding(MILESTONE, key)
    if holding is None:
        raise Http404
    return get_object_or_404(labs.readable_plans(request.user, on), pk=holding.pk)


def _line(
    plan: Plan, content: PlanContent, current: MilestoneContent | None, on: date
) -> plans.MilestoneLine | None:
    """The milestone in force with what it waits for in other plans and of other organisations."""
    if current is None:
        return None
    line = plans.initiative(content, current.initiative_key, plan, on=on)
    steps = line.milestones if line else []
    return next((step for step in steps if step.content.key == current.key), None)


def _last(plan: Plan, key: uuid.UUID) -> MilestoneContent:
    """The milestone as it was before it left the plan."""
    for revision in plans.adopted(plan):
        found = plans.content(plan, revision.number).milestones.get(key)
        if found is not None:
            return found
    raise Http404
