"""Plans and their revisions: reading any of them, and beginning, stress-testing, giving up a draft."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from forums import permissions as forum_permissions
from labs import permissions
from labs.forms.confirm import ConfirmForm
from labs.forms.labs import RevisionForm
from labs.forms.parts import ReasonForm
from labs.forms.reports import StressTestForm
from labs.forms.revising import GiveReasonForm
from labs.models import Plan, Revision
from labs.permissions import revisions as recording
from labs.selectors import (
    comparing,
    conflicts,
    coordination,
    endings,
    labs,
    limits,
    obstacles,
    plans,
    recorders,
    route_words,
    stands,
    stress,
    unreasoned,
    versions,
)
from labs.services import revisions, stress_tests
from labs.views.comparison import beside
from labs.views.pages import Crumbs, form_page
from people.permissions import require
from people.selectors.actors import acting

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def plan(request: HttpRequest, pk: int) -> HttpResponse:
    """The plan in force; ``?revision=n`` as revision n made it."""
    on = clock.now().date()
    found = get_object_or_404(labs.readable_plans(request.user, on), pk=pk)
    adopted = recorders.named(plans.adopted(found))
    shown = _shown(request, found, adopted)
    is_in_force = shown is not None and shown.pk == found.in_force_id
    context = {
        "plan": found,
        "coordination": coordination.of_plan(found, request.user, on),
        "ends": endings.of_plan(found, on).values(),
        "lab": found.lab,
        "programme": found.lab.area.programme,
        "shown": shown,
        "is_in_force": is_in_force,
        "tree": plans.tree(plans.content(found), found, on=on) if is_in_force else [],
        "version": versions.version(found, shown) if shown and not is_in_force else None,
        "adopted": adopted,
        "conditions": stands.conditions(shown) if shown else [],
        "drafts": plans.open_drafts(found),
        "obstacles": obstacles.warned(request.user, on, found.lab.area.programme, found.lab),
        "may_start": permissions.may_start_revision(request.user, found, on=on)
        and found.in_force_id is not None,
    }
    return render(request, "labs/plan.html", context)


def _shown(request: HttpRequest, plan: Plan, adopted: list[Revision]) -> Revision | None:
    """The revision asked for, else the one in force. 404 if there is no such revision."""
    wanted = request.GET.get("revision", "")
    if not wanted:
        return plan.in_force
    for each in adopted:
        if str(each.number) == wanted:
            return each
    raise Http404


@require_safe
def revision(request: HttpRequest, pk: int) -> HttpResponse:
    """A revision: what it changes in words, and the plan as it makes it."""
    on = clock.now().date()
    (found,) = recorders.named([readable_revision(request, pk)])
    open_now = found.state in plans.OPEN
    is_in_force = found.pk == found.plan.in_force_id
    is_old = found.number is not None and not is_in_force
    context = {
        "revision": found,
        "plan": found.plan,
        "lab": found.plan.lab,
        "programme": found.plan.lab.area.programme,
        **beside(request, comparing.of_revision(found)),
        "tree": []
        if is_old
        else plans.tree(plans.draft(found), found.plan, on=on, recorded=is_in_force),
        "version": versions.version(found.plan, found) if is_old else None,
        "is_in_force": is_in_force,
        "stress_test": plans.stress_test(found),
        "may_read_motion": found.motion is not None
        and found.decision_id is None
        and forum_permissions.may_read_motion(request.user, found.motion, on=on),
        "may_read_decision": found.decision is not None
        and forum_permissions.may_read_decision(request.user, found.decision, on=on),
        "clashes": conflicts.of(found) if open_now else [],
        "would_close": coordination.before_adopting(found, request.user, on) if open_now else [],
        "is_outdated": open_now and found.base_id != found.plan.in_force_id,
        **_going(request, found),
        "may_merge": recording.may_bring_up_to_date(request.user, found, on=on),
        "may_edit": permissions.may_edit(request.user, found, on=on),
        "may_test": permissions.may_record_stress_test(request.user, found, on=on),
        "may_withdraw": permissions.may_withdraw(request.user, found, on=on),
        "may_submit": permissions.may_submit(request.user, found, on=on),
        "may_copy": found.state in (Revision.State.REJECTED, Revision.State.WITHDRAWN)
        and permissions.may_start_revision(request.user, found.plan, on=on),
    }
    return render(request, "labs/revision.html", context)


def _going(request: HttpRequest, revision: Revision) -> dict[str, Any]:
    """Where a draft will go and why, and which of its changes still lack a reason."""
    if revision.state != Revision.State.DRAFT:
        return {}
    at = clock.now()
    going = limits.route(revision, limits.today(revision.plan, at))
    waiting = unreasoned.of(revision)
    return {
        "going": going,
        "why": route_words.why(going),
        "may_record": recording.may_record(request.user, revision, going, on=at.date()),
        "waiting": waiting,
        "form": GiveReasonForm(choices=waiting.choices),
    }


@require_http_methods(FORM_METHODS)
def revision_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Begin a draft; ``?copy_of=`` takes over the changes of one that was not adopted."""
    at = clock.now()
    found = get_object_or_404(labs.readable_plans(request.user, at.date()), pk=pk)
    require(permissions.may_start_revision(request.user, found, on=at.date()))
    source = _source(request, found)
    initial = {"title": source.title} if source else {}
    form = RevisionForm(request.POST or None, initial=initial)
    post = permissions.editing_post(request.user, found, on=at.date())
    url = reverse("labs:plan", args=[found.pk])
    return form_page(
        request,
        form=form,
        act=lambda: revisions.start(
            plan=found,
            **form.cleaned_data,
            copy_of=source,
            by=acting(request.user, post),
            at=at,
        ),
        to=lambda made: reverse("labs:revision", args=[made.pk]),
        done=_("The draft is open. Change what is to change, each with its reason."),
        context={
            "title": _("Start a revision"),
            "submit": _("Start the revision"),
            "crumbs": [*crumbs_of(found), (_("Start a revision"), "")],
            "cancel_url": url,
        },
    )


