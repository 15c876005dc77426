"""What parties and forums do in a dispute, each on a page of its own."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from config import clock
from ledger.rules.errors import Refused
from people.permissions import require
from people.selectors import actors, calendars
from reviews.forms import disputes as forms
from reviews.models import InformationRequest, SettlementProposal
from reviews.permissions import disputes as permissions
from reviews.selectors import between_meetings, dispute_choices, dispute_pages, standing
from reviews.services import bump_ups, information, positions, rulings, settlements
from reviews.views.acts import as_seen, enter, readable, serve, speak, written

ANSWER_DAYS = 5


@require_http_methods(["GET", "HEAD", "POST"])
def position(request: HttpRequest, pk: int) -> HttpResponse:
    """State a position."""
    my, party = speak(request, pk)
    return serve(
        request,
        dispute=my.dispute,
        form=forms.PositionForm(request.POST or None),
        act=lambda data: positions.state(
            dispute=my.dispute, party=party, **data, by=my.by, at=my.at
        ),
        done=_("Your position is on record."),
        heading=_("State the position of %(party)s") % {"party": party},
        submit=_("State position"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def settle(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer terms."""
    my, party = speak(request, pk)
    return serve(
        request,
        dispute=my.dispute,
        form=forms.SettlementForm(
            request.POST or None,
            revisions=dispute_choices.drafts(request.user, my.dispute, my.at.date()),
            owners=dispute_choices.action_owners(my.dispute, my.at.date()),
            may_act=not my.dispute.restricted_to.exists(),
        ),
        act=lambda data: settlements.propose(
            dispute=my.dispute, party=party, **data, by=my.by, at=my.at
        ),
        done=_("Your proposal is before the other parties."),
        heading=_("Propose a settlement for %(party)s") % {"party": party},
        submit=_("Propose these terms"),
        note=_("To propose is to assent. The dispute ends once every other party assents too."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def answer_settlement(request: HttpRequest, pk: int) -> HttpResponse:
    """Assent to terms, or decline them."""
    proposal = get_object_or_404(
        SettlementProposal.objects.select_related("party__organisation"), pk=pk
    )
    my, party = speak(request, proposal.dispute_id, seen=True)
    proposal.dispute = my.dispute
    return serve(
        request,
        dispute=my.dispute,
        form=forms.AnswerForm(request.POST or None),
        act=lambda data: settlements.answer(
            proposal=proposal, party=party, **data, by=my.by, at=my.at
        ),
        done=_("Your answer is on record."),
        heading=_("Answer the proposal of %(party)s") % {"party": proposal.party},
        submit=_("Answer"),
        proposal=proposal,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def bump_up(request: HttpRequest, pk: int) -> HttpResponse:
    """One step up, for a trigger that is open now; the page says why others are not."""
    at = clock.now()
    dispute = as_seen(request, readable(request, pk))
    on = at.date()
    place = permissions.party_place(request.user, dispute, on=on)
    chair = permissions.chair_post(request.user, dispute, on=on)
    require(place or chair)
    post = chair or (place.post if place else None)
    party = place.party if place else None
    options = dispute_pages.bump_up_options(dispute, at, party=party, by_chair=chair is not None)
    by = actors.acting(request.user, post=post)
    return serve(
        request,
        dispute=dispute,
        form=forms.BumpUpForm(request.POST or None, options=options),
        act=lambda data: bump_ups.bump_up(
            dispute=dispute, party=party, by_chair=chair is not None, **data, by=by, at=at
        ),
        done=_("The dispute has gone up one tier."),
        heading=_("Bump the dispute up"),
        submit=_("Bump up"),
        template="reviews/disputes/bump_up.html",
        options=options,
        may_settle=party is not None,
        may_waive=party is not None and dispute_pages.may_waive(dispute, party),
        page=dispute_pages.page(dispute, at),
    )


@require_POST
def waive(request: HttpRequest, pk: int) -> HttpResponse:
    """Waive the minimum stay at this tier for one's own organisation."""
    my, party = speak(request, pk, seen=True)
    try:
        bump_ups.waive(dispute=my.dispute, party=party, by=my.by, at=my.at)
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("Waived. The minimum stay falls once all parties waive it."))
    return redirect("reviews:dispute", pk=my.dispute.pk)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """Ask an organisation for information."""
    my = enter(request, pk, permissions.acting_place)
    country = standing.forum_of(standing.tier_of(my.dispute)).country
    form = forms.AskForm(
        request.POST or None,
        organisations=dispute_choices.organisations(),
        soonest=calendars.deadline(standing.today(my.dispute, my.at), ANSWER_DAYS, country),
    )
    return serve(
        request,
        dispute=my.dispute,
        form=form,
        act=lambda data: information.ask(
            dispute=my.dispute, asked_by=my.party, **data, by=my.by, at=my.at
        ),
        done=_("The organisation is asked."),
        heading=_("Ask for information"),
        submit=_("Ask"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer a request for information, or refuse it."""
    at = clock.now()
    asked = get_object_or_404(
        InformationRequest.objects.select_related(
            "organisation", "asked_by__organisation", "dispute__area__programme"
        ),
        pk=pk,
    )
    dispute = readable(request, asked.dispute_id)
    post = permissions.answering_post(request.user, asked, on=at.date())
    require(post)
    by = actors.acting(request.user, post=post)

    def act(data: dict[str, Any]) -> None:
        if data["how"] == "refuse":
            information.refuse(request=asked, reason=data["answer"], by=by, at=at)
        else:
            information.answer(request=asked, answer=data["answer"], by=by, at=at)

    return serve(
        request,
        dispute=dispute,
        form=forms.ReplyForm(request.POST or None),
        act=act,
        done=_("Your reply is on record."),
        heading=_("Reply for %(organisation)s") % {"organisation": asked.organisation},
        submit=_("Reply"),
        asked=asked,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ruling(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a ruling to the forum that holds the dispute."""
    my = enter(request, pk, permissions.ruling_post)
    return serve(
        request,
        dispute=my.dispute,
        form=forms.RulingForm(
            request.POST or None,
            revisions=dispute_choices.drafts(request.user, my.dispute, my.at.date()),
            owners=dispute_choices.action_owners(my.dispute, my.at.date()),
            initial=written(request, between_meetings.of_dispute(my.dispute, my.at)),
        ),
        act=lambda data: rulings.put(dispute=my.dispute, **data, by=my.by, at=my.at),
        done=_("The ruling is before the forum. Its members vote on the motion's page."),
        heading=_("Put a ruling to the forum"),
        submit=_("Put to the vote"),
        note=_("Members of a party stand aside; the quorum is of those who are free."),
    )
