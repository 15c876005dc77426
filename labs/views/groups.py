"""Working groups of a lab."""

from __future__ import annotations

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.confirm import ConfirmForm
from labs.forms.sessions import GroupForm
from labs.models import Lab, WorkingGroup
from labs.permissions import sessions as permissions
from labs.selectors import labs as lab_selectors
from labs.selectors import sessions as selectors
from labs.services import groups as services
from labs.views.lab_pages import FORM_METHODS, PER_PAGE, about, crumbs, readable, running
from labs.views.pages import form_page
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The groups with their seats, task and how often they met."""
    lab = readable(request, pk)
    context = {
        "lab": lab,
        "crumbs": crumbs(lab, (_("Groups"), "")),
        "page": Paginator(selectors.groups(lab), PER_PAGE).get_page(request.GET.get("page")),
        "may_run": permissions.may_run(request.user, lab, on=clock.now().date()),
    }
    return render(request, "labs/groups.html", context)


@require_http_methods(FORM_METHODS)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Open a group."""
    at = clock.now()
    lab = running(request, pk)
    form = GroupForm(request.POST or None, lab=lab)
    return form_page(
        request,
        form=form,
        act=lambda: services.open(lab=lab, **form.cleaned_data, by=acting(request.user), at=at),
        to=lambda _made: _url(lab),
        done=_("The group is open."),
        context=about(lab, _("Open a group"), _back(lab)),
    )


@require_http_methods(FORM_METHODS)
def edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Another name, task or other seats."""
    at = clock.now()
    group = _changeable(request, pk)
    lab = group.lab
    initial = {
        "name": group.name,
        "task": group.task,
        "seats": [seat.pk for seat in group.seats.all()],
    }
    form = GroupForm(request.POST or None, lab=lab, initial=initial)
    return form_page(
        request,
        form=form,
        act=lambda: services.change(
            group=group, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: _url(lab),
        done=_("The group is changed."),
        context=about(lab, _("Change the group"), _back(lab)) | {"submit": _("Save")},
    )


@require_http_methods(FORM_METHODS)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """End a group."""
    at = clock.now()
    group = _changeable(request, pk)
    form = ConfirmForm(request.POST or None)
    title = _("End the group “%(group)s”?") % {"group": group.name}
    return form_page(
        request,
        form=form,
        act=lambda: services.close(group=group, by=acting(request.user), at=at),
        to=lambda _made: _url(group.lab),
        done=_("The group has ended. Its sessions stay."),
        context=about(group.lab, title, _back(group.lab))
        | {"style": "warning", "submit": _("End the group")},
    )


def _changeable(request: HttpRequest, pk: int) -> WorkingGroup:
    on = clock.now().date()
    labs = lab_selectors.readable_ids(request.user, on)
    related = WorkingGroup.objects.select_related("lab__area__programme", "lab__plan")
    found: WorkingGroup = get_object_or_404(related.filter(lab__in=labs), pk=pk)
    require(permissions.may_run(request.user, found.lab, on=on))
    return found


def _url(lab: Lab) -> str:
    return reverse("labs:groups", args=[lab.pk])


def _back(lab: Lab) -> tuple[str, str]:
    return _("Groups"), _url(lab)
