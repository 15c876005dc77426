"""The file and the time of a dispute: evidence, more time, where it goes, what is taken back."""

from __future__ import annotations

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from people.permissions import require
from people.selectors import actors
from reviews.forms import dispute_files as forms
from reviews.forms.disputes import ReasonForm
from reviews.models import Exhibit, InformationRequest, TimeAsked
from reviews.permissions import disputes as permissions
from reviews.selectors import conflict_routes as routes
from reviews.selectors import extensions as times
from reviews.services import conflict_routes, exhibits, extensions, information, withdrawals
from reviews.views.acts import enter, readable, serve, speak


@require_http_methods(["GET", "HEAD", "POST"])
def exhibit(request: HttpRequest, pk: int) -> HttpResponse:
    """Put evidence on the file, for a party or for the forum."""
    my = enter(request, pk, permissions.acting_place)
    form = forms.ExhibitForm(request.POST or None, request.FILES or None)
    return serve(
        request,
        dispute=my.dispute,
        form=form,
        act=lambda _data: exhibits.add(
            dispute=my.dispute, party=my.party, **form.given(), by=my.by, at=my.at
        ),
        done=_("It is on the file."),
        heading=_("Show evidence"),
        submit=_("Put it on the file"),
        note=_("Everybody who reads the dispute sees it. It is not taken off the file again."),
    )


@require_safe
def exhibit_file(request: HttpRequest, pk: int) -> FileResponse:
    """The file of a piece of evidence, for whoever may read the dispute. Always downloaded."""
    found = get_object_or_404(Exhibit.objects.select_related("document"), pk=pk)
    readable(request, found.dispute_id)
    if found.document is None:
        raise Http404
    return FileResponse(
        found.document.file.open("rb"),
        as_attachment=True,
        filename=found.document.name,
        content_type=found.document.content_type,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def extend(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair gives the tier more time, once."""
    my = enter(request, pk, permissions.extending_post, seen=True)
    return serve(
        request,
        dispute=my.dispute,
        form=forms.TimeForm(request.POST or None, longest=times.longest(my.dispute)),
        act=lambda data: extensions.grant(dispute=my.dispute, **data, by=my.by, at=my.at),
        done=_("The last day here is later now."),
        heading=_("Give this tier more time"),
        submit=_("Give more time"),
        template="reviews/disputes/extend.html",
        time_asked=times.open_requests(my.dispute, my.at),
        may_decline=True,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def decline_time(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair gives no more time for a party's request, and says why."""
    row = get_object_or_404(TimeAsked.objects.select_related("party__organisation"), pk=pk)
    my = enter(request, row.party.dispute_id, permissions.extending_post, seen=True)
    row.party.dispute = my.dispute
    return serve(
        request,
        dispute=my.dispute,
        form=ReasonForm(request.POST or None),
        act=lambda data: extensions.decline(request=row, **data, by=my.by, at=my.at),
        done=_("Declined. Whoever asked is told why; the last day stays as it is."),
        heading=_("Decline more time for %(party)s") % {"party": row.party},
        submit=_("Decline"),
        template="reviews/disputes/extend.html",
        time_asked=[row],
    )


@require_http_methods(["GET", "HEAD", "POST"])
def ask_time(request: HttpRequest, pk: int) -> HttpResponse:
    """A party asks the chair for more time."""
    my, party = speak(request, pk, seen=True)
    return serve(
        request,
        dispute=my.dispute,
        form=forms.TimeForm(request.POST or None, longest=times.longest(my.dispute)),
        act=lambda data: extensions.ask(
            dispute=my.dispute, party=party, **data, by=my.by, at=my.at
        ),
        done=_("The chair is asked. Until the chair gives it, the last day stays as it is."),
        heading=_("Ask the chair for more time"),
        submit=_("Ask for more time"),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def route(request: HttpRequest, pk: int) -> HttpResponse:
    """The chair sends the dispute to the conflict forum."""
    my = enter(request, pk, permissions.routing_post, seen=True)
    return serve(
        request,
        dispute=my.dispute,
        form=ReasonForm(request.POST or None),
        act=lambda data: conflict_routes.send(dispute=my.dispute, **data, by=my.by, at=my.at),
        done=_("The conflict forum has the dispute now, and its time begins anew."),
        heading=_("Send the dispute to the conflict forum"),
        submit=_("Send it there"),
        note=_("It goes to %(forum)s, once and for good. Say who gains and who pays.")
        % {"forum": routes.forum_of(my.dispute)},
    )


@require_http_methods(["GET", "HEAD", "POST"])
def take_back(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever opened it withdraws a dispute opened in error."""
    at = clock.now()
    dispute = readable(request, pk)
    require(permissions.may_take_back(request.user, dispute, on=at.date()))
    post = permissions.opener_post(request.user, dispute, on=at.date())
    by = actors.acting(request.user, post=post)
    return serve(
        request,
        dispute=dispute,
        form=ReasonForm(request.POST or None),
        act=lambda data: withdrawals.take_back(dispute=dispute, **data, by=by, at=at),
        done=_("The dispute is withdrawn."),
        heading=_("Withdraw a dispute opened in error"),
        submit=_("Withdraw it"),
        warning=_("The dispute ends, for all its parties. It stays on the record with the reason."),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def request_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Whoever asked takes a question back that was asked in error."""
    at = clock.now()
    asked = get_object_or_404(
        InformationRequest.objects.select_related(
            "organisation", "asked_by", "dispute__area__programme"
        ),
        pk=pk,
    )
    dispute = readable(request, asked.dispute_id)
    post = permissions.withdrawing_post(request.user, asked, on=at.date())
    require(post)
    by = actors.acting(request.user, post=post)
    return serve(
        request,
        dispute=dispute,
        form=ReasonForm(request.POST or None),
        act=lambda data: information.withdraw(request=asked, **data, by=by, at=at),
        done=_("The question is taken back."),
        heading=_("Take a question back"),
        submit=_("Take it back"),
        asked=asked,
    )
