"""What organisations ask of one another: lists across plans, and answering one."""

from __future__ import annotations

import uuid

from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs.forms.records import RequestAnswerForm
from labs.permissions import content as permissions
from labs.selectors import dependencies
from labs.services import dependencies as services
from labs.views.pages import form_page
from people.permissions import require
from people.selectors.actors import acting

PER_PAGE = 50
SIDES = (dependencies.OF_US, dependencies.BY_US, dependencies.ALL)


@require_safe
def asked_of_us(request: HttpRequest) -> HttpResponse:
    """What is asked of the user's organisations; ``?side=`` by_us or all."""
    on = clock.now().date()
    side = request.GET.get("side", "")
    side = side if side in SIDES else dependencies.OF_US
    rows = dependencies.listed(request.user, on, side)
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "side": side,
        "page": page,
        "lines": dependencies.lines(page.object_list, request.user, on),
        "hidden": dependencies.hidden_count(request.user, on) if side == dependencies.OF_US else 0,
    }
    return render(request, "labs/asked.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def dependency_answer(request: HttpRequest, key: uuid.UUID) -> HttpResponse:
    """Accept, refuse or deliver what is asked, and name the step that delivers it."""
    at = clock.now()
    open_to = dependencies.open_to(request.user, at.date())
    found = get_object_or_404(open_to, key=key)
    post = permissions.answering_post(request.user, found, on=at.date())
    require(post)
    (line,) = dependencies.lines([found], request.user, at.date())
    answer = line.standing.answer
    form = RequestAnswerForm(
        request.POST if request.method == "POST" else None,
        steps=dependencies.own_steps(found.provider, request.user, at.date()),
        initial={"step_key": line.standing.step_key, "state": answer.state if answer else ""},
    )
    url = reverse("labs:asked_of_us")
    return form_page(
        request,
        form=form,
        act=lambda: services.answer(
            plan=found.plan,
            dependency_key=key,
            state=form.cleaned_data["state"],
            note=form.cleaned_data["note"],
            step_key=_key(form.cleaned_data["step_key"]),
            by=acting(request.user, post),
            at=at,
        ),
        to=lambda _made: url,
        done=_("Your answer is recorded. Whoever asked sees it."),
        template="labs/dependency_answer.html",
        context={
            "title": found.title,
            "submit": _("Record the answer"),
            "line": line,
            "answers": dependencies.answers_to(key)[:100],
            "crumbs": [(_("Requests"), url), (found.title, "")],
            "cancel_url": url,
        },
    )


def _key(text: str | None) -> uuid.UUID | None:
    return uuid.UUID(text) if text else None
