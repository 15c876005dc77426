"""The entry grid as a page: saved as it is typed, or all together where there is no script."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from kpis.forms.grid import GridForm, changed_entries, shown_in
from kpis.models import Reading, Series
from kpis.models.kpis import Frequency
from kpis.selectors.pages import cells
from kpis.selectors.pages import grid as pages
from kpis.selectors.pages.cells import Cell
from kpis.views.grid.keeping import Outcome, keep_all, reportable_series
from kpis.views.grid.words import words
from labs.models import Programme
from ledger.rules.errors import Refused
from people.models import Document, Organisation
from people.selectors import people
from people.selectors.actors import acting
from people.services import documents
from people.templatetags.formats import period_label

PARTS = (("n", "numerator"), ("d", "denominator"))  # the boxes of a ratio


@dataclass(frozen=True, slots=True)
class Shown:
    """A cell as the page shows it: with what was typed where that is not kept."""

    cell: Cell
    texts: Mapping[str, str]
    outcome: Outcome | None = None


@require_http_methods(["GET", "HEAD", "POST"])
def entry(request: HttpRequest) -> HttpResponse:
    """The grid of what the reader may report; with JavaScript off it is one form."""
    at = clock.now()
    series = reportable_series(request, at)
    chosen = _chosen(request, series, at)
    if chosen is None:
        return render(request, "kpis/entry.html", {"programmes": []})
    context, grid = chosen
    form = GridForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
        evidence=grid.for_owners,
    )
    outcomes: list[Outcome] = []
    if request.method == "POST":
        outcomes = _posted(request, form, series, at)
        _say_saved(request, form, outcomes)
        if form.is_valid() and all(each.outcome == "saved" for each in outcomes):
            return redirect(request.get_full_path())
        context, grid = _chosen(request, series, at) or (context, grid)
    return render(
        request,
        "kpis/entry.html",
        context
        | {
            "grid": grid,
            "rows": _rows(grid, outcomes),
            "form": form,
            "proof": _proof(request, form),
            "problems": _problems(grid, outcomes),
            "parts": PARTS,
            "words": words(),
        },
    )


def _chosen(
    request: HttpRequest, series: QuerySet[Series], at: datetime
) -> tuple[dict[str, Any], pages.Grid] | None:
    """The part of the grid that the address asks for; None when there is nothing to report."""
    programmes = pages.programmes(series)
    if not programmes:
        return None
    programme = _named(programmes, request.GET.get("programme", ""))
    within = series.filter(definition__kpi__area__programme=programme)
    frequencies = pages.frequencies(within)
    asked = request.GET.get("frequency", "")
    frequency = asked if asked in frequencies else frequencies[0]
    shown = next((n for n in pages.SHOWN if str(n) == request.GET.get("n")), pages.SHOWN[0])
    grid = pages.grid(
        within,
        programme=programme,
        frequency=frequency,
        shown=shown,
        page=request.GET.get("page"),
        posts=people.post_ids_of(request.user, at.date()),
        at=at,
    )
    context = {
        "programmes": programmes,
        "programme": programme,
        "frequencies": [(each, Frequency(each).label) for each in frequencies],
        "frequency": frequency,
        "ministries": _ministries(request, within),
        "spans": pages.SHOWN,
        "shown": shown,
        "page": grid.page,
    }
    return context, grid


def _ministries(request: HttpRequest, within: QuerySet[Series]) -> list[Organisation]:
    """Whose spreadsheet to download, for those who enter for others."""
    return pages.ministries(within) if people.is_delivery_unit(request.user) else []


def _named(programmes: list[Programme], code: str) -> Programme:
    if not code:
        return programmes[0]
    found = next((each for each in programmes if each.code == code), None)
    if found is None:
        raise Http404
    return found


def _posted(
    request: HttpRequest, form: GridForm, series: QuerySet[Series], at: datetime
) -> list[Outcome]:
    """Keep what changed in a plain form; if the form does not hold, every cell waits."""
    evidence = _evidence(request, form, at)
    shown = shown_in(request.POST)
    found = cells.named(series, shown, at)
    seen = Reading.objects.filter(series__in=series).in_bulk(set(shown.values()))
    entries = changed_entries(request.POST, found.values(), seen, evidence=evidence)
    if form.is_valid():
        return keep_all(request, series, entries, at)
    message = _("Not saved yet: mend what is said above the table first.")
    return [Outcome(each.key, "refused", message, "form", entry=each) for each in entries]


def _evidence(request: HttpRequest, form: GridForm, at: datetime) -> int | None:
    """The document sent with the form, kept; or the one that was kept before."""
    file = form.cleaned_data.get("document") if form.is_valid() else None
    if file is None:
        proof = _proof(request, form)
        return proof.pk if proof else None
    try:
        kept = documents.store(file=file, restricted=True, by=acting(request.user), at=at)
    except Refused as refused:
        form.add_error("document", str(refused))
        return None
    form.proof = kept
    return kept.pk


def _proof(request: HttpRequest, form: GridForm) -> Document | None:
    """The document that goes with what is entered for others, if one was kept already."""
    if form.proof is not None:
        return form.proof
    number = request.POST.get("evidence", "")
    if not re.fullmatch("[0-9]{1,15}", number):
        return None
    return Document.objects.filter(uploaded_by=request.user.pk, pk=int(number)).first()


def _problems(grid: pages.Grid, outcomes: list[Outcome]) -> list[dict[str, str]]:
    """What was not saved, with the words for its place and a link to it."""
    places = {cell.key: (row, cell) for row in grid.rows for cell in row.cells}
    found = []
    for each in outcomes:
        if each.outcome == "saved" or each.key not in places:
            continue
        row, cell = places[each.key]
        part = "" if row.series.cell.is_total else f", {row.series.cell.label}"
        period = period_label(cell.period.start, cell.period.end)
        found.append(
            {
                "anchor": f"{'n' if cell.is_ratio else 'v'}-{cell.key}",
                "where": f"{row.kpi.name}{part}, {period}",
                "message": each.message,
            }
        )
    return found


def _rows(grid: pages.Grid, outcomes: list[Outcome]) -> list[tuple[pages.Row, list[Shown]]]:
    """The rows with what was typed and not kept in its place."""
    unkept = {each.key: each for each in outcomes if each.outcome != "saved"}
    rows = []
    for row in grid.rows:
        shown = []
        for cell in row.cells:
            outcome = unkept.get(cell.key)
            texts = outcome.entry.texts if outcome and outcome.entry else cell.texts
            shown.append(Shown(cell, texts, outcome))
        rows.append((row, shown))
    return rows


def _say_saved(request: HttpRequest, form: GridForm, outcomes: list[Outcome]) -> None:
    saved = sum(each.outcome == "saved" for each in outcomes)
    if saved:
        said = ngettext("%(n)s value is saved.", "%(n)s values are saved.", saved)
        messages.success(request, said % {"n": saved})
    elif not outcomes and form.is_valid():
        messages.info(request, _("Nothing was changed. Write a value into a cell first."))
