"""Explaining a review: cause, evidence in as many rows as it takes, and what is asked of others."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import actors
from reviews.forms.explaining import MORE, ExplainForm, again, rows_of
from reviews.models import ExplanationSource, Review
from reviews.models.reviews import Cause
from reviews.permissions import reviews as permissions
from reviews.selectors import explaining, facing, subjects
from reviews.selectors import reviews as selectors
from reviews.services import explanations
from reviews.services.referrals import Request
from reviews.views.reviews import readable


@require_http_methods(["GET", "HEAD", "POST"])
def explain(request: HttpRequest, pk: int) -> HttpResponse:
    """The owner says what is at fault; "more" only adds rows for evidence."""
    at = clock.now()
    found = readable(request, pk)
    post = permissions.explaining_post(request.user, found, on=at.date())
    require(post)
    choices = explaining.choices(found)
    form = _form(request, choices)
    more = "more" in request.POST
    if request.method == "POST" and not more:
        by = actors.acting(request.user, post=post)
        if attempt(
            form,
            lambda: explanations.explain(review=found, **_given(form, found), by=by, at=at),
        ):
            messages.success(request, _("Your explanation is recorded. The forum is told."))
            return redirect("reviews:review", pk=found.pk)
    context = {
        "form": form,
        "review": found,
        "subject": subjects.of_review(found),
        "choices": choices,
        "files_again": bool(request.FILES),
        "facing": facing.of_review(
            request.user,
            at.date(),
            found,
            request.POST.get("cause") or request.GET.get("cause", ""),
        ),
        "causes": Cause.choices,
    }
    return render(request, "reviews/review_explain.html", context)


def _form(request: HttpRequest, choices: explaining.Choices) -> ExplainForm:
    if request.method != "POST":
        return ExplainForm(choices=choices)
    count = rows_of(request.POST)
    if "more" in request.POST:
        return ExplainForm(initial=again(request.POST), choices=choices, count=count + MORE)
    return ExplainForm(request.POST, request.FILES, choices=choices, count=count)


def _given(form: ExplainForm, review: Review) -> dict[str, Any]:
    """What the service takes, of a form that holds."""
    asked = explaining.named(review, form.typed())
    given = {name: form.cleaned_data[name] for name in ("cause", "text", "tried", "proposed")}
    return given | {
        "sources": form.sources(),
        "request": Request(**asked) if asked is not None else None,
    }


@require_safe
def source(request: HttpRequest, pk: int) -> HttpResponseBase:
    """The file of a piece of evidence, for who may read the review. Always downloaded."""
    found = get_object_or_404(
        ExplanationSource.objects.select_related("document").filter(
            explanation__review__in=selectors.readable(request.user, clock.now().date())
        ),
        pk=pk,
    )
    if found.document is None:
        raise Http404
    return FileResponse(
        found.document.file.open("rb"),
        as_attachment=True,
        filename=found.document.name,
        content_type=found.document.content_type,
    )
