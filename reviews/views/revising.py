"""Revisions that need no vote, follow the plan, or wait for a hold to be lifted."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from labs.models import Revision
from labs.permissions import editing_post
from labs.permissions import revisions as permissions
from labs.selectors import comparing, conflicts, labs, limits
from labs.views.comparison import beside
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import actors
from reviews.forms.disputes import LiftForm
from reviews.permissions import holds
from reviews.services import approvals, hold_lifts, recording
from reviews.views.acts import readable, serve

METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(METHODS)
def record(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a draft as its owner's own change, after reading what it changes."""
    at = clock.now()
    revision = _revision(request, pk)
    if revision.state == Revision.State.ADOPTED:
        messages.info(request, _("This is in force already. Nothing was added."))
        return redirect("labs:revision", pk=revision.pk)
    going = limits.route(revision, limits.today(revision.plan, at))
    require(permissions.may_record(request.user, revision, going, on=at.date()))
    form = Form(request.POST if request.method == "POST" else None)
    by = _by(request, revision)
    if _done(request, form, lambda: recording.record(revision=revision, by=by, at=at)):
        messages.success(request, _("Recorded. It is in force."))
        return redirect("labs:revision", pk=revision.pk)
    context = {"form": form, **_shown(request, revision)}
    return render(request, "reviews/revision_record.html", context)


@require_http_methods(METHODS)
def merge(request: HttpRequest, pk: int) -> HttpResponse:
    """Let a revision before its forum rest on what is in force now; it keeps its motion."""
    at = clock.now()
    revision = _revision(request, pk)
    require(permissions.may_bring_up_to_date(request.user, revision, on=at.date()))
    form = Form(request.POST if request.method == "POST" else None)
    by = _by(request, revision)
    if _done(request, form, lambda: approvals.bring_up_to_date(revision=revision, by=by, at=at)):
        messages.success(request, _("It is up to date, and stays before its forum."))
        return redirect("labs:revision", pk=revision.pk)
    context = {"form": form, "clashes": conflicts.of(revision), **_shown(request, revision)}
    return render(request, "reviews/revision_merge.html", context)


@require_http_methods(METHODS)
def lift_hold(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask the forum that has a dispute to lift its hold on the KPI."""
    at = clock.now()
    dispute = readable(request, pk)
    require(holds.may_lift(request.user, dispute, on=at.date()))
    post = holds.lifting_post(request.user, dispute, on=at.date())
    by = actors.acting(request.user, post=post)
    return serve(
        request,
        dispute=dispute,
        form=LiftForm(request.POST or None),
        act=lambda data: hold_lifts.put(dispute=dispute, **data, by=by, at=at),
        done=_("The forum is asked. Its members vote on the motion's page."),
        heading=_("Ask the forum to lift the hold"),
        submit=_("Put to the vote"),
        note=_(
            "While the KPI is held, its goal and targets change only by the settlement or ruling"
            " of this dispute. Lifting the hold does not end the dispute."
        ),
    )


def _done(request: HttpRequest, form: Form, act: Callable[[], Revision]) -> bool:
    """Whether the one act of the page was asked for and done."""
    return request.method == "POST" and attempt(form, act) is not None


def _revision(request: HttpRequest, pk: int) -> Revision:
    on = clock.now().date()
    return get_object_or_404(labs.readable_revisions(request.user, on), pk=pk)


def _by(request: HttpRequest, revision: Revision) -> Any:
    post = editing_post(request.user, revision.plan, on=clock.now().date())
    return actors.acting(request.user, post=post)


def _shown(request: HttpRequest, revision: Revision) -> dict[str, Any]:
    return {
        "revision": revision,
        "plan": revision.plan,
        "lab": revision.plan.lab,
        **beside(request, comparing.of_revision(revision)),
    }
