"""The calendar of a lab, one session with what was kept of it, and who came."""

from __future__ import annotations

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.sessions import AttendanceForm, CancelForm, RecordForm, SessionForm
from labs.models import Lab, Session
from labs.permissions import sessions as permissions
from labs.selectors import insiders
from labs.selectors import sessions as selectors
from labs.services import attendance
from labs.services import sessions as services
from labs.views.lab_pages import (
    FORM_METHODS,
    PER_PAGE,
    about,
    crumbs,
    in_zone,
    readable,
    readable_session,
    running,
)
from labs.views.pages import form_page
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def index(request: HttpRequest, pk: int) -> HttpResponse:
    """The sessions, week by week."""
    at = clock.now()
    lab = readable(request, pk)
    page = Paginator(selectors.of_lab(lab), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "lab": lab,
        "crumbs": crumbs(lab, (_("Sessions"), "")),
        "page": page,
        "weeks": selectors.weeks(page, selectors.zone(lab)),
        "at": at,
        "may_run": permissions.may_run(request.user, lab, on=at.date()),
        "is_inside": permissions.may_read_minutes(request.user, lab, on=at.date()),
    }
    with in_zone(lab):
        return render(request, "labs/sessions.html", context)


@require_safe
def session(request: HttpRequest, pk: int) -> HttpResponse:
    """One session: who came, its outputs, and its minutes for those inside the lab."""
    at = clock.now()
    found = readable_session(request, pk)
    lab = found.lab
    is_inside = permissions.may_read_minutes(request.user, lab, on=at.date())
    records = insiders.records(request.user, at.date()).filter(session=found)
    page = Paginator(records.order_by("at", "pk"), PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "lab": lab,
        "session": found,
        "crumbs": crumbs(lab, _back(lab), (found.title, "")),
        "came": selectors.who_came(found),
        "expected": selectors.seats_of(found).count(),
        "page": page,
        "minutes_count": found.records.filter(kind=selectors.MINUTES).count(),
        "is_inside": is_inside,
        "has_begun": found.starts_at <= at,
        "may_run": permissions.may_run(request.user, lab, on=at.date()),
        "may_keep": permissions.may_keep(request.user, lab, on=at.date()),
    }
    with in_zone(lab):
        return render(request, "labs/session.html", context)


@require_http_methods(FORM_METHODS)
def new(request: HttpRequest, pk: int) -> HttpResponse:
    """Put a session into the calendar."""
    at = clock.now()
    lab = running(request, pk)
    with in_zone(lab):
        form = SessionForm(request.POST or None, lab=lab)
        return form_page(
            request,
            form=form,
            act=lambda: services.plan(lab=lab, **form.cleaned_data, by=acting(request.user), at=at),
            to=lambda made: _to(request, made),
            done=_("The session is in the calendar."),
            context=about(lab, _("Plan a session"), _back(lab)),
        )


@require_http_methods(FORM_METHODS)
def change(request: HttpRequest, pk: int) -> HttpResponse:
    """Move or rename a session, with the reason."""
    at = clock.now()
    found = _changeable(request, pk)
    names = ("title", "group", "starts_at", "ends_at", "place")
    initial = {name: getattr(found, name) for name in names}
    with in_zone(found.lab):
        form = SessionForm(request.POST or None, lab=found.lab, session=found, initial=initial)
        return form_page(
            request,
            form=form,
            act=lambda: services.change(
                session=found, **form.cleaned_data, by=acting(request.user), at=at
            ),
            to=lambda made: _to(request, made),
            done=_("The session is changed."),
            context=_about(found, _("Change the session")) | {"submit": _("Save")},
        )


def _to(request: HttpRequest, made: Session) -> str:
    """The session's page, with a word if it lies outside the weeks of its lab."""
    if not selectors.is_within_lab(made):
        messages.warning(
            request,
            _("The session lies outside the period of the lab. If that is not meant, change it."),
        )
    return reverse("labs:session", args=[made.pk])


