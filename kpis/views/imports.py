"""Loading a file in steps: send, choose columns, check, load, undo."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from config import clock
from config.hurry import hurry
from kpis import permissions, tasks
from kpis.forms.imports import ColumnsForm, FormatForm, LoadForm, SheetForm, UploadForm
from kpis.forms.readings import ReasonForm
from kpis.models import ImportJob
from kpis.selectors import imports as selector
from kpis.services.imports import jobs, results, undoing, uploads
from kpis.services.imports.files import MEGABYTE, FileRefused, stream_limit_bytes
from ledger.rules.errors import Refused
from people.forms.refusals import attempt
from people.permissions import require
from people.selectors.actors import acting

PER_PAGE = 50
SHOWN = 100
State = ImportJob.State


@require_safe
def imports(request: HttpRequest) -> HttpResponse:
    """Imports so far, newest first."""
    require(permissions.may_see_imports(request.user))
    page = Paginator(selector.visible(request.user), PER_PAGE).get_page(request.GET.get("page"))
    may = permissions.may_import(request.user, on=clock.now().date())
    return render(request, "kpis/imports/index.html", {"page": page, "may_import": may})


@require_http_methods(["GET", "HEAD", "POST"])
def import_new(request: HttpRequest) -> HttpResponse:
    """Send a file."""
    at = clock.now()
    require(permissions.may_import(request.user, on=at.date()))
    posted = request.method == "POST"
    form = UploadForm(request.POST if posted else None, request.FILES if posted else None)
    job = None
    if posted:
        job = attempt(
            form,
            lambda: jobs.receive(
                file=form.cleaned_data["file"],
                programmes=permissions.importable(request.user, on=at.date()),
                by=acting(request.user),
                at=at,
            ),
        )
    if job is not None:
        hurry(tasks.go_on_with_imports)
        return redirect(_next(job))
    limit = stream_limit_bytes() // MEGABYTE
    return render(request, "kpis/imports/new.html", {"form": form, "limit": limit})


@require_safe
def import_job(request: HttpRequest, pk: int) -> HttpResponse:
    """Where an import stands: progress, what was found, what was loaded."""
    job = _job(request, pk)
    path = uploads.rows_of(Path(job.path))
    size = path.stat().st_size if path.exists() else 0
    context: dict[str, Any] = {
        "job": job,
        "counts": job.counts,
        "working": job.state in selector.WORKING,
        "progress": selector.progress(job, size),
        "may_act": permissions.may_import(request.user, on=clock.now().date()),
    }
    if job.state == State.CHOOSING:
        context["next"] = _next(job)
    if job.state in (State.CHECKED, State.DONE, State.UNDONE):
        context["problems"] = selector.problems(job)[:SHOWN]
        context["reasons"] = list(islice(results.reasons(job), SHOWN))
        context["form"] = LoadForm(conflicts=job.counts.get("conflict", 0))
    if job.state == State.UNDONE:
        context["left"] = undoing.left(job)[:SHOWN]
    return render(request, "kpis/imports/job.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def import_format(request: HttpRequest, pk: int) -> HttpResponse:
    """Say which sheet holds the table, or how the text was written."""
    job = _job(request, pk, acting_on=True)
    if job.state != State.CHOOSING:
        return redirect("kpis:import", pk=job.pk)
    posted, at = request.method == "POST", clock.now()
    form: SheetForm | FormatForm
    if job.options["kind"] == "xlsx":
        given = request.POST if posted else None
        form = SheetForm(given, sheets=job.options["sheets"], initial=job.options)
        done = posted and _attempted(
            form, lambda: jobs.choose_sheet(job=job, sheet=form.cleaned_data["sheet"], at=at)
        )
    else:
        form = FormatForm(request.POST if posted else None, initial=job.options)
        done = posted and _attempted(
            form,
            lambda: jobs.choose_format(
                job=job,
                encoding=form.cleaned_data["encoding"],
                delimiter=form.cleaned_data["delimiter"],
                at=at,
            ),
        )
    if done:
        hurry(tasks.go_on_with_imports)
        return redirect(_next(job))
    return render(request, "kpis/imports/format.html", {"job": job, "form": form})


@require_http_methods(["GET", "HEAD", "POST"])
def import_columns(request: HttpRequest, pk: int) -> HttpResponse:
    """Say what each column holds, and how numbers and dates are written."""
    job = _job(request, pk, acting_on=True)
    if job.state != State.CHOOSING:
        return redirect("kpis:import", pk=job.pk)
    if not job.options.get("delimiter"):
        return redirect("kpis:import_format", pk=job.pk)
    posted, at = request.method == "POST", clock.now()
    try:
        rows = uploads.preview(Path(job.path), job.options["delimiter"])
    except FileRefused as refusal:
        messages.error(request, str(refusal))
        return redirect("kpis:import_format", pk=job.pk)
    header, *sample = rows or [[]]
    form = ColumnsForm(
        request.POST if posted else None,
        header=header,
        sample=sample[0] if sample else [],
        guessed=jobs.guessed(job),
        is_sheet=job.options["kind"] == "xlsx",
        initial=_said_before(job),
    )
    if posted and _attempted(
        form,
        lambda: jobs.choose_columns(
            job=job,
            columns=form.columns,
            fixed=form.fixed,
            spelling=form.spelling,
            backfilled=form.cleaned_data["history"] == "history",
            at=at,
        ),
    ):
        hurry(tasks.go_on_with_imports)
        return redirect("kpis:import", pk=job.pk)
    context = {
        "job": job,
        "form": form,
        "header": header,
        "sample": sample,
        "encoding": uploads.ENCODINGS.get(job.options.get("encoding", "")),
        "delimiter": uploads.DELIMITERS.get(job.options["delimiter"]),
    }
    return render(request, "kpis/imports/columns.html", context)


@require_POST
def import_load(request: HttpRequest, pk: int) -> HttpResponse:
    """Load the rows that can be loaded."""
    job = _job(request, pk, acting_on=True)
    at = clock.now()
    form = LoadForm(request.POST, conflicts=job.counts.get("conflict", 0))
    if _attempted(
        form,
        lambda: jobs.load(
            job=job,
            correct=form.cleaned_data.get("differing") == "correct",
            reason=form.cleaned_data.get("reason", ""),
            by=acting(request.user),
            at=at,
        ),
    ):
        hurry(tasks.go_on_with_imports)
        return redirect("kpis:import", pk=job.pk)
    return render(request, "kpis/imports/load.html", {"job": job, "form": form})


@require_POST
def import_again(request: HttpRequest, pk: int) -> HttpResponse:
    """Back to the columns."""
    job = _job(request, pk, acting_on=True)
    return _act(request, job, lambda: jobs.start_again(job=job, at=clock.now()))


@require_POST
def import_drop(request: HttpRequest, pk: int) -> HttpResponse:
    """Give the import up."""
    job = _job(request, pk, acting_on=True)
    by = acting(request.user)
    return _act(request, job, lambda: jobs.drop(job=job, by=by, at=clock.now()))


@require_http_methods(["GET", "HEAD", "POST"])
def import_undo(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back all that was loaded, with a reason."""
    job = _job(request, pk, acting_on=True)
    if job.state != State.DONE:
        return redirect("kpis:import", pk=job.pk)
    form = ReasonForm(request.POST if request.method == "POST" else None)
    at, by = clock.now(), acting(request.user)
    if request.method == "POST" and _attempted(
        form, lambda: jobs.undo(job=job, reason=form.cleaned_data["reason"], by=by, at=at)
    ):
        hurry(tasks.go_on_with_imports)
        return redirect("kpis:import", pk=job.pk)
    return render(request, "kpis/imports/undo.html", {"job": job, "form": form})


