"""Numbers per programme and year: a page, a file, and all programmes side by side."""

from __future__ import annotations

import csv
import io

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from config import clock
from labs.models import Programme
from labs.selectors import programmes
from people.permissions import require
from reviews.rules import numbers as rules
from reviews.selectors import numbers as selectors

HEADER = ("programme", "year", "from", "until", "number", "part", "unit", "value", "cases")


@require_safe
def numbers(request: HttpRequest, code: str) -> HttpResponse:
    """How disputes, reviews and lessons of a programme went in one fiscal year."""
    at = clock.now()
    programme = _programme(request, code)
    year = selectors.chosen_year(request.GET.get("year", ""), programme, at)
    found = selectors.numbers(programme, year, at)
    listed = sorted({*selectors.years(programme, at), year}, reverse=True)
    context = {
        "programme": programme,
        "numbers": found,
        "years": [rules.fiscal_year(each, programme.fiscal_year_start) for each in listed],
        "few": rules.FEW,
    }
    return render(request, "reviews/numbers/numbers.html", context)


@require_safe
def numbers_csv(request: HttpRequest, code: str) -> HttpResponse:
    """The same numbers one to a line."""
    at = clock.now()
    programme = _programme(request, code)
    year = selectors.chosen_year(request.GET.get("year", ""), programme, at)
    found = selectors.numbers(programme, year, at)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for line in found.lines:
        writer.writerow(
            [
                programme.code,
                found.year.label,
                found.year.first.isoformat(),
                found.year.last.isoformat(),
                line.code,
                line.part,
                line.unit,
                line.value,
                "" if line.n is None else line.n,
            ]
        )
    response = HttpResponse(text.getvalue(), content_type="text/csv; charset=utf-8")
    name = f"numbers-{programme.code}-{year}.csv"
    response["Content-Disposition"] = f'attachment; filename="{name}"'
    return response


@require_safe
def all_programmes(request: HttpRequest) -> HttpResponse:
    """Every programme in one table, each by its own fiscal year; for those who read all of them."""
    at = clock.now()
    require(programmes.reads_everything(request.user))
    given = request.GET.get("year", "")
    year = int(given) if _is_year(given) else None
    found = selectors.numbers_of_all(
        programmes.readable(request.user, at.date()).order_by("name", "pk"), year, at
    )
    context = {"rows": found, "year": year, "years": range(at.year, at.year - 6, -1)}
    return render(request, "reviews/numbers/all.html", context)


def _is_year(text: str) -> bool:
    if not (text.isascii() and text.isdecimal() and len(text) == 4):
        return False
    return rules.FIRST_YEAR <= int(text) <= rules.LAST_YEAR


def _programme(request: HttpRequest, code: str) -> Programme:
    readable = programmes.readable(request.user, clock.now().date())
    return get_object_or_404(readable, code=code)
