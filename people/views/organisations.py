"""Organisations, their posts, and who holds them."""

from __future__ import annotations

import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from ledger.rules.actors import Actor
from people.forms.organisations import (
    AppointmentForm,
    LastDayForm,
    OrganisationForm,
    PostForm,
)
from people.forms.refusals import attempt
from people.models import Appointment, Organisation, Post
from people.permissions import may_manage_people, require
from people.selectors import continuity, directory
from people.selectors.actors import acting
from people.services import appointments as appointments_service
from people.services import organisations as organisations_service
from people.services import posts as posts_service

PER_PAGE = 50
ONE_DAY = datetime.timedelta(days=1)


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The first of the pages about people."""
    _require(request)
    return redirect("people:organisations")


@require_safe
def organisations(request: HttpRequest) -> HttpResponse:
    """Every organisation."""
    _require(request)
    page = Paginator(directory.organisations(), PER_PAGE).get_page(request.GET.get("page"))
    return render(request, "people/organisations.html", {"page": page})


@require_http_methods(["GET", "POST"])
def organisation_new(request: HttpRequest) -> HttpResponse:
    """Add an organisation."""
    by, at = _require(request), clock.now()
    form = OrganisationForm(request.POST or None)
    made = attempt(form, lambda: organisations_service.create(**form.cleaned_data, by=by, at=at))
    if made is not None:
        return redirect("people:organisation", made.pk)
    return render(request, "people/organisation_new.html", {"form": form})


@require_http_methods(["GET", "POST"])
def organisation(request: HttpRequest, pk: int) -> HttpResponse:
    """One organisation with its posts; adds a post."""
    by, at = _require(request), clock.now()
    found = get_object_or_404(Organisation.objects.select_related("parent", "successor"), pk=pk)
    form = PostForm(request.POST or None)
    made = attempt(
        form,
        lambda: posts_service.create(organisation=found, **form.cleaned_data, by=by, at=at),
    )
    if made is not None:
        return redirect("people:post", made.pk)
    posts = directory.posts_with_holders(found, at.date())
    return render(
        request,
        "people/organisation.html",
        {
            "organisation": found,
            "posts": posts,
            "form": form,
            "earlier_names": continuity.earlier_names(found),
            "predecessors": found.predecessors.order_by("succeeded_on", "name"),
        },
    )


@require_http_methods(["GET", "POST"])
def post(request: HttpRequest, pk: int) -> HttpResponse:
    """One post with everybody who held it; appoints somebody."""
    by, at = _require(request), clock.now()
    found = get_object_or_404(Post.objects.select_related("organisation"), pk=pk)
    form = AppointmentForm(request.POST or None, today=at.date())
    made = attempt(
        form, lambda: appointments_service.appoint(post=found, **form.cleaned_data, by=by, at=at)
    )
    if made is not None:
        return redirect("people:post", found.pk)
    return render(
        request,
        "people/post.html",
        {
            "post": found,
            "moves": continuity.moves_of(found),
            "appointments": directory.appointments(found),
            "form": form,
            "today": at.date(),
        },
    )


@require_http_methods(["GET", "POST"])
def appointment_end(request: HttpRequest, pk: int) -> HttpResponse:
    """End an appointment."""
    by, at = _require(request), clock.now()
    found = get_object_or_404(
        Appointment.objects.select_related("post__organisation", "user"), pk=pk
    )
    form = LastDayForm(request.POST or None, initial={"ends_on": at.date()})
    ended = attempt(
        form,
        lambda: appointments_service.end(appointment=found, **form.cleaned_data, by=by, at=at),
    )
    if ended is not None:
        return redirect("people:post", found.post_id)
    return render(request, "people/appointment_end.html", {"appointment": found, "form": form})


@require_http_methods(["GET", "POST"])
def post_abolish(request: HttpRequest, pk: int) -> HttpResponse:
    """Abolish a post."""
    by, at = _require(request), clock.now()
    found = get_object_or_404(Post.objects.select_related("organisation"), pk=pk)
    form = LastDayForm(request.POST or None, initial={"ends_on": at.date()})
    ended = attempt(
        form,
        lambda: posts_service.abolish(
            post=found, on=form.cleaned_data["ends_on"] + ONE_DAY, by=by, at=at
        ),
    )
    if ended is not None:
        return redirect("people:organisation", found.organisation_id)
    return render(request, "people/post_abolish.html", {"post": found, "form": form})


def _require(request: HttpRequest) -> Actor:
    require(may_manage_people(request.user, on=clock.now().date()))
    return acting(request.user)
