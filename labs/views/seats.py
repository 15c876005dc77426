"""Seats of a lab: giving, changing and taking away one; what they declare."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs import permissions
from labs.forms.confirm import ConfirmForm
from labs.forms.seats import InterestForm, SeatEditForm, SeatForm
from labs.models import Lab, Seat, SeatInterest
from labs.permissions import tables
from labs.selectors import seats as selectors
from labs.services import seats
from labs.views.labs import about_lab, changeable_lab, readable_lab
from labs.views.pages import form_page
from people.permissions import require
from people.selectors.actors import acting

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def seat(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """One seat: who it is, what it may commit to, and everything it declared."""
    on = clock.now().date()
    found = readable_lab(request, pk)
    chosen = _seat(found, seat)
    context = about_lab(found, str(chosen.organisation)) | {
        "seat": chosen,
        "interests": selectors.interests(chosen),
        "may_change": permissions.may_change_lab(request.user, found, on=on),
        "may_declare": tables.may_declare(request.user, chosen, on=on),
    }
    return render(request, "labs/seat.html", context)


@require_http_methods(FORM_METHODS)
def seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an organisation a seat."""
    at = clock.now()
    found = changeable_lab(request, pk)
    form = SeatForm(request.POST or None, lab=found)
    return form_page(
        request,
        form=form,
        act=lambda: seats.add(lab=found, **form.cleaned_data, by=acting(request.user), at=at),
        to=lambda _made: _back(found),
        done=_("The seat is added."),
        context=about_lab(found, _("Add a seat")),
    )


@require_http_methods(FORM_METHODS)
def seat_edit(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Change a seat: post, kind, group, people, mandate."""
    at = clock.now()
    found = changeable_lab(request, pk)
    chosen = _seat(found, seat)
    initial = {
        "kind": chosen.kind,
        "group": chosen.group_id,
        "post": chosen.post_id,
        "people": chosen.people,
        "mandate": chosen.mandate,
        "seen": selectors.mark(chosen),
    }
    form = SeatEditForm(request.POST or None, seat=chosen, initial=initial)
    title = _("Seat of %(organisation)s") % {"organisation": chosen.organisation}
    return form_page(
        request,
        form=form,
        act=lambda: _change(request, form, chosen, at),
        to=lambda _made: _back(found),
        done=_("The seat is changed. The ledger keeps it as it was."),
        context=about_lab(found, title) | {"submit": _("Save"), "seat": chosen},
        template="labs/seat_edit.html",
    )


def _change(request: HttpRequest, form: SeatEditForm, seat: Seat, at: datetime) -> Seat:
    """Change the seat; a form that came too late may be sent again once it was compared."""
    try:
        return seats.change(seat=seat, **form.cleaned_data, by=acting(request.user), at=at)
    except seats.SeatChanged:
        form.renew(selectors.mark(seat))
        raise


@require_http_methods(FORM_METHODS)
def seat_remove(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Take a seat away, once it is confirmed."""
    at = clock.now()
    found = changeable_lab(request, pk)
    chosen = _seat(found, seat)
    form = ConfirmForm(request.POST or None)
    title = _("Remove the seat of %(organisation)s?") % {"organisation": chosen.organisation}
    return form_page(
        request,
        form=form,
        act=lambda: seats.remove(seat=chosen, by=acting(request.user), at=at),
        to=lambda _made: _back(found),
        done=_("The seat is removed."),
        context=about_lab(found, title) | {"style": "warning", "submit": _("Remove the seat")},
    )


@require_http_methods(FORM_METHODS)
def interest_new(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Declare what a seat stands to gain or lose."""
    at = clock.now()
    found = readable_lab(request, pk)
    chosen = _seat(found, seat)
    require(tables.may_declare(request.user, chosen, on=at.date()))
    form = InterestForm(request.POST or None)
    title = _("Declare an interest of %(organisation)s") % {"organisation": chosen.organisation}
    return form_page(
        request,
        form=form,
        act=lambda: seats.declare(seat=chosen, **form.cleaned_data, by=acting(request.user), at=at),
        to=lambda _made: _to_seat(chosen),
        done=_("The interest is declared."),
        context=about_lab(found, title) | {"submit": _("Declare"), "cancel_url": _to_seat(chosen)},
    )


@require_http_methods(FORM_METHODS)
def interest_end(request: HttpRequest, pk: int, seat: int, interest: int) -> HttpResponse:
    """Say that an interest no longer holds; it stays readable."""
    at = clock.now()
    found = readable_lab(request, pk)
    chosen = _seat(found, seat)
    require(tables.may_declare(request.user, chosen, on=at.date()))
    row = get_object_or_404(SeatInterest.objects.select_related("seat"), seat=chosen, pk=interest)
    row.seat = chosen
    form = ConfirmForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: seats.end_interest(interest=row, by=acting(request.user), at=at),
        to=lambda _made: _to_seat(chosen),
        done=_("The interest has ended. It stays on the record."),
        context=about_lab(found, _("Does this interest no longer hold?"))
        | {"warning": row.text, "submit": _("It has ended"), "cancel_url": _to_seat(chosen)},
    )


def _seat(lab: Lab, pk: int) -> Seat:
    seats_of = Seat.objects.select_related("organisation", "post__organisation", "group")
    found = get_object_or_404(seats_of, lab=lab, pk=pk)
    found.lab = lab
    return found


def _back(lab: Lab) -> str:
    return reverse("labs:lab", args=[lab.pk]) + "#seats"


def _to_seat(seat: Seat) -> str:
    return reverse("labs:seat", args=[seat.lab_id, seat.pk])