def _source(request: HttpRequest, plan: Plan) -> Revision | None:
    wanted = request.GET.get("copy_of", "")
    return get_object_or_404(plan.revisions, pk=int(wanted)) if wanted.isdigit() else None


@require_http_methods(FORM_METHODS)
def revision_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Give a draft up."""
    at = clock.now()
    found = readable_revision(request, pk)
    if gone := no_draft(request, found):
        return gone
    require(permissions.may_withdraw(request.user, found, on=at.date()))
    form = ReasonForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: revisions.withdraw(
            revision=found, reason=form.cleaned_data["reason"], by=actor(request, found), at=at
        ),
        to=lambda made: reverse("labs:plan", args=[made.plan_id]),
        done=_("The draft is withdrawn. It stays readable."),
        context=about(found, _("Withdraw the draft")) | {"style": "warning"},
    )


@require_http_methods(FORM_METHODS)
def revision_refresh(request: HttpRequest, pk: int) -> HttpResponse:
    """Lay a draft on what is in force by now."""
    at = clock.now()
    found = readable_revision(request, pk)
    if gone := no_draft(request, found):
        return gone
    require(permissions.may_edit(request.user, found, on=at.date()))
    if conflicts.of(found):
        return redirect("labs:conflicts", pk=found.pk)
    form = ConfirmForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: revisions.bring_up_to_date(revision=found, by=actor(request, found), at=at),
        to=lambda made: reverse("labs:revision", args=[made.pk]),
        done=_("The draft rests on what is in force now."),
        template="labs/revision_refresh.html",
        context=about(found, _("Bring the draft up to date")),
    )


@require_http_methods(FORM_METHODS)
def stress_test(request: HttpRequest, pk: int) -> HttpResponse:
    """Record a stress test of a draft."""
    at = clock.now()
    found = readable_revision(request, pk)
    if gone := no_draft(request, found):
        return gone
    require(permissions.may_record_stress_test(request.user, found, on=at.date()))
    form = StressTestForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: stress_tests.record(
            revision=found, **form.cleaned_data, by=actor(request, found), at=at
        ),
        to=lambda _made: reverse("labs:revision", args=[found.pk]) + "#stress-test",
        done=_("The stress test is recorded."),
        template="labs/stress_test.html",
        context=about(found, _("Record the stress test"))
        | {
            "submit": _("Record"),
            "earlier": plans.stress_test(found),
            "figures": stress.figures(found),
        },
    )


def readable_revision(request: HttpRequest, pk: int) -> Revision:
    """The revision if the user may read it, else 404."""
    on = clock.now().date()
    return get_object_or_404(labs.readable_revisions(request.user, on), pk=pk)


def no_draft(request: HttpRequest, revision: Revision) -> HttpResponse | None:
    """Back to the revision with a word, once it can no longer be written in."""
    if revision.state == Revision.State.DRAFT:
        return None
    messages.warning(request, str(revisions.NotADraft.message))
    return redirect("labs:revision", pk=revision.pk)


def actor(request: HttpRequest, revision: Revision) -> Any:
    """The user in the post in which they work on the plan."""
    on = clock.now().date()
    return acting(request.user, permissions.editing_post(request.user, revision.plan, on=on))


def crumbs_of(plan: Plan) -> Crumbs:
    """The way from the list of labs to the plan."""
    return [
        (_("Labs"), reverse("labs:index")),
        (plan.lab.title, reverse("labs:lab", args=[plan.lab_id])),
        (_("Plan"), reverse("labs:plan", args=[plan.pk])),
    ]


def about(revision: Revision, title: str) -> dict[str, Any]:
    """What every form page about a revision shows around its form."""
    url = reverse("labs:revision", args=[revision.pk])
    return {
        "title": title,
        "submit": title,
        "revision": revision,
        "crumbs": [*crumbs_of(revision.plan), (revision.title, url), (title, "")],
        "cancel_url": url,
    }
