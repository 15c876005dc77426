"""An allocation of money before the forum that decides it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from config import clock
from forums import permissions as forum_permissions
from labs.views.pages import form_page
from labs.views.registers.pages import FORM_METHODS, about
from people.permissions import require
from people.selectors.actors import acting
from reviews.forms.registers import PutAllocationForm
from reviews.models import AllocationProposal
from reviews.permissions import registers as permissions
from reviews.selectors import allocations as selectors
from reviews.services import allocations as services


def _discussed(request: HttpRequest, proposals: Iterable[AllocationProposal], on: date) -> set[int]:
    """The motions whose discussion is open to this reader."""
    found = forum_permissions.discussed(request.user, on=on)
    ids = [each.motion_id for each in proposals]
    return set(found.filter(pk__in=ids).values_list("pk", flat=True))


@require_http_methods(FORM_METHODS)
def allocation(request: HttpRequest, pk: int) -> HttpResponse:
    """One allocation with its motions; whoever keeps the money puts it to a forum here."""
    at = clock.now()
    found = get_object_or_404(selectors.readable(request.user, at.date()), pk=pk)
    programme = found.source.programme
    proposals = list(selectors.proposals(found))
    is_open = any(each.motion.state == "open" for each in proposals)
    may_put = permissions.may_put_allocation(request.user, found, on=at.date())
    if request.method == "POST":
        require(may_put)
    form = PutAllocationForm(request.POST or None, forums=selectors.forums(programme))
    funding = (_("Funding"), reverse("labs:funding", args=[programme.code]))
    return form_page(
        request,
        form=form,
        act=lambda: services.put(
            allocation=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda made: reverse("forums:motion", args=[made.motion_id]),
        done=_("The allocation is before the forum. Who receives the money stands aside."),
        template="reviews/registers/allocation.html",
        context=about(programme, found.purpose, funding, submit=_("Put it to the forum"))
        | {
            "allocation": found,
            "proposals": proposals,
            "may_put": may_put and (not is_open or request.method == "POST"),
            "who": selectors.who(found),
            "discussed": _discussed(request, proposals, at.date()),
        },
    )
