"""Lessons asked for and answered, and the search in all lessons one may read."""

from __future__ import annotations

from dataclasses import replace

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from labs.selectors import lessons as lesson_selectors
from labs.selectors import programmes, searching
from ledger.rules.errors import Refused
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting
from reviews.forms.lessons import AnswerForm, SearchForm
from reviews.models import LessonAsk
from reviews.permissions import lessons as permissions
from reviews.selectors import lesson_subjects
from reviews.selectors import lessons as selectors
from reviews.services import lessons as services

PER_PAGE = 25


@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """Lessons of every readable programme, by words and tags; how often one was asked for."""
    on = clock.now().date()
    form = SearchForm(request.GET, programmes=programmes.readable(request.user, on))
    found = searching.search(request.user, on, **form.criteria)
    programme = form.criteria["programme"]
    page = Paginator(found.lessons, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "form": form,
        "found": found,
        "page": page,
        "hidden": found.hidden.count(),
        "asked": any(form.cleaned_data.values()),
        "programme": programme,
        "tallies": selectors.tallies(selectors.counted(request.user, on, programme)),
    }
    return render(request, "reviews/lessons/search.html", context)


@require_safe
def asks(request: HttpRequest) -> HttpResponse:
    """What a lesson was asked about, open ones first; ``?programme=code`` for one programme."""
    on = clock.now().date()
    readable = programmes.readable(request.user, on)
    code = request.GET.get("programme", "")
    programme = get_object_or_404(readable, code=code) if code else None
    rows = selectors.listed(request.user, on, programme)
    counted = selectors.counted(request.user, on, programme)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "page": page,
        "rows": [(row, selectors.line(row)) for row in page],
        "programme": programme,
        "tallies": selectors.tallies(counted),
        "hidden": counted.exclude(pk__in=rows.values("pk")).count(),
    }
    return render(request, "reviews/lessons/asks.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def ask(request: HttpRequest, pk: int) -> HttpResponse:
    """One ask: what it is about, the lesson's form filled in, "nothing new", or the answer."""
    at = clock.now()
    found = _readable(request, pk)
    subject = lesson_subjects.of_ask(found)
    line = selectors.line(found)
    if not line.url:  # asked, though they may not read it by name
        subject = replace(subject, cause="", instruments=[])
    may = permissions.may_answer(request.user, found, on=at.date())
    if request.method == "POST":
        require(may)
    form = AnswerForm(
        request.POST or None,
        subject=subject,
        programmes=programmes.readable(request.user, at.date()).order_by("name"),
    )
    post = permissions.answering_post(request.user, found, on=at.date())
    made = None
    if request.method == "POST":
        made = attempt(
            form,
            lambda: services.answer(
                ask=found, **form.lesson(), by=acting(request.user, post=post), at=at
            ),
        )
    if made is not None:
        messages.success(
            request, _("The lesson is kept. It is shown where somebody faces the same.")
        )
        return redirect("reviews:lesson_ask", pk=found.pk)
    context = {
        "ask": found,
        "line": line,
        "form": form,
        "may_answer": may,
        "instruments": subject.instruments,
        "reads_lesson": lesson_selectors.readable(request.user, at.date())
        .filter(pk=found.lesson_id or 0)
        .exists(),
    }
    return render(request, "reviews/lessons/ask.html", context)


@require_POST
def nothing_new(request: HttpRequest, pk: int) -> HttpResponse:
    """One click: nothing new was learned. Counted."""
    at = clock.now()
    found = _readable(request, pk)
    post = permissions.answering_post(request.user, found, on=at.date())
    require(post or permissions.may_answer(request.user, found, on=at.date()))
    try:
        services.nothing_new(ask=found, by=acting(request.user, post=post), at=at)
    except Refused as refused:
        messages.error(request, str(refused))
        return redirect("reviews:lesson_ask", pk=found.pk)
    messages.success(request, _("Noted: nothing new. It is counted."))
    return redirect(_back(request, found))


def _back(request: HttpRequest, found: LessonAsk) -> str:
    """To the desk if the button was there, else to the page of what was asked about."""
    if request.POST.get("from") == "desk":
        return reverse("reviews:desk")
    return reverse("reviews:lesson_ask", args=[found.pk])


def _readable(request: HttpRequest, pk: int) -> LessonAsk:
    on = clock.now().date()
    asked = LessonAsk.objects.filter(pk__in=selectors.readable(request.user, on).values("pk"))
    return get_object_or_404(selectors.named(asked, request.user, on), pk=pk)
