"""Handovers: what one post answers for passes to another; looked at first, then done."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from people.models import Post
from people.permissions import require
from people.selectors.actors import acting
from reviews.forms.continuity import HandoverForm
from reviews.permissions import continuity as permissions
from reviews.selectors import handovers as selectors
from reviews.selectors import reorganisations
from reviews.services import handovers as services
from reviews.views.continuity import two_steps

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What passed from post to post, newest first."""
    _require(request)
    page = Paginator(selectors.handovers(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "reviews/continuity/handovers.html", {"page": page})


@require_safe
def handover(request: HttpRequest, pk: int) -> HttpResponse:
    """One handover: what passed, in the names of then."""
    _require(request)
    found = get_object_or_404(selectors.handovers(), pk=pk)
    context = {"handover": found, "kinds": reorganisations.told(found.told.get("kinds", {}))}
    return render(request, "reviews/continuity/handover.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Pass on what a post answers for."""
    at = clock.now()
    _require(request)
    post = get_object_or_404(Post.objects.select_related("organisation"), pk=pk)
    form = HandoverForm(request.POST or None, post=post, today=at.date())
    return two_steps(
        request,
        form=form,
        act=lambda: services.hand_over(
            from_post=post,
            **form.cleaned_data,
            today=at.date(),
            by=acting(request.user),
            at=at,
        ),
        preview=lambda: {
            "kinds": selectors.duties(request.user, post, at.date()),
            "frozen": selectors.frozen(post),
            "what": _("Everything open that %(before)s answers for passes to %(after)s.")
            % {"before": post, "after": form.cleaned_data["to_post"]},
            "note": _("What was done, decided and reported before keeps the old owner."),
        },
        title=_("Hand over the duties of %(post)s") % {"post": post},
        done=_("The duties have passed. Records of the past keep the old owner."),
        to=lambda made: reverse("reviews:handover", args=[made.pk]),
        template="reviews/continuity/handover_form.html",
        post=post,
        duties=selectors.duties(request.user, post, at.date()) if request.method == "GET" else [],
    )


def _require(request: HttpRequest) -> None:
    require(permissions.may_reorganise(request.user, on=clock.now().date()))
