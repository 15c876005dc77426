"""The problem statement of a lab: its versions, two side by side, and the next one."""

from __future__ import annotations

from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.settings import StatementForm
from labs.models import Lab, ProblemStatement
from labs.permissions import tables
from labs.selectors import problem_statements as selectors
from labs.services import problem_statements as services
from labs.views.labs import about_lab, readable_lab
from labs.views.pages import form_page
from people.permissions import require
from people.selectors.actors import acting


@require_safe
def problem(request: HttpRequest, pk: int) -> HttpResponse:
    """The newest version, or ``?version=``; ``?beside=`` puts an earlier one next to it."""
    on = clock.now().date()
    found = readable_lab(request, pk)
    versions = selectors.versions(found)
    shown = _version(versions, request.GET.get("version", "")) or next(iter(versions), None)
    other = _version(versions, request.GET.get("beside", ""))
    context = about_lab(found, _("Problem statement")) | {
        "versions": versions,
        "shown": shown,
        "compared": selectors.compared(*sorted((other, shown), key=lambda row: row.version))
        if shown and other and other != shown
        else None,
        "may_state": tables.may_state_problem(request.user, found, on=on),
    }
    return render(request, "labs/problem.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def problem_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Write the next version, beginning with the newest."""
    at = clock.now()
    found = readable_lab(request, pk)
    require(tables.may_state_problem(request.user, found, on=at.date()))
    newest = selectors.newest(found)
    initial = {
        "text": newest.text if newest else "",
        "causes": newest.causes if newest else "",
        "seen": newest.version if newest else 0,
    }
    form = StatementForm(request.POST or None, first=newest is None, initial=initial)
    title = _("Restate the problem") if newest else _("State the problem")
    return form_page(
        request,
        form=form,
        act=lambda: _write(request, form, found, newest, at),
        to=lambda _made: reverse("labs:problem", args=[found.pk]),
        done=_("The problem statement is kept, with every version before it."),
        context=about_lab(found, title)
        | {"submit": _("Save"), "newest": newest, "is_late": form.is_bound and newest},
        template="labs/problem_new.html",
    )


def _write(
    request: HttpRequest,
    form: StatementForm,
    lab: Lab,
    newest: ProblemStatement | None,
    at: datetime,
) -> ProblemStatement:
    """Write it; a form that came too late may be sent again once it was compared."""
    try:
        return services.write(lab=lab, **form.cleaned_data, by=acting(request.user), at=at)
    except services.StatementOutdated:
        form.renew(newest.version if newest else 0)
        raise


def _version(versions: list[ProblemStatement], wanted: str) -> ProblemStatement | None:
    """The version asked for; None when none is, 404 when there is no such version."""
    if not wanted:
        return None
    for each in versions:
        if str(each.version) == wanted:
            return each
    raise Http404
