"""Circular waits, overlaps and loose ends of a programme, and sorting them out."""

from __future__ import annotations

import uuid
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.analysis import CloseForm, CoordinatorForm, LinkForm
from labs.models import Coordination, Programme
from labs.permissions import analysis as permissions
from labs.selectors import coordination, labs, loose_ends, programmes
from labs.services import coordination as services
from labs.services import links
from labs.views.pages import Crumbs, form_page
from people.permissions import require
from people.selectors.actors import acting

FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def waits(request: HttpRequest, code: str) -> HttpResponse:
    """What of a programme's plans hangs on somebody else, or on nobody."""
    on = clock.now().date()
    programme = readable_programme(request, code)
    items, hidden = coordination.of_programme(programme, request.user, on)
    plans = labs.readable_plans(request.user, on).filter(
        lab__area__programme=programme, lab__closed_at=None
    )
    context = {
        "programme": programme,
        "circles": [each for each in items if each.item.kind == Coordination.Kind.CIRCLE],
        "overlaps": [each for each in items if each.item.kind == Coordination.Kind.OVERLAP],
        "closed": coordination.closed_in(programme, request.user, on),
        "kept_items": hidden,
        "loose": loose_ends.find(plans, on),
        "hidden": labs.hidden_count(request.user, on, programme),
    }
    return render(request, "labs/waits.html", context)


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """One thing several owners must sort out."""
    on = clock.now().date()
    shown = _shown(request, pk)
    found = shown.item
    context = {
        "shown": shown,
        "item": found,
        "programme": found.programme,
        "in_force": coordination.still_there(found),
        "is_circle": found.kind == Coordination.Kind.CIRCLE,
        "forum": coordination.forum_of(found),
        "to_appoint": coordination.to_appoint(found),
        "may_name": permissions.may_name_coordinator(request.user, found, on=on),
        "may_close": permissions.may_close_coordination(request.user, found, on=on),
        "title": title_of(shown),
    }
    return render(request, "labs/coordination.html", context)


@require_http_methods(FORM_METHODS)
def coordinator(request: HttpRequest, pk: int) -> HttpResponse:
    """Name who coordinates."""
    at = clock.now()
    shown = _shown(request, pk)
    require(permissions.may_name_coordinator(request.user, shown.item, on=at.date()))
    form = CoordinatorForm(
        request.POST or None,
        on=at.date(),
        initial={"coordinator": shown.item.coordinator or coordination.to_appoint(shown.item)},
    )
    return form_page(
        request,
        form=form,
        act=lambda: services.name_coordinator(
            item=shown.item, post=form.cleaned_data["coordinator"], by=_actor(request, shown), at=at
        ),
        to=lambda made: reverse("labs:coordination", args=[made.pk]),
        done=_("The coordinator is named and told."),
        context=_about(shown, _("Name a coordinator")),
    )


@require_http_methods(FORM_METHODS)
def close(request: HttpRequest, pk: int) -> HttpResponse:
    """Close it with a reason."""
    at = clock.now()
    shown = _shown(request, pk)
    require(permissions.may_close_coordination(request.user, shown.item, on=at.date()))
    form = CloseForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.close(
            item=shown.item, reason=form.cleaned_data["reason"], by=_actor(request, shown), at=at
        ),
        to=lambda made: reverse("labs:coordination", args=[made.pk]),
        done=_("Closed. The reason stays readable."),
        context=_about(shown, _("Close this")),
    )


@require_http_methods(FORM_METHODS)
def link(request: HttpRequest, pk: int) -> HttpResponse:
    """Say how the owners of two overlapping initiatives work together."""
    at = clock.now()
    shown = _shown(request, pk)
    if shown.item.kind != Coordination.Kind.OVERLAP:
        raise Http404
    require(permissions.may_close_coordination(request.user, shown.item, on=at.date()))
    form = LinkForm(request.POST or None)
    first, second = (uuid.UUID(part["key"]) for part in shown.item.parts)
    return form_page(
        request,
        form=form,
        act=lambda: links.link(
            first=first,
            second=second,
            how=form.cleaned_data["how"],
            by=_actor(request, shown),
            at=at,
        ),
        to=lambda _made: reverse("labs:coordination", args=[pk]),
        done=_("The initiatives are linked, and the overlap is closed with that."),
        context=_about(shown, _("Link the two initiatives")),
    )


def readable_programme(request: HttpRequest, code: str) -> Programme:
    """The programme if the user may read it, else 404."""
    on = clock.now().date()
    return get_object_or_404(programmes.readable(request.user, on), code=code)


def title_of(shown: coordination.Shown) -> str:
    """What the item is called, in words for this reader."""
    if shown.item.kind == Coordination.Kind.CIRCLE:
        return _("Each waits for the other")
    return _("Two instruments for one target group")


def _shown(request: HttpRequest, pk: int) -> coordination.Shown:
    found = coordination.one(pk, request.user, clock.now().date())
    if found is None:
        raise Http404
    return found


def _actor(request: HttpRequest, shown: coordination.Shown) -> Any:
    on = clock.now().date()
    return acting(request.user, permissions.coordinating_post(request.user, shown.item, on=on))


def _about(shown: coordination.Shown, title: str) -> dict[str, Any]:
    url = reverse("labs:coordination", args=[shown.item.pk])
    programme = shown.item.programme
    crumbs: Crumbs = [
        (programme.name, reverse("labs:programme", args=[programme.code])),
        (_("Waits and overlaps"), reverse("labs:waits", args=[programme.code])),
        (title_of(shown), url),
        (title, ""),
    ]
    return {"title": title, "submit": title, "crumbs": crumbs, "cancel_url": url}
