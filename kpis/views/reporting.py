"""Who has not reported: a page per cycle, the same as CSV, and reminding at once."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, StreamingHttpResponse
from django.shortcuts import redirect, render
from django.urls import NoReverseMatch, reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from config import clock
from kpis import permissions
from kpis.selectors.pages import reporting as pages
from kpis.services import reminders
from labs.models import Programme
from ledger.rules.cells import safe
from people.permissions import require
from people.selectors.actors import acting
from people.templatetags.statuses import look_of

LINES = 50
HEADER = (
    *("programme", "organisation", "kpi", "name", "part", "period_start", "period_end"),
    *("due", "state", "working_days_late", "provisional", "never_reported"),
)


@require_safe
def reporting(request: HttpRequest) -> HttpResponse:
    """The newest cycle that is due, or the one chosen; one organisation's values by name."""
    at = clock.now()
    page = _page(request)
    context: dict[str, Any] = {
        "page": page,
        "entry_url": _address("kpis:entry"),
        "may_remind": permissions.may_remind(request.user, on=at.date()),
        "filters": _filters(request),
    }
    if page.organisation is not None or len(page.rows) == 1:
        missing = [item for item in page.items if item.state != "reported" or item.provisional]
        found, hidden = pages.named(request.user, at.date(), missing)
        shown = Paginator(found, LINES).get_page(request.GET.get("page"))
        context |= {"lines": shown, "page_obj": shown, "hidden": hidden}
    return render(request, "kpis/reporting.html", context)


@require_safe
def reporting_csv(request: HttpRequest) -> StreamingHttpResponse:
    """Every value of the cycle, one to a line; restricted KPIs without their names."""
    at = clock.now()
    page = _page(request)
    found, _hidden = pages.named(request.user, at.date(), page.items)
    response = StreamingHttpResponse(_csv(page, found), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="reporting.csv"'
    return response


@require_POST
def reporting_remind(request: HttpRequest) -> HttpResponseRedirect:
    """Remind the posts of one organisation, or of all, of what they owe a programme."""
    at = clock.now()
    require(permissions.may_remind(request.user, on=at.date()))
    open_ones = Programme.objects.filter(closed_at=None)
    programme = open_ones.filter(code=request.POST.get("programme", "")).first()
    if programme is None:
        messages.error(request, _("Choose a programme first."))
        return redirect("kpis:reporting")
    page = pages.page(
        request.user,
        at,
        programme=programme.code,
        organisation=request.POST.get("organisation", ""),
        cycle="",
    )
    posts = {item.line.post_id for item in page.items if item.line.post_id is not None}
    reminded = reminders.remind_now(
        programme=programme, post_ids=posts, by=acting(request.user), at=at
    )
    if reminded:
        said = ngettext("%(count)d post is reminded.", "%(count)d posts are reminded.", reminded)
        messages.success(request, said % {"count": reminded})
    else:
        messages.info(
            request, _("Nobody was reminded: nothing is due here, or they were today already.")
        )
    query = {"programme": programme.code, "organisation": request.POST.get("organisation", "")}
    return redirect(f"{reverse('kpis:reporting')}?{urlencode(query)}")


def _page(request: HttpRequest) -> pages.Page:
    return pages.page(request.user, clock.now(), **_filters(request))


def _filters(request: HttpRequest) -> dict[str, str]:
    names = ("programme", "organisation", "cycle")
    return {name: request.GET.get(name, "").strip()[:60] for name in names}


def _csv(page: pages.Page, found: list[pages.Named]) -> Iterator[str]:
    """The lines of the file; a cell that a spreadsheet would calculate is made harmless."""
    codes = {programme.pk: programme.code for programme in page.programmes}
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(HEADER)
    names = {id(each.item): each for each in found}
    for item in page.items:
        known = names.get(id(item))
        line = item.line
        cells = (
            codes.get(line.programme_id, ""),
            line.organisation,
            known.code if known else "",
            known.name if known else _("restricted"),
            line.cell if known else "",
            item.period.start.isoformat(),
            item.period.end.isoformat(),
            item.due.isoformat(),
            str(look_of(WORDS[item.state]).word),
            str(item.days_late or ""),
            _("yes") if item.provisional else "",
            _("yes") if line.never else "",
        )
        yield writer.writerow([safe(cell) for cell in cells])


WORDS = {"late": "missing", "not_due": "not_due", "reported": "reported"}


class _Echo:
    """What csv writes is handed on as it is."""

    def write(self, text: str) -> str:
        return text


def _address(name: str) -> str:
    """The address of a page, or "" where there is none."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""
