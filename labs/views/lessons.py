"""Lessons: the register of a programme, adding one, and those a lab begins with."""

from __future__ import annotations

from datetime import datetime

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.lessons import ChooseLessonsForm, LessonFilter, LessonForm
from labs.models import Lab, Programme
from labs.permissions import tables
from labs.selectors import labs as lab_selectors
from labs.selectors import lessons as selectors
from labs.selectors import programmes
from labs.services import lessons as services
from labs.views.labs import about_lab, readable_lab
from labs.views.pages import Crumbs, form_page
from people.permissions import require
from people.selectors.actors import acting

PER_PAGE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def lessons(request: HttpRequest, code: str) -> HttpResponse:
    """The lessons of a programme, narrowed by instrument, cause and layer."""
    on = clock.now().date()
    programme = _programme(request, code)
    form = LessonFilter(request.GET, programme=programme)
    found = selectors.of_programme(request.user, on, programme, **form.criteria)
    context = {
        "programme": programme,
        "form": form,
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "hidden": selectors.hidden_count(request.user, on, programme),
        "may_add": tables.may_add_lesson(request.user, programme, on=on),
    }
    return render(request, "labs/lessons.html", context)


@require_safe
def lesson(request: HttpRequest, pk: int) -> HttpResponse:
    """One lesson."""
    on = clock.now().date()
    readable = selectors.named(selectors.readable(request.user, on))
    found = get_object_or_404(readable, pk=pk)
    context = {"lesson": found, "programme": found.programme}
    return render(request, "labs/lesson.html", context)


@require_http_methods(FORM_METHODS)
def lesson_new(request: HttpRequest, code: str) -> HttpResponse:
    """Add a lesson; ``?lab=`` says of which lab it is."""
    at = clock.now()
    on = at.date()
    programme = _programme(request, code)
    readable = lab_selectors.readable(request.user, on).filter(area__programme=programme)
    wanted = request.GET.get("lab", "")
    lab = get_object_or_404(readable, pk=wanted) if wanted.isdecimal() else None
    require(tables.may_add_lesson(request.user, programme, lab, on=on))
    form = LessonForm(
        request.POST or None,
        programme=programme,
        labs=readable.order_by("title"),
        initial={"lab": lab},
    )
    back = reverse("labs:lab", args=[lab.pk]) + "#lessons" if lab else _register(programme)
    return form_page(
        request,
        form=form,
        act=lambda: services.add(
            programme=programme, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda _made: back,
        done=_("The lesson is kept. It is shown where somebody faces the same."),
        context=_about(programme, _("Add a lesson")) | {"cancel_url": back},
    )


@require_http_methods(FORM_METHODS)
def lab_lessons(request: HttpRequest, pk: int) -> HttpResponse:
    """Choose lessons of earlier labs with which this one begins."""
    at = clock.now()
    on = at.date()
    found = readable_lab(request, pk)
    require(tables.may_choose_lessons(request.user, found, on=on))
    had = {row.lesson_id for row in found.begins_with.all()}
    offered = [
        row
        for row in selectors.offered(request.user, on, found.area)
        if row.pk not in had and row.lab_id != found.pk
    ]
    form = ChooseLessonsForm(request.POST or None, offered=offered)
    return form_page(
        request,
        form=form,
        act=lambda: _begin(found, form, request, at),
        to=lambda _made: reverse("labs:lab", args=[found.pk]) + "#lessons",
        done=_("The lab begins with these lessons."),
        context=about_lab(found, _("Lessons of earlier labs"))
        | {"submit": _("Begin with these"), "offered": offered},
        template="labs/lab_lessons.html",
    )


def _begin(lab: Lab, form: ChooseLessonsForm, request: HttpRequest, at: datetime) -> Lab:
    services.begin_with(
        lab=lab,
        lessons=form.cleaned_data["lessons"],
        by=acting(request.user),
        at=at,
    )
    return lab


def _programme(request: HttpRequest, code: str) -> Programme:
    on = clock.now().date()
    return get_object_or_404(programmes.readable(request.user, on), code=code)


def _register(programme: Programme) -> str:
    return reverse("labs:lessons", args=[programme.code])


def _about(programme: Programme, title: str) -> dict[str, object]:
    """What a form page about a programme's lessons shows around its form."""
    crumbs: Crumbs = [
        (_("Programmes"), reverse("labs:programmes")),
        (programme.name, reverse("labs:programme", args=[programme.code])),
        (_("Lessons"), _register(programme)),
        (title, ""),
    ]
    return {"title": title, "submit": title, "crumbs": crumbs, "programme": programme}
