"""Writing in a draft: one small page per part of the plan."""

from __future__ import annotations

import uuid
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from config import clock
from labs import permissions
from labs.forms.parts import FORMS, PartForm, Place, ReasonForm
from labs.models import Revision
from labs.rules import parts as part_rules
from labs.rules import plans as rules
from labs.rules.revisions import (
    BUDGET_LINE,
    COMMITMENT,
    DEPENDENCY,
    GOAL,
    INITIATIVE,
    MILESTONE,
    Content,
)
from labs.selectors import content as contents
from labs.services import revisions
from labs.views.pages import form_page
from labs.views.plans import about, actor, no_draft, readable_revision
from ledger.rules.errors import Refused
from people.forms import refusals
from people.permissions import require

FORM_METHODS = ["GET", "HEAD", "POST"]
FIND = "find"  # the button that looks for steps of other plans and saves nothing
TITLES = {
    GOAL: (gettext_lazy("Add a goal"), gettext_lazy("Change the goal")),
    INITIATIVE: (gettext_lazy("Add an initiative"), gettext_lazy("Change the initiative")),
    MILESTONE: (gettext_lazy("Add a milestone"), gettext_lazy("Change the milestone")),
    BUDGET_LINE: (gettext_lazy("Add a budget line"), gettext_lazy("Change the budget line")),
    COMMITMENT: (gettext_lazy("Add a promise"), gettext_lazy("Change the promise")),
    DEPENDENCY: (
        gettext_lazy("Ask another organisation"),
        gettext_lazy("Change what is asked"),
    ),
}
PARENTS = {
    INITIATIVE: GOAL,
    MILESTONE: INITIATIVE,
    BUDGET_LINE: INITIATIVE,
    COMMITMENT: INITIATIVE,
    DEPENDENCY: MILESTONE,
}


@require_http_methods(FORM_METHODS)
def part_new(
    request: HttpRequest, pk: int, part: str, parent: uuid.UUID | None = None
) -> HttpResponse:
    """Add a part below ``parent``."""
    found, gone = draft_to_write(request, pk, typed=True)
    if gone:
        return gone
    raw = contents.raw_draft(found)
    if parent is not None and (PARENTS[part], parent) not in raw:
        raise Http404
    form = _form(request, found, part, raw, parent=parent)
    return _page(request, found, form, None)


@require_http_methods(FORM_METHODS)
def part_edit(request: HttpRequest, pk: int, part: str, key: uuid.UUID) -> HttpResponse:
    """Change a part. What others wrote meanwhile is shown, and what was typed kept."""
    found, gone = draft_to_write(request, pk, typed=True)
    if gone:
        return gone
    raw = contents.raw_draft(found)
    if (part, key) not in raw:
        raise Http404
    form = _form(
        request,
        found,
        part,
        raw,
        key=key,
        current=raw[part, key],
        reason=_reason(found, part, key),
    )
    return _page(request, found, form, key)


def _form(
    request: HttpRequest, revision: Revision, part: str, raw: Content, **given: Any
) -> PartForm:
    """The form as it is to be shown: empty, posted, or with steps that were looked for."""
    searched = FORMS[part].searches and FIND in request.POST
    return FORMS[part](
        request.POST if request.method == "POST" and not searched else None,
        content=rules.plan_of(raw),
        place=Place(revision.plan, request.user, clock.now().date()),
        ask_reason=revision.plan.in_force_id is not None,
        sought=request.POST if searched else None,
        **given,
    )


def _reason(revision: Revision, part: str, key: uuid.UUID) -> str:
    """The reason last given for the part, so that it need not be typed again."""
    newest = revision.changes.filter(part=part, key=key).order_by("-pk").first()
    return newest.reason if newest else ""


def _page(
    request: HttpRequest, revision: Revision, form: PartForm, key: uuid.UUID | None
) -> HttpResponse:
    new, change = TITLES[form.part]
    closed = is_closed(form, revision)
    if form.is_bound and not closed and form.is_valid():
        try:
            made = _save(request, revision, form, key)
        except Refused as refused:
            if isinstance(refused, revisions.EditedMeanwhile):
                form.show_newest()
            refusals.show(form, refused)
        else:
            messages.success(request, _("Saved in the draft."))
            return redirect(reverse("labs:revision", args=[revision.pk]) + f"#{form.part}-{made}")
    title = str(new if key is None else change)
    context = about(revision, title) | {
        "form": form,
        "submit": _("Save in the draft"),
        "part": form.part,
        "key": key,
        "no_submit": closed,
    }
    return render(request, "labs/part.html", context)


def _save(
    request: HttpRequest, revision: Revision, form: PartForm, key: uuid.UUID | None
) -> uuid.UUID:
    return revisions.edit(
        revision=revision,
        part=form.part,
        key=key,
        fields=form.raw(),
        reason=form.reason(),
        started_from=form.began_with(),
        by=actor(request, revision),
        at=clock.now(),
    )


@require_http_methods(FORM_METHODS)
def part_remove(request: HttpRequest, pk: int, part: str, key: uuid.UUID) -> HttpResponse:
    """Take a part out of the draft, with what hangs on it."""
    found, gone = draft_to_write(request, pk)
    if gone:
        return gone
    raw = contents.raw_draft(found)
    fields: Any = raw.get((part, key))
    if fields is None:
        raise Http404
    form = ReasonForm(request.POST if request.method == "POST" else None, required=False)
    return form_page(
        request,
        form=form,
        act=lambda: revisions.remove_whole(
            revision=found,
            part=part,
            key=key,
            reason=form.cleaned_data["reason"],
            by=actor(request, found),
            at=clock.now(),
        ),
        to=lambda _key: reverse("labs:revision", args=[found.pk]),
        done=_("Taken out of the draft."),
        template="labs/part_remove.html",
        context=about(found, _("Take out “%(title)s”?") % {"title": fields["title"]})
        | {"style": "warning", "submit": _("Take out"), "below": _below(part, key, raw)},
    )


def _below(part: str, key: uuid.UUID, raw: Content) -> list[tuple[str, str]]:
    """What goes with the part: its kind and its title."""
    below = part_rules.belonging(part, key, raw)
    return [(kind, str(raw[kind, each].get("title", ""))) for kind, each in below]


@require_POST
def part_take_back(request: HttpRequest, pk: int, part: str, key: uuid.UUID) -> HttpResponse:
    """Undo what the draft does to a part."""
    found, gone = draft_to_write(request, pk)
    if gone:
        return gone
    try:
        revisions.take_back(
            revision=found, part=part, key=key, by=actor(request, found), at=clock.now()
        )
    except Refused as refused:
        messages.error(request, str(refused))
    else:
        messages.success(request, _("It is again as in force."))
    return redirect("labs:revision", pk=found.pk)


def draft_to_write(
    request: HttpRequest, pk: int, *, typed: bool = False
) -> tuple[Revision, HttpResponse | None]:
    """The draft to write in; or, once it is none, where to go instead.

    With ``typed`` what was sent is not led away: its form shows it again, refused.
    """
    found = readable_revision(request, pk)
    on = clock.now().date()
    require(permissions.may_start_revision(request.user, found.plan, on=on))
    return found, None if typed and request.method == "POST" else no_draft(request, found)


def is_closed(form: forms.Form, revision: Revision) -> bool:
    """Whether nothing can be written in the revision any more, which is then said on the form."""
    if revision.state == Revision.State.DRAFT:
        return False
    if form.is_bound:
        form.add_error(None, revisions.NotADraft.message)
    return True
