"""A new programme: choosing a template, seeing what it makes, starting it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from config import clock
from labs import permissions
from labs.views.pages import form_page
from people.permissions import require
from people.selectors.actors import acting
from starters import selectors
from starters.forms import StartForm
from starters.services import starting


@require_safe
def index(request: HttpRequest) -> HttpResponse:
    """The templates, and the empty programme beside them."""
    require(permissions.may_open_programme(request.user, on=clock.now().date()))
    return render(request, "starters/index.html", {"templates": selectors.templates()})


@require_http_methods(["GET", "HEAD", "POST"])
def template(request: HttpRequest, template: str) -> HttpResponse:
    """What a template makes, and the form that starts it."""
    at = clock.now()
    require(permissions.may_open_programme(request.user, on=at.date()))
    chosen = selectors.template(template)
    if chosen is None:
        raise Http404
    form = StartForm(request.POST or None, template=chosen, today=at.date())
    title = chosen.title.said(get_language() or "en")
    return form_page(
        request,
        form=form,
        act=lambda: starting.start(
            template=chosen,
            code=form.cleaned_data["code"],
            name=form.cleaned_data["name"],
            overrides=form.overrides(),
            by=acting(request.user),
            at=at,
        ),
        to=lambda made: reverse("labs:programme", args=[made.code]),
        done=_("The programme has started. Its posts are vacant: appoint people to them first."),
        context={
            "template": chosen,
            "preview": selectors.preview(chosen, get_language() or "en"),
            "title": title,
            "submit": _("Start the programme"),
            "crumbs": [
                (_("Programmes"), reverse("labs:programmes")),
                (_("New programme"), reverse("starters:index")),
                (title, ""),
            ],
            "cancel_url": reverse("starters:index"),
        },
        template="starters/template.html",
    )
