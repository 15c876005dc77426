"""Bargaining over targets and shares: the list, one bargain round by round, how it ended."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from kpis.selectors import kpis
from labs import permissions as lab_permissions
from labs.forms.registers import FilterForm
from labs.models import Bargain, Programme
from labs.permissions import registers as permissions
from labs.selectors import bargains
from labs.services import bargains as services
from labs.views.pages import form_page
from labs.views.registers.pages import FORM_METHODS, about, page_of, readable
from people.permissions import require
from people.selectors.actors import acting
from reviews.forms.registers import AgreeForm, BargainForm, BecauseForm, RoundForm
from reviews.selectors import bargains as selectors
from reviews.services import bargains as opening


@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """The bargains of a programme; ``?state=`` filters."""
    on = clock.now().date()
    programme = readable(request, code)
    filters = {"state": (_("State"), [("", _("all")), *Bargain.State.choices])}
    form = FilterForm(request.GET, filters=filters)
    found = bargains.listed(selectors.readable(request.user, on, programme), **form.chosen())
    context = about(programme, _("Bargaining over targets")) | {
        "form": form,
        "page": page_of(request, found),
        "hidden": selectors.hidden_count(request.user, on, programme),
        "may_open": permissions.may_bargain(request.user, programme, on=on),
    }
    return render(request, "reviews/registers/bargains.html", context)


@require_safe
def bargain(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One bargain, round by round."""
    on = clock.now().date()
    programme, found = _found(request, code, pk)
    target = selectors.about(found)
    plan = target.plan if target else found.plan
    context = about(programme, found.title, _above(programme)) | {
        "bargain": found,
        "rounds": bargains.rounds(found),
        "about": target,
        "may_add": found.state == Bargain.State.OPEN
        and permissions.may_bargain(request.user, programme, on=on),
        "may_end": permissions.may_end_bargain(request.user, found, on=on),
        "may_revise": plan is not None
        and lab_permissions.may_start_revision(request.user, plan, on=on),
    }
    return render(request, "reviews/registers/bargain.html", context)


@require_http_methods(FORM_METHODS)
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Open a bargain; ``?kpi=`` and ``?period=`` say about which target."""
    at = clock.now()
    programme = readable(request, code)
    require(permissions.may_bargain(request.user, programme, on=at.date()))
    own = kpis.readable(request.user, at.date()).filter(area__programme=programme)
    begun = {name: request.GET.get(name, "")[:60] for name in ("kpi", "period")}
    form = BargainForm(request.POST or None, kpis=own, initial=begun)
    return form_page(
        request,
        form=form,
        act=lambda: opening.open(
            programme=programme, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=_url,
        done=_("The bargain is open. Enter what each side asked and offered."),
        context=about(programme, _("Open a bargain"), _above(programme)),
    )


@require_http_methods(FORM_METHODS)
def round_new(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Enter what one side asked or offered."""
    at = clock.now()
    programme, found = _found(request, code, pk)
    require(permissions.may_bargain(request.user, programme, on=at.date()))
    sides = permissions.bargaining(request.user, programme, on=at.date())
    form = RoundForm(request.POST or None, sides=sides)
    return form_page(
        request,
        form=form,
        act=lambda: services.add_round(
            bargain=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: _url(found),
        done=_("The round is kept. It is never changed."),
        context=about(programme, _("Enter a round"), _above(programme), (found.title, _url(found))),
    )


@require_http_methods(FORM_METHODS)
def agree(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Keep the value that was agreed on."""
    at = clock.now()
    programme, found = _ending(request, code, pk)
    form = AgreeForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.agree(
            bargain=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=_url,
        done=_("The agreement is kept. A target itself changes by a revision of its plan."),
        context=about(
            programme, _("Keep the agreement"), _above(programme), (found.title, _url(found))
        ),
    )


@require_http_methods(FORM_METHODS)
def break_off(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Keep that no agreement was found."""
    at = clock.now()
    programme, found = _ending(request, code, pk)
    form = BecauseForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.break_off(
            bargain=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=_url,
        done=_("Kept, with the reason."),
        context=about(programme, _("Broken off"), _above(programme), (found.title, _url(found)))
        | {"submit": _("Keep")},
    )


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Programme, Bargain]:
    programme = readable(request, code)
    own = selectors.readable(request.user, clock.now().date(), programme)
    return programme, get_object_or_404(own.select_related("by_user", "by_post"), pk=pk)


def _ending(request: HttpRequest, code: str, pk: int) -> tuple[Programme, Bargain]:
    """The bargain, for those who may end it; one that has ended says so when it is sent."""
    programme, found = _found(request, code, pk)
    as_open = Bargain(programme=programme, by_user_id=found.by_user_id, state=Bargain.State.OPEN)
    require(permissions.may_end_bargain(request.user, as_open, on=clock.now().date()))
    return programme, found


def _above(programme: Programme) -> tuple[str, str]:
    return _("Bargaining over targets"), reverse("reviews:bargains", args=[programme.code])


def _url(found: Bargain) -> str:
    return reverse("reviews:bargain", args=[found.programme.code, found.pk])
