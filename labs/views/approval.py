"""What is said of a revision before it is decided: stands, objections, conditions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.confirm import ConfirmForm
from labs.forms.stands import ConditionForm, ObjectionAnswerForm, ObjectionForm, StandForm
from labs.models import Condition, Objection, Revision
from labs.permissions import approval as permissions
from labs.permissions.sessions import answering_post, speaking_post
from labs.selectors import labs
from labs.selectors import stands as selectors
from labs.services import conditions, objections
from labs.services import stands as services
from labs.views.pages import form_page
from labs.views.plans import crumbs_of, readable_revision
from people.models import Organisation
from people.permissions import require
from people.selectors.actors import acting

FORM_METHODS = ["GET", "HEAD", "POST"]
RELATED = (
    "revision__plan__lab__area__programme",
    "revision__plan__lab__area__lead",
    "revision__plan__lab__steering",
    "revision__plan__in_force",
    "revision__motion",
)


@require_safe
def stands(request: HttpRequest, pk: int) -> HttpResponse:
    """Where each seat stands on a revision."""
    on = clock.now().date()
    found = readable_revision(request, pk)
    context = _page(found, _("Where seats stand")) | {
        "stands": selectors.of_revision(found),
        "my_seats": permissions.standing_seats(request.user, found, on=on),
        "is_open": permissions.is_open(found),
    }
    return render(request, "labs/stands.html", context)


@require_http_methods(FORM_METHODS)
def stand_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Say where a seat stands; only whoever speaks for it."""
    at = clock.now()
    found = readable_revision(request, pk)
    if gone := _decided(request, found, "labs:stands"):
        return gone
    seats = permissions.standing_seats(request.user, found, on=at.date())
    require(seats)
    form = StandForm(request.POST or None, seats=seats, initial={"seat": request.GET.get("seat")})

    def act() -> object:
        seat = form.cleaned_data["seat"]
        post = speaking_post(request.user, seat, on=at.date())
        return services.take(
            revision=found, **form.cleaned_data, by=acting(request.user, post), at=at
        )

    url = reverse("labs:stands", args=[found.pk])
    return form_page(
        request,
        form=form,
        act=act,
        to=lambda _made: url,
        done=_("Where the seat stands is recorded."),
        template="labs/stand.html",
        context=_form(found, _("Say where the seat stands"), (_("Where seats stand"), url))
        | {"submit": _("Record"), "seats": seats},
    )


@require_safe
def objection_list(request: HttpRequest, pk: int) -> HttpResponse:
    """Every objection to a revision, with its answer."""
    on = clock.now().date()
    found = readable_revision(request, pk)
    rows = list(selectors.objections(found))
    for row in rows:
        row.revision = found
    context = _page(found, _("Objections")) | {
        "objections": [
            (
                row,
                permissions.may_answer(request.user, row, on=on) and not row.answered_at,
                permissions.withdrawing_post(request.user, row, on=on),
            )
            for row in rows
        ],
        "may_object": bool(permissions.objecting_posts(request.user, found, on=on)),
    }
    return render(request, "labs/objections.html", context)


@require_http_methods(FORM_METHODS)
def objection_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Object for one's organisation."""
    at = clock.now()
    found = readable_revision(request, pk)
    if gone := _decided(request, found, "labs:objections"):
        return gone
    posts = permissions.objecting_posts(request.user, found, on=at.date())
    require(posts)
    by_organisation = {post.organisation_id: post for post in reversed(posts)}
    form = ObjectionForm(request.POST or None, organisations=list(by_organisation))

    def act() -> Objection:
        organisation: Organisation = form.cleaned_data["organisation"]
        return objections.make(
            revision=found,
            **form.cleaned_data,
            may_block=permissions.may_block(found, organisation),
            by=acting(request.user, by_organisation[organisation.pk]),
            at=at,
        )

    url = reverse("labs:objections", args=[found.pk])
    return form_page(
        request,
        form=form,
        act=act,
        to=lambda made: f"{url}#objection-{made.pk}",
        done=_("The objection is recorded. Those who lead the plan are told."),
        context=_form(found, _("Object to the draft"), (_("Objections"), url))
        | {"submit": _("Object")},
    )


@require_http_methods(FORM_METHODS)
def objection_answer(request: HttpRequest, pk: int) -> HttpResponse:
    """Answer an objection."""
    at = clock.now()
    found = _objection(request, pk)
    revision = found.revision
    if gone := _decided(request, revision, "labs:objections"):
        return gone
    require(permissions.may_answer(request.user, found, on=at.date()))
    form = ObjectionAnswerForm(request.POST or None)
    post = answering_post(request.user, revision.plan.lab, on=at.date())
    url = reverse("labs:objections", args=[revision.pk])
    return form_page(
        request,
        form=form,
        act=lambda: objections.answer(
            objection=found, **form.cleaned_data, by=acting(request.user, post), at=at
        ),
        to=lambda made: f"{url}#objection-{made.pk}",
        done=_("The objection is answered."),
        template="labs/objection_answer.html",
        context=_form(revision, _("Answer the objection"), (_("Objections"), url))
        | {"submit": _("Answer"), "objection": found},
    )


