"""Labs: the list, one lab, opening it, its seats, and who may see it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs import permissions
from labs.forms.confirm import ConfirmForm
from labs.forms.labs import CloseForm, LabForm, RestrictForm, SeatForm
from labs.models import Lab, ResultArea, Seat
from labs.selectors import labs as selectors
from labs.selectors import plans, programmes
from labs.services import labs as services
from labs.services import seats
from labs.views.pages import Crumbs, form_page
from people.permissions import require
from people.selectors import people
from people.selectors.actors import acting

PER_PAGE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The labs the user may read, newest first."""
    on = clock.now().date()
    found = selectors.listed(request.user, on)
    code = request.GET.get("programme", "")
    if code:
        found = found.filter(area__programme__code=code)
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "hidden": selectors.hidden_count(request.user, on),
        "programmes": programmes.readable(request.user, on),
        "chosen": code,
        "may_open": people.is_delivery_unit(request.user),
    }
    return render(request, "labs/labs.html", context)


@require_safe
def lab(request: HttpRequest, pk: int) -> HttpResponse:
    """One lab: its question, seats, and the revisions of its plan."""
    on = clock.now().date()
    found = _readable(request, pk)
    context = {
        "lab": found,
        "programme": found.area.programme,
        "plan": found.plan,
        "seats": selectors.seats(found),
        "revisions": selectors.revisions(found.plan),
        "drafts": plans.open_drafts(found.plan),
        "restricted_to": found.restricted_to.all(),
        "may_change": permissions.may_change_lab(request.user, found, on=on),
    }
    return render(request, "labs/lab.html", context)


@require_http_methods(FORM_METHODS)
def lab_new(request: HttpRequest) -> HttpResponse:
    """Open a lab; ``?area=`` chooses the area beforehand."""
    at = clock.now()
    require(people.is_delivery_unit(request.user))
    areas = ResultArea.objects.filter(
        programme__in=programmes.readable(request.user, at.date()), programme__closed_at=None
    )
    initial = {"area": request.GET.get("area")}
    form = LabForm(request.POST or None, areas=areas, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: services.open(**form.cleaned_data, by=acting(request.user), at=at),
        to=lambda made: reverse("labs:lab", args=[made.pk]),
        done=_("The lab is open, with the draft of its first plan."),
        context={
            "title": _("Open a lab"),
            "submit": _("Open the lab"),
            "crumbs": [(_("Labs"), reverse("labs:index")), (_("Open a lab"), "")],
            "cancel_url": reverse("labs:index"),
        },
    )


@require_http_methods(FORM_METHODS)
def seat_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an organisation a seat."""
    at = clock.now()
    found = _changeable(request, pk)
    form = SeatForm(request.POST or None, lab=found)
    return form_page(
        request,
        form=form,
        act=lambda: seats.add(lab=found, **form.cleaned_data, by=acting(request.user), at=at),
        to=lambda _made: reverse("labs:lab", args=[found.pk]) + "#seats",
        done=_("The seat is added."),
        context=_about(found, _("Add a seat")),
    )


@require_http_methods(FORM_METHODS)
def seat_remove(request: HttpRequest, pk: int, seat: int) -> HttpResponse:
    """Take a seat away, once it is confirmed."""
    at = clock.now()
    found = _changeable(request, pk)
    chosen = get_object_or_404(
        Seat.objects.select_related("organisation", "lab__area"), lab=found, pk=seat
    )
    form = ConfirmForm(request.POST or None)
    title = _("Remove the seat of %(organisation)s?") % {"organisation": chosen.organisation}
    return form_page(
        request,
        form=form,
        act=lambda: seats.remove(seat=chosen, by=acting(request.user), at=at),
        to=lambda _made: reverse("labs:lab", args=[found.pk]) + "#seats",
        done=_("The seat is removed."),
        context=_about(found, title) | {"style": "warning", "submit": _("Remove the seat")},
    )


@require_http_methods(FORM_METHODS)
def restrict(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a lab to named forums, or open it again."""
    at = clock.now()
    found = _changeable(request, pk)
    initial = {"forums": [forum.pk for forum in found.restricted_to.all()]}
    form = RestrictForm(request.POST if request.method == "POST" else None, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: services.restrict(
            lab=found, forums=form.cleaned_data["forums"], by=acting(request.user), at=at
        ),
        to=lambda made: reverse("labs:lab", args=[made.pk]),
        done=_("Saved who may see the lab."),
        context=_about(found, _("Who may see the lab")) | {"submit": _("Save")},
    )


@require_http_methods(FORM_METHODS)
def lab_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a lab."""
    at = clock.now()
    found = _changeable(request, pk)
    form = CloseForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.close(
            lab=found, because=form.cleaned_data["because"], by=acting(request.user), at=at
        ),
        to=lambda made: reverse("labs:lab", args=[made.pk]),
        done=_("The lab is closed."),
        context=_about(found, _("Close the lab"))
        | {
            "style": "warning",
            "warning": _("The plan stays as it is, and its milestones ask for no more reports."),
        },
    )


def _readable(request: HttpRequest, pk: int) -> Lab:
    on = clock.now().date()
    return get_object_or_404(
        selectors.readable(request.user, on).select_related(
            "area__programme",
            "area__lead",
            "area__home_forum",
            "steering",
            "plan__in_force",
            "by_user",
            "by_post__organisation",
        ),
        pk=pk,
    )


def _changeable(request: HttpRequest, pk: int) -> Lab:
    found = _readable(request, pk)
    require(permissions.may_change_lab(request.user, found, on=clock.now().date()))
    return found


def _about(lab: Lab, title: str) -> dict[str, object]:
    """What every form page about a lab shows around its form."""
    url = reverse("labs:lab", args=[lab.pk])
    crumbs: Crumbs = [(_("Labs"), reverse("labs:index")), (lab.title, url), (title, "")]
    return {"title": title, "submit": title, "crumbs": crumbs, "cancel_url": url}
