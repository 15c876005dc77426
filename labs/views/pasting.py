"""Many steps at once, pasted from a spreadsheet into a draft."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from labs.forms.pasting import HEADINGS, PasteForm, headings
from labs.models import Revision
from labs.rules import pasted
from labs.services import problems, revisions
from labs.views.parts import draft_to_write, is_closed
from labs.views.plans import about, actor
from ledger.rules.errors import Refused
from people.forms import refusals

SHOWN = 50


@require_http_methods(["GET", "HEAD", "POST"])
def paste(request: HttpRequest, pk: int) -> HttpResponse:
    """Paste steps; what cannot be read is named line by line, and the text stays."""
    found, gone = draft_to_write(request, pk, typed=True)
    if gone:
        return gone
    form = PasteForm(request.POST or None, ask_reason=found.plan.in_force_id is not None)
    wrong: list[pasted.Wrong] = []
    closed = is_closed(form, found)
    if request.method == "POST" and not closed and form.is_valid():
        try:
            added = _add(request, found, form)
        except revisions.PasteRefused as refused:
            wrong = refused.wrong
            refusals.show(form, refused)
        except Refused as refused:
            refusals.show(form, refused)
        else:
            messages.success(request, _told(added))
            return redirect("labs:revision", pk=found.pk)
    context = about(found, _("Paste steps")) | {
        "form": form,
        "no_submit": closed,
        "submit": _("Add the steps"),
        "columns": HEADINGS.values(),
        "wrong": [
            (each.line, HEADINGS.get(each.column, ""), problems.said(each.problem))
            for each in wrong[:SHOWN]
        ],
        "more": max(0, len(wrong) - SHOWN),
    }
    return render(request, "labs/paste.html", context)


def _add(request: HttpRequest, revision: Revision, form: PasteForm) -> revisions.Added:
    return revisions.paste(
        revision=revision,
        text=form.cleaned_data["text"],
        headings=headings(),
        reason=form.cleaned_data.get("reason", ""),
        by=actor(request, revision),
        at=clock.now(),
    )


def _told(added: revisions.Added) -> str:
    said = ngettext("%(count)s step was added.", "%(count)s steps were added.", added.new) % {
        "count": added.new
    }
    if added.there:
        said += " " + ngettext(
            "%(count)s was in the draft already and stays as it is.",
            "%(count)s were in the draft already and stay as they are.",
            added.there,
        ) % {"count": added.there}
    return said
