"""One form, one act: what every page that does something in a dispute has in common."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from config import clock
from forums.models import Mode
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.forms import refusals
from people.models import Post
from people.permissions import require
from people.selectors import actors
from reviews.models import Dispute, Party
from reviews.permissions.disputes import Place, party_place
from reviews.selectors import dispute_pages, disputes
from reviews.selectors.between_meetings import Early


@dataclass(frozen=True, slots=True)
class Entered:
    """Who acts in which dispute, for which party if for one, and when."""

    dispute: Dispute
    party: Party | None
    by: Actor
    at: datetime


def enter(
    request: HttpRequest,
    pk: int,
    may: Callable[..., Post | Place | None],
    *,
    seen: bool = False,
) -> Entered:
    """Load the dispute and ask ``may(user, dispute, on=…)`` for the post or place to act in.

    404 for those who may not read it, 403 for those who may not act. With ``seen`` the
    dispute is taken at the tier the page showed, see ``as_seen``.
    """
    at = clock.now()
    dispute = readable(request, pk)
    if seen:
        as_seen(request, dispute)
    found = may(request.user, dispute, on=at.date())
    require(found)
    party, post = found if isinstance(found, Place) else (None, found)
    return Entered(dispute, party, actors.acting(request.user, post=post), at)


def speak(request: HttpRequest, pk: int, *, seen: bool = False) -> tuple[Entered, Party]:
    """Enter as a party: ``enter`` for whoever speaks for one."""
    entered = enter(request, pk, party_place, seen=seen)
    assert entered.party is not None, "a place is that of a party"
    return entered, entered.party


def readable(request: HttpRequest, pk: int) -> Dispute:
    """The dispute, or 404 for those who may not read it."""
    on = clock.now().date()
    found: Dispute = get_object_or_404(dispute_pages.loaded(), pk=pk)
    if not disputes.readable(request.user, on).filter(pk=pk).exists():
        raise Http404
    return found


def as_seen(request: HttpRequest, dispute: Dispute) -> Dispute:
    """The dispute at the tier the page showed: an answer to what has moved since is refused."""
    seen = request.POST.get("seen_at_tier", "")
    if seen.isdigit() and 1 <= int(seen) < dispute.tier:
        dispute.tier = int(seen)
    return dispute


def written(request: HttpRequest, early: Early | None) -> dict[str, Any]:
    """What the form of a motion begins with where ``?mode=written`` asks for it in writing."""
    if request.GET.get("mode") != Mode.WRITTEN:
        return {}
    return {"mode": Mode.WRITTEN} | ({"closes_at": early.closes_at} if early else {})


def serve(
    request: HttpRequest,
    *,
    dispute: Dispute,
    form: forms.Form,
    act: Callable[[dict[str, Any]], Any],
    done: Any,
    heading: Any,
    submit: Any,
    template: str = "reviews/disputes/act.html",
    **context: Any,
) -> HttpResponse:
    """Show the form; when it holds, do the one act and go back to the dispute.

    A refusal is shown on the form with all that was typed.
    """
    if request.method == "POST" and form.is_valid():
        try:
            act(form.cleaned_data)
        except Refused as refused:
            refusals.show(form, refused)
            dispute.refresh_from_db(fields=["tier"])  # what they see when they try again
        else:
            messages.success(request, done)
            return redirect("reviews:dispute", pk=dispute.pk)
    shown = {"form": form, "dispute": dispute, "heading": heading, "submit": submit, **context}
    return render(request, template, shown)