@require_safe
def import_results(request: HttpRequest, pk: int) -> StreamingHttpResponse:
    """Every row of the file with what became of it, as CSV."""
    job = _job(request, pk)
    response = StreamingHttpResponse(_lines(job), content_type="text/csv; charset=utf-8")
    response["Content-Disposition"] = f'attachment; filename="import-{job.pk}.csv"'
    return response


class _Echo:
    """What a CSV writer writes into: it hands each line on."""

    def write(self, line: str) -> str:
        return line


def _lines(job: ImportJob) -> Iterator[str]:
    writer = csv.writer(_Echo())
    yield "\ufeff" + writer.writerow(["row", "result", "column", "message"])
    for row, result, column, said in results.results(job):
        yield writer.writerow([row, result, results.escaped(column), results.escaped(said)])


def _job(request: HttpRequest, pk: int, *, acting_on: bool = False) -> ImportJob:
    """The import, or 404 for those who may not see it, 403 for those who may only look."""
    job: ImportJob = get_object_or_404(selector.visible(request.user), pk=pk)
    if acting_on:
        require(permissions.may_import(request.user, on=clock.now().date()))
    return job


def _next(job: ImportJob) -> str:
    """The step that waits for the person."""
    step = "kpis:import"
    if job.state == State.CHOOSING:
        step = "kpis:import_columns" if job.options.get("delimiter") else "kpis:import_format"
    return reverse(step, args=[job.pk])


def _attempted(form: Any, act: Any) -> bool:
    """Whether the form held and nothing was refused."""
    return attempt(form, lambda: (act(), True)[1]) is True


def _act(request: HttpRequest, job: ImportJob, act: Any) -> HttpResponse:
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    job.refresh_from_db()
    return redirect(_next(job))


def _said_before(job: ImportJob) -> dict[str, Any]:
    """What was said the last time, when somebody comes back to the columns."""
    before = job.options.get("spelling")
    if not before:
        return {}
    said = {name: before[name] for name in ("decimal", "percent", "dates", "formulas")}
    said |= {f"column_{name}": str(at) for name, at in job.options["columns"].items()}
    said |= {f"fixed_{name}": text for name, text in job.options["fixed"].items()}
    history = "history" if job.options.get("backfilled") else "news"
    return said | {"thousands": before["thousands"] or "none", "history": history}
