"""Labs: the list, one lab, who may see it, and closing it."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs import permissions
from labs.forms.labs import CloseForm, RestrictForm
from labs.models import Lab
from labs.permissions import origins, tables
from labs.selectors import lab_pages, obstacles, programmes
from labs.selectors import labs as selectors
from labs.services import labs as services
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
    """One lab: its question, who sits in it, what it learned, and its plan."""
    on = clock.now().date()
    found = readable_lab(request, pk)
    programme = found.area.programme
    context = {
        "lab": found,
        "programme": programme,
        "plan": found.plan,
        "page": lab_pages.of(found, request.user, on),
        "origin": origins.origin(request.user, found, on=on),
        "restricted_to": found.restricted_to.all(),
        "obstacles": obstacles.warned(request.user, on, programme, found),
        "own": people.organisation_ids_of(request.user, on),
        "may_change": permissions.may_change_lab(request.user, found, on=on),
        "may_state": tables.may_state_problem(request.user, found, on=on),
        "may_learn": tables.may_add_lesson(request.user, programme, found, on=on),
        "learned": origins.learned(request.user, found, on=on),
    }
    return render(request, "labs/lab.html", context)


@require_http_methods(FORM_METHODS)
def restrict(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep a lab to named forums, or open it again."""
    at = clock.now()
    found = changeable_lab(request, pk)
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
        context=about_lab(found, _("Who may see the lab")) | {"submit": _("Save")},
    )


@require_http_methods(FORM_METHODS)
def lab_close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a lab."""
    at = clock.now()
    found = changeable_lab(request, pk)
    form = CloseForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.close(
            lab=found, because=form.cleaned_data["because"], by=acting(request.user), at=at
        ),
        to=lambda made: reverse("labs:lab", args=[made.pk]),
        done=_("The lab is closed."),
        context=about_lab(found, _("Close the lab"))
        | {
            "style": "warning",
            "warning": _("The plan stays as it is, and its milestones ask for no more reports."),
        },
    )


def readable_lab(request: HttpRequest, pk: int) -> Lab:
    """The lab with what its pages name, or 404 for those who may not read it."""
    on = clock.now().date()
    return get_object_or_404(
        selectors.readable(request.user, on).select_related(
            "area__programme",
            "area__lead",
            "area__home_forum",
            "steering",
            "plan__in_force",
            "decision__motion",
            "by_user",
            "by_post__organisation",
        ),
        pk=pk,
    )


def changeable_lab(request: HttpRequest, pk: int) -> Lab:
    """The same for those who may change it; 403 for other readers."""
    found = readable_lab(request, pk)
    require(permissions.may_change_lab(request.user, found, on=clock.now().date()))
    return found


def about_lab(lab: Lab, title: str) -> dict[str, object]:
    """What every form page about a lab shows around its form."""
    url = reverse("labs:lab", args=[lab.pk])
    crumbs: Crumbs = [(_("Labs"), reverse("labs:index")), (lab.title, url), (title, "")]
    return {"lab": lab, "title": title, "submit": title, "crumbs": crumbs, "cancel_url": url}
