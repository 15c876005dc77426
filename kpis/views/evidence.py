"""Files that show a value: listed, added, withdrawn, downloaded by whoever may read the value."""

from __future__ import annotations

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from kpis import permissions
from kpis.forms.evidence import FilesForm
from kpis.forms.readings import ReasonForm
from kpis.models import Kpi, Reading, ReadingDocument
from kpis.selectors.pages import beside, facts
from kpis.selectors.pages import kpi as pages
from kpis.services import evidence
from kpis.views.loading import readable_kpi
from kpis.views.readings import page_of
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting


@require_http_methods(["GET", "HEAD", "POST"])
def reading_files(request: HttpRequest, code: str, pk: int) -> HttpResponse:
    """The files of one value; more can be added by who may enter values."""
    at = clock.now()
    kpi, reading = readable_reading(request, code, pk)
    may_add = permissions.may_add_evidence(request.user, reading, on=at.date())
    if request.method == "POST":
        require(may_add)
    form = FilesForm(
        request.POST if request.method == "POST" else None,
        request.FILES if request.method == "POST" else None,
    )
    added = None
    if request.method == "POST":
        added = attempt(
            form,
            lambda: evidence.add(
                reading=reading,
                files=form.cleaned_data["documents"],
                by=acting(
                    request.user, permissions.reporting_post(request.user, kpi, on=at.date())
                ),
                at=at,
            ),
        )
    if added is not None:
        said = ngettext("%(count)d file is added.", "%(count)d files are added.", len(added))
        messages.success(request, said % {"count": len(added)})
        return redirect("kpis:reading_files", kpi.code, reading.pk)
    today = facts.today_of(kpi.area.programme, at)
    context = {
        "kpi": kpi,
        "series": reading.series,
        "kpi_url": page_of(kpi, reading.series),
        "reading": reading,
        "info": beside.of_reading(reading, today),
        "form": form,
        "may_add": may_add,
    }
    return render(request, "kpis/reading_files.html", context)


@require_safe
def reading_file(request: HttpRequest, code: str, pk: int, row: int) -> FileResponse:
    """One file, always downloaded, never shown in the page's own name."""
    _kpi, reading = readable_reading(request, code, pk)
    document = _row(reading, row).document
    return FileResponse(
        document.file.open("rb"),
        as_attachment=True,
        filename=document.name,
        content_type=document.content_type,
    )


@require_http_methods(["GET", "HEAD", "POST"])
def reading_file_withdraw(request: HttpRequest, code: str, pk: int, row: int) -> HttpResponse:
    """Say why a file does not count; it stays on record."""
    at = clock.now()
    kpi, reading = readable_reading(request, code, pk)
    require(permissions.may_add_evidence(request.user, reading, on=at.date()))
    found = _row(reading, row)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    withdrawn = None
    if request.method == "POST":
        withdrawn = attempt(
            form,
            lambda: evidence.withdraw(
                row=found, reason=form.cleaned_data["reason"], by=acting(request.user), at=at
            ),
        )
    if withdrawn is not None:
        messages.success(request, _("The file is withdrawn. It stays on record."))
        return redirect("kpis:reading_files", kpi.code, reading.pk)
    context = {
        "kpi": kpi,
        "series": reading.series,
        "kpi_url": page_of(kpi, reading.series),
        "reading": reading,
        "row": found,
        "form": form,
    }
    return render(request, "kpis/reading_file_withdraw.html", context)


def readable_reading(request: HttpRequest, code: str, pk: int) -> tuple[Kpi, Reading]:
    """A reading of a KPI that the user may read, else 404: files are asked for here alone."""
    kpi = readable_kpi(request, code, clock.now().date())
    reading = pages.live_reading(kpi, pk)
    if reading is None:
        raise Http404
    return kpi, reading


def _row(reading: Reading, pk: int) -> ReadingDocument:
    row = reading.documents.select_related("document").filter(pk=pk).first()
    if row is None:
        raise Http404
    row.reading = reading
    return row
