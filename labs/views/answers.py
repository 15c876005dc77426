"""The three tests and the checklist of an initiative, on one page."""

from __future__ import annotations

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from config import clock
from labs.forms.answers import AnswersForm
from labs.models import Revision
from labs.rules import answers as rules
from labs.selectors import plans
from labs.services import revisions
from labs.views.parts import draft_to_write, is_closed
from labs.views.plans import about, actor
from ledger.rules.errors import Refused
from people.forms import refusals


@require_http_methods(["GET", "HEAD", "POST"])
def initiative_tests(request: HttpRequest, pk: int, key: uuid.UUID) -> HttpResponse:
    """Answer what is asked of an initiative; everything is saved at once."""
    found, gone = draft_to_write(request, pk, typed=True)
    if gone:
        return gone
    content = plans.draft(found)
    initiative = content.initiatives.get(key)
    if initiative is None:
        raise Http404
    form = AnswersForm(
        request.POST if request.method == "POST" else None,
        asked=rules.asked(initiative),
        answers=rules.answers_of(content).get(key, {}),
        ask_reason=found.plan.in_force_id is not None,
    )
    closed = is_closed(form, found)
    if request.method == "POST" and not closed and form.is_valid():
        try:
            changed = _save(request, found, key, form)
        except Refused as refused:
            if isinstance(refused, revisions.EditedMeanwhile):
                form.show_newest()
            refusals.show(form, refused)
        else:
            said = ngettext("%(n)d answer is saved.", "%(n)d answers are saved.", changed)
            messages.success(request, said % {"n": changed})
            return redirect(reverse("labs:revision", args=[found.pk]) + f"#initiative-{key}")
    context = about(found, _("Tests of “%(title)s”") % {"title": initiative.title}) | {
        "form": form,
        "no_submit": closed,
        "submit": _("Save all answers"),
        "initiative": initiative,
        "plan": found.plan,
        "findings": [each for each in rules.findings(content) if each.key == key],
        "asks_placing": not initiative.scope or not initiative.intervention,
    }
    return render(request, "labs/tests.html", context)


def _save(request: HttpRequest, revision: Revision, key: uuid.UUID, form: AnswersForm) -> int:
    return revisions.answers.give(
        revision=revision,
        initiative=key,
        given=form.given(),
        began=form.began_with(),
        reason=form.cleaned_data.get("reason") or "",
        by=actor(request, revision),
        at=clock.now(),
    )
