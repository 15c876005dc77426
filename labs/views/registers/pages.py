"""What every page of a register has in common: its programme, its crumbs, its pages of a list."""

from __future__ import annotations

from typing import Any

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from config import clock
from labs.models import Programme
from labs.selectors import programmes
from labs.views.pages import Crumbs

PER_PAGE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


def readable(request: HttpRequest, code: str) -> Programme:
    """The programme, or 404 for those who may not read it."""
    on = clock.now().date()
    return get_object_or_404(programmes.readable(request.user, on), code=code)


def page_of(request: HttpRequest, found: QuerySet[Any], per_page: int = PER_PAGE) -> Page[Any]:
    """One page of a list."""
    return Paginator(found, per_page).get_page(request.GET.get("page"))


def about(
    programme: Programme, title: str, *above: tuple[str, str], submit: str = ""
) -> dict[str, Any]:
    """Title, crumbs and where to go back to; ``above``: pages between it and the programme."""
    crumbs: Crumbs = [
        (_("Programmes"), reverse("labs:programmes")),
        (programme.name, reverse("labs:programme", args=[programme.code])),
        *above,
        (title, ""),
    ]
    return {
        "title": title,
        "submit": submit or title,
        "crumbs": crumbs,
        "cancel_url": crumbs[-2][1],
        "programme": programme,
    }
