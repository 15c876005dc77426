"""Obstacles: the ranked list, one obstacle, naming, ranking, answering, ending it."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from labs.forms.registers import FilterForm
from labs.models import Obstacle, Programme
from labs.models.reference import List
from labs.permissions import registers as permissions
from labs.selectors import labs, reference
from labs.selectors import obstacles as selectors
from labs.services import obstacles as services
from labs.views.pages import form_page
from labs.views.registers.pages import FORM_METHODS, about, page_of, readable
from ledger.rules.errors import Refused
from people.permissions import require
from people.selectors.actors import acting
from reviews.forms.registers import (
    AnswerForm,
    BecauseForm,
    NameObstacleForm,
    ObstacleForm,
    SearchForm,
)
from reviews.selectors import answers
from reviews.services import obstacles as answering


@require_safe
def index(request: HttpRequest, code: str) -> HttpResponse:
    """The obstacles of a programme, the worst first."""
    on = clock.now().date()
    programme = readable(request, code)
    kinds = [(each.code, str(each)) for each in reference.items(List.OBSTACLE, programme.country)]
    filters = {
        "state": (_("State"), [("", _("still in the way")), *Obstacle.State.choices]),
        "kind": (_("Kind"), [("", _("all")), ("gap", _("missing links")), *kinds]),
    }
    form = FilterForm(request.GET, filters=filters)
    found = selectors.readable(request.user, on, programme)
    context = about(programme, _("Obstacles and gaps")) | {
        "form": form,
        "page": page_of(request, selectors.ranked(found, **form.chosen())),
        "hidden": selectors.hidden_count(request.user, on, programme),
        "obstacles": selectors.warned(request.user, on, programme),
        "may_name": permissions.may_name(request.user, programme, on=on),
        "may_rank": permissions.may_keep(request.user, programme, on=on),
    }
    return render(request, "reviews/registers/obstacles.html", context)


@require_safe
def obstacle(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """One obstacle and what answers it."""
    on = clock.now().date()
    programme, found = _found(request, code, pk)
    context = about(programme, found.title, _above(programme)) | {
        "obstacle": found,
        "answers": answers.of(found, request.user, on),
        "may_change": permissions.may_change_obstacle(request.user, found, on=on),
    }
    return render(request, "reviews/registers/obstacle.html", context)


@require_http_methods(FORM_METHODS)
def add(request: HttpRequest, code: str) -> HttpResponse:
    """Name an obstacle or a gap."""
    at = clock.now()
    programme = readable(request, code)
    require(permissions.may_name(request.user, programme, on=at.date()))
    form = NameObstacleForm(
        request.POST or None,
        kinds=reference.items(List.OBSTACLE, programme.country),
        areas=programme.areas.all(),
        labs=labs.readable(request.user, at.date()).filter(area__programme=programme),
        initial={"lab": request.GET.get("lab")},
    )
    return form_page(
        request,
        form=form,
        act=lambda: services.name(
            programme=programme, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=_url,
        done=_("It is named. It stands last in the ranking until it is moved."),
        context=about(programme, _("Name an obstacle or a gap"), _above(programme)),
    )


@require_http_methods(FORM_METHODS)
def change(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Say better what is in the way."""
    at = clock.now()
    programme, found = _changeable(request, code, pk)
    names = ("title", "text", "kind", "is_gap")
    kinds = reference.items(List.OBSTACLE, programme.country)
    if found.kind_id:
        kinds = kinds | type(found.kind).objects.filter(pk=found.kind_id)  # type: ignore[union-attr]
    form = ObstacleForm(
        request.POST or None,
        kinds=kinds,
        initial={name: getattr(found, name) for name in names},
    )
    return form_page(
        request,
        form=form,
        act=lambda: services.change(
            obstacle=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=_url,
        done=_("The obstacle is changed."),
        context=about(programme, _("Change"), _above(programme), (found.title, _url(found))),
    )


@require_POST
def move(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Move an obstacle one place up (``up=1``) or down in the ranking."""
    at = clock.now()
    programme, found = _found(request, code, pk)
    require(permissions.may_keep(request.user, programme, on=at.date()))
    up = request.POST.get("up") == "1"
    try:
        services.move(obstacle=found, up=up, by=acting(request.user), at=at)
    except Refused as refused:
        messages.error(request, str(refused))
    return redirect(_above(programme)[1] + f"#obstacle-{found.pk}")


@require_http_methods(FORM_METHODS)
def end(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """It is out of the way, or in the way again."""
    at = clock.now()
    programme, found = _changeable(request, code, pk)
    again = found.state == Obstacle.State.GONE
    act = services.reopen if again else services.end
    form = BecauseForm(request.POST or None)
    title = _("It is in the way again") if again else _("It is out of the way")
    return form_page(
        request,
        form=form,
        act=lambda: act(obstacle=found, **form.cleaned_data, by=acting(request.user), at=at),
        to=_url,
        done=_("Kept, with the reason."),
        context=about(programme, title, _above(programme), (found.title, _url(found))),
    )


@require_http_methods(FORM_METHODS)
def answer(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """Look for what answers it (``?kind=``, ``?q=``) and link one of what is found."""
    at = clock.now()
    programme, found = _changeable(request, code, pk)
    search = SearchForm(request.GET or None)
    matches = []
    if search.is_bound and search.is_valid():
        asked = search.cleaned_data
        matches = answers.search(
            programme, request.user, at.date(), asked["kind"], asked["q"].strip()
        )
    form = AnswerForm(request.POST or None, matches=matches)
    return form_page(
        request,
        form=form,
        act=lambda: answering.answer(
            obstacle=found,
            **answers.chosen(form.cleaned_data["what"]),
            by=acting(request.user),
            at=at,
        ),
        to=lambda _made: _url(found),
        done=_("It is linked. The obstacle counts as being answered."),
        template="reviews/registers/obstacle_answer.html",
        context=about(
            programme, _("What answers it"), _above(programme), (found.title, _url(found))
        )
        | {"search": search, "matches": matches, "submit": _("Link it")},
    )


def _found(request: HttpRequest, code: str, pk: int) -> tuple[Programme, Obstacle]:
    programme = readable(request, code)
    own = selectors.readable(request.user, clock.now().date(), programme)
    return programme, get_object_or_404(own.select_related("by_user", "by_post"), pk=pk)


def _changeable(request: HttpRequest, code: str, pk: int) -> tuple[Programme, Obstacle]:
    programme, found = _found(request, code, pk)
    on = clock.now().date()
    require(permissions.may_change_obstacle(request.user, found, on=on))
    return programme, found


def _above(programme: Programme) -> tuple[str, str]:
    return _("Obstacles and gaps"), reverse("reviews:obstacles", args=[programme.code])


def _url(found: Obstacle) -> str:
    return reverse("reviews:obstacle", args=[found.programme.code, found.pk])