@require_http_methods(FORM_METHODS)
def objection_withdraw(request: HttpRequest, pk: int) -> HttpResponse:
    """Take back an objection of one's organisation."""
    at = clock.now()
    found = _objection(request, pk)
    revision = found.revision
    post = permissions.withdrawing_post(request.user, found, on=at.date())
    require(post)
    url = reverse("labs:objections", args=[revision.pk])
    return form_page(
        request,
        form=ConfirmForm(request.POST or None),
        act=lambda: objections.withdraw(objection=found, by=acting(request.user, post), at=at),
        to=lambda made: f"{url}#objection-{made.pk}",
        done=_("The objection is withdrawn. It stays readable."),
        template="labs/objection_answer.html",
        context=_form(revision, _("Withdraw the objection"), (_("Objections"), url))
        | {"style": "warning", "objection": found},
    )


@require_safe
def condition_list(request: HttpRequest, pk: int) -> HttpResponse:
    """On what terms a revision is approved."""
    on = clock.now().date()
    found = readable_revision(request, pk)
    may_set = permissions.may_set_conditions(request.user, found, on=on)
    context = _page(found, _("Conditions of approval")) | {
        "conditions": selectors.conditions(found),
        "may_set": may_set,
    }
    return render(request, "labs/conditions.html", context)


@require_http_methods(FORM_METHODS)
def condition_new(request: HttpRequest, pk: int) -> HttpResponse:
    """Set a condition."""
    at = clock.now()
    found = readable_revision(request, pk)
    if gone := _decided(request, found, "labs:conditions"):
        return gone
    require(permissions.may_set_conditions(request.user, found, on=at.date()))
    form = ConditionForm(request.POST or None, on=at.date())
    post = permissions.condition_post(request.user, found, on=at.date())
    url = reverse("labs:conditions", args=[found.pk])
    return form_page(
        request,
        form=form,
        act=lambda: conditions.add(
            revision=found, **form.cleaned_data, by=acting(request.user, post), at=at
        ),
        to=lambda _made: url,
        done=_("The condition is set. It becomes an action when the forum approves."),
        context=_form(found, _("Set a condition"), (_("Conditions of approval"), url)),
    )


@require_http_methods(FORM_METHODS)
def condition_remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take a condition back before the forum has decided."""
    at = clock.now()
    labs_read = labs.readable_ids(request.user, at.date())
    rows = Condition.objects.select_related("owner__organisation", *RELATED)
    found = get_object_or_404(rows.filter(revision__plan__lab__in=labs_read), pk=pk)
    revision = found.revision
    require(permissions.may_take_back(request.user, found, on=at.date()))
    post = permissions.condition_post(request.user, revision, on=at.date())
    url = reverse("labs:conditions", args=[revision.pk])

    def act() -> bool:
        conditions.take_back(condition=found, by=acting(request.user, post), at=at)
        return True

    title = _("Take back the condition “%(text)s”?") % {"text": found.text}
    return form_page(
        request,
        form=ConfirmForm(request.POST or None),
        act=act,
        to=lambda _made: url,
        done=_("The condition is taken back."),
        context=_form(revision, title, (_("Conditions of approval"), url))
        | {"style": "warning", "submit": _("Take it back")},
    )


def _objection(request: HttpRequest, pk: int) -> Objection:
    labs_read = labs.readable_ids(request.user, clock.now().date())
    rows = Objection.objects.select_related(
        "organisation", "by_user", "by_post__organisation", *RELATED
    )
    found: Objection = get_object_or_404(rows.filter(revision__plan__lab__in=labs_read), pk=pk)
    return found


def _decided(request: HttpRequest, revision: Revision, page: str) -> HttpResponse | None:
    """Back to the list with a word, once the revision is decided; None while it is not."""
    if permissions.is_open(revision) or revision.plan.lab.area.programme.is_closed:
        return None
    messages.warning(request, str(services.Decided.message))
    return redirect(page, pk=revision.pk)


def _page(revision: Revision, title: str) -> dict[str, Any]:
    """What every page about a revision shows around its list."""
    url = reverse("labs:revision", args=[revision.pk])
    return {
        "revision": revision,
        "plan": revision.plan,
        "lab": revision.plan.lab,
        "title": title,
        "crumbs": [*crumbs_of(revision.plan), (revision.title, url), (title, "")],
    }


def _form(revision: Revision, title: str, back: tuple[str, str]) -> dict[str, Any]:
    shown = _page(revision, title)
    url = reverse("labs:revision", args=[revision.pk])
    shown["crumbs"] = [*crumbs_of(revision.plan), (revision.title, url), back, (title, "")]
    return shown | {"submit": title, "cancel_url": back[1]}
