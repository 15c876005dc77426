"""Reviews: the list, one review, explaining it, and proposing how it ends."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from kpis.selectors import kpis as kpi_selectors
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import actors
from reviews.forms.reviews import ProposeForm
from reviews.models import Review
from reviews.permissions import lessons as lesson_permissions
from reviews.permissions import motions
from reviews.permissions import reviews as permissions
from reviews.selectors import between_meetings, review_parts, subjects
from reviews.selectors import reviews as selectors
from reviews.services import proposals
from reviews.views.acts import written

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Reviews the user may read; ``?state=closed`` for those that have ended."""
    on = clock.now().date()
    state = "closed" if request.GET.get("state") == "closed" else "open"
    readable = selectors.readable(request.user, on).filter(state=state)
    page = Paginator(selectors.listed(readable), PER_PAGE).get_page(request.GET.get("page"))
    hidden = selectors.hidden_count(request.user, on, state)
    context = {"page": page, "state": state, "hidden": hidden, "on": on}
    return render(request, "reviews/reviews.html", context)


@require_safe
def of_kpi(request: HttpRequest, code: str) -> HttpResponse:
    """Every review of one KPI the user may read, open ones first."""
    on = clock.now().date()
    kpi = get_object_or_404(kpi_selectors.readable(request.user, on), code=code)
    found = selectors.listed(selectors.readable(request.user, on).filter(kpi=kpi))
    page = Paginator(found.order_by("-state", "-opened_at"), PER_PAGE).get_page(
        request.GET.get("page")
    )
    return render(request, "reviews/reviews_of_kpi.html", {"page": page, "kpi": kpi})


@require_safe
def review(request: HttpRequest, pk: int) -> HttpResponse:
    """Everything about one review, and what the user may do in it."""
    at = clock.now()
    on = at.date()
    found = readable(request, pk)
    page = selectors.page(found, request.user, on)
    proposal = page.open_proposal
    context = {
        "page": page,
        "parts": review_parts.of(found, page.subject, page.explanations, request.user, on),
        "withdrawable": proposal.pk
        if proposal and permissions.may_withdraw_motion(request.user, proposal.motion, on=on)
        else None,
        "review": found,
        "early": between_meetings.of_review(found, at),
        "links": motions.links(request.user, [row.motion_id for row in page.proposals], on=on),
        "open_decisions": motions.open_decisions(request.user, [found.decision], on=on),
        "may_explain": permissions.may_explain(request.user, found, on=on),
        "may_propose": permissions.may_propose(request.user, found, on=on),
        "learned": lesson_permissions.learned_of_review(found, request.user, on=on),
    }
    return render(request, "reviews/review.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def propose(request: HttpRequest, pk: int) -> HttpResponse:
    """Put to the forum how the review ends."""
    at = clock.now()
    found = readable(request, pk)
    require(permissions.may_propose(request.user, found, on=at.date()))
    form = ProposeForm(
        request.POST or None,
        drafts=selectors.drafts(found),
        initial=written(request, between_meetings.of_review(found, at)),
    )
    post = permissions.proposing_post(request.user, found, on=at.date())
    proposal = attempt(
        form,
        lambda: proposals.put(
            review=found,
            **form.cleaned_data,
            by=actors.acting(request.user, post=post),
            at=at,
        ),
    )
    if proposal:
        messages.success(request, _("The proposal is before the forum."))
        return redirect("forums:motion", pk=proposal.motion_id)
    context = {
        "form": form,
        "review": found,
        "subject": subjects.of_review(found),
        "plan": subjects.plan_of(found),
    }
    return render(request, "reviews/review_propose.html", context)


def readable(request: HttpRequest, pk: int) -> Review:
    """The review, or 404 for those who may not read it."""
    found = selectors.readable(request.user, clock.now().date())
    return get_object_or_404(
        found.select_related("forum", "decision__motion", "lab", "plan__lab"), pk=pk
    )