@require_http_methods(FORM_METHODS)
def cancel(request: HttpRequest, pk: int) -> HttpResponse:
    """Cancel a session; it stays in the calendar with the reason."""
    at = clock.now()
    found = _changeable(request, pk)
    form = CancelForm(request.POST or None)
    return form_page(
        request,
        form=form,
        act=lambda: services.cancel(
            session=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda made: reverse("labs:session", args=[made.pk]),
        done=_("The session is cancelled."),
        context=_about(found, _("Cancel the session")) | {"style": "warning"},
    )


@require_http_methods(FORM_METHODS)
def who_came(request: HttpRequest, pk: int) -> HttpResponse:
    """Record who came, or correct it."""
    at = clock.now()
    found = _kept(request, pk)
    recorded = list(found.attendance.all())
    seats = {seat.pk: seat for seat in selectors.seats_of(found)}
    guests = found.lab.seats.filter(pk__in=[row.seat_id for row in recorded])
    seats |= {seat.pk: seat for seat in guests.select_related("organisation")}
    form = AttendanceForm(
        request.POST if request.method == "POST" else None,
        seats=list(seats.values()),
        recorded=recorded,
    )
    with in_zone(found.lab):
        return form_page(
            request,
            form=form,
            act=lambda: attendance.record(
                session=found, came=form.came(), by=acting(request.user), at=at
            ),
            to=lambda _made: reverse("labs:session", args=[found.pk]) + "#attendance",
            done=_("Saved who came."),
            template="labs/session_attendance.html",
            context=_about(found, _("Who came"))
            | {"submit": _("Save"), "session": found, "recorded": bool(recorded)},
        )


@require_http_methods(FORM_METHODS)
def record_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Keep minutes or an output of a session."""
    at = clock.now()
    found = _kept(request, pk)
    form = RecordForm(request.POST or None, initial={"kind": request.GET.get("kind")})
    return form_page(
        request,
        form=form,
        act=lambda: services.keep(
            session=found, **form.cleaned_data, by=acting(request.user), at=at
        ),
        to=lambda made: reverse("labs:session", args=[found.pk]) + f"#record-{made.pk}",
        done=_("It is kept."),
        context=_about(found, _("Add minutes or an output")) | {"submit": _("Keep")},
    )


@require_safe
def attendance_table(request: HttpRequest, pk: int) -> HttpResponse:
    """Attendance by seat over the sessions, and the average rank over time."""
    at = clock.now()
    lab = readable(request, pk)
    context = {
        "lab": lab,
        "crumbs": crumbs(lab, (_("Attendance"), "")),
        "table": selectors.table(lab, at),
    }
    with in_zone(lab):
        return render(request, "labs/attendance.html", context)


@require_safe
def records(request: HttpRequest, pk: int) -> HttpResponse:
    """What the lab has brought out, newest first; with the minutes for those inside."""
    on = clock.now().date()
    lab = readable(request, pk)
    found = insiders.records(request.user, on).filter(session__lab=lab).order_by("-at", "-pk")
    context = {
        "lab": lab,
        "crumbs": crumbs(lab, (_("Outputs"), "")),
        "page": Paginator(found, PER_PAGE).get_page(request.GET.get("page")),
        "is_inside": permissions.may_read_minutes(request.user, lab, on=on),
    }
    with in_zone(lab):
        return render(request, "labs/records.html", context)


def _changeable(request: HttpRequest, pk: int) -> Session:
    found = readable_session(request, pk)
    require(permissions.may_run(request.user, found.lab, on=clock.now().date()))
    return found


def _kept(request: HttpRequest, pk: int) -> Session:
    found = readable_session(request, pk)
    require(permissions.may_keep(request.user, found.lab, on=clock.now().date()))
    return found


def _back(lab: Lab) -> tuple[str, str]:
    return _("Sessions"), reverse("labs:sessions", args=[lab.pk])


def _about(session: Session, title: str) -> dict[str, object]:
    url = reverse("labs:session", args=[session.pk])
    shown = about(session.lab, title, (session.title, url))
    shown["crumbs"] = crumbs(session.lab, _back(session.lab), (session.title, url), (title, ""))
    return shown
