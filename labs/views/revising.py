"""What surrounds a revision: reasons, conflicts, versions side by side, and a forum's limits."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from forums.models import Forum
from forums.selectors import ladders
from labs.forms.revising import ConflictsForm, GiveReasonForm, LimitForm
from labs.models import Limit, Plan, Revision
from labs.permissions import revisions as permissions
from labs.selectors import comparing, conflicts, labs, plans, unreasoned, versions
from labs.selectors import limits as selectors
from labs.services import limits, revisions
from labs.views.comparison import beside
from labs.views.pages import form_page
from labs.views.plans import about, actor, crumbs_of, no_draft, readable_revision
from people.permissions import require
from people.selectors.actors import acting

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_http_methods(FORM_METHODS)
def reasons(request: HttpRequest, pk: int) -> HttpResponse:
    """The changes of a draft that do not say why yet; one reason for those that are ticked."""
    at = clock.now()
    found = readable_revision(request, pk)
    if gone := no_draft(request, found):
        return gone
    require(permissions.may_give_reasons(request.user, found, on=at.date()))
    waiting = unreasoned.of(found)
    form = GiveReasonForm(
        request.POST if request.method == "POST" else None, choices=waiting.choices
    )
    return form_page(
        request,
        form=form,
        act=lambda: revisions.give_reason(
            revision=found,
            changes=form.chosen(),
            reason=form.cleaned_data["reason"],
            by=actor(request, found),
            at=at,
        ),
        to=lambda _n: reverse("labs:reasons" if waiting.more else "labs:revision", args=[found.pk]),
        done=_("The reason stands beside the changes."),
        template="labs/reasons.html",
        context=about(found, _("Why does it change?"))
        | {"submit": _("Give this reason"), "waiting": waiting},
    )


@require_http_methods(FORM_METHODS)
def resolve(request: HttpRequest, pk: int) -> HttpResponse:
    """Where a draft clashes with what came into force: before, theirs, ours; and what is to stand."""
    at = clock.now()
    found = readable_revision(request, pk)
    if gone := no_draft(request, found):
        return gone
    require(permissions.may_resolve(request.user, found, on=at.date()))
    reading = conflicts.reading(found)
    if not reading.clashes and found.base_id != found.plan.in_force_id:
        return redirect("labs:revision_refresh", pk=found.pk)
    form = ConflictsForm(
        request.POST if request.method == "POST" else None,
        reading=reading,
        initial={"seen": found.plan.in_force_id},
    )
    return form_page(
        request,
        form=form,
        act=lambda: revisions.resolve(
            revision=found,
            choices=form.choices(),
            seen=form.cleaned_data["seen"],
            by=actor(request, found),
            at=at,
        ),
        to=lambda made: reverse("labs:revision", args=[made.pk]),
        done=_("Decided. The draft rests on what is in force now."),
        template="labs/conflicts.html",
        context=about(found, _("Decide what is to stand")) | {"reading": reading},
    )


@require_safe
def compare(request: HttpRequest, pk: int) -> HttpResponse:
    """Two versions of a plan side by side: ``?from=1&to=3``; by default the last two."""
    on = clock.now().date()
    plan = get_object_or_404(labs.readable_plans(request.user, on), pk=pk)
    adopted = {row.number: row for row in plans.adopted(plan)}
    if not adopted:
        raise Http404
    newest = max(adopted, key=lambda number: number or 0) or 1
    second = _number(request, "to", newest)
    first = _number(request, "from", max(second - 1, 1))
    if first not in adopted or second not in adopted:
        raise Http404
    first, second = sorted((first, second))
    found = comparing.between(plan, first, second)
    context = {
        "plan": plan,
        "lab": plan.lab,
        "adopted": list(adopted.values()),
        "first": adopted[first],
        "second": adopted[second],
        "sides": [("from", adopted[first]), ("to", adopted[second])],
        "crumbs": [*crumbs_of(plan), (_("Compare versions"), "")],
        **beside(request, found),
    }
    return render(request, "labs/compare.html", context)


def _number(request: HttpRequest, name: str, default: int) -> int:
    wanted = request.GET.get(name, "")
    if not wanted:
        return default
    if not wanted.isdigit() or len(wanted) > 6:
        raise Http404
    return int(wanted)


@require_safe
def plan_print(request: HttpRequest, pk: int) -> HttpResponse:
    """The whole plan on paper, as the revision of ``?revision=`` made it, by default in force."""
    on = clock.now().date()
    plan = get_object_or_404(labs.readable_plans(request.user, on), pk=pk)
    shown = _version(request, plan)
    context = {
        "plan": plan,
        "lab": plan.lab,
        "programme": plan.lab.area.programme,
        "shown": shown,
        "version": versions.version(plan, shown),
        "crumbs": [*crumbs_of(plan), (_("To print"), "")],
    }
    return render(request, "labs/plan_print.html", context)


def _version(request: HttpRequest, plan: Plan) -> Revision:
    """The revision asked for, else the one in force. 404 where there is none."""
    wanted = _number(request, "revision", 0)
    if wanted:
        return get_object_or_404(plans.adopted(plan), number=wanted)
    if plan.in_force is None:
        raise Http404
    return plan.in_force


@require_http_methods(FORM_METHODS)
def forum_limits(request: HttpRequest, pk: int) -> HttpResponse:
    """Over how much a change of the plans a forum steers goes to which forum."""
    at = clock.now()
    forum = get_object_or_404(Forum, pk=pk)
    may_set = permissions.may_set_limits(request.user, forum, on=at.date())
    if request.method == "POST":
        require(may_set)
    form = LimitForm(
        request.POST if request.method == "POST" else None, ladder=ladders.ladder_from(forum)
    )
    return form_page(
        request,
        form=form,
        act=lambda: limits.set_limit(
            forum=forum, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: reverse("labs:limits", args=[forum.pk]),
        done=_("The limit is set. It holds for what is put from now on."),
        template="labs/limits.html",
        context={
            "forum": forum,
            "rows": selectors.rows(forum),
            "defaults": selectors.defaults(forum),
            "may_set": may_set,
        },
    )


@require_POST
def limit_drop(request: HttpRequest, pk: int, limit: int) -> HttpResponse:
    """Take a limit away; of a kind without any the default holds."""
    at = clock.now()
    forum = get_object_or_404(Forum, pk=pk)
    require(permissions.may_set_limits(request.user, forum, on=at.date()))
    row = Limit.objects.filter(pk=limit, forum=forum).first()
    if row is not None:
        limits.drop(limit=row, by=acting(request.user), at=at)
    return redirect("labs:limits", pk=forum.pk)
