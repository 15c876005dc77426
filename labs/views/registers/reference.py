"""Reference lists: what is offered, every version of an entry, and changing them."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from labs.forms.confirm import ConfirmForm
from labs.forms.reference import ItemForm, SizesForm
from labs.forms.registers import FilterForm
from labs.models import ReferenceItem
from labs.models.reference import List
from labs.permissions import registers as permissions
from labs.selectors import programmes, reference
from labs.services import reference_items as services
from labs.views.pages import Crumbs, form_page
from labs.views.registers.pages import FORM_METHODS
from ledger.rules.errors import Refused
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """One list; ``?list=`` and ``?country=`` choose it."""
    on = clock.now().date()
    _require_reader(request)
    countries = reference.countries()
    filters = {
        "list": (_("List"), List.choices),
        "country": (_("Country"), [("", _("all countries")), *((c, c) for c in countries)]),
    }
    form = FilterForm(request.GET or {"list": List.INSTRUMENT}, filters=filters)
    chosen = form.chosen()
    of = chosen["list"] or List.INSTRUMENT
    country = chosen["country"]
    is_sizes = of == List.FIRM_SIZE
    context = {
        "form": form,
        "of": of,
        "name": List(of).label,
        "country": country,
        "is_sizes": is_sizes,
        "items": reference.firm_sizes(country, on) if is_sizes else reference.kept(of, country),
        "supports": {each.code: str(each) for each in reference.items(List.SUPPORT)},
        "may_edit": permissions.may_edit_lists(request.user, on=on),
    }
    return render(request, "labs/registers/reference.html", context)


@require_safe
def item(request: HttpRequest, pk: int) -> HttpResponse:
    """Every version of one entry, newest first."""
    on = clock.now().date()
    _require_reader(request)
    found = get_object_or_404(ReferenceItem, pk=pk)
    versions = list(reference.versions(found))
    context = {
        "item": versions[0],
        "asked": found,
        "versions": versions,
        "name": List(found.list).label,
        "may_edit": permissions.may_edit_lists(request.user, on=on),
    }
    return render(request, "labs/registers/reference_item.html", context)


@require_http_methods(FORM_METHODS)
def item_new(request: HttpRequest) -> HttpResponse:
    """Add an entry to the list ``?list=``."""
    at = clock.now()
    require(permissions.may_edit_lists(request.user, on=at.date()))
    of = request.GET.get("list", "")
    if of not in List.values or of == List.FIRM_SIZE:
        of = List.INSTRUMENT
    country = request.GET.get("country", "")[:10].upper()
    form = ItemForm(request.POST or None, of=of)
    return form_page(
        request,
        form=form,
        act=lambda: services.add(
            list=of, country=country, **form.values(), by=acting(request.user), at=at
        ),
        to=lambda made: _list_url(made),
        done=_("The entry is added."),
        context=_about(_("Add an entry: %(list)s") % {"list": List(of).label}),
    )


@require_http_methods(FORM_METHODS)
def item_edit(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the next version of an entry."""
    at = clock.now()
    require(permissions.may_edit_lists(request.user, on=at.date()))
    found = get_object_or_404(ReferenceItem, pk=pk)
    form = ItemForm(request.POST or None, of=found.list, item=found)
    return form_page(
        request,
        form=form,
        act=lambda: services.edit(item=found, **form.values(), by=acting(request.user), at=at),
        to=lambda made: reverse("labs:reference_item", args=[made.pk]),
        done=_("The entry has a new version. What names the old one keeps it."),
        context=_about(_("Change “%(name)s”") % {"name": found}, (str(found), _item_url(found))),
    )


@require_http_methods(FORM_METHODS)
def item_retire(request: HttpRequest, pk: int) -> HttpResponse:
    """Offer an entry no more, or again."""
    at = clock.now()
    require(permissions.may_edit_lists(request.user, on=at.date()))
    found = get_object_or_404(ReferenceItem, pk=pk)
    again = found.retired_at is not None
    act = services.offer_again if again else services.retire
    title = _("Offer “%(name)s” again") if again else _("Retire “%(name)s”")
    form = ConfirmForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: act(item=found, by=acting(request.user), at=at),
        to=lambda made: _item_url(made),
        done=_("The entry is offered again.") if again else _("The entry is no longer offered."),
        context=_about(title % {"name": found}, (str(found), _item_url(found)))
        | {"warning": "" if again else _("It is no longer offered. What names it keeps it.")},
    )


@require_POST
def item_move(request: HttpRequest, pk: int) -> HttpResponse:
    """Move an entry one place up (``up=1``) or down in its list."""
    at = clock.now()
    require(permissions.may_edit_lists(request.user, on=at.date()))
    found = get_object_or_404(ReferenceItem, pk=pk, superseded_at=None, retired_at=None)
    up = request.POST.get("up") == "1"
    try:
        services.move(item=found, up=up, by=acting(request.user), at=at)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_list_url(found) + f"#item-{found.pk}")


@require_http_methods(FORM_METHODS)
def sizes(request: HttpRequest) -> HttpResponse:
    """The firm sizes of a country, all at once; ``?country=`` begins with those it has."""
    at = clock.now()
    require(permissions.may_edit_lists(request.user, on=at.date()))
    country = request.GET.get("country", "")[:10].upper()
    general = list(reference.items(List.FIRM_SIZE))
    held = {each.code: each for each in reference.firm_sizes(country, at.date())}
    begun: dict[str, Any] = {"country": country}
    for code, each in held.items():
        begun |= {f"low_{code}": each.low, f"high_{code}": each.high}
        begun |= {"valid_from": each.valid_from, "note": each.note}
    form = SizesForm(request.POST or None, sizes=general, initial=begun)
    return form_page(
        request,
        form=form,
        act=lambda: (services.set_sizes(**form.values(), by=acting(request.user), at=at), form)[1],
        to=lambda _made: (
            reverse("labs:reference")
            + f"?list={List.FIRM_SIZE}&country={form.cleaned_data['country']}"
        ),
        done=_("The firm sizes are kept. Older definitions stay with what names them."),
        context=_about(_("Firm sizes of a country")) | {"submit": _("Keep")},
    )


def _require_reader(request: HttpRequest) -> None:
    """Whoever reads a programme, or edits the lists, reads the lists."""
    on = clock.now().date()
    if permissions.may_edit_lists(request.user, on=on):
        return
    if not programmes.readable(request.user, on).exists():
        raise Http404


def _item_url(found: ReferenceItem) -> str:
    return reverse("labs:reference_item", args=[found.pk])


def _list_url(found: ReferenceItem) -> str:
    return reverse("labs:reference") + f"?list={found.list}&country={found.country}"


def _about(title: str, *above: tuple[str, str]) -> dict[str, object]:
    crumbs: Crumbs = [(_("Reference lists"), reverse("labs:reference")), *above, (title, "")]
    return {"title": title, "submit": title, "crumbs": crumbs, "cancel_url": crumbs[-2][1]}
