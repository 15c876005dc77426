"""The spreadsheet of what is due: downloaded, filled in, looked over, taken as one act."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.sheets import SheetForm, TakeForm, packed, unpacked
from kpis.models import Series
from kpis.selectors.pages.due import due_lines
from kpis.services.imports.files import FileRefused
from kpis.services.sheets import taking
from kpis.services.sheets.read import Line, read
from kpis.services.sheets.taking import Filled, Lot, Understood
from kpis.views.grid.keeping import reportable_series, user_id_of
from kpis.views.grid.workbook import write
from ledger.rules.actors import Actor
from ledger.rules.errors import Refused
from people.models import Post
from people.selectors.actors import acting
from people.services import documents

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_safe
def due_sheet(request: HttpRequest) -> HttpResponse:
    """What is due from the reader's posts; ``?organisation=`` narrows it for the delivery unit."""
    at = clock.now()
    series = reportable_series(request, at)
    number = request.GET.get("organisation", "")
    if number.isascii() and number.isdigit() and len(number) < 16:
        series = series.filter(definition__kpi__owner__organisation=int(number))
    response = HttpResponse(write(lines=due_lines(series, at)), content_type=XLSX)
    response["Content-Disposition"] = f'attachment; filename="due-{at:%Y-%m-%d}.xlsx"'
    return response


@require_http_methods(["GET", "HEAD", "POST"])
def entry_upload(request: HttpRequest) -> HttpResponse:
    """Send the file, look at what it says, then save it: two steps, all rows or none."""
    at = clock.now()
    series = reportable_series(request, at)
    if request.method == "POST" and "lines" in request.POST:
        return _take(request, series, at)
    form = SheetForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    if request.method != "POST" or not form.is_valid():
        return render(request, "kpis/entry_upload.html", {"form": form})
    try:
        sheet = form.cleaned_data["sheet"]
        lines = read(file=sheet, size=sheet.size)
    except FileRefused as refused:
        form.add_error("sheet", str(refused))
        return render(request, "kpis/entry_upload.html", {"form": form})
    return _preview(request, lines, series, at)


def _preview(
    request: HttpRequest,
    lines: list[Line],
    series: QuerySet[Series],
    at: datetime,
    form: TakeForm | None = None,
) -> HttpResponse:
    understood = taking.understand(lines=lines, series=series, at=at)
    take = form or TakeForm(
        initial={"lines": packed(lines, user_id_of(request))},
        evidence=_for_owners(request, understood.new, at),
    )
    context: dict[str, Any] = {
        "understood": understood,
        "known": len(understood.rows) - len(understood.new),
        "form": take if understood.new and not understood.problems else SheetForm(),
        "ready": bool(understood.new and not understood.problems),
    }
    return render(request, "kpis/entry_upload.html", context)


def _take(request: HttpRequest, series: QuerySet[Series], at: datetime) -> HttpResponse:
    lines = unpacked(request.POST["lines"], user_id_of(request))
    if lines is None:
        messages.error(request, _("The preview is too old. Upload the file again."))
        return redirect("kpis:entry_upload")
    understood = taking.understand(lines=lines, series=series, at=at)
    form = TakeForm(request.POST, request.FILES, evidence=_for_owners(request, understood.new, at))
    if understood.problems or not form.is_valid():
        return _preview(request, lines, series, at, form)
    try:
        lots = _lots(request, understood, form, at)
        created = taking.take(lots=lots, at=at)
    except Refused as refused:
        form.add_error(None, str(refused))
        return _preview(request, lines, series, at, form)
    if created:
        hurry(tasks.detect_changed)
        said = ngettext("%(n)s value is saved.", "%(n)s values are saved.", created)
        messages.success(request, said % {"n": created})
    else:
        messages.info(request, _("These values are recorded already. Nothing was added."))
    return redirect("kpis:entry")


def _hand(request: HttpRequest, row: Filled, at: datetime) -> tuple[Post | None, Post | None]:
    """The reader's post for this row, and the post it is entered for, if for another's."""
    kpi = row.cell.series.definition.kpi
    post = permissions.reporting_post(request.user, kpi, on=at.date())
    return post, None if post else kpi.owner


def _for_owners(request: HttpRequest, rows: list[Filled], at: datetime) -> bool:
    return any(_hand(request, row, at)[1] is not None for row in rows)


def _lots(request: HttpRequest, understood: Understood, form: TakeForm, at: datetime) -> list[Lot]:
    """The rows by hand: one lot for each post they are entered in, or for."""
    hands: dict[tuple[int | None, int | None], tuple[Post | None, Post | None, list[Filled]]] = {}
    for row in understood.new:
        post, owner = _hand(request, row, at)
        key = (post.pk if post else None, owner.pk if owner else None)
        hands.setdefault(key, (post, owner, []))[2].append(row)
    proof = None
    file = form.cleaned_data.get("document")
    if file is not None:
        proof = documents.store(file=file, restricted=True, by=acting(request.user), at=at).pk
    lots = []
    for post, owner, rows in hands.values():
        by: Actor = acting(request.user, post)
        if owner is not None:
            by = by.on_behalf_of(principal_id=None, principal_post_id=owner.pk, evidence_id=proof)
        lots.append(Lot([row.row for row in rows], by))
    return lots
