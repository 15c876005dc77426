"""Referrals: what is asked of whom, and the answer."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.selectors import programmes
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import actors
from reviews.forms.referrals import MET, AnswerForm, WithdrawForm
from reviews.models import Referral
from reviews.permissions import referrals as permissions
from reviews.selectors import referrals as selectors
from reviews.services import referrals

PER_PAGE = 50
OF_US, ALL = "of_us", "all"


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """What is asked of the user's organisations, or of anybody; ``?programme=``, ``?state=``."""
    on = clock.now().date()
    side = OF_US if request.GET.get("side") == OF_US else ALL
    state = "ended" if request.GET.get("state") == "ended" else "open"
    code = request.GET.get("programme", "")
    found = (
        selectors.asked_of(request.user, on)
        if side == OF_US
        else selectors.loaded(selectors.readable(request.user, on))
    )
    is_open = {"state": Referral.State.OPEN}
    found = found.filter(**is_open) if state == "open" else found.exclude(**is_open)
    if code:
        found = selectors.of_programme(found, code)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "lines": selectors.lines(page.object_list, request.user, on),
        "side": side,
        "state": state,
        "programme": code,
        "programmes": programmes.readable(request.user, on).order_by("name"),
        "hidden": selectors.hidden_count(request.user, on) if state == "open" else 0,
    }
    return render(request, "reviews/referrals/index.html", context)


@require_safe
def referral(request: HttpRequest, pk: int) -> HttpResponse:
    """What is asked, by when, why, and the answer."""
    return render(
        request, "reviews/referrals/referral.html", _context(request, _readable(request, pk))
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer(request: HttpRequest, pk: int) -> HttpResponse:
    """The organisation asked says that it is done, or refuses."""
    at = clock.now()
    found = _readable(request, pk)
    post = permissions.answering_post(request.user, found, on=at.date())
    require(post)
    form = AnswerForm(request.POST or None)
    by = actors.acting(request.user, post=post)

    def act() -> Referral:
        text = form.cleaned_data["text"]
        if form.cleaned_data["answer"] == MET:
            return referrals.meet(referral=found, text=text, by=by, at=at)
        return referrals.refuse(referral=found, reason=text, by=by, at=at)

    if request.method == "POST" and attempt(form, act) is not None:
        messages.success(request, _("Your answer is on record."))
        return redirect("reviews:referral", pk=found.pk)
    context = {"form": form, "heading": _("Answer what is asked"), "submit": _("Answer")}
    return render(request, "reviews/referrals/act.html", _context(request, found) | context)


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Who asked, or the forum, takes it back with a reason."""
    at = clock.now()
    found = _readable(request, pk)
    require(permissions.may_withdraw(request.user, found, on=at.date()))
    post = permissions.withdrawing_post(request.user, found, on=at.date())
    form = WithdrawForm(request.POST or None)
    if request.method == "POST" and (
        attempt(
            form,
            lambda: referrals.withdraw(
                referral=found,
                reason=form.cleaned_data["reason"],
                by=actors.acting(request.user, post=post),
                at=at,
            ),
        )
        is not None
    ):
        messages.success(request, _("It is withdrawn. Whoever was asked is told."))
        return redirect("reviews:referral", pk=found.pk)
    context = {
        "form": form,
        "heading": _("Withdraw what was asked"),
        "submit": _("Withdraw"),
        "style": "warning",
    }
    return render(request, "reviews/referrals/act.html", _context(request, found) | context)


def _context(request: HttpRequest, found: Referral) -> dict[str, Any]:
    on = clock.now().date()
    return {
        "referral": found,
        "line": selectors.line(found, request.user, on),
        "may_answer": permissions.answering_post(request.user, found, on=on) is not None,
        "may_withdraw": permissions.may_withdraw(request.user, found, on=on),
    }


def _readable(request: HttpRequest, pk: int) -> Referral:
    """The referral, or 404 for those who may not read it."""
    rows = selectors.loaded(selectors.readable(request.user, clock.now().date()))
    found: Referral = get_object_or_404(rows, pk=pk)
    return found
