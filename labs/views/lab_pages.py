"""What every page inside a lab has in common: finding it, its clock, the way back."""

from __future__ import annotations

from contextlib import AbstractContextManager
from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from config import clock
from labs.models import Lab, Session
from labs.permissions import sessions as permissions
from labs.selectors import labs as selectors
from labs.selectors import sessions
from labs.views.pages import Crumbs
from people.permissions import require

FORM_METHODS = ["GET", "HEAD", "POST"]
PER_PAGE = 50


def readable(request: HttpRequest, pk: int) -> Lab:
    """The lab, or 404 for those who may not read it."""
    on = clock.now().date()
    found: Lab = get_object_or_404(
        selectors.readable(request.user, on).select_related(
            "area__programme", "area__lead", "steering", "plan"
        ),
        pk=pk,
    )
    return found


def running(request: HttpRequest, pk: int) -> Lab:
    """The same for whoever runs it, else 403."""
    found = readable(request, pk)
    require(permissions.may_run(request.user, found, on=clock.now().date()))
    return found


def readable_session(request: HttpRequest, pk: int) -> Session:
    """A session of a lab that the user may read, else 404."""
    on = clock.now().date()
    labs = selectors.readable(request.user, on).values("pk")
    found: Session = get_object_or_404(sessions.loaded().filter(lab__in=labs), pk=pk)
    return found


def in_zone(lab: Lab) -> AbstractContextManager[Any]:
    """Times are shown and typed as the clock of the programme has them."""
    return timezone.override(sessions.zone(lab))


def crumbs(lab: Lab, *more: tuple[Any, str]) -> Crumbs:
    """The way from the list of labs to a page inside this one."""
    lab_url = reverse("labs:lab", args=[lab.pk])
    return [(_("Labs"), reverse("labs:index")), (lab.title, lab_url), *more]


def about(lab: Lab, title: str, back: tuple[Any, str]) -> dict[str, Any]:
    """What a form page inside a lab shows around its form; ``back``: label and address."""
    return {
        "title": title,
        "submit": title,
        "lab": lab,
        "crumbs": crumbs(lab, back, (title, "")),
        "cancel_url": back[1],
    }
