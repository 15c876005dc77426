"""Organisations renamed, merged and split: looked at first, then done in one act."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from people import days
from people.forms.refusals import attempt
from people.models import Organisation, Post
from people.permissions import require
from people.selectors import continuity
from people.selectors.actors import acting
from people.services import reorganisations as people_services
from reviews.forms.continuity import MergeForm, RenameForm, SplitForm
from reviews.permissions import continuity as permissions
from reviews.selectors import reorganisations as selectors
from reviews.services import reorganisations as services

PER_PAGE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def reorganisations(request: HttpRequest) -> HttpResponse:
    """What was renamed, merged and split, newest first."""
    _require(request)
    found = Paginator(continuity.reorganisations(), PER_PAGE)
    context = {"page": found.get_page(request.GET.get("page"))}
    return render(request, "reviews/continuity/reorganisations.html", context)


@require_safe
def reorganisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One reorganisation: what it did, in the names of then."""
    _require(request)
    found = get_object_or_404(continuity.reorganisations(), pk=pk)
    moves = found.moves.select_related("post__organisation", "before", "after")
    return render(
        request,
        "reviews/continuity/reorganisation.html",
        {
            "reorganisation": found,
            "moves": moves,
            "kinds": selectors.told(found.told.get("kinds", {})),
        },
    )


@require_http_methods(FORM_METHODS)
def rename(request: HttpRequest, pk: int) -> HttpResponse:
    """Give an organisation another name."""
    at = _require(request)
    found = _living(request, pk)
    form = RenameForm(
        request.POST or None,
        today=at.date(),
        initial={"name": found.name, "short_name": found.short_name},
    )
    return two_steps(
        request,
        form=form,
        act=lambda: people_services.rename(
            organisation=found,
            **form.cleaned_data,
            today=at.date(),
            by=acting(request.user),
            at=at,
        ),
        preview=lambda: {
            "kinds": selectors.touched(request.user, [found], at.date(), ending=False),
            "what": _("%(before)s is called %(after)s from %(day)s on.")
            % {
                "before": found.name,
                "after": form.cleaned_data["name"],
                "day": days.in_words(form.cleaned_data["on"]),
            },
            "note": _("Nothing moves. What is dated before that day shows the old name."),
        },
        title=_("Rename %(organisation)s") % {"organisation": found.name},
        done=_("The new name is recorded. Older records keep the old one."),
        to=_page_of,
    )


@require_http_methods(FORM_METHODS)
def merge(request: HttpRequest) -> HttpResponse:
    """Let organisations become part of one."""
    at = _require(request)
    initial = {"organisations": request.GET.getlist("organisation")}
    form = MergeForm(request.POST or None, today=at.date(), initial=initial)

    def preview() -> dict[str, Any]:
        into = form.cleaned_data["into"]
        ending = [each for each in form.cleaned_data["organisations"] if each != into]
        concerned = [*ending, *([into] if into else [])]
        posts = Post.objects.filter(organisation__in=ending).select_related("organisation")
        return {
            "kinds": selectors.touched(request.user, ending, at.date()),
            "clashes": selectors.clashes(posts, into),
            "own_cases": selectors.own_cases(concerned).count(),
            "what": _("%(before)s become part of %(after)s from %(day)s on.")
            % {
                "before": ", ".join(each.name for each in ending),
                "after": into.name if into else form.cleaned_data["name"],
                "day": days.in_words(form.cleaned_data["on"]),
            },
        }

    return two_steps(
        request,
        form=form,
        act=lambda: services.merge(
            **form.cleaned_data, today=at.date(), by=acting(request.user), at=at
        ),
        preview=preview,
        title=_("Merge organisations"),
        done=_("The merger is recorded."),
        to=_page_of,
    )


@require_http_methods(FORM_METHODS)
def split(request: HttpRequest, pk: int) -> HttpResponse:
    """Let posts of one organisation go to others."""
    at = _require(request)
    found = _living(request, pk)
    form = SplitForm(request.POST or None, organisation=found, today=at.date())
    title = _("Split %(organisation)s") % {"organisation": found.name}
    context: dict[str, Any] = {"form": form, "title": title, "organisation": found}
    step = request.POST.get("step", "")
    if step == "confirm":
        made = attempt(
            form,
            lambda: services.split(**form.act(), today=at.date(), by=acting(request.user), at=at),
        )
        if made is not None:
            messages.success(request, _("The split is recorded."))
            return redirect(_page_of(made))
    if step in {"preview", "confirm"} and form.first_step_holds:
        ends = bool(form.cleaned_data.get("ends"))
        context |= {"kinds": selectors.touched(request.user, [found], at.date(), ending=ends)}
        return render(request, "reviews/continuity/split.html", context)
    return render(request, "reviews/continuity/form.html", context)


def two_steps(
    request: HttpRequest,
    *,
    form: Form,
    act: Callable[[], Any],
    preview: Callable[[], dict[str, Any]],
    title: str,
    done: str,
    to: Callable[[Any], str],
    template: str = "reviews/continuity/form.html",
    **context: Any,
) -> HttpResponse:
    """A form, then what it would touch, then the act. What is refused leads back to the form."""
    shown = {"form": form, "title": title, **context}
    step = request.POST.get("step", "")
    if step == "confirm":
        made = attempt(form, act)
        if made is not None:
            messages.success(request, done)
            return redirect(to(made))
    elif step == "preview" and form.is_valid():
        return render(request, "reviews/continuity/preview.html", shown | preview())
    return render(request, template, shown)


def _page_of(made: Any) -> str:
    return reverse("reviews:reorganisation", args=[made.pk])


def _living(request: HttpRequest, pk: int) -> Organisation:
    """The organisation, if nobody has taken its place."""
    return get_object_or_404(Organisation.objects.filter(successor=None), pk=pk)


def _require(request: HttpRequest) -> Any:
    at = clock.now()
    require(permissions.may_reorganise(request.user, on=at.date()))
    return at
