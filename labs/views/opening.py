"""From a question to an open lab: intakes, and opening the lab that one asks for."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.intakes import AnswersForm, IntakeForm
from labs.forms.labs import LabForm
from labs.models import Intake, Lab, ProgrammeSettings, ResultArea
from labs.permissions import tables
from labs.rules import intake as rules
from labs.selectors import composition, intakes, lessons, programmes
from labs.selectors import settings as settings_selectors
from labs.services import intakes as services
from labs.services import labs
from labs.templatetags.tables import INSTEAD
from labs.views.pages import Crumbs
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors import people
from people.selectors.actors import acting

PER_PAGE = 50
FORM_METHODS = ["GET", "HEAD", "POST"]


@require_safe
def intake_index(request: HttpRequest) -> HttpResponse:
    """Every question that was put, suited or not; ``?programme=``, ``?outcome=``."""
    on = clock.now().date()
    code, outcome = request.GET.get("programme", ""), request.GET.get("outcome", "")
    outcome = outcome if outcome in Intake.Outcome.values else ""
    found = intakes.listed(request.user, on, programme=code, outcome=outcome)
    readable = list(programmes.readable(request.user, on))
    areas = ResultArea.objects.filter(programme__in=[row.pk for row in readable])
    areas = areas.select_related("programme").order_by("programme__name", "position", "name")
    context = {
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "programmes": readable,
        "chosen": code,
        "outcome": outcome,
        "outcomes": Intake.Outcome.choices,
        "areas": [a for a in areas if tables.may_propose_lab(request.user, a, on=on)],
        "may_open": people.is_delivery_unit(request.user),
    }
    return render(request, "labs/intakes.html", context)


@require_safe
def intake(request: HttpRequest, pk: int) -> HttpResponse:
    """One intake: the answers, the outcome with its reason, and the lab that came of it."""
    on = clock.now().date()
    found = get_object_or_404(
        intakes.readable(request.user, on).select_related(
            "area__programme", "area__lead", "lab", "by_user", "by_post__organisation"
        ),
        pk=pk,
    )
    suited = found.outcome == Intake.Outcome.SUITED and found.lab_id is None
    context = {
        "intake": found,
        "programme": found.area.programme,
        "may_open": suited and tables.may_open_from(request.user, found.area, on=on),
    }
    return render(request, "labs/intake.html", context)


@require_http_methods(FORM_METHODS)
def intake_new(request: HttpRequest, area: int) -> HttpResponse:
    """Propose a lab: first the answers, then the outcome that they suggest."""
    at = clock.now()
    found = _area(request, area)
    require(tables.may_propose_lab(request.user, found, on=at.date()))
    form: AnswersForm = AnswersForm()
    suggestion = None
    if request.method == "POST":
        form, suggestion = _answered(request)
    if isinstance(form, IntakeForm) and form.is_bound:
        full = form
        made = attempt(
            full,
            lambda: services.record(area=found, **full.record, by=acting(request.user), at=at),
        )
        if made is not None:
            messages.success(request, _("The intake is recorded."))
            return redirect("labs:intake", pk=made.pk)
    context = _about_area(found, _("Propose a lab")) | {
        "form": form,
        "suggestion": suggestion,
        "instead": INSTEAD.get(suggestion.instead, "") if suggestion else "",
        "submit": _("Record the outcome") if suggestion else _("See what suits"),
    }
    return render(request, "labs/intake_new.html", context)


def _answered(request: HttpRequest) -> tuple[AnswersForm, rules.Suggestion | None]:
    """The form to show after a post: the answers again, or with the outcome they suggest.

    Without an outcome in the post the second form is not bound: it is filled in with what
    the answers suggest, so that nothing is marked as missing before anybody saw it.
    """
    answers = AnswersForm(request.POST)
    if not answers.is_valid():
        return answers, None
    suggestion = rules.suggest(**answers.answers)
    if "outcome" in request.POST:
        return IntakeForm(request.POST), suggestion
    initial: dict[str, Any] = dict(answers.cleaned_data) | {
        "outcome": suggestion.outcome,
        "method": suggestion.methods[0] if suggestion.methods else "",
        "instead": str(INSTEAD.get(suggestion.instead, "")),
    }
    return IntakeForm(initial=initial), suggestion


@require_http_methods(FORM_METHODS)
def lab_new(request: HttpRequest) -> HttpResponse:
    """Open the lab that ``?intake=`` asks for; without a suited intake, choose one first."""
    at = clock.now()
    on = at.date()
    require(people.is_delivery_unit(request.user))
    wanted = request.GET.get("intake", "")
    open_ones = intakes.to_open(request.user, on).filter(area__programme__closed_at=None)
    found = open_ones.filter(pk=wanted).first() if wanted.isdecimal() else None
    if found is None:
        messages.info(
            request, _("A lab is opened from a suited intake. Choose one, or propose one.")
        )
        return redirect(_intakes_for(request.GET.get("area", "")))
    settings = settings_selectors.of(found.area.programme)
    offered = lessons.offered(request.user, on, found.area)
    form = LabForm(
        request.POST or None,
        settings=settings,
        lessons=offered,
        on=on,
        initial={"title": found.title, "question": found.question, "method": found.method},
    )
    lab = attempt(form, lambda: _open(request, form, found, at)) if form.is_bound else None
    if lab is not None:
        _tell(request, lab, settings, on)
        return redirect("labs:lab", pk=lab.pk)
    context = _about_area(found.area, _("Open a lab")) | {
        "form": form,
        "intake": found,
        "submit": _("Open the lab"),
        "cancel_url": reverse("labs:intake", args=[found.pk]),
    }
    return render(request, "labs/lab_new.html", context)


def _open(request: HttpRequest, form: LabForm, found: Intake, at: datetime) -> Lab:
    return labs.open(
        area=found.area, intake=found, **form.cleaned_data, by=acting(request.user), at=at
    )


def _tell(request: HttpRequest, lab: Lab, settings: ProgrammeSettings, on: date) -> None:
    """That it is open, and what is unusual about it."""
    messages.success(request, _("The lab is open, with the draft of its first plan."))
    unusual = composition.before_opening(
        settings=settings,
        starts_on=lab.starts_on,
        ends_on=lab.ends_on,
        is_mini=lab.is_mini,
        steering=lab.steering,
        home=lab.area.home_forum,
        on=on,
    )
    if unusual:
        messages.warning(request, " ".join(warned.text for warned in unusual))


def _intakes_for(area: str) -> str:
    """Where to go without an intake: propose for that area, else the list of intakes."""
    if area.isdecimal():
        return reverse("labs:intake_new", args=[int(area)])
    return reverse("labs:intakes")


def _area(request: HttpRequest, pk: int) -> ResultArea:
    on = clock.now().date()
    areas = ResultArea.objects.filter(programme__in=programmes.readable(request.user, on))
    return get_object_or_404(areas.select_related("programme", "lead", "home_forum"), pk=pk)


def _about_area(area: ResultArea, title: str) -> dict[str, Any]:
    """What every page about an area shows around its form."""
    programme = area.programme
    url = reverse("labs:programme", args=[programme.code])
    crumbs: Crumbs = [
        (_("Programmes"), reverse("labs:programmes")),
        (programme.name, url),
        (_("Intakes"), reverse("labs:intakes") + f"?programme={programme.code}"),
        (title, ""),
    ]
    return {
        "area": area,
        "programme": programme,
        "title": title,
        "crumbs": crumbs,
        "cancel_url": f"{url}#area-{area.pk}",
    }
