"""Disputes: the list, one dispute, opening, joining and leaving one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from forums import permissions as forum_permissions
from ledger.rules.errors import Refused
from people.forms import refusals
from people.models import Post
from people.permissions import require
from people.selectors import actors, people
from reviews.forms import disputes as forms
from reviews.models import Dispute
from reviews.permissions import disputes as permissions
from reviews.permissions import holds, motions
from reviews.selectors import (
    between_meetings,
    consequences,
    dispute_choices,
    dispute_pages,
    extensions,
    facing,
    held,
    outlooks,
)
from reviews.selectors import disputes as selectors
from reviews.services import disputes, withdrawals
from reviews.views.acts import readable, serve, speak

PER_PAGE = 50


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """Disputes the user may read, most pressing first; ``?state=ended`` for the others."""
    on = clock.now().date()
    state = "ended" if request.GET.get("state") == "ended" else "open"
    found = selectors.readable(request.user, on)
    is_open = {"state": Dispute.State.OPEN}
    found = found.filter(**is_open) if state == "open" else found.exclude(**is_open)
    listed = selectors.listed(found)
    if state == "ended":
        listed = listed.order_by("-ended_at", "-pk")
    context = {
        "page": Paginator(listed, PER_PAGE).get_page(request.GET.get("page")),
        "state": state,
        "counts": selectors.counts(request.user, on),
        "may_open": permissions.may_open_any(request.user, on=on),
    }
    return render(request, "reviews/disputes/disputes.html", context)


@require_safe
def dispute(request: HttpRequest, pk: int) -> HttpResponse:
    """Where it stands on its ladder, what was said, what may be done now."""
    at = clock.now()
    found = readable(request, pk)
    page = dispute_pages.page(found, at)
    may = _may(request.user, found, at)
    became = consequences.of(found, request.user, at.date())
    party = may["place"].party if may["place"] else None
    before = [ruling.motion_id for ruling in page.rulings]
    before += [may["open_lift"].motion_id] if may["open_lift"] else []
    context = {
        "dispute": found,
        "page": page,
        "outlook": outlooks.outlook(page, party, may["my_organisations"]),
        "became": became,
        "readable_actions": {
            action.pk
            for action in became.actions
            if forum_permissions.may_read_action(request.user, action, on=at.date())
        },
        "early": between_meetings.of_dispute(found, at),
        "links": motions.links(request.user, before, on=at.date()),
        "open_decisions": motions.open_decisions(
            request.user, [found.decision, *became.superseded], on=at.date()
        ),
        "facing": facing.of_open_dispute(request.user, at.date(), found),
        **may,
    }
    return render(request, "reviews/disputes/dispute.html", context)


def _may(user: Any, found: Dispute, at: Any) -> dict[str, Any]:
    """What this user may do in the dispute now, and in which capacity."""
    on = at.date()
    place = permissions.party_place(user, found, on=on)
    chair = permissions.chair_post(user, found, on=on)
    is_open = found.state == Dispute.State.OPEN
    hold = held.hold_of(found)
    bumping = is_open and (place is not None or chair is not None)
    return {
        "answerable": dispute_pages.answerable(found, place.party if place else None),
        "may_waive": place is not None and dispute_pages.may_waive(found, place.party),
        "place": place,
        "chair": chair,
        "options": dispute_pages.bump_up_options(
            found, at, party=place.party if place else None, by_chair=chair is not None
        )
        if bumping
        else [],
        "takes_part": permissions.acting_place(user, found, on=on) is not None,
        "more_time": _more_time(found, place, chair, at) if bumping else "",
        "may_route": permissions.routing_post(user, found, on=on) is not None,
        "may_take_back": permissions.may_take_back(user, found, on=on),
        "may_withdraw_requests": permissions.withdrawable_requests(user, found, on=on),
        "may_join": permissions.may_join(user, found, on=on),
        "may_lift": holds.may_lift(user, found, on=on),
        "open_lift": held.open_lift(hold) if hold else None,
        "ruling_post": permissions.ruling_post(user, found, on=on),
        "open_ruling": dispute_pages.open_ruling(found),
        "my_organisations": people.organisation_ids_of(user, on),
    }


def _more_time(
    found: Dispute, place: permissions.Place | None, chair: Post | None, at: datetime
) -> str:
    """Whether the user may "give" this tier more time, "ask" for it, or neither ("")."""
    if not extensions.is_possible(found, at):
        return ""
    if chair is not None:
        return "give"
    return "ask" if place and extensions.may_ask(found, place.party) else ""


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest) -> HttpResponse:
    """Open a dispute; ``?kpi=code``, ``?plan=1`` or ``?milestone=key`` choose the subject."""
    at = clock.now()
    on = at.date()
    require(permissions.may_open_any(request.user, on=on))
    on_behalf = permissions.may_open_on_behalf(request.user, on=on)
    form = forms.OpenForm(
        request.POST or None,
        subjects=dispute_choices.subjects(request.user, on),
        own=dispute_choices.own_organisations(request.user, on),
        organisations=dispute_choices.organisations(),
        on_behalf=on_behalf,
        initial={"subject": dispute_choices.chosen(request.GET)},
    )
    if request.method == "POST" and form.is_valid():
        own = form.cleaned_data.get("own")
        post = next(
            (p for p in people.posts_of(request.user, on) if own and p.organisation_id == own.pk),
            None,
        )
        data = form.cleaned_data
        try:
            made = disputes.open(
                title=data["title"],
                about=data["about"],
                question=data["question"],
                parties=form.organisations(),
                **form.about_what(),
                review=dispute_choices.open_review(**form.about_what()),
                is_distributional=data["is_distributional"],
                route_reason=data["route_reason"],
                by=actors.acting(request.user, post=post),
                at=at,
            )
        except Refused as refused:
            refusals.show(form, refused)
        else:
            messages.success(request, _("The dispute is open. Its ladder is frozen from now on."))
            return redirect("reviews:dispute", pk=made.pk)
    subject, about = (str(form[name].value() or "") for name in ("subject", "about"))
    context = {
        "form": form,
        "on_behalf": on_behalf,
        "facing": facing.of_choice(request.user, on, subject, about),
    }
    return render(request, "reviews/disputes/new.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def join(request: HttpRequest, pk: int) -> HttpResponse:
    """A further organisation takes part."""
    at = clock.now()
    found = readable(request, pk)
    require(permissions.may_join(request.user, found, on=at.date()))
    form = forms.JoinForm(
        request.POST or None,
        organisations=dispute_choices.could_join(request.user, found, at.date()),
    )

    def act(data: dict[str, Any]) -> None:
        organisation = data["organisation"]
        post = permissions.joining_post(request.user, found, organisation, on=at.date())
        require(post or people.is_delivery_unit(request.user))
        by = actors.acting(request.user, post=post)
        disputes.join(dispute=found, organisation=organisation, by=by, at=at)

    return serve(
        request,
        dispute=found,
        form=form,
        act=act,
        done=_("The organisation takes part from now on."),
        heading=_("Join the dispute"),
        submit=_("Join"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """One's own organisation leaves for good."""
    my, party = speak(request, pk)
    return serve(
        request,
        dispute=my.dispute,
        form=forms.ReasonForm(request.POST or None),
        act=lambda data: withdrawals.withdraw(
            dispute=my.dispute, party=party, **data, by=my.by, at=my.at
        ),
        done=_("Your organisation has withdrawn."),
        heading=_("Withdraw from the dispute"),
        submit=_("Withdraw for good"),
        warning=_(
            "Your organisation cannot come back. When all parties have withdrawn the dispute is over."
        ),
    )
