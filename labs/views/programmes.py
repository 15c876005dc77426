"""Programmes, their areas and readers."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs import permissions
from labs.forms.confirm import ConfirmForm
from labs.forms.labs import AreaForm, AreaForumsForm, CloseForm, ReaderForm
from labs.models import Programme, ProgrammeReader
from labs.permissions import tables
from labs.selectors import council_acts, labs, obstacles, programmes
from labs.services import areas
from labs.services import programmes as services
from labs.views.pages import Crumbs, form_page
from people.permissions import require
from people.selectors.actors import acting

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The programmes the user may read."""
    on = clock.now().date()
    context = {
        "programmes": programmes.listed(request.user, on),
        "may_open": permissions.may_open_programme(request.user, on=on),
    }
    return render(request, "labs/programmes.html", context)


@require_safe
def programme(request: HttpRequest, code: str) -> HttpResponse:
    """One programme: its areas with their labs."""
    on = clock.now().date()
    found = _readable(request, code)
    shown: list[Any] = list(programmes.areas_with_labs(found, labs.readable(request.user, on)))
    for area in shown:
        area.may_propose = tables.may_propose_lab(request.user, area, on=on)
    context = {
        "programme": found,
        "areas": shown,
        "hidden": labs.hidden_count(request.user, on, found),
        "may_change": permissions.may_change_programme(request.user, found, on=on),
        "obstacles": obstacles.warned(request.user, on, found),
        "acts": council_acts.of_programme(found),
    }
    return render(request, "labs/programme.html", context)


@require_http_methods(FORM_METHODS)
def programme_close(request: HttpRequest, code: str) -> HttpResponse:
    """Close a programme: readable, nothing due."""
    at = clock.now()
    found = _readable(request, code)
    require(permissions.may_change_programme(request.user, found, on=at.date()))
    form = CloseForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.close(
            programme=found, because=form.cleaned_data["because"], by=acting(request.user), at=at
        ),
        to=lambda made: reverse("labs:programme", args=[made.code]),
        done=_("The programme is closed."),
        context=_about(found, _("Close the programme"))
        | {
            "style": "warning",
            "warning": _("A closed programme can be read for ever, and nothing in it changes."),
        },
    )


@require_http_methods(FORM_METHODS)
def area_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a result area."""
    at = clock.now()
    found = _readable(request, code)
    require(permissions.may_change_programme(request.user, found, on=at.date()))
    form = AreaForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: areas.create(
            programme=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda made: reverse("labs:programme", args=[found.code]) + f"#area-{made.pk}",
        done=_("The result area is added."),
        context=_about(found, _("Add a result area")),
    )


@require_http_methods(FORM_METHODS)
def area_forums(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Send an area's reviews and disputes to other forums from now on."""
    at = clock.now()
    found = _readable(request, code)
    require(permissions.may_change_programme(request.user, found, on=at.date()))
    area = get_object_or_404(found.areas.select_related("programme"), pk=pk)
    form = AreaForumsForm(
        request.POST or None,
        initial={"home_forum": area.home_forum_id, "conflict_forum": area.conflict_forum_id},
    )
    return form_page(
        request,
        form=form,
        act=lambda: areas.change_forums(
            area=area, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda made: reverse("labs:programme", args=[found.code]) + f"#area-{made.pk}",
        done=_("The forums are set. What is open stays where it is."),
        context=_about(found, _("Forums of %(area)s") % {"area": area.name}),
    )


@require_http_methods(FORM_METHODS)
def readers(request: HttpRequest, code: str) -> HttpResponse:
    """Who may read the programme by name, and adding more."""
    at = clock.now()
    found = _readable(request, code)
    require(permissions.may_change_programme(request.user, found, on=at.date()))
    form = ReaderForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.add_reader(
            programme=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: reverse("labs:readers", args=[found.code]),
        done=_("They may read the programme now."),
        template="labs/readers.html",
        context=_about(found, _("Readers"))
        | {"readers": found.readers.select_related("organisation", "user")},
    )


@require_http_methods(FORM_METHODS)
def reader_remove(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Take a reader off the list."""
    at = clock.now()
    found = _readable(request, code)
    require(permissions.may_change_programme(request.user, found, on=at.date()))
    reader = get_object_or_404(ProgrammeReader, programme=found, pk=pk)
    form = ConfirmForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.remove_reader(reader=reader, by=acting(request.user), at=at),
        to=lambda _made: reverse("labs:readers", args=[found.code]),
        done=_("Removed from the readers."),
        context=_about(found, _("Remove %(reader)s from the readers?") % {"reader": reader})
        | {"style": "warning", "submit": _("Remove")},
    )


def _readable(request: HttpRequest, code: str) -> Programme:
    on = clock.now().date()
    return get_object_or_404(programmes.readable(request.user, on), code=code)


def _about(programme: Programme, title: str) -> dict[str, object]:
    """What every form page about a programme shows around its form."""
    url = reverse("labs:programme", args=[programme.code])
    crumbs: Crumbs = [
        (_("Programmes"), reverse("labs:programmes")),
        (programme.name, url),
        (title, ""),
    ]
    return {"title": title, "submit": title, "crumbs": crumbs, "cancel_url": url}
