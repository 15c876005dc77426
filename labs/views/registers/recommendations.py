"""Recommendations: the list, one of them, who follows it up and where it stands."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.registers import FilterForm, OwnerForm, RecommendationForm, StateForm
from labs.models import Programme, Recommendation
from labs.permissions import registers as permissions
from labs.selectors import recommendations as selectors
from labs.services import recommendations as services
from labs.views.pages import form_page
from labs.views.registers.pages import FORM_METHODS, about, page_of, readable
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """The recommendations of a programme; ``?state=`` filters."""
    on = clock.now().date()
    programme = readable(request, code)
    filters = {
        "state": (_("Status"), [("", _("all")), *Recommendation.State.choices]),
        "owner": (_("Owner"), [("", _("all")), ("none", _("nobody yet"))]),
    }
    form = FilterForm(request.GET, filters=filters)
    context = about(programme, _("Recommendations")) | {
        "form": form,
        "page": page_of(request, selectors.listed(programme, **form.chosen())),
        "may_add": permissions.may_keep(request.user, programme, on=on),
    }
    return render(request, "labs/registers/recommendations.html", context)


@require_safe
def recommendation(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One recommendation with its evidence."""
    on = clock.now().date()
    programme, found = _found(request, code, pk)
    context = about(programme, found.title, _above(programme)) | {
        "recommendation": found,
        "may_keep": permissions.may_keep(request.user, programme, on=on),
        "may_follow_up": permissions.may_follow_up(request.user, found, on=on),
    }
    return render(request, "labs/registers/recommendation.html", context)


@require_http_methods(FORM_METHODS)
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Keep a recommendation."""
    at = clock.now()
    programme = readable(request, code)
    require(permissions.may_keep(request.user, programme, on=at.date()))
    form = RecommendationForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.add(
            programme=programme, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=_url,
        done=_("The recommendation is kept."),
        context=about(programme, _("Add a recommendation"), _above(programme)),
    )


@require_http_methods(FORM_METHODS)
def owner(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say who follows it up."""
    at = clock.now()
    programme, found = _found(request, code, pk)
    require(permissions.may_keep(request.user, programme, on=at.date()))
    form = OwnerForm(request.POST or None, initial={"owner": found.owner_id})
    return form_page(
        request,
        form=form,
        act=lambda: services.assign(
            recommendation=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=_url,
        done=_("It is written down who follows it up."),
        context=about(
            programme, _("Who follows it up"), _above(programme), (found.title, _url(found))
        )
        | {"submit": _("Keep")},
    )


@require_http_methods(FORM_METHODS)
def status(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say where it stands."""
    at = clock.now()
    programme, found = _found(request, code, pk)
    require(permissions.may_follow_up(request.user, found, on=at.date()))
    begun = {
        "state": found.state,
        "reason": found.state_reason,
        "basis": found.basis,
        "seen": found.state,
    }
    form = StateForm(request.POST or None, initial=begun)

    def act() -> Recommendation:
        given = dict(form.cleaned_data)
        found.state = given.pop("seen")
        return services.set_state(recommendation=found, **given, by=acting(request.user), at=at)

    return form_page(
        request,
        form=form,
        act=act,
        to=_url,
        done=_("Its status is kept."),
        context=about(
            programme, _("Where it stands"), _above(programme), (found.title, _url(found))
        )
        | {"submit": _("Keep")},
    )


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Programme, Recommendation]:
    programme = readable(request, code)
    return programme, get_object_or_404(selectors.listed(programme), pk=pk)


def _above(programme: Programme) -> tuple[str, str]:
    return _("Recommendations"), reverse("labs:recommendations", args=[programme.code])


def _url(found: Recommendation) -> str:
    return reverse("labs:recommendation", args=[found.programme.code, found.pk])
