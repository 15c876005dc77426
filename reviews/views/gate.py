"""The gate of a plan: what is still missing, and putting it to the steering committee."""

from __future__ import annotations

import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from forums import permissions as forum_permissions
from labs import permissions as labs_permissions
from labs.models import Plan, Revision
from labs.permissions import approval
from labs.permissions import revisions as recording
from labs.selectors import coordination, labs, limits, route_words
from ledger.rules.actors import Actor
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import actors
from reviews.forms.reviews import SubmitForm
from reviews.permissions import gate as gate_permissions
from reviews.permissions import reviews as permissions
from reviews.selectors import approval as selectors
from reviews.selectors.gate import Missing
from reviews.services import approvals

NOBODY = Actor.system("forecast")


@require_http_methods(["GET", "HEAD", "POST"])
def plan_gate(request: HttpRequest, pk: int) -> HttpResponse:
    """What keeps a plan from coming into force; ``?revision=`` chooses among drafts."""
    at = clock.now()
    plan = get_object_or_404(labs.readable_plans(request.user, at.date()), pk=pk)
    revision = _revision(request, plan)
    form = SubmitForm(request.POST or None)
    may_submit = revision is not None and permissions.may_submit(
        request.user, revision, on=at.date()
    )
    post = labs_permissions.editing_post(request.user, plan, on=at.date())
    by = actors.acting(request.user, post=post)
    if request.method == "POST":
        if revision is not None and revision.state == Revision.State.SUBMITTED:
            messages.info(request, _("This plan is before its forum already. Nothing was added."))
            return redirect("forums:motion", pk=revision.motion_id)
        require(may_submit)
        assert revision is not None  # else nobody may submit it
        motion = attempt(
            form,
            lambda: approvals.submit(revision=revision, **form.cleaned_data, by=by, at=at),
        )
        if motion is not None:
            messages.success(request, _("The plan is before %(forum)s.") % {"forum": motion.forum})
            return redirect("forums:motion", pk=motion.pk)
    found = _page(request, revision, by if may_submit else NOBODY, at)
    context = {
        "plan": plan,
        "lab": plan.lab,
        "revision": revision,
        "found": found,
        "to_mend": _linked(request, found.to_mend if found else [], revision, at.date()),
        "warnings": _linked(request, found.warnings if found else [], revision, at.date()),
        "may_read_motion": _may_read_motion(request, revision, at.date()),
        "may_read_decision": revision is not None
        and revision.decision is not None
        and forum_permissions.may_read_decision(request.user, revision.decision, on=at.date()),
        "may_set_conditions": revision is not None
        and approval.may_set_conditions(request.user, revision, on=at.date()),
        "would_close": coordination.before_adopting(revision, request.user, at.date())
        if revision is not None
        else [],
        **_going(request, revision, at),
        "may_submit": may_submit,
        "may_withdraw": revision is not None
        and revision.motion is not None
        and permissions.may_withdraw_motion(request.user, revision.motion, on=at.date()),
        "form": form,
    }
    return render(request, "reviews/gate.html", context)


def _going(
    request: HttpRequest, revision: Revision | None, at: datetime.datetime
) -> dict[str, Any]:
    """Where a draft will go and why, and whether the reader may record it instead."""
    if revision is None or revision.state != Revision.State.DRAFT:
        return {}
    going = limits.route(revision, limits.today(revision.plan, at))
    may_record = recording.may_record(request.user, revision, going, on=at.date())
    return {"going": going, "why": route_words.why(going), "may_record": may_record}


def _revision(request: HttpRequest, plan: Plan) -> Revision | None:
    """The revision asked for, else the newest that is not decided, else what is in force."""
    rows = plan.revisions.select_related(
        "plan__lab__steering",
        "plan__lab__area__programme",
        "plan__in_force",
        "motion__forum",
        "decision__motion__forum",
    )
    wanted = request.GET.get("revision", "")
    if wanted.isdigit():
        return get_object_or_404(rows, pk=int(wanted))
    undecided = rows.filter(state__in=[Revision.State.DRAFT, Revision.State.SUBMITTED])
    in_force = rows.filter(pk=plan.in_force_id) if plan.in_force_id else rows.none()
    return undecided.order_by("-at", "-pk").first() or in_force.first()


def _page(
    request: HttpRequest, revision: Revision | None, by: Actor, at: datetime.datetime
) -> selectors.Page | None:
    """What the page shows; ``by`` would put the draft, if anybody who reads this may."""
    if revision is None:
        return None
    return selectors.page(revision, by, request.user, limits.today(revision.plan, at))


def _linked(
    request: HttpRequest, gaps: list[Missing], revision: Revision | None, on: datetime.date
) -> list[Missing]:
    """The gaps with links to what the reader may mend."""
    if revision is None:
        return []
    return gate_permissions.with_links(gaps, request.user, revision, on=on)


def _may_read_motion(request: HttpRequest, revision: Revision | None, on: datetime.date) -> bool:
    """Whether the motion is open to this reader: discussion stays with the forum."""
    if revision is None or revision.motion is None:
        return False
    return forum_permissions.may_read_motion(request.user, revision.motion, on=on)
